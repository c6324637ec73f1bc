"""The published figures, for pages: one small read, no engine, nothing that is not already public.

    body = published.latest("body")                      # Page or None before the first run
    page = published.latest("office", "light")
    page.counts(90)                                      # {"received": 120, "claimed": 95, …}; None: fewer than ten
    page.figure("confirmed", 90)                         # PublicFigure: n, value, low, high, bounds, why
    page.trend("confirmed")                              # [("2025-12", PublicFigure), …], oldest first
    page.gap(90)                                         # Gap(claimed=95, confirmed=40, …)
    published.pages("office")                            # all offices in the pack's order, never by figure
    published.definitions("zh")                          # what each number means

Periods: 30, 90 and 365 stand for the last one, three and twelve complete months (`page.months(90)` says which), "all"
for everything up to the last of them. Counts are rounded to multiples of five, fewer than ten are not told (None).
`differ(one, other)` says whether two figures certainly differ; where it is not True no order may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huiyin.figures.definitions import DEFINITIONS
from huiyin.figures.indicators import METHODS, indicator
from huiyin.figures.protection import SLACK, SMALLEST
from huiyin.figures.publishing import PublicFigure, codes, period_of, periods
from huiyin.lake.models import Published


@dataclass(frozen=True, slots=True)
class Gap:
    """What offices say beside what people say; None: fewer than ten, or kept back to protect such a count."""

    received: int | None
    claimed: int | None
    asked: int | None
    answered: int | None
    confirmed: int | None
    disputed: int | None
    unknown: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """The public figures of one group as of a moment."""

    kind: str
    group: str
    as_of: datetime
    lake_version: int
    data: Mapping[str, Any]
    #: Of the way the figures were made, see `publishing.METHOD`.
    method: int

    def months(self, days: int) -> tuple[str, ...]:
        """The months that 30, 90 or 365 days stand for."""
        return periods(self.as_of)[period_of(days, self.as_of)]

    def counts(self, period: int | str) -> Mapping[str, int | None]:
        """The counts of 30, 90 or 365 days, or of a month ("2026-10"); empty for a month that is not published."""
        name = period_of(period, self.as_of) if isinstance(period, int) else period
        found: Mapping[str, int | None] = self.data.get(name, {}).get("counts", {})
        return found

    def figure(self, code: str, period: int | str) -> PublicFigure | None:
        """One figure; None for an unknown month or a figure that is not published."""
        name = period_of(period, self.as_of) if isinstance(period, int) else period
        found = self.data.get(name, {}).get("figures", {}).get(code)
        return None if found is None else _figure(found)

    def gap(self, period: int | str) -> Gap:
        counts = self.counts(period)
        return Gap(**{name: counts.get(name) for name in Gap.__dataclass_fields__})

    def beside(self, period: int | str) -> str:
        """How an office stands beside all, like with like: above, below, within, or "" when it cannot be told."""
        name = period_of(period, self.as_of) if isinstance(period, int) else period
        return str(self.data.get(name, {}).get("beside", ""))

    def trend(self, code: str) -> list[tuple[str, PublicFigure]]:
        """A figure month by month, oldest first; months before the first matter are left out."""
        found: list[tuple[str, PublicFigure]] = []
        for month in sorted(name for name in self.data if "-" in name):
            figure = self.figure(code, month)
            if figure is not None and (found or self.counts(month).get("received") is not None):
                found.append((month, figure))
        return found


def whole(counts: Gap) -> Gap:
    """The counts, with what is kept back filled in where the told numbers give it by subtraction.

    Everybody can subtract, so this says nothing new; it only spares readers a gap where silence matters most. Both told
    numbers are rounded: only a rest that is ten or more whatever rounding hides is written, never a nine as a ten.
    """
    made = {name: getattr(counts, name) for name in Gap.__dataclass_fields__}
    for total, one, other in (("answered", "confirmed", "disputed"), ("asked", "answered", "unknown")):
        for told_part, kept in ((one, other), (other, one)):
            if made[kept] is None and made[total] is not None and made[told_part] is not None:
                rest = made[total] - made[told_part]
                made[kept] = rest if rest - 2 * SLACK >= SMALLEST else None
    return Gap(**made)


def _figure(data: Mapping[str, Any]) -> PublicFigure:
    bounds = data["bounds"]
    return PublicFigure(**{**data, "bounds": (bounds[0], bounds[1]) if bounds else None})


def _page(row: Published) -> Page:
    return Page(row.kind, row.group, row.as_of, row.lake_version, row.page, row.method)


def latest(kind: str, group: str = "") -> Page | None:
    """The newest page of a group (kind: body, office, area, category, channel); None when it has none."""
    row = Published.objects.filter(kind=kind, group=group).first()
    return None if row is None else _page(row)


def pages(kind: str) -> list[Page]:
    """The pages of every group of a kind, in the pack's order: no figure decides who comes first."""
    return [_page(row) for row in Published.objects.filter(kind=kind).order_by("pk")]


def everything() -> list[Page]:
    """The pages of every group, in the order in which they are published."""
    return [_page(row) for row in Published.objects.order_by("pk")]


def differ(one: PublicFigure, other: PublicFigure) -> bool | None:
    """Whether two published figures certainly differ. None: cannot be told; only True allows an order."""
    if (one.code, one.version) != (other.code, other.version):
        raise ValueError(f"{one.code} {one.version} and {other.code} {other.version} are not the same figure")
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return None
    return one.high < other.low or other.high < one.low


@dataclass(frozen=True, slots=True)
class Said:
    """A definition in one language."""

    code: str
    version: int
    title: str
    meaning: str
    denominators: str
    bias: str
    gaming: str
    method: str
    read_with: tuple[int, ...]

    @property
    def asides(self) -> list[str]:
        """What stands below the meaning, in the order of reading; empty texts left out."""
        return [text for text in (self.denominators, self.bias, self.gaming, self.method) if text]


def definitions(language: str) -> list[Said]:
    """What every published number means, in the order pages show them: the funnel, then the figures."""
    english = language.startswith("en")
    found = [
        Said(d.code, d.version, d.title(language), d.text(language), "", d.limits(language), "", "", ())
        for d in DEFINITIONS
    ]
    for code in codes():
        one = indicator(code)
        found.append(
            Said(
                code, one.version, one.title.text(language), one.meaning.text(language),
                one.denominators.text(language), one.bias.text(language), one.gaming.text(language),
                METHODS[one.method][1 if english else 0], one.read_with,
            )
        )  # fmt: skip
    return found
