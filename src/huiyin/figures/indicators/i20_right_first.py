"""Indicator 20: right office first time."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.indicators.i16_handoffs import dispatched
from huiyin.figures.measures import Share

INDICATOR = Indicator(
    number=20,
    code="right_first_time",
    family="resolution",
    version=1,
    unit="share",
    method="wilson",
    better="high",
    title=Two("一次派对", "Right office first time"),
    meaning=Two(
        "交办的事里，没有被退、也没有改派过的比例。",
        "Share of matters sent to an office that were neither objected to nor sent on.",
    ),
    denominators=Two(
        "交给单位的事，导入的不算；旁边写提过异议的和异议成立的。",
        "Matters sent to an office, without imported ones; beside it those objected to, and objections upheld.",
    ),
    bias=Two("派错了也默默接下的看不出来。", "A wrong order accepted in silence is not seen."),
    gaming=Two("不敢退：同异议成立的比例一起看。", "Not daring to object: read with the share of objections upheld."),
    read_with=(16,),
    measure=Share(
        "cases",
        base=dispatched,
        hit=lambda t, m: (t.leads <= 1) & (t.objections == 0),
        beside={
            "objected": lambda t, m: dispatched(t, m) & (t.objections > 0),
            "sustained": lambda t, m: dispatched(t, m) & (t.sustained > 0),
        },
    ),
    adds_up=True,
)
