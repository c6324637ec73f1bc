"""What an office says beside what people say: two bars on one scale, and the same in words.

The upper bar is outlined: matters the office says are done. Below it, filled, what people confirmed and what they did
not accept, then, hatched, what nobody knows. The white that is left below the upper bar was never asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.base.drawing.funnel import bar, hatch
from huiyin.base.drawing.words import english

HEIGHT, BAR = 26, 12


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of matters as they are published; None: fewer than ten, or kept back."""

    claimed: int | None
    confirmed: int | None
    disputed: int | None
    unknown: int | None


def words(gap: Gap, language: str) -> str:
    """The text beside the drawing, which is also what a screen reader hears."""
    en = english(language)
    if gap.claimed is None:
        return "Too few matters to give numbers." if en else "件数太少，不公布数字。"
    if gap.confirmed is None:
        return (
            f"The office says {gap.claimed:,} are done; fewer than 10 were confirmed, or their number is kept back."
            if en
            else f"单位称办了 {gap.claimed:,} 件；本人确认解决的不到 10 件，或不公布。"
        )
    if en:
        return f"The office says {gap.claimed:,} are done; people confirmed {gap.confirmed:,}."
    return f"单位称办了 {gap.claimed:,} 件；本人确认解决 {gap.confirmed:,} 件。"


def render(gap: Gap, language: str, *, name: str, end: int) -> str:
    """Both bars and their words as HTML. `end`: matters at the right end, shared by drawings that are compared."""
    said = f'<span class="gap-words">{words(gap, language)}</span>'
    if gap.claimed is None:
        return f'<div class="gap">{said}</div>'
    pieces = [f'<svg y="0" height="{BAR}">{bar("claimed", 0, gap.claimed, end, name, BAR)}</svg>']
    start = 0
    below = []
    for code in ("confirmed", "disputed", "unknown"):
        # rounded counts may add up to a little more than the rounded whole: nothing sticks out beyond the claim
        number = max(0, min(getattr(gap, code) or 0, gap.claimed - start))
        below.append(bar(code, start, number, end, name, BAR))
        start += number
    pieces.append(f'<svg y="{HEIGHT - BAR}" height="{BAR}">{hatch(name)}{"".join(below)}</svg>')
    svg = f'<svg height="{HEIGHT}" aria-hidden="true" focusable="false">{"".join(pieces)}</svg>'
    return f'<div class="gap">{svg}{said}</div>'
