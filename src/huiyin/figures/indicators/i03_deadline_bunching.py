"""Indicator 3: rush at the deadline."""

from __future__ import annotations

from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.frames import seconds
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Moment, Ratio


def _on_clock(t: Any, m: Moment) -> Any:
    return c.worked_answer(t, m) & t.due_at.notnull() & (t.due_at > t.started_at) & (t.at <= t.due_at)


def _used(t: Any) -> Any:
    """Ten times the seconds used, to be compared with whole tenths of the window."""
    return (seconds(t.at) - seconds(t.started_at)) * 10


def _window(t: Any) -> Any:
    return seconds(t.due_at) - seconds(t.started_at)


def last_tenth(t: Any, m: Moment) -> Any:
    return _on_clock(t, m) & (_used(t) >= _window(t) * 9)


def tenth_before(t: Any, m: Moment) -> Any:
    return _on_clock(t, m) & (_used(t) >= _window(t) * 8) & (_used(t) < _window(t) * 9)


INDICATOR = Indicator(
    number=3,
    code="deadline_bunching",
    family="formalism",
    version=1,
    unit="ratio",
    method="ratio",
    better="low",
    title=Two("压线办结", "Rush at the deadline"),
    meaning=Two(
        "在期限最后一成时间里答复的件数，是前一成时间里的几倍。1 倍表示没有扎堆。",
        "How many answers came in the last tenth of their time for each that came in the tenth before. 1 means no "
        "rush.",
    ),
    denominators=Two(
        "期限内最后两成时间里的答复。", "Answers in the last two tenths of their time, none of them late."
    ),
    bias=Two("上下班时间和节假日会自然造成起伏。", "Office hours and holidays make natural bumps."),
    gaming=Two("提前草草答复：同 2 一起看。", "Closing earlier and in haste: read with 2."),
    read_with=(2, 5, 17),
    measure=Ratio("answers", first=last_tenth, second=tenth_before),
)
