"""From exact roll-ups to what everybody may read: protected counts, and figures made of these counts and nothing else.

Published are, for the whole body, each office, area, top category and channel, the counts of every month, of the last
three and twelve complete months, and of everything up to the last complete month. Periods are whole months, so that no
two of them differ by a few days. Counts go through `protection`; a share is made of two published counts, and its
interval is widened by what rounding may hide. So whoever has the published counts can make every published figure
again: `figure` is all that is needed. Only how an office stands beside the others, like with like, needs the exact
counts (`compared`); one of three words comes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huiyin.figures import intervals
from huiyin.figures.conditions import FUNNEL
from huiyin.figures.indicators import indicator
from huiyin.figures.protection import SLACK, SMALLEST, Relation, protect
from huiyin.figures.rollups import KINDS, Rollup, names, summed
from huiyin.figures.standard import standardise

#: Raised whenever published figures are made in another way.
METHOD = 4
#: Months shown one by one, newest last.
MONTHS_SHOWN = 24
#: Periods by the days people know them by → how many complete months they are.
PERIODS = {30: 1, 90: 3, 365: 12}
#: The period of everything up to the last complete month.
ALL = "all"
#: Periods in which offices are compared; one month holds too little for it.
COMPARED = ("3m", "12m")
#: Published measures. What an indicator shares with the funnel is told once, in the funnel.
_SAME = {"confirmed.n": "answered", "confirmed.hit": "confirmed", "confirmed.asked": "asked"}
MEASURES = tuple(name for name in names() if name not in _SAME)

Cell = tuple[str, str, str, str]  # kind, group, period, measure


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """A share as it is published: fractions of 1, rounded to whole thousandths, made of rounded counts."""

    code: str
    version: int
    n: int | None
    value: float | None
    low: float | None
    high: float | None
    bounds: tuple[float, float] | None
    why: str

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code, "version": self.version, "n": self.n, "value": self.value, "low": self.low,
            "high": self.high, "bounds": list(self.bounds) if self.bounds else None, "why": self.why,
        }  # fmt: skip


def month_before(month: str, back: int = 1) -> str:
    """The month `back` months earlier."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - back
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def last_complete(as_of: datetime) -> str:
    """The last month that had ended by then (UTC)."""
    return month_before(f"{as_of.year:04d}-{as_of.month:02d}")


def periods(as_of: datetime, earliest: str = "") -> dict[str, tuple[str, ...]]:
    """Period → its months: every shown month by its name, "3m" and "12m" for the longer ones ("1m" is a month).

    `earliest`: the first month there is; with it, "all" holds every month since then.
    """
    last = last_complete(as_of)
    shown = [month_before(last, back) for back in reversed(range(MONTHS_SHOWN))]
    return {
        **{month: (month,) for month in shown},
        **{f"{n}m": tuple(shown[-n:]) for n in (3, 12)},
        **({ALL: tuple(_since(earliest, last))} if earliest else {}),
    }


def _since(earliest: str, last: str) -> list[str]:
    found = [last] if earliest <= last else []
    while found and found[-1] > earliest:
        found.append(month_before(found[-1]))
    return found[::-1]


def period_of(days: int, as_of: datetime) -> str:
    """The published period for 30, 90 or 365 days; KeyError for others."""
    length = PERIODS[days]
    return last_complete(as_of) if length == 1 else f"{length}m"


def public_counts(rollup: Rollup, as_of: datetime, groups: Mapping[str, Sequence[str]]) -> dict[Cell, int | None]:
    """Every published count. `groups` names, by kind, the groups that are published; the rest only add to the body."""
    spans = periods(as_of, min(rollup.months(), default=""))
    found: dict[Cell, int | None] = {}
    exact = {
        (kind, group, period): rollup.counts(kind, group, months)
        for kind in KINDS
        for group in ([""] if kind == "body" else groups.get(kind, ()))
        for period, months in spans.items()
    }
    # The funnel is protected as one: its numbers add up among themselves, too. The others stand alone.
    for measures in (tuple(FUNNEL), *((name,) for name in MEASURES if name not in FUNNEL)):
        counts = {(*cell, name): numbers[name] for cell, numbers in exact.items() for name in measures}
        relations = [r for name in measures for r in _relations(rollup, name, groups, spans)]
        if len(measures) > 1:
            relations += [
                Relation((*cell, total), tuple((*cell, part) for part in parts))
                for cell in exact
                for total, parts in _WITHIN
            ]
        found.update(protect(counts, relations))  # type: ignore[arg-type]
    return found


