"""A town as data: its offices, areas and kinds of matters, and who behaves how. Nothing is drawn from a real place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Working time of the invented town, as fractions of a day.
OPENS, CLOSES = 9 / 24, 17.5 / 24
CHANNELS = ("web", "phone", "counter", "letter", "visit")
KINDS = ("help", "complaint", "report", "inquiry", "suggestion")
URGENCIES = ("normal", "urgent")


@dataclass(frozen=True, slots=True)
class Office:
    """An office. `behaviour` names a module of `huiyin.town.behaviours`; `share` is its part of all matters."""

    code: str
    parent: str
    level: int
    kind: str
    area: str
    zh: str
    en: str
    behaviour: str = "honest"
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Area:
    """A place people live in. `well_off` (0 to 1) is known to the simulation only; the lake has no such column."""

    code: str
    parent: str
    level: int
    zh: str
    en: str
    well_off: float = 0.5
    weight: float = 1.0  # of all matters, how many come from here


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of matter: how often, how often it can be solved at all, how much work it is compared with others."""

    code: str
    parent: str
    top: str
    zh: str
    en: str
    share: float = 1.0
    fixable: float = 0.93
    effort: float = 1.0


@dataclass(frozen=True)
class World:
    """Everything the simulation takes as given. Days are counted from `start` (UTC midnight)."""

    start: datetime
    days: int
    offices: tuple[Office, ...]
    areas: tuple[Area, ...]
    categories: tuple[Category, ...]
    #: the office of each (category, area): index into `offices`
    duty: Ints
    seed: int = 1
    scheme: str = "TOWN-1"

    @property
    def weekday(self) -> int:
        """Weekday of day 0, Monday is 0."""
        return self.start.weekday()

    def behaving(self, behaviours: Mapping[str, str]) -> World:
        """The same town, with these offices (by code) behaving differently. KeyError for an unknown office."""
        known = {office.code for office in self.offices}
        for code in behaviours:
            if code not in known:
                raise KeyError(code)
        changed = tuple(replace(o, behaviour=behaviours.get(o.code, o.behaviour)) for o in self.offices)
        return replace(self, offices=changed)


def office_hours(at: Floats, weekday: int) -> Floats:
    """The moment itself when offices are open, else one soon after they open next; never an earlier one."""
    day = np.floor(at)
    part = at - day
    part = np.where(part < OPENS, OPENS + part * 0.2, part)
    evening = part > CLOSES
    day = day + evening
    part = np.where(evening, OPENS + (part - CLOSES) * 0.5, part)
    of_week = (np.nan_to_num(day).astype(np.int64) + weekday) % 7
    moved: Floats = day + np.where(of_week == 5, 2, np.where(of_week == 6, 1, 0)) + part
    return moved


def deadline(start: Floats, working_days: Floats, weekday: int) -> Floats:
    """The end of the working day that many working days after the day of `start` (which must be a working day)."""
    day = np.floor(start)
    of_week = (np.nan_to_num(day).astype(np.int64) + weekday) % 7
    weekends = np.floor((of_week + working_days) / 5)
    due: Floats = day + working_days + 2 * weekends + CLOSES
    return due


def invented(
    *,
    seed: int = 1,
    offices: int = 24,
    areas: int = 24,
    days: int = 365,
    start: datetime = datetime(2025, 11, 3, tzinfo=UTC),
    prefix: str = "",
    skill: str = "honest",
) -> World:
    """A town with so many offices: a third are departments for all areas, the rest are streets with their own areas.

    Every department has two or more streets below it, so that there is a lower level to push matters to. `prefix` keeps
    the codes of several towns in one lake apart.
    """
    rng = np.random.default_rng([seed, 11])
    wide = max(1, offices // 3)
    places = [Area(f"{prefix}A", "", 1, "全城", "The whole town")]
    for number in range(areas):
        well = float(np.round(rng.random(), 3))
        name = f"{prefix}A{number + 1:02d}"
        places.append(Area(name, f"{prefix}A", 2, f"{number + 1}号片区", f"Area {number + 1}", well))
    made = [Office(f"{prefix}T", "", 1, "government", f"{prefix}A", "市政府", "Town hall", skill, 0.0)]
    for number in range(offices):
        code = f"{prefix}O{number + 1:02d}"
        if number < wide:
            zh, en = f"{number + 1}号局", f"Bureau {number + 1}"
            made.append(Office(code, f"{prefix}T", 2, "department", f"{prefix}A", zh, en, skill))
        else:
            area, parent = places[1 + number % areas].code, f"{prefix}O{number % wide + 1:02d}"
            zh, en = f"{number + 1}号街道", f"Street office {number + 1}"
            made.append(Office(code, parent, 3, "street", area, zh, en, skill))
    kinds, duty = _categories(rng, made, wide, areas)
    return World(start, days, tuple(made), tuple(places), kinds, duty, seed)


def _categories(
    rng: np.random.Generator, made: list[Office], wide: int, areas: int
) -> tuple[tuple[Category, ...], Ints]:
    """Two categories a department and eight that the street of the place leads; and whose duty each is where."""
    streets = np.arange(wide + 1, len(made))
    kinds: list[Category] = []
    rows: list[Ints] = []
    for number in range(2 * wide + 8):
        top = f"K{number // 4 + 1}"
        kinds.append(
            Category(
                f"{top}.{number % 4 + 1}",
                top,
                top,
                f"第{number + 1}类事",
                f"Kind {number + 1}",
                share=float(rng.uniform(0.7, 1.3)),
                fixable=float(rng.uniform(0.88, 0.97)),
                effort=float(rng.uniform(0.8, 1.25)),
            )
        )
        if number < 2 * wide or not len(streets):
            rows.append(np.full(areas + 1, 1 + number % wide))
        else:
            rows.append(np.concatenate([[streets[0]], streets[np.arange(areas) % len(streets)]]))
    shares = np.array([kind.share for kind in kinds])
    # Departments and streets get about the same number of matters each.
    shares[: 2 * wide] *= wide / max(1.0, shares[: 2 * wide].sum())
    if len(streets):
        shares[2 * wide :] *= len(streets) / shares[2 * wide :].sum()
    kinds = [replace(kind, share=float(share)) for kind, share in zip(kinds, shares, strict=True)]
    return tuple(kinds), np.array(rows)
