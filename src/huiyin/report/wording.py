"""How a report says numbers, shares and names; what is not told is said to be not told."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from huiyin.base.drawing import interval, stairs
from huiyin.base.drawing.words import english, percent
from huiyin.figures.definitions import FUNNEL_DEFINITIONS
from huiyin.figures.publishing import PublicFigure
from huiyin.lake import published
from huiyin.report.facts import Facts


def number(count: int | None) -> str:
    """A count, or that it is not told."""
    return _("不公布") if count is None else f"{count:,}"


def whole(page: published.Page, period: str) -> dict[str, int | None]:
    """The counts of the funnel; what was kept back is filled in where anybody can subtract it from the others."""
    gap = published.whole(page.gap(period))
    return {name: getattr(gap, name) for name in stairs.ORDER}


def counted(counts: Mapping[str, int | None], full: Mapping[str, int | None], name: str) -> str:
    """A count in words; one that follows from the others is only about right."""
    if counts.get(name) is None and full.get(name) is not None:
        return _("约 %(number)s") % {"number": number(full[name])}
    return number(counts.get(name))


def share_of(figure: PublicFigure | None) -> interval.Interval | None:
    """A published share as it is drawn; None when it is not told."""
    if figure is None or figure.value is None or figure.n is None or figure.low is None or figure.high is None:
        return None
    return interval.Interval(figure.low, figure.value, figure.high, figure.n)


def share_words(figure: PublicFigure | None, language: str) -> str:
    share = share_of(figure)
    return number(None) if share is None else interval.words(share, language)


def titles(language: str) -> dict[str, str]:
    """What the counts of the funnel are called."""
    return {one.code: one.title(language) for one in FUNNEL_DEFINITIONS}


def bounds_words(bounds: tuple[float, float] | None) -> str:
    return "" if bounds is None else f"{percent(bounds[0])} – {percent(bounds[1])}"


def name_of(facts: Facts, code: str, language: str) -> str:
    """An office's name; of one that left the pack its code."""
    if not code:
        return _("没有单位、在接诉台答复的")
    names = facts.names.get(code)
    return code if names is None else str(names.local(language))


def joined(names: list[str], language: str) -> str:
    """Names one after the other."""
    return (", " if english(language) else "、").join(names)
