"""One loaded pack and every question asked of it: which office, which area, which category, which clock.

Pure and immutable: no Django, no database, no wall clock. `huiyin.organisation.store.current()` gives the one in force.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from huiyin.organisation import clocks, geometry, plain
from huiyin.organisation.clocks import Calendar, ClockKind, Counting, Rule, UnknownYear
from huiyin.organisation.records import (
    STAFF_ROLES,
    AreaInfo,
    CaseKind,
    CategoryInfo,
    ClockRow,
    Duty,
    DutyMatch,
    LineInfo,
    Names,
    OfficeInfo,
    PlaceInfo,
    Purpose,
    Role,
    StaffInfo,
    Texts,
    Urgency,
    UrgencyRule,
)

__all__ = [
    "STAFF_ROLES",
    "AreaInfo",
    "Calendar",
    "CaseKind",
    "Catalogue",
    "CategoryInfo",
    "ClockKind",
    "ClockRow",
    "Counting",
    "Duty",
    "DutyMatch",
    "LineInfo",
    "Names",
    "OfficeInfo",
    "PlaceInfo",
    "Purpose",
    "Role",
    "Rule",
    "StaffInfo",
    "Texts",
    "UnknownYear",
    "Urgency",
    "UrgencyRule",
]

_Node = TypeVar("_Node", AreaInfo, CategoryInfo, OfficeInfo)


@dataclass(frozen=True)
class Catalogue:
    """A pack in force. Rows keep the order of the pack's files, and every look-up is deterministic."""

    code: str
    version: str
    names: Names
    timezone: str
    languages: tuple[str, ...]
    #: Version of the category scheme: figures are never compared across schemes.
    scheme: str
    default_calendar: str
    offices: Mapping[str, OfficeInfo] = field(default_factory=dict)
    areas: Mapping[str, AreaInfo] = field(default_factory=dict)
    categories: Mapping[str, CategoryInfo] = field(default_factory=dict)
    duties: tuple[Duty, ...] = ()
    clock_rows: tuple[ClockRow, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    urgency_rules: tuple[UrgencyRule, ...] = ()
    places: tuple[PlaceInfo, ...] = ()
    lines: tuple[LineInfo, ...] = ()
    staff: tuple[StaffInfo, ...] = ()
    texts: Texts = field(default_factory=Texts)

    # --- rows by code -----------------------------------------------------------------------------------------------
    def office(self, code: str) -> OfficeInfo:
        """The office with this code; KeyError when the pack has none."""
        return self.offices[code]

    def area(self, code: str) -> AreaInfo:
        """The area with this code; KeyError when the pack has none."""
        return self.areas[code]

    def category(self, code: str) -> CategoryInfo:
        """The category with this code; KeyError when the pack has none."""
        return self.categories[code]

    def calendar(self, code: str = "") -> Calendar:
        """The calendar with this code, or the pack's default one."""
        return self.calendars[code or self.default_calendar]

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone in which days are counted."""
        return ZoneInfo(self.timezone)

    # --- trees ------------------------------------------------------------------------------------------------------
    def area_path(self, code: str) -> list[AreaInfo]:
        """From the top down to this area, itself included; empty for an unknown code."""
        return _path(self.areas, code)

    def category_path(self, code: str) -> list[CategoryInfo]:
        """From the top down to this category, itself included; empty for an unknown code."""
        return _path(self.categories, code)

    def is_sensitive(self, code: str) -> bool:
        """Whether the pack protects who raises such a matter: this category or one above it says so."""
        return any(info.sensitive for info in self.category_path(code))

    def office_path(self, code: str) -> list[OfficeInfo]:
        """From the top down to this office, itself included; empty for an unknown code."""
        return _path(self.offices, code)

    def parent_office(self, code: str) -> OfficeInfo | None:
        """The office above, or None at the top."""
        return self.offices.get(self.offices[code].parent)

    def superior(self, code: str) -> OfficeInfo:
        """Who rules over this office: the office above, or the office itself at the top."""
        return self.parent_office(code) or self.offices[code]

    def area_children(self, code: str) -> list[AreaInfo]:
        """Areas directly below ("" for the top level), in pack order."""
        return [area for area in self.areas.values() if area.parent == code]

    def category_children(self, code: str) -> list[CategoryInfo]:
        """Categories directly below ("" for the top level), in pack order."""
        return [category for category in self.categories.values() if category.parent == code]

    def office_children(self, code: str) -> list[OfficeInfo]:
        """Offices directly below ("" for the top level), in pack order."""
        return [office for office in self.offices.values() if office.parent == code]

    def is_within(self, area: str, ancestor: str) -> bool:
        """Whether `area` is `ancestor` or lies below it."""
        return any(step.code == ancestor for step in self.area_path(area))

    @cached_property
    def leaf_categories(self) -> tuple[CategoryInfo, ...]:
        """Categories with nothing below: the ones a matter is filed under."""
        parents = {category.parent for category in self.categories.values()}
        return tuple(category for category in self.categories.values() if category.code not in parents)

    # --- places -----------------------------------------------------------------------------------------------------
    def area_at(self, lat: float, lon: float, year: int | None = None) -> AreaInfo | None:
        """The deepest area whose outline holds the point (degrees); None outside the map.

        With `year`, only areas in force in that year are looked at.
        """
        found: AreaInfo | None = None
        for area in self._outlined:
            west, south, east, north = area.bbox or (0.0, 0.0, 0.0, 0.0)
            if not (west <= lon <= east and south <= lat <= north):
                continue
            if found is not None and area.level <= found.level:
                continue
            if year is not None and not area.in_force(year):
                continue
            if geometry.contains(area.rings, lon, lat):
                found = area
        return found

    @cached_property
    def _outlined(self) -> tuple[AreaInfo, ...]:
        return tuple(area for area in self.areas.values() if area.rings)

    # --- the dispatch catalogue ---------------------------------------------------------------------------------------
    def duty_for(self, category: str, area: str | None = None) -> list[DutyMatch]:
        """Every row of the dispatch catalogue that fits, the closest first.

        The most specific category wins, then the most specific area, then lead before support, then the row's place in
        the file. Each match carries its row. Empty when nothing fits.
        """
        category_path = self.category_path(category)
        area_path = self.area_path(area or "")
        category_levels = {"*": 0} | {step.code: step.level for step in category_path}
        area_levels = {"*": 0} | {step.code: step.level for step in area_path}
        matches = []
        for duty in self._duties_of(category_levels):
            if duty.area not in area_levels:
                continue
            office = self._office_of(duty, area_path)
            if office is None:
                continue
            matches.append(
                DutyMatch(
                    office=office,
                    duty=duty,
                    category_level=category_levels[duty.category],
                    area_level=area_levels[duty.area],
                    category_steps=len(category_path) - category_levels[duty.category],
                    area_steps=len(area_path) - area_levels[duty.area],
                )
            )
        matches.sort(key=lambda m: (-m.category_level, -m.area_level, not m.lead, m.row))
        return matches

    def lead_for(self, category: str, area: str | None = None) -> DutyMatch | None:
        """The office that must take it first, or None."""
        return next((match for match in self.duty_for(category, area) if match.lead), None)

    def _duties_of(self, categories: Mapping[str, int]) -> list[Duty]:
        return [duty for code in categories for duty in self._duties_by_category.get(code, ())]

    @cached_property
    def _duties_by_category(self) -> dict[str, list[Duty]]:
        grouped: dict[str, list[Duty]] = {}
        for duty in self.duties:
            grouped.setdefault(duty.category, []).append(duty)
        return grouped

    def _office_of(self, duty: Duty, area_path: list[AreaInfo]) -> OfficeInfo | None:
        if not duty.office.startswith("kind:"):
            return self.offices.get(duty.office)
        kind = duty.office.removeprefix("kind:")
        for area in reversed(area_path):
            office = self._serving.get((kind, area.code))
            if office is not None:
                return office
        return None

    @cached_property
    def _serving(self) -> dict[tuple[str, str], OfficeInfo]:
        serving: dict[tuple[str, str], OfficeInfo] = {}
        for office in self.offices.values():
            serving.setdefault((office.kind, office.area), office)
        return serving

    # --- clocks -----------------------------------------------------------------------------------------------------
    def clock_row(self, purpose: Purpose | str, urgency: str = "", category: str = "", kind: str = "") -> ClockRow:
        """The rule row that fits best: urgency decides first, then the deepest category, then the kind of matter.

        Raises LookupError when the pack has no row for this purpose (the pack check forbids that).
        """
        levels = {"": 0} | {step.code: step.level for step in self.category_path(category)}
        best: tuple[tuple[int, int, int, int], ClockRow] | None = None
        for row in self.clock_rows:
            if row.purpose != purpose or row.urgency not in ("", urgency) or row.kind not in ("", kind):
                continue
            if row.category not in levels:
                continue
            rank = (bool(row.urgency), levels[row.category], bool(row.kind), -row.row)
            if best is None or rank > best[0]:
                best = (rank, row)
        if best is None:
            raise LookupError(f"the pack has no clock rule for {purpose}")
        return best[1]

    def clock(self, purpose: Purpose | str, urgency: str = "", category: str = "", kind: str = "") -> Rule:
        """The deadline rule for this purpose (see `clock_row`)."""
        return self.clock_row(purpose, urgency, category, kind).rule

    def due(self, rule: Rule, start: datetime) -> datetime:
        """When a clock by this rule, started at `start`, runs out (UTC)."""
        return rule.due(start, self.calendar(rule.calendar), self.tz)

    def shift(self, rule: Rule, due_at: datetime, paused_from: datetime, resumed_at: datetime) -> datetime:
        """The deadline after waiting time was given back (UTC)."""
        return clocks.shift(due_at, rule.kind, paused_from, resumed_at, self.calendar(rule.calendar), self.tz)

    def left(self, rule: Rule, now: datetime, due_at: datetime) -> int:
        """Whole units (hours or days) to the deadline; negative when it has passed."""
        return clocks.left(now, due_at, rule.kind, self.calendar(rule.calendar), self.tz)

    # --- storage ----------------------------------------------------------------------------------------------------
    def to_json(self) -> str:
        """Canonical JSON text of the whole pack: equal packs give equal text."""
        return json.dumps(plain.encode(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | Mapping[str, Any]) -> Catalogue:
        """The catalogue written by `to_json`."""
        value = json.loads(text) if isinstance(text, str) else text
        catalogue: Catalogue = plain.decode(cls, value)
        return catalogue

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `to_json()` in hex: two packs with equal content have the same one."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def _path(rows: Mapping[str, _Node], code: str) -> list[_Node]:
    steps: list[_Node] = []
    seen: set[str] = set()
    while code in rows and code not in seen:
        seen.add(code)
        steps.append(rows[code])
        code = rows[code].parent
    steps.reverse()
    return steps
