"""Indicator 16: offices per matter."""

from __future__ import annotations

from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Mean, Moment, Share


def dispatched(t: Any, m: Moment) -> Any:
    return c.own(t, m) & t.dispatched_at.notnull()


_BIAS = Two("复杂的事本来就要换手。", "Complex matters change hands for good reason.")
_GAMING = Two(
    "私下转手：听本人说“让我去找……”。", "Passing on outside the system: hear what people say of being sent elsewhere."
)

INDICATORS = (
    Indicator(
        number=16,
        code="handoffs",
        family="resolution",
        version=1,
        unit="per_case",
        method="normal",
        better="low",
        title=Two("一件事换几个单位", "Offices per matter"),
        meaning=Two(
            "交办的事平均先后由几个单位主办。1 表示没有换过。",
            "How many offices led a matter, one after the other, on average. 1: it never changed hands.",
        ),
        denominators=Two("交给单位的事，导入的不算。", "Matters sent to an office, without imported ones."),
        bias=_BIAS,
        gaming=_GAMING,
        read_with=(17, 20),
        measure=Mean("cases", base=dispatched, number=lambda t, m: t.leads),
    ),
    Indicator(
        number=16,
        code="loops",
        family="resolution",
        version=1,
        unit="share",
        method="wilson",
        better="low",
        title=Two("转了一圈又回来", "Sent in a circle"),
        meaning=Two(
            "交办的事里，转出去又回到办过的单位的比例。",
            "Share of matters that came back to an office that had passed them on.",
        ),
        denominators=Two("交给单位的事，导入的不算。", "Matters sent to an office, without imported ones."),
        bias=_BIAS,
        gaming=_GAMING,
        read_with=(17, 20),
        measure=Share("cases", base=dispatched, hit=lambda t, m: t.loops > 0),
        adds_up=True,
    ),
)
