"""Small numbers stay unknown: what of a table of counts may be told, so that no count under ten can be worked out.

* A count under ten is not told at all (nought included). Every other one is rounded to a multiple of five, each for
  itself, totals too: nothing told is exact, so subtracting never gives an exact number.
* Still, sums narrow things down: a year and eleven of its months say something about the twelfth, a whole and all
  parts but one about the last. `protect` works out, as an attacker would, what the told numbers leave possible for each
  untold one, and keeps back further numbers until at least `CANDIDATES` values remain for every one of them.

Figures are made of what is told and of nothing else, so they cannot say more. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

SMALLEST = 10
BASE = 5
#: How far a told number may be from the true one.
SLACK = BASE // 2
#: How many values must remain possible for every untold count.
CANDIDATES = 4
_MANY = 10**15

Cell = Hashable


@dataclass(frozen=True, slots=True)
class Relation:
    """`total` is exactly the sum of `parts`. `keep_total`: when it says too much a part is kept back, not the total."""

    total: Cell
    parts: tuple[Cell, ...]
    keep_total: bool = False


def rounded(count: int) -> int | None:
    """What is told of a count: a multiple of five; None under ten. ValueError for a negative one."""
    if count < 0:
        raise ValueError(f"{count} is no count")
    return None if count < SMALLEST else BASE * ((count + SLACK) // BASE)


def possible(told: int | None) -> tuple[int, int]:
    """The true counts a told number leaves possible, both ends included."""
    return (0, SMALLEST - 1) if told is None else (max(SMALLEST, told - SLACK), told + SLACK)


def protect(counts: Mapping[Cell, int], relations: Sequence[Relation]) -> dict[Cell, int | None]:
    """What may be told of each count, None where nothing may. Cells named by relations only are taken as untold.

    A count kept back on top of the small ones leaves only "unknown" (it is not told that it is ten or more).
    """
    told = {cell: rounded(count) for cell, count in counts.items()}
    small = {cell for cell, number in told.items() if number is None}
    by_cell: dict[Cell, list[Relation]] = defaultdict(list)
    for relation in relations:
        for cell in (relation.total, *relation.parts):
            by_cell[cell].append(relation)
    hidden: set[Cell] = {cell for cell in by_cell if cell not in counts}
    bounds = {cell: _first(cell, told, hidden) for cell in {*counts, *by_cell}}
    queue = list(relations)
    while True:
        _narrow(bounds, queue, by_cell)
        exposed = [cell for cell in small if bounds[cell][1] - bounds[cell][0] + 1 < CANDIDATES and by_cell[cell]]
        if not exposed:
            return {cell: None if cell in hidden else number for cell, number in told.items()}
        changed = {cell for small_cell in exposed for cell in _to_hide(small_cell, by_cell, told, hidden)}
        if not changed:  # nothing told is left around it
            return {cell: None if cell in hidden else number for cell, number in told.items()}
        hidden |= changed
        region = _connected(changed, by_cell)
        for cell in region:
            bounds[cell] = _first(cell, told, hidden)
        queue = [relation for relation in relations if relation.total in region]


def _first(cell: Cell, told: Mapping[Cell, int | None], hidden: set[Cell]) -> tuple[int, int]:
    return (0, _MANY) if cell in hidden else possible(told[cell])


def _narrow(bounds: dict[Cell, tuple[int, int]], queue: list[Relation], by_cell: Mapping[Cell, list[Relation]]) -> None:
    """Tighten what is possible until the relations say nothing new."""
    waiting = {id(relation): relation for relation in queue}
    while waiting:
        _, relation = waiting.popitem()
        lows = sum(bounds[part][0] for part in relation.parts)
        highs = sum(bounds[part][1] for part in relation.parts)
        low, high = bounds[relation.total]
        moved = [(relation.total, (max(low, lows), min(high, highs)))]
        for part in relation.parts:
            part_low, part_high = bounds[part]
            moved.append((part, (max(part_low, low - (highs - part_high)), min(part_high, high - (lows - part_low)))))
        for cell, now in moved:
            if now != bounds[cell]:
                bounds[cell] = now
                for other in by_cell[cell]:
                    if other is not relation:
                        waiting[id(other)] = other


def _to_hide(
    cell: Cell, by_cell: Mapping[Cell, list[Relation]], told: Mapping[Cell, int | None], hidden: set[Cell]
) -> set[Cell]:
    """What to keep back so that this cell is safe: of each relation around it the total, or the smallest part."""
    found: set[Cell] = set()
    for relation in by_cell[cell]:
        open_ = [c for c in relation.parts if c not in hidden and c != cell and told.get(c) is not None]
        if relation.keep_total and open_:
            found.add(min(open_, key=lambda c: (told[c] or 0, str(c))))
        elif relation.total != cell and relation.total not in hidden and told.get(relation.total) is not None:
            found.add(relation.total)
    return found


def _connected(cells: Iterable[Cell], by_cell: Mapping[Cell, list[Relation]]) -> set[Cell]:
    """Every cell that can be reached from these over relations."""
    found: set[Cell] = set()
    waiting = list(cells)
    while waiting:
        cell = waiting.pop()
        if cell in found:
            continue
        found.add(cell)
        for relation in by_cell[cell]:
            waiting.extend(other for other in (relation.total, *relation.parts) if other not in found)
    return found
