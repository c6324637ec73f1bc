"""The four denominators as one drawing: received → claimed → asked → answered → what the residents say.

All bars share one scale that never starts above a hundred matters, so that three matters look like three.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from huiyin.base.drawing.interval import position
from huiyin.base.drawing.words import english

#: The shortest scale: with fewer matters than this the bars do not grow to fill the page.
SHORTEST_SCALE = 100

BAR_HEIGHT = 22


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of matters. `confirmed + partly + disputed + unknown` are what is known about the `claimed` ones."""

    received: int
    claimed: int
    asked: int
    answered: int
    confirmed: int
    disputed: int
    unknown: int
    partly: int = 0

    def __post_init__(self) -> None:
        for item in fields(self):
            if getattr(self, item.name) < 0:
                raise ValueError(f"{item.name} counts matters and cannot be negative")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the drawing and of its table."""

    code: str
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str

    def label(self, language: str) -> str:
        return self.en if english(language) else self.zh

    def meaning(self, language: str) -> str:
        return self.meaning_en if english(language) else self.meaning_zh


ROWS = (
    Row("received", "收到", "Received", "居民反映、登记在册的事", "Matters people brought and that were recorded"),
    Row(
        "claimed",
        "单位称办了",
        "Office says done",
        "单位说已经有了结果的事",
        "Matters the office says it has dealt with",
    ),
    Row(
        "asked", "问过本人", "Person asked", "问过当事人结果怎样的事", "Matters where the person was asked how it went"
    ),
    Row("answered", "本人答了", "Person answered", "当事人作了回答的事", "Matters where the person gave an answer"),
)

RESULTS = (
    Row(
        "confirmed",
        "本人确认已解决",
        "Person confirms it is solved",
        "当事人（或独立核查）说解决了",
        "The person, or an independent check, says it is solved",
    ),
    Row(
        "partly",
        "本人说部分解决",
        "Person says partly solved",
        "当事人说解决了一部分",
        "The person says part of it is solved",
    ),
    Row("disputed", "本人说没解决", "Person says not solved", "当事人说没有解决", "The person says it is not solved"),
    Row(
        "unknown",
        "不知道",
        "Unknown",
        "没问到、没回答或说不清；不算解决",
        "Not asked, no answer, or cannot say; never counted as solved",
    ),
)


def scale(counts: Counts, shared: int = 0) -> int:
    """The number of matters at the right end: a round number (1, 2 or 5 times a power of ten), at least a hundred.

    `shared` is the largest number among drawings that are to be compared, so that they get the same scale.
    """
    result_total = counts.confirmed + counts.partly + counts.disputed + counts.unknown
    return round_scale(max(counts.received, counts.claimed, counts.asked, counts.answered, result_total, shared))


def round_scale(largest: int) -> int:
    """1, 2 or 5 times a power of ten, at least `SHORTEST_SCALE`, that holds `largest`."""
    power = 100
    while True:
        for factor in (1, 2, 5):
            if factor * power >= largest:
                return max(SHORTEST_SCALE, factor * power)
        power *= 10


def bar(code: str, start: int, length: int, end: int, pattern: str, height: int = BAR_HEIGHT) -> str:
    """One bar as a nested <svg>, which cuts strokes off at its edge: not a pixel is drawn outside the true length."""
    if length == 0:
        return ""
    inside = f'<rect class="bar-{code}" width="100%" height="100%" stroke-width="4"/>'
    if code == "unknown":
        inside += f'<rect width="100%" height="100%" fill="url(#{pattern})"/>'
        inside += '<rect class="bar-edge" width="100%" height="100%" stroke-width="3"/>'
    return f'<svg x="{position(start / end)}" width="{position(length / end)}" height="{height}">{inside}</svg>'


def hatch(name: str) -> str:
    """The pattern that unknown matters are filled with; `name` must differ on one page."""
    return (
        f'<defs><pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatch-line" d="M1 0v6"/></pattern></defs>'
    )


def track(bars: str) -> str:
    """Bars on their ground line, as wide as the place they stand in."""
    return (
        f'<svg height="{BAR_HEIGHT}" aria-hidden="true" focusable="false">'
        f'<line class="funnel-track" x1="0" x2="100%" y1="{BAR_HEIGHT - 0.5}" y2="{BAR_HEIGHT - 0.5}"/>{bars}</svg>'
    )


def stacked(counts: Counts) -> Iterator[tuple[Row, int, int]]:
    """The results as (row, start, length) one after another."""
    start = 0
    for row in RESULTS:
        length = int(getattr(counts, row.code))
        yield row, start, length
        start += length


def render(counts: Counts, language: str, *, name: str = "funnel", shared: int = 0) -> str:
    """The bars with their numbers and key, as HTML with one small SVG per bar. `name` makes pattern ids unique."""
    end = scale(counts, shared)
    pattern = f"{name}-hatch"
    items = []
    for row in ROWS:
        number = int(getattr(counts, row.code))
        items.append(
            f"<li><span>{row.label(language)}</span>{track(bar(row.code, 0, number, end, pattern))}"
            f"<b>{number:,}</b></li>"
        )
    bars = "".join(bar(row.code, start, length, end, pattern) for row, start, length in stacked(counts))
    total = sum(length for _, _, length in stacked(counts))
    said = "What people say" if english(language) else "本人怎么说"
    items.append(f"<li><span>{said}</span>{track(hatch(pattern) + bars)}<b>{total:,}</b></li>")
    key = "".join(
        f'<li><svg viewBox="0 0 18 18" aria-hidden="true" focusable="false">{bar(row.code, 0, 1, 1, pattern, 18)}</svg>'
        f"<span>{row.label(language)} <b>{length:,}</b></span></li>"
        for row, _, length in stacked(counts)
        if length or row.code != "partly"
    )
    words = f"The full width is {end:,} matters." if english(language) else f"整条宽度等于 {end:,} 件。"
    return (
        f'<ul class="funnel-rows">{"".join(items)}</ul><ul class="funnel-key">{key}</ul>'
        f'<p class="funnel-scale">{words}</p>'
    )


def table(counts: Counts, language: str) -> list[tuple[str, int, str, str]]:
    """The same figures as rows of (label, number, share of which denominator in words, meaning)."""
    en = english(language)
    rows: list[tuple[str, int, str, str]] = []
    denominators = {"claimed": "received", "asked": "claimed", "answered": "asked"}
    labels = {row.code: row.label(language) for row in ROWS}
    for row in ROWS + RESULTS:
        number = int(getattr(counts, row.code))
        if row.code == "partly" and not number:  # published counts do not tell it apart; a nought would be untrue
            continue
        below = denominators.get(row.code, "" if row.code == "received" else "claimed")
        base = int(getattr(counts, below)) if below else 0
        share = ""
        if below:
            share = (
                f"{number:,} of {base:,} ({labels[below]})" if en else f"{labels[below]} {base:,} 件中的 {number:,} 件"
            )
        rows.append((row.label(language), number, share, row.meaning(language)))
    return rows
