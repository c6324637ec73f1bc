"""A share month by month: dots on their intervals. A month that cannot be told is left empty, never drawn as nought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from huiyin.base.drawing.interval import position
from huiyin.base.drawing.words import english, month_words, percent

TOP, PLOT, HEIGHT = 8, 120, 152
#: Names of months below the drawing: no more than fit a small phone.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Point:
    """One month ("2026-10"). Shares between 0 and 1; None where nothing can be told. `n`: answers, None when few."""

    month: str
    low: float | None
    value: float | None
    high: float | None
    n: int | None


def _y(share: float) -> str:
    return f"{TOP + PLOT * (1 - share):.1f}"


def words(point: Point, language: str) -> str:
    """One row of the table beside the drawing."""
    if point.value is None or point.low is None or point.high is None:
        return "too few answers" if english(language) else "回答的太少"
    low, value, high = percent(point.low), percent(point.value), percent(point.high)
    return f"{value} ({low} – {high})" if english(language) else f"{value}（{low} 到 {high}）"


def render(points: Sequence[Point], language: str) -> str:
    """The drawing, hidden from screen readers: the table beside it says the same."""
    parts = [f'<svg class="trend" height="{HEIGHT}" aria-hidden="true" focusable="false">']
    for share in (0.0, 0.5, 1.0):
        parts.append(f'<line class="interval-axis" x1="0" x2="100%" y1="{_y(share)}" y2="{_y(share)}"/>')
        # above the line, except at the very top, where it would be cut off
        at = TOP + PLOT * (1 - share) + (12 if share == 1.0 else -4)
        parts.append(f'<text class="trend-label" x="0" y="{at:.1f}">{percent(share)}</text>')
    count = len(points)
    places = [position((0.5 + index) / count * 0.9 + 0.1) for index in range(count)]
    for (one, other), (left, right) in zip(pairwise(points), pairwise(places), strict=True):
        if one.value is not None and other.value is not None:
            parts.append(
                f'<line class="trend-line" x1="{left}" x2="{right}" y1="{_y(one.value)}" y2="{_y(other.value)}"/>'
            )
    step = -(-count // NAMED)
    for index, (point, x) in enumerate(zip(points, places, strict=True)):
        if point.value is not None and point.low is not None and point.high is not None:
            parts.append(
                f'<line class="interval-range" x1="{x}" x2="{x}" y1="{_y(point.low)}" y2="{_y(point.high)}"/>'
                f'<circle class="interval-dot" cx="{x}" cy="{_y(point.value)}" r="4.5"/>'
            )
        if (count - 1 - index) % step == 0:
            name = month_words(point.month, language, short=True)
            parts.append(f'<text class="trend-label trend-month" x="{x}" y="{HEIGHT - 4}">{name}</text>')
    parts.append("</svg>")
    return "".join(parts)
