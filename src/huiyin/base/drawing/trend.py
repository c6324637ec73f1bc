"""A share month by month: each month a dot on its upright interval, on an axis from nothing to everything."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from huiyin.base.drawing.interval import Interval, dot_radius, position

HEIGHT = 150
_TOP, _BOTTOM = 16, 124
#: Share of the width left for the numbers of the axis.
_LEFT = 0.07


def _height(share: float) -> str:
    return f"{_BOTTOM - share * (_BOTTOM - _TOP):.2f}".rstrip("0").rstrip(".")


def picture(months: Sequence[tuple[str, Interval | None]]) -> str:
    """One column for each (label, share); a month without a share keeps its place and stays empty."""
    parts = [f'<svg class="trend" height="{HEIGHT}" aria-hidden="true" focusable="false">']
    for share, label in ((0.0, "0%"), (0.5, "50%"), (1.0, "100%")):
        y = _height(share)
        parts.append(f'<line class="interval-axis" x1="{position(_LEFT)}" x2="100%" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="trend-label" x="0" y="{float(y) + 4:g}">{label}</text>')
    width = (1 - _LEFT) / max(len(months), 1)
    for number, (label, interval) in enumerate(months):
        x = position(_LEFT + (number + 0.5) * width)
        parts.append(f'<text class="trend-label trend-month" x="{x}" y="{HEIGHT - 6}">{escape(label)}</text>')
        if interval is not None:
            low, value, high = (_height(share) for share in (interval.low, interval.value, interval.high))
            parts.append(f'<line class="interval-range" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>')
            parts.append(f'<circle class="interval-dot" cx="{x}" cy="{value}" r="{dot_radius(interval.n):g}"/>')
    return "".join(parts) + "</svg>"