def _relations(
    rollup: Rollup, measure: str, groups: Mapping[str, Sequence[str]], spans: Mapping[str, tuple[str, ...]]
) -> Iterable[Relation]:
    """What adds up to what: months to longer periods, groups to the body. Groups nobody sees take part, untold."""
    for kind in KINDS:
        for group in [""] if kind == "body" else groups.get(kind, ()):
            for period, months in spans.items():
                if len(months) > 1:
                    parts = tuple((kind, group, month, measure) for month in months)
                    yield Relation((kind, group, period, measure), parts)
    for kind in KINDS[1:]:
        shown = list(groups.get(kind, ()))
        unseen = sorted(set(rollup.groups(kind)) - set(shown))
        for period in spans:
            parts = tuple((kind, group, period, measure) for group in (*shown, *unseen))
            if parts:
                yield Relation(("body", "", period, measure), parts, keep_total=True)


#: In one cell: total, and the parts that make it up.
_WITHIN = (("answered", ("confirmed", "disputed")), ("asked", ("answered", "unknown")))


# --- figures -------------------------------------------------------------------------------------


def figure(code: str, counts: Mapping[str, int | None]) -> PublicFigure:
    """The published share of an indicator, from published counts (measure → number or None) alone."""
    one = indicator(code)
    n, hit, asked = (_told(counts, f"{code}.{part}") for part in ("n", "hit", "asked"))
    plain: dict[str, Any] = {"code": code, "version": one.version, "n": n}
    if n is None:
        return PublicFigure(**plain, value=None, low=None, high=None, bounds=None, why="few")
    # A hit that is not told lies between none and nine; told numbers may be off by what rounding hides.
    hit_low, hit_high = (0, SMALLEST - 1) if hit is None else (max(0, hit - SLACK), hit + SLACK)
    n_low, n_high = max(SMALLEST, n - SLACK), n + SLACK
    low = intervals.wilson(min(hit_low, n_high), n_high)
    high = intervals.wilson(min(hit_high, n_low), n_low)
    assert low is not None  # noqa: S101  n is at least ten
    assert high is not None  # noqa: S101
    value = None if hit is None else round(min(hit, n) / n, 3)
    bounds = None
    if asked is not None and one.measure is not None:
        all_high = max(asked + SLACK, n_low)
        silent = max(0, asked + SLACK - n_low)
        bounds = (round(hit_low / all_high, 3), round(min(1.0, (hit_high + silent) / all_high), 3))
    return PublicFigure(
        **plain, value=value, low=round(low.low, 3), high=round(high.high, 3), bounds=bounds,
        why="" if value is not None else "few",
    )  # fmt: skip


def _told(counts: Mapping[str, int | None], name: str) -> int | None:
    return counts.get(_SAME.get(name, name))


def codes() -> list[str]:
    """The indicators published in every cell."""
    return [one.code for one in summed()]


def compared(rollup: Rollup, as_of: datetime, told: Mapping[Cell, int | None]) -> dict[tuple[str, str], str]:
    """(office, period) → how its confirmed share stands beside all offices, like with like (`figures.standard`).

    "above" or "below" when it lies outside what chance explains (99.8 %), "within" when it does not, "" when it cannot
    be told or the office's share itself is not told: the word would say something of a count that is kept back.
    """
    spans = periods(as_of)
    found: dict[tuple[str, str], str] = {}
    for period in COMPARED:
        for one in standardise(rollup.strata(spans[period])):
            share = (told.get(("office", one.office, period, measure)) for measure in ("answered", "confirmed"))
            if None not in share and one.value is not None:
                found[one.office, period] = one.strays or "within"
    return found


def by_cell(told: Mapping[Cell, int | None]) -> dict[tuple[str, str], dict[str, dict[str, int | None]]]:
    """(kind, group) → period → measure → number."""
    found: dict[tuple[str, str], dict[str, dict[str, int | None]]] = {}
    for (kind, group, period, measure), number in told.items():
        found.setdefault((kind, group), {}).setdefault(period, {})[measure] = number
    return found


def page(cells: Mapping[str, Mapping[str, int | None]], beside: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What is kept for one group: period → {counts, figures, beside}."""
    return {
        period: {
            "counts": {name: counts.get(name) for name in MEASURES},
            "figures": {code: figure(code, counts).as_json() for code in codes()},
            "beside": (beside or {}).get(period, ""),
        }
        for period, counts in cells.items()
    }


FUNNEL_NAMES = tuple(FUNNEL)
