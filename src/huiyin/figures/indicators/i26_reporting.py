"""Indicator 26: matters several people raise."""

from __future__ import annotations

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Share

INDICATOR = Indicator(
    number=26,
    code="reported_by_several",
    family="equity",
    version=1,
    unit="share",
    method="wilson",
    better="",
    title=Two("几个人说同一件事", "Matters several people raise"),
    meaning=Two(
        "不同的事里，不止一个人反映的比例。一个地方这个数低、事也少，可能是没人说，不是没有事。",
        "Of distinct matters, the share that more than one person raised. Where it is low and matters are few, "
        "people may be "
        "silent, not happy.",
    ),
    denominators=Two(
        "不同的事：一起办的算一件；导入的不算。",
        "Distinct matters: those handled together are one; without imported ones.",
    ),
    bias=Two("要有能被几个人看见的事。", "It needs matters that several people can see."),
    gaming=Two("不并单：看近似的事。", "Not merging: see similar matters."),
    read_with=(11, 25),
    measure=Share(
        "cases",
        base=lambda t, m: c.own(t, m) & ~t.follows,
        hit=lambda t, m: t.followers > 0,
    ),
    adds_up=True,
)
