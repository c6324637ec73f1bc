"""Which groups of answers may be shown, so that no difference of what is shown is a small group. Pure.

Everything shown is made from cells that do not overlap, each with at least `SMALLEST` people. A total is only ever the
sum of such cells. Whatever is added or subtracted, over months or over offices above and below, is again whole cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

SMALLEST = 10
#: Fewer reports of pressure than this name no office.
FEWEST_REPORTS = 3


def offices(counts: Mapping[str, int], smallest: int = SMALLEST) -> list[tuple[str, ...]]:
    """Split offices into cells by how many answered: large ones alone, small ones together, in the order of codes.

    When the small ones together are still too few, the smallest of the large joins them: otherwise a total less all
    that is shown would give them away. Offices nobody answered for are in no cell. Empty when all are too few.
    """
    heard = {office: n for office, n in sorted(counts.items()) if n}
    alone = [office for office, n in heard.items() if n >= smallest]
    rest = [office for office, n in heard.items() if n < smallest]
    while rest and sum(heard[office] for office in rest) < smallest:
        if not alone:
            return []
        joins = min(alone, key=lambda office: (heard[office], office))
        alone.remove(joins)
        rest.append(joins)
    cells: list[tuple[str, ...]] = [(office,) for office in alone]
    if rest:
        cells.append(tuple(sorted(rest)))
    return cells


def blocks(months: Sequence[tuple[str, Mapping[str, Sequence[int]]]], items: Sequence[str]) -> list[tuple[str, str]]:
    """(first, last) months of the blocks of one office, out of (month, item → counts of the marks 1 to 5) in order.

    A block ends with the first month in which every item has at least `SMALLEST` marks. Months left over at the end
    wait for the next one and are not shown.
    """
    found: list[tuple[str, str]] = []
    first, sums = "", dict.fromkeys(items, 0)
    for month, marks in months:
        first = first or month
        for item in items:
            sums[item] += sum(marks.get(item, ()))
        if min(sums.values()) >= SMALLEST:
            found.append((first, month))
            first, sums = "", dict.fromkeys(items, 0)
    return found


def tone(marks: Sequence[int]) -> float | None:
    """The mean of marks (counts of 1, 2, 3, 4, 5) in steps of a half and never beyond 1.5 and 4.5; None for too few.

    So coarse that it never says what each single person answered, not even when all answered the same.
    """
    n = sum(marks)
    if n < SMALLEST:
        return None
    mean = sum(mark * count for mark, count in enumerate(marks, 1)) / n
    return min(4.5, max(1.5, round(mean * 2) / 2))


def fold(counts: Mapping[str, int], smallest: int = SMALLEST) -> tuple[dict[str, int], int]:
    """Counts large enough to be shown, and the rest as one number (0, or again large enough; -1: too few to say)."""
    shown = {name: n for name, n in counts.items() if n >= smallest}
    rest = sum(n for n in counts.values() if 0 < n < smallest)
    while 0 < rest < smallest:
        if not shown:
            return {}, -1
        joins = min(shown, key=lambda name: (shown[name], name))
        rest += shown.pop(joins)
    return shown, rest


def reports(pressed: Mapping[str, int], answered: Mapping[str, int]) -> tuple[list[str], bool]:
    """(offices from which at least FEWEST_REPORTS of at least SMALLEST people told of pressure, whether the others
    together reach that number too)."""
    named = [
        office for office, n in sorted(pressed.items()) if n >= FEWEST_REPORTS and answered.get(office, 0) >= SMALLEST
    ]
    others = [office for office in pressed if office not in named]
    return named, _enough(others, pressed, answered)


def _enough(others: Iterable[str], pressed: Mapping[str, int], answered: Mapping[str, int]) -> bool:
    chosen = list(others)
    people = sum(answered.get(office, 0) for office in chosen)
    return people >= SMALLEST and sum(pressed[office] for office in chosen) >= FEWEST_REPORTS
