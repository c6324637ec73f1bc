"""From published pages to what templates show: periods in words, counts, the gap, trends, rows that keep their order.

Nothing is counted here. Every number on a page is a published one (`huiyin.lake.published`): rounded, protected, of
whole months. A number that is not told stays None, and the page says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.base.drawing import funnel, gap, trend
from huiyin.base.drawing.words import months_words
from huiyin.cases.vocabulary import CHANNELS
from huiyin.figures.publishing import ALL, PublicFigure, period_of
from huiyin.lake import published
from huiyin.lake.published import Page, Said
from huiyin.organisation.catalogue import Catalogue

#: What the address calls a period → days as `published` knows them.
SPANS = {"1": 30, "3": 90, "12": 365}
USUAL = "3"
TABS = (("1", _("最近 1 个月")), ("3", _("最近 3 个月")), ("12", _("最近 12 个月")))
#: The share that every comparison is about.
CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Span:
    """The chosen period: its name in the address, its days, and its months in words."""

    name: str
    days: int
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One group in a list. `gap` has None for numbers that are not told."""

    names: Any
    href: str
    inset: str
    counts: published.Gap | None
    gap: gap.Gap | None
    figure: PublicFigure | None


def language() -> str:
    return get_language() or "zh-hans"


def span(request: HttpRequest, page: Page | None) -> Span:
    """The period asked for; anything silly falls back to three months."""
    name = request.GET.get("months", USUAL)
    name = name if name in SPANS else USUAL
    months = page.months(SPANS[name]) if page is not None else ()
    return Span(name, SPANS[name], months_words(months[0], months[-1], language()) if months else "")


whole = published.whole


def told(counts: published.Gap) -> funnel.Counts | None:
    """The counts as a drawing, when every one of them is told."""
    numbers = {name: getattr(counts, name) for name in published.Gap.__dataclass_fields__}
    return None if None in numbers.values() else funnel.Counts(**numbers)


def listed(counts: published.Gap) -> list[tuple[str, int | None]]:
    """(what, number or None), in the order of the funnel: for counts of which some are not told."""
    return [(one.title, getattr(counts, one.code)) for one in published.definitions(language())[: len(_FUNNEL)]]


_FUNNEL = tuple(published.Gap.__dataclass_fields__)


def drawn(counts: published.Gap) -> gap.Gap:
    return gap.Gap(counts.claimed, counts.confirmed, counts.disputed, counts.unknown)


def row(names: Any, href: str, page: Page | None, days: int, inset: str = "") -> Row:
    if page is None:
        return Row(names, href, inset, None, None, None)
    counts = whole(page.gap(days))
    return Row(names, href, inset, counts, drawn(counts), page.figure(CONFIRMED, days))


def shared(rows: Iterable[Row]) -> int:
    """The right end that all drawings of a list share."""
    return funnel.round_scale(max((r.gap.claimed or 0 for r in rows if r.gap is not None), default=0))


def points(page: Page) -> list[trend.Point]:
    """The confirmed share month by month; empty when no month can be told."""
    found = [
        trend.Point(month, one.low, one.value, one.high, one.n) if one.value is not None
        else trend.Point(month, None, None, None, one.n)
        for month, one in page.trend(CONFIRMED)
    ]  # fmt: skip
    return found if any(point.value is not None for point in found) else []


def others(page: Page, days: int) -> list[tuple[Said, PublicFigure]]:
    """Every published share beside its definition."""
    said = {one.code: one for one in published.definitions(language())}
    found = page.data.get(period_of(days, page.as_of), {}).get("figures", {})
    pairs = [(said[code], page.figure(code, days)) for code in found if code in said]
    return [(one, figure) for one, figure in pairs if figure is not None]


@dataclass(frozen=True, slots=True)
class History:
    """Imported matters: closed in the system they came from, and of these called solved there."""

    closed: int
    solved: int

    @property
    def share(self) -> str:
        """Both counts are rounded to fives: one decimal only where that moves it by a tenth at most (4,000 on)."""
        return f"{100 * self.solved / self.closed:.{1 if self.closed >= 4000 else 0}f}"


def history(page: Page) -> History | None:
    """What imported history says of itself, over all time; None when there is none, or too little to tell."""
    counts = page.counts(ALL)
    closed, solved = counts.get("history"), counts.get("history_solved")
    return None if closed is None or solved is None else History(closed, min(solved, closed))


def names_of(kind: str, group: str, catalogue: Catalogue) -> Any:
    """A group's names; its code when the pack of today does not know it any more."""
    if kind == "channel":
        return CHANNELS.get(group, group)
    if kind == "category":
        scheme, _slash, code = group.partition("/")
        info = catalogue.categories.get(code) if scheme == catalogue.scheme else None
        return info.names if info is not None else group
    found = (catalogue.areas if kind == "area" else catalogue.offices).get(group)
    return found.names if found is not None else group
