"""What reaches offices and their supervisors of questions 2 to 8: ratings in large cells, pressure as a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count

from huiyin.outcomes import cells
from huiyin.outcomes.models import Drawn, Period
from huiyin.outcomes.questions import MANNER

_Marks = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Heard:
    """One shown cell or a sum of shown cells: from month to month, how many rated, item → mean in half steps."""

    first: str
    last: str
    people: int
    tones: dict[str, float]


@dataclass(frozen=True, slots=True)
class Pressure:
    """One closed month: offices about which several people told of pressure, and whether the rest together did."""

    period: str
    offices: tuple[str, ...]
    elsewhere: bool


def manner_cells(offices: Collection[str]) -> dict[str, list[tuple[str, str, _Marks]]]:
    """Office → its closed blocks as (first month, last month, item → counts of the marks 1 to 5)."""
    months: dict[str, dict[str, _Marks]] = defaultdict(dict)
    mine = Drawn.objects.filter(stratum__in=list(offices), period__closed_at__isnull=False)
    for item in MANNER:
        rows = mine.filter(**{f"{item}__isnull": False}).values("stratum", "period__key", item)
        for row in rows.annotate(n=Count("pk")).order_by("stratum", "period__key"):
            marks = months[row["stratum"]].setdefault(row["period__key"], {name: [0] * 5 for name in MANNER})
            marks[item][row[item] - 1] += row["n"]
    found = {}
    for office, by_month in months.items():
        ordered = sorted(by_month.items())
        found[office] = [
            (first, last, _sum(marks for month, marks in ordered if first <= month <= last))
            for first, last in cells.blocks(ordered, MANNER)
        ]
    return found


def manner(offices: Collection[str], first: str = "", last: str = "9999-12") -> Heard | None:
    """How people rated these offices together in the blocks that lie wholly between two months; None for no block.

    Any choice of offices and months gives a sum of whole blocks, so differences between choices are whole blocks too.
    """
    chosen = [
        (begin, end, marks)
        for blocks in manner_cells(offices).values()
        for begin, end, marks in blocks
        if first <= begin and end <= last
    ]
    if not chosen:
        return None
    return _heard(min(c[0] for c in chosen), max(c[1] for c in chosen), _sum(c[2] for c in chosen))


def manner_blocks(office: str) -> list[Heard]:
    """Every block of one office, newest first."""
    return [_heard(*block) for block in reversed(manner_cells([office]).get(office, []))]


def _heard(first: str, last: str, marks: _Marks) -> Heard:
    tones = {item: tone for item in MANNER if (tone := cells.tone(marks[item])) is not None}
    return Heard(first, last, min(sum(counts) for counts in marks.values()), tones)


def _sum(parts: Iterable[_Marks]) -> _Marks:
    total = {item: [0] * 5 for item in MANNER}
    for marks in parts:
        for item in MANNER:
            total[item] = [a + b for a, b in zip(total[item], marks[item], strict=True)]
    return total


def pressure() -> list[Pressure]:
    """Closed months, newest first, in which people told callers that somebody leaned on them how to answer."""
    found = []
    for row in Period.objects.filter(closed_at__isnull=False).order_by("-key"):
        asked = row.drawn.exclude(pressed="").values("stratum", "pressed").annotate(n=Count("pk")).order_by("stratum")
        answered: dict[str, int] = defaultdict(int)
        told: dict[str, int] = defaultdict(int)
        for line in asked:
            answered[line["stratum"]] += line["n"]
            told[line["stratum"]] += line["n"] * (line["pressed"] == "yes")
        named, others = cells.reports(told, answered)
        if named or others:
            found.append(Pressure(row.key, tuple(named), others))
    return found
