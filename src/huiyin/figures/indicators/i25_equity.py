"""Indicator 25: the same as elsewhere."""

from __future__ import annotations

from huiyin.figures import conditions as c
from huiyin.figures.comparisons import Gap
from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=25,
    code="equity_gap",
    family="equity",
    version=1,
    unit="difference",
    method="difference",
    better="",
    title=Two("和别处一样吗", "The same as elsewhere?"),
    meaning=Two(
        "同类、同样紧急的事，这一组的确认解决率比其他各组合起来高多少（负数是低多少）。",
        "By how much the confirmed share of this group is above that of all others together (below: negative), like "
        "compared "
        "with like.",
    ),
    denominators=Two(
        "问过本人并且回答了的事，按类别和紧急程度分层。",
        "Matters whose owner was asked and answered, by category and urgency.",
    ),
    bias=Two(
        "一个地方的数不是里面每个人的数；件数少时区间很宽。",
        "A place's figure is nobody's own; with few matters the interval is wide.",
    ),
    gaming=Two("改类别：要抽查类别。", "Filing under another category: categories need spot checks."),
    read_with=(13, 19, 26),
    measure=Gap("cases", base=c.answered, hit=c.confirmed, asked=c.asked),
)
