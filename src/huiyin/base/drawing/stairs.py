"""The published funnel as bars on one scale, one below the other, when some of its numbers are not told.

`funnel` draws what is known exactly. Published counts are rounded and the small ones are kept back: such a row has no
bar, and says so instead of showing nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from huiyin.base.drawing import funnel

_RESULTS = ("confirmed", "disputed", "unknown")
ORDER = ("received", "claimed", "asked", "answered", *_RESULTS)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its code, its number (None: not told) and its drawing, an <svg> as wide as its place."""

    code: str
    number: int | None
    svg: str


def bars(counts: Mapping[str, int | None], *, name: str) -> tuple[list[Bar], int]:
    """The rows and the number of matters at the right end of their common scale.

    The three results follow one another like stairs, so that together they span what was asked; when one is not told,
    all three begin at the left. `name` makes the ids of patterns unique on a page.
    """
    end = funnel.round_scale(max((counts.get(code) or 0 for code in ORDER), default=0))
    told = [counts.get(code) for code in _RESULTS]
    stairs = None not in told and sum(number or 0 for number in told) <= end
    start, found = 0, []
    for code in ORDER:
        number = counts.get(code)
        hatch = f"{name}-{code}"
        drawn = funnel.bar(code, start if code in _RESULTS else 0, number or 0, end, hatch)
        pattern = funnel.hatch(hatch) if code == "unknown" else ""
        found.append(Bar(code, number, funnel.track(pattern + drawn)))
        if stairs and code in _RESULTS:
            start += number or 0
    return found, end
