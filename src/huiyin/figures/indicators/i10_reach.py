"""Indicator 10: getting through."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=10,
    code="reach",
    family="access",
    version=1,
    unit="share",
    title=Two("打得通", "Getting through"),
    meaning=Two(
        "打来的电话里接通的比例，加上外部试打。",
        "Share of calls that were answered, together with test calls from outside.",
    ),
    denominators=Two("打来的电话：接通的、放弃的、占线的。", "Calls: answered, given up, engaged."),
    bias=Two("占线没有记录的看不见。", "Engaged lines nobody records are not seen."),
    gaming=Two("把听筒拿起来：要从外面试打。", "Taking the receiver off: test calls from outside."),
    read_with=(12, 13),
    missing=Two(
        "电话系统的通话记录还没有接进来。",
        "The telephone system's call records are not connected yet.",
    ),
)
