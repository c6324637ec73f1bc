"""The shapes a figure can have: a share, a quantile, a mean, a ratio… Each knows how to count (an Ibis expression that
gives whole numbers) and how to make a `Value` of the counts (plain Python).

Counting and judging are kept apart so that any engine, a roll-up or a slow loop can deliver the counts, and the same
counts always give the same digits.

A condition is a function (table, moment) → Ibis boolean; `moment` carries the day the figures describe. The modules
below use nothing of Ibis but the methods of what they are given, so reading a definition never loads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from huiyin.figures import intervals, schema
from huiyin.figures.frames import Frames, epoch
from huiyin.figures.values import SMALLEST, Value

Group = tuple[str, ...]
#: Counts of one group: name → number, or value → how often for quantiles and means.
Counts = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """The day figures describe, and the period they are about: rows whose time lies in [start, end)."""

    as_of: datetime
    start: datetime | None = None
    end: datetime | None = None

    @property
    def seconds(self) -> int:
        return epoch(self.as_of)

    def ago(self, **time: float) -> datetime:
        return self.as_of - timedelta(**time)


Condition = Callable[[Any, Moment], Any]
Number = Callable[[Any, Moment], Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose definition a value carries."""

    code: str
    version: int


class Measure(Protocol):
    """What an indicator measures with."""

    @property
    def table(self) -> str:
        """The lake's table it counts."""

    def expression(self, frames: Frames, moment: Moment, by: Sequence[str]) -> Any:
        """The Ibis expression: one row for each group and, where the shape needs it, each value."""

    def counts(self, rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[Group, Any]:
        """The rows gathered by group; without groups there is always exactly one, ()."""

    def value(self, subject: Subject, group: Mapping[str, str], counts: Any, frames_checked: bool) -> Value:
        """The figure of one group. `counts` None: the group has no rows."""


def columns(by: Sequence[str]) -> tuple[str, ...]:
    """The columns of a breakdown: a category never stands without its scheme."""
    return tuple(name for one in by for name in (("scheme", "category") if one == "category" else (one,)))


def within(table: Any, kind: schema.Table, moment: Moment) -> Any:
    """The rows of the period."""
    at = table[kind.month_of]
    if moment.start is not None:
        table = table.filter(at >= moment.start)
    if moment.end is not None:
        table = table.filter(at < moment.end)
    return table


def prepared(frames: Frames, name: str, moment: Moment, by: Sequence[str]) -> Any:
    kind = schema.table(name)
    return frames.with_groups(within(frames.tables[name], kind, moment), kind, by)


def group_of(row: Mapping[str, Any], by: Sequence[str]) -> Group:
    return tuple(month_text(row[name]) if name == "month" else str(row[name]) for name in columns(by))


def month_text(number: int) -> str:
    """202610 → "2026-10"."""
    return f"{int(number) // 100:04d}-{int(number) % 100:02d}"


@dataclass(frozen=True, slots=True)
class Share:
    """hit ÷ base. `asked` are all who could have said it (base and unknown): worst-case bounds rest on them."""

    table: str
    base: Condition
    hit: Condition
    asked: Condition | None = None
    #: Further counts told beside the share.
    beside: Mapping[str, Condition] = field(default_factory=dict)
    #: Adds this number instead of one for each row; then `base` and `hit` are numbers, not conditions.
    sums: bool = False
    needs_check: bool = False
    #: Changes the rows before they are counted (joins of its own).
    shape: Callable[[Frames, Any], Any] | None = None

    def columns(self, table: Any, moment: Moment) -> dict[str, Any]:
        """The counts as aggregates over a prepared table: what a roll-up adds up."""
        if self.sums:
            return {"n": self.base(table, moment).sum(), "hit": self.hit(table, moment).sum()}
        base = self.base(table, moment)
        found = {"n": table.count(where=base), "hit": table.count(where=base & self.hit(table, moment))}
        if self.asked is not None:
            found["asked"] = table.count(where=self.asked(table, moment))
        for name, condition in self.beside.items():
            found[name] = table.count(where=condition(table, moment))
        return found

    def expression(self, frames: Frames, moment: Moment, by: Sequence[str]) -> Any:
        table = prepared(frames, self.table, moment, by)
        if self.shape is not None:
            table = self.shape(frames, table)
        aggregates = self.columns(table, moment)
        keys = columns(by)
        return table.group_by(list(keys)).aggregate(**aggregates) if keys else table.aggregate(**aggregates)

    def counts(self, rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[Group, Any]:
        keys = columns(by)
        found: dict[Group, dict[str, int]] = {}
        for row in rows:
            mine = found.setdefault(group_of(row, by), {})
            for name, number in row.items():
                if name not in keys:
                    mine[name] = mine.get(name, 0) + int(number or 0)
        if not by:
            found.setdefault((), {})
        return found

    def value(self, subject: Subject, group: Mapping[str, str], counts: Any, frames_checked: bool) -> Value:
        counts = dict(counts or {})
        n, hit = counts.get("n", 0), counts.get("hit", 0)
        asked = counts.get("asked", n)
        unknown = max(0, asked - n)
        plain = {"code": subject.code, "version": subject.version, "group": group, "n": n, "unknown": unknown}
        if self.needs_check and not frames_checked:
            return Value(**plain, counts=counts, why="no_reply_check")
        if n < SMALLEST:
            why = "few" if n or 0 < asked < SMALLEST else "nobody_answered" if asked else "nothing"
            return Value(**plain, counts=counts, why=why)
        share = intervals.wilson(hit, n)
        bounds = intervals.nonresponse_bounds(hit, n, max(asked, n)) if self.asked is not None else None
        assert share is not None  # noqa: S101  n is at least SMALLEST
        return Value(
            **plain, value=share.value, low=share.low, high=share.high, bounds=bounds, counts=counts,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantile of whole numbers. Rows that are not finished (`open`) count as longer than everything."""

    table: str
    base: Condition
    number: Number
    share: float
    open: Condition | None = None
    shape: Callable[[Frames, Any], Any] | None = None
    #: Values above this are counted as this: nothing is published about a single old matter.
    most: int = 100_000

    def expression(self, frames: Frames, moment: Moment, by: Sequence[str]) -> Any:
        table = prepared(frames, self.table, moment, by)
        if self.shape is not None:
            table = self.shape(frames, table)
        table = table.filter(self.base(table, moment))
        number = self.number(table, moment).cast("int64").clip(0, self.most)
        if self.open is not None:
            number = self.open(table, moment).ifelse(-1, number)
        keys = [*columns(by), "v"]
        return table.mutate(v=number).group_by(keys).aggregate(n=lambda t: t.count())

    def counts(self, rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[Group, Any]:
        found: dict[Group, dict[int, int]] = {} if by else {(): {}}
        for row in rows:
            mine = found.setdefault(group_of(row, by), {})
            mine[int(row["v"])] = mine.get(int(row["v"]), 0) + int(row["n"])
        return found

    def value(self, subject: Subject, group: Mapping[str, str], counts: Any, frames_checked: bool) -> Value:
        counts = dict(counts or {})
        waiting = counts.pop(-1, 0)
        n = sum(counts.values()) + waiting
        plain: dict[str, Any] = {
            "code": subject.code, "version": subject.version, "group": group, "n": n, "unknown": waiting,
            "counts": {"n": n, "open": waiting},
        }  # fmt: skip
        if n < SMALLEST:
            return Value(**plain, why="few" if n else "nothing")
        ordered = sorted(counts.items())
        rank, low, high = intervals.order_ranks(n, self.share)
        value, below, above = (_ranked(ordered, place) for place in (rank, max(1, low), high))
        if value is None or above is None:
            return Value(**plain, why="not_finished" if waiting else "few")
        return Value(**plain, value=float(value), low=float(below or 0), high=float(above))


def _ranked(ordered: Sequence[tuple[int, int]], rank: int) -> int | None:
    """The value at a rank, from 1; None beyond the finished ones."""
    passed = 0
    for value, often in ordered:
        passed += often
        if passed >= rank:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Mean(Spread):
    """The mean of whole numbers, divided by `per` (a score of four questions: 4)."""

    share: float = 0.5
    per: int = 1
    beside: Mapping[str, Condition] = field(default_factory=dict)

    def value(self, subject: Subject, group: Mapping[str, str], counts: Any, frames_checked: bool) -> Value:
        found = intervals.mean(counts or {})
        n = 0 if found is None else found.n
        plain: dict[str, Any] = {
            "code": subject.code, "version": subject.version, "group": group, "n": n, "counts": {"n": n},
        }  # fmt: skip
        if found is None or n < SMALLEST:
            return Value(**plain, why="few" if n else "nothing")
        return Value(**plain, value=found.value / self.per, low=found.low / self.per, high=found.high / self.per)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many of one kind for each of another, in stretches of equal length."""

    table: str
    first: Condition
    second: Condition

    def expression(self, frames: Frames, moment: Moment, by: Sequence[str]) -> Any:
        table = prepared(frames, self.table, moment, by)
        both = {"first": table.count(where=self.first(table, moment)),
                "second": table.count(where=self.second(table, moment))}  # fmt: skip
        keys = columns(by)
        return table.group_by(list(keys)).aggregate(**both) if keys else table.aggregate(**both)

    def counts(self, rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[Group, Any]:
        found: dict[Group, Any] = {} if by else {(): {"first": 0, "second": 0}}
        for row in rows:
            found[group_of(row, by)] = {"first": int(row["first"]), "second": int(row["second"])}
        return found

    def value(self, subject: Subject, group: Mapping[str, str], counts: Any, frames_checked: bool) -> Value:
        first, second = (counts or {}).get("first", 0), (counts or {}).get("second", 0)
        n = first + second
        plain: dict[str, Any] = {
            "code": subject.code, "version": subject.version, "group": group, "n": n,
            "counts": {"n": n, "first": first, "second": second},
        }  # fmt: skip
        if n < SMALLEST:
            return Value(**plain, why="few" if n else "nothing")
        found = intervals.ratio(first, second)
        if found is None:
            return Value(**plain, why="no_comparison")
        return Value(**plain, value=found.value, low=found.low, high=found.high)


@dataclass(frozen=True, slots=True)
class Fullest:
    """The fullest bucket's share of a month: of all months with enough in them, the one where it is largest."""

    table: str
    base: Condition
    bucket: Number

    def expression(self, frames: Frames, moment: Moment, by: Sequence[str]) -> Any:
        table = prepared(frames, self.table, moment, by)
        table = table.filter(self.base(table, moment))
        at = table.at
        table = table.mutate(in_month=at.year().cast("int64") * 100 + at.month().cast("int64"),
                             bucket=self.bucket(table, moment))  # fmt: skip
        keys = [*columns(by), "in_month"]
        hours = table.group_by([*keys, "bucket"]).aggregate(n=lambda t: t.count())
        return hours.group_by(keys).aggregate(n=lambda t: t.n.sum(), fullest=lambda t: t.n.max())

    def counts(self, rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[Group, Any]:
        found: dict[Group, list[tuple[int, int, int]]] = {} if by else {(): []}
        for row in rows:
            mine = found.setdefault(group_of(row, by), [])
            mine.append((int(row["in_month"]), int(row["n"]), int(row["fullest"])))
        return {group: sorted(months) for group, months in found.items()}

    def value(self, subject: Subject, group: Mapping[str, str], counts: Any, frames_checked: bool) -> Value:
        months = [(n, fullest) for _, n, fullest in counts or () if n >= SMALLEST]
        total = sum(n for _, n, _ in counts or ())
        plain: dict[str, Any] = {"code": subject.code, "version": subject.version, "group": group}
        if not months:
            return Value(**plain, n=total, counts={"n": total}, why="few" if total else "nothing")
        # By exact fractions: of two equal shares the month with more matters stands for both.
        n, fullest = max(months, key=lambda month: (month[1] * 10**9 // month[0], month[0]))
        share = intervals.wilson(fullest, n)
        assert share is not None  # noqa: S101  n is at least SMALLEST
        return Value(**plain, n=n, value=share.value, low=share.low, high=share.high,
                     counts={"n": n, "hit": fullest, "all": total})  # fmt: skip
