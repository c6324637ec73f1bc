"""Every definition for the page: counts first, then all indicators by family, also those not measurable yet."""

from __future__ import annotations

from typing import Any

from huiyin.base.drawing.words import english
from huiyin.figures.definitions import DEFINITIONS
from huiyin.figures.indicators import FAMILIES, INDICATORS, METHODS, UNITS
from huiyin.figures.publishing import codes


def meanings(language: str) -> dict[str, Any]:
    """`counts` and `families`: [(name of the family, [indicator as plain words])]."""
    place = 1 if english(language) else 0
    public, numbers = set(codes()), {one.number: one for one in INDICATORS}
    counts = [
        {"code": d.code, "title": d.title(language), "meaning": d.text(language), "limits": d.limits(language),
         "version": d.version}
        for d in DEFINITIONS
    ]  # fmt: skip
    families = []
    for family, name in FAMILIES.items():
        mine = [one for one in INDICATORS if one.family == family]
        rows = [
            {
                "number": one.number, "code": one.code, "title": one.title.text(language),
                "meaning": one.meaning.text(language), "version": one.version, "unit": UNITS[one.unit][place],
                "method": METHODS[one.method][place] if one.method else "",
                "denominators": one.denominators.text(language), "bias": one.bias.text(language),
                "gaming": one.gaming.text(language),
                "read_with": [(other.code, other.title.text(language)) for other in map(numbers.get, one.read_with)
                              if other is not None],
                "missing": one.missing.text(language) if one.missing is not None else "",
                "public": one.code in public,
            }
            for one in mine
        ]  # fmt: skip
        if rows:
            families.append((name[place], rows))
    return {"counts": counts, "families": families}
