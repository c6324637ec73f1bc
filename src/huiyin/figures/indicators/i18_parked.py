"""Indicator 18: parked."""

from __future__ import annotations

from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Moment, Share


def open_(t: Any, m: Moment) -> Any:
    return c.own(t, m) & t.rested_at.isnull() & (t.lead != "")


def parked(t: Any, m: Moment) -> Any:
    return open_(t, m) & (t.phase == "parked")


INDICATOR = Indicator(
    number=18,
    code="parked",
    family="resolution",
    version=1,
    unit="share",
    method="wilson",
    better="low",
    title=Two("挂账", "Parked"),
    meaning=Two(
        "没有结束的事里正在挂账等待的比例；旁边写等待日期已过的、挂了三十天以上的、结束等待后又挂起来的。",
        "Share of open matters that are parked; beside it those past their date, those parked over thirty days, and "
        "those parked "
        "again after a wait had ended.",
    ),
    denominators=Two("没有结束、有主办单位的事，导入的不算。", "Open matters with an office, without imported ones."),
    bias=Two("以前留下的老事。", "Legacy of older times."),
    gaming=Two(
        "到期再改日期：数重新挂账的次数。", "Setting a new date again and again: matters parked again are counted."
    ),
    read_with=(17,),
    measure=Share(
        "cases",
        base=open_,
        hit=parked,
        beside={
            "overdue": lambda t, m: parked(t, m) & (t.parked_until.isnull() | (t.parked_until < m.as_of.date())),
            "long": lambda t, m: parked(t, m) & (t.parked_at < m.ago(days=c.SETTLED)),
            "again": lambda t, m: parked(t, m) & (t.reparked > 0),
        },
    ),
)
