"""Indicator 12: time to the first human contact."""

from __future__ import annotations

from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.frames import seconds
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Moment, Spread


def _due(t: Any, m: Moment) -> Any:
    """Sent to an office and old enough that a contact must have come."""
    return c.own(t, m) & t.dispatched_at.notnull() & t.reachable & (t.received_at < m.ago(days=c.SETTLED))


def _hours(t: Any, m: Moment) -> Any:
    return (seconds(t.contacted_at) - seconds(t.received_at)) // 3600


def _make(code: str, share: float, zh: str, en: str) -> Indicator:
    return Indicator(
        number=12,
        code=code,
        family="access",
        version=1,
        unit="hours",
        method="order",
        better="low",
        title=Two(f"多久有人联系（{zh}）", f"Time to the first human contact ({en})"),
        meaning=Two(
            f"从收到到单位第一次联系上本人，{zh}在多少个整小时以内。一直没联系的排在最长。",
            f"Within how many whole hours after receipt {en} of people were reached by the office. Those never "
            f"reached count as "
            "the longest.",
        ),
        denominators=Two(
            "三十天前收到、交给了单位、留了联系方式的事；旁边写一直没联系的。",
            "Matters received over thirty days ago, sent to an office, with a contact; beside it those never reached.",
        ),
        bias=Two(
            "时间是单位自己记的；本人的说法在独立回访里。",
            "The time is the office's own record; the owner's account is in the callbacks.",
        ),
        gaming=Two(
            "没打电话也记一笔：同独立回访的第 2 问对照。",
            "Recording a call never made: compare with question 2 of the callbacks.",
        ),
        read_with=(14, 17),
        measure=Spread("cases", base=_due, number=_hours, share=share, open=lambda t, m: t.contacted_at.isnull()),
    )


INDICATORS = (
    _make("first_contact_half", 0.5, "一半的人", "half"),
    _make("first_contact_most", 0.9, "九成的人", "nine in ten"),
)
