"""Every definition for two pages: what is published, and what is not, with the reason where it cannot be measured."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from huiyin.base.drawing.words import english
from huiyin.figures.definitions import DEFINITIONS
from huiyin.figures.indicators import FAMILIES, INDICATORS, METHODS, UNITS
from huiyin.figures.indicators.base import Indicator
from huiyin.figures.publishing import codes


def meanings(language: str, *, more: bool = False) -> dict[str, Any]:
    """`counts` and `families` ([(name, [indicator as plain words])]) of what is published; `more`: of all the rest."""
    place, public = 1 if english(language) else 0, set(codes())
    counts = [
        {"code": d.code, "title": d.title(language), "meaning": d.text(language), "limits": d.limits(language),
         "version": d.version}
        for d in DEFINITIONS
    ]  # fmt: skip
    families = []
    for family, name in FAMILIES.items():
        mine = [one for one in INDICATORS if one.family == family and (one.code in public) != more]
        if mine:
            families.append((name[place], [_plain(one, language, place, public, more=more) for one in mine]))
    return {"counts": [] if more else counts, "families": families, "more": more}


def _plain(one: Indicator, language: str, place: int, public: set[str], *, more: bool) -> dict[str, Any]:
    def address(other: Indicator) -> str:
        elsewhere = (other.code in public) == more
        page = reverse("board:definitions" if more else "board:definitions-more") if elsewhere else ""
        return f"{page}#{other.code}"

    others = [other for other in INDICATORS if other.number in one.read_with]
    return {
        "number": one.number, "code": one.code, "title": one.title.text(language),
        "meaning": one.meaning.text(language), "version": one.version, "unit": UNITS[one.unit][place],
        "method": METHODS[one.method][place] if one.method else "",
        "denominators": one.denominators.text(language), "bias": one.bias.text(language),
        "gaming": one.gaming.text(language), "missing": one.missing.text(language) if one.missing is not None else "",
        "read_with": [(address(other), other.title.text(language)) for other in others],
    }  # fmt: skip
