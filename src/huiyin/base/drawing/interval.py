"""A share drawn as a dot on its interval: HTML-embeddable SVG whose every length is a true percentage of the axis."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.base.drawing.words import english, percent

#: Below this many answers no share is drawn: the people behind it could be guessed and the interval says nothing.
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with the lower and upper end of its interval, all between 0 and 1, out of `n` answers."""

    low: float
    value: float
    high: float
    n: int

    def __post_init__(self) -> None:
        if not 0.0 <= self.low <= self.value <= self.high <= 1.0:
            raise ValueError("an interval needs 0 ≤ low ≤ value ≤ high ≤ 1")
        if self.n < 0:
            raise ValueError("an interval needs n ≥ 0")


def dot_radius(n: int) -> float:
    """Radius in CSS pixels: few answers make a small dot."""
    return 4.0 if n < 30 else 5.5 if n < 100 else 7.0


def position(share: float) -> str:
    """Where on the axis, as an SVG percentage with four decimals (finer than a pixel on any screen)."""
    return f"{share * 100:.4f}".rstrip("0").rstrip(".") + "%"


def words(interval: Interval, language: str) -> str:
    """The text beside the drawing, which is also what a screen reader hears."""
    low, value, high = percent(interval.low), percent(interval.value), percent(interval.high)
    if interval.n < FEWEST:
        return (
            f"n\u00a0=\u00a0{interval.n}: too few to show a share"
            if english(language)
            else f"只有 {interval.n} 人回答，太少，不算比例"
        )
    if english(language):
        return f"{value}, between {low} and {high} (n\u00a0=\u00a0{interval.n:,})"
    return f"{value}，在 {low} 到 {high} 之间（n\u00a0=\u00a0{interval.n:,}）"


def picture(interval: Interval, bounds: tuple[float, float] | None = None) -> str:
    """The drawing alone. `bounds` says how far the silent could move the share: a dashed line under the interval.

    Under `FEWEST` answers the axis stays empty.
    """
    parts = [
        '<svg height="22" aria-hidden="true" focusable="false">',
        '<line class="interval-axis" x1="0" x2="100%" y1="11" y2="11"/>',
        "".join(f'<line class="interval-axis" x1="{x}%" x2="{x}%" y1="6" y2="16"/>' for x in (0, 50, 100)),
    ]
    if interval.n >= FEWEST:
        low, value, high = (position(x) for x in (interval.low, interval.value, interval.high))
        if bounds is not None:
            least, most = (position(x) for x in bounds)
            parts.append(f'<line class="interval-bounds" x1="{least}" x2="{most}" y1="11" y2="11"/>')
        parts += [
            f'<line class="interval-range" x1="{low}" x2="{high}" y1="11" y2="11"/>',
            f'<line class="interval-end" x1="{low}" x2="{low}" y1="6" y2="16"/>',
            f'<line class="interval-end" x1="{high}" x2="{high}" y1="6" y2="16"/>',
            f'<circle class="interval-dot" cx="{value}" cy="11" r="{dot_radius(interval.n):g}"/>',
        ]
    return "".join(parts) + "</svg>"


def render(interval: Interval, language: str) -> str:
    """The drawing and its words."""
    said = words(interval, language)
    return f'<div class="interval">{picture(interval)}<span class="interval-words">{said}</span></div>'


def axis() -> str:
    """The numbers of the axis, to stand above drawings of the same width."""
    ends = ((0, ""), (50, " axis-middle"), (100, " axis-end"))
    texts = "".join(f'<text class="axis-label{anchor}" x="{x}%" y="12">{x}%</text>' for x, anchor in ends)
    return f'<svg height="16" aria-hidden="true" focusable="false">{texts}</svg>'
