"""Counts that can be added up: by month of receipt and one group at a time. What published figures are made of.

A roll-up is a handful of cubes: what matters count for in the whole body, in their office, area, category and channel;
and `strata`, for each office, category and urgency what is needed to compare like with like. All are sums over matters,
so cubes of disjoint sets add up, and a change is what came in minus what left:

    rollup = Rollup.of(frames.duckdb(lake))                 # from scratch, in the engine
    rollup = rollup + Rollup.of(added) - Rollup.of(removed) # after a change: exactly the same

Pure: counting happens in whatever engine the frames have; here are only whole numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from huiyin.figures.conditions import FUNNEL, HISTORY
from huiyin.figures.frames import Frames
from huiyin.figures.indicators import INDICATORS, Indicator
from huiyin.figures.measures import Moment, Share, month_text

#: Raised whenever a cube or a measure comes, goes or changes its meaning; a stored roll-up of another one is made anew.
VERSION = 3
#: What a matter is counted under. "body" is everything; a category stands with its scheme: "scheme/category".
KINDS = ("body", "office", "area", "category", "channel")
STRATA = ("answered", "confirmed", "asked")

#: (kind, group, month) or ("strata", "office|scheme|category|urgency", month).
Key = tuple[str, str, str]


@cache
def summed() -> tuple[Indicator, ...]:
    """The indicators whose counts can be added up."""
    return tuple(one for one in INDICATORS if one.adds_up)


@cache
def names() -> tuple[str, ...]:
    """The measures of a cell: the funnel, imported history, then `code.count` of each indicator that adds up."""
    found = [*FUNNEL, *HISTORY]
    for one in summed():
        assert isinstance(one.measure, Share)  # noqa: S101  only shares add up
        found += [f"{one.code}.n", f"{one.code}.hit"]
        if one.measure.asked is not None:
            found.append(f"{one.code}.asked")
    return tuple(found)


def _aggregates(table: Any, moment: Moment) -> dict[str, Any]:
    """The measures as Ibis aggregates over `cases`."""
    found = {name: table.count(where=test(table, moment)) for name, test in {**FUNNEL, **HISTORY}.items()}
    for one in summed():
        assert isinstance(one.measure, Share)  # noqa: S101  only shares add up
        for name, number in one.measure.columns(table, moment).items():
            if f"{one.code}.{name}" in names():
                found[f"{one.code}.{name}"] = number
    return {name.replace(".", "__"): number for name, number in found.items()}


@dataclass(slots=True)
class Rollup:
    """Key → measures in the order of `names()` (strata: of `STRATA`). Cells of nothing but noughts are not kept."""

    cells: dict[Key, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, frames: Frames, moment: Moment) -> Rollup:
        """Count from scratch. Nothing that adds up depends on the day, so `moment` may be any."""
        found: dict[Key, tuple[int, ...]] = {}
        # One pass over the matters; the cubes are then sums over far fewer rows.
        dims = ("office", "area", "category", "urgency", "channel", "month")
        table = frames.grouped("cases", dims)
        keys = ("office", "area", "scheme", "category", "urgency", "channel", "month")
        fine = table.group_by(list(keys)).aggregate(**_aggregates(table, moment))
        measures = [name.replace(".", "__") for name in names()]
        gathered = frames.connection.to_pyarrow(fine)
        for kind, columns in _CUBES.items():
            numbers = measures if kind != "strata" else list(STRATA)
            coarse = gathered.group_by(list(columns)).aggregate([(name, "sum") for name in numbers])
            for row in coarse.to_pylist():
                group = ("|" if kind == "strata" else "/").join(str(row[name]) for name in columns if name != "month")
                cell = tuple(int(row[f"{name}_sum"] or 0) for name in numbers)
                if any(cell):
                    found[kind, group, month_text(row["month"])] = cell
        return cls(found)

    def __add__(self, other: Rollup) -> Rollup:
        return self._with(other, 1)

    def __sub__(self, other: Rollup) -> Rollup:
        return self._with(other, -1)

    def _with(self, other: Rollup, sign: int) -> Rollup:
        cells = dict(self.cells)
        for key, numbers in other.cells.items():
            mine = cells.get(key)
            summed_ = tuple(a + sign * b for a, b in zip(mine or (0,) * len(numbers), numbers, strict=True))
            if any(summed_):
                cells[key] = summed_
            else:
                cells.pop(key, None)
        return Rollup(cells)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rollup) and self.cells == other.cells

    def groups(self, kind: str) -> list[str]:
        return sorted({group for one, group, _ in self.cells if one == kind})

    def months(self) -> list[str]:
        return sorted({month for _, _, month in self.cells})

    def counts(self, kind: str, group: str, months: Iterable[str]) -> dict[str, int]:
        """The measures of a group over some months, by name."""
        total = [0] * len(names())
        for month in months:
            for place, number in enumerate(self.cells.get((kind, group, month), ())):
                total[place] += number
        return dict(zip(names(), total, strict=True))

    def strata(self, months: Iterable[str]) -> dict[str, dict[tuple[str, str, str], tuple[int, ...]]]:
        """Office → (scheme, category, urgency) → (answered, confirmed, asked), over some months."""
        wanted = set(months)
        found: dict[str, dict[tuple[str, str, str], tuple[int, ...]]] = {}
        for (kind, group, month), numbers in self.cells.items():
            if kind == "strata" and month in wanted:
                office, scheme, category, urgency = group.split("|")
                mine = found.setdefault(office, {})
                before = mine.get((scheme, category, urgency), (0, 0, 0))
                mine[scheme, category, urgency] = tuple(a + b for a, b in zip(before, numbers, strict=True))
        return found

    # --- kept as text ---------------------------------------------------------------------------

    def text(self, lake_version: int) -> str:
        rows = [[*key, *numbers] for key, numbers in sorted(self.cells.items())]
        data = {"rollup": VERSION, "lake": lake_version, "names": names(), "cells": rows}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> tuple[Rollup, int] | None:
        """The roll-up and the lake's version it was made of; None when it is not one of this program's."""
        try:
            data: Mapping[str, Any] = json.loads(text)
            if data["rollup"] != VERSION or tuple(data["names"]) != names():
                return None
            cells = {(row[0], row[1], row[2]): tuple(row[3:]) for row in data["cells"]}
            return cls(cells), int(data["lake"])
        except (ValueError, KeyError, TypeError, IndexError):
            return None


_CUBES: Mapping[str, tuple[str, ...]] = {
    "body": ("month",),
    "office": ("office", "month"),
    "area": ("area", "month"),
    "category": ("scheme", "category", "month"),
    "channel": ("channel", "month"),
    "strata": ("office", "scheme", "category", "urgency", "month"),
}
