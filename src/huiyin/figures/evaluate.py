"""From a lake to values: count in the engine, judge in Python.

    frames = frames.duckdb(lake)
    evaluate(frames, indicator("confirmed"), Moment(as_of=now), by=("office",))

`by` names up to a few of: office, area, category (comes with its scheme), urgency, channel, month. Values come sorted
by group, never by figure. The same lake gives the same digits in every engine: engines deliver whole numbers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from huiyin.figures.frames import Frames
from huiyin.figures.indicators.base import Indicator
from huiyin.figures.measures import Group, Moment, Subject, columns
from huiyin.figures.values import Value

__all__ = ["Moment", "count", "evaluate", "judge"]


def count(frames: Frames, indicator: Indicator, moment: Moment, by: Sequence[str] = ()) -> dict[Group, Any]:
    """The counts of every group that has rows. ValueError for an indicator without a measure."""
    if indicator.measure is None:
        raise ValueError(f"{indicator.code} cannot be measured yet")
    measure = indicator.measure
    return measure.counts(frames.rows(measure.expression(frames, moment, by)), by)


def judge(
    indicator: Indicator, counts: dict[Group, Any], by: Sequence[str] = (), *, checked: bool = True
) -> list[Value]:
    """Counts → values, sorted by group. Without a measure: one value that says so."""
    subject = Subject(indicator.code, indicator.version)
    if indicator.measure is None:
        return [Value(indicator.code, indicator.version, {}, 0, why="no_data_yet")]
    found = []
    for group in sorted(counts):
        names = columns(by)[: len(group)] if len(group) == len(columns(by)) else columns(_kept(by))
        found.append(indicator.measure.value(subject, dict(zip(names, group, strict=True)), counts[group], checked))
    return found


def _kept(by: Sequence[str]) -> list[str]:
    """A comparison of like with like is made within categories and urgencies, never between them."""
    return [name for name in by if name not in ("category", "urgency")]


def evaluate(frames: Frames, indicator: Indicator, moment: Moment, by: Sequence[str] = ()) -> list[Value]:
    """The values of an indicator, one for each group with rows (without `by`: exactly one)."""
    if indicator.measure is None:
        return judge(indicator, {})
    return judge(indicator, count(frames, indicator, moment, by), by, checked=frames.checked)
