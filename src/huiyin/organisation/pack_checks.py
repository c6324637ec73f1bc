"""What must hold between the files of a pack: trees, references, nested outlines, no gaps. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from huiyin.organisation import geometry
from huiyin.organisation.catalogue import Catalogue
from huiyin.organisation.clocks import ClockKind
from huiyin.organisation.pack_problems import Problems
from huiyin.organisation.permissions import IN_AN_OFFICE, clashes
from huiyin.organisation.records import AreaInfo, CategoryInfo, OfficeInfo, Purpose

#: A working-day clock started today may reach this far.
LOOK_AHEAD = timedelta(days=90)
#: Outlines are drawn by hand: a parent's frame may be overstepped by this many degrees (about 10 m).
FRAME_TOLERANCE = 1e-4

Lines = Mapping[str, Mapping[str, Any]]


def check(catalogue: Catalogue, problems: Problems, today: date, lines: Lines) -> None:
    """Note everything that does not fit together. `lines` says where each code stands."""
    for file, rows in (
        ("offices.csv", catalogue.offices),
        ("areas.csv", catalogue.areas),
        ("categories.csv", catalogue.categories),
    ):
        _tree(rows, problems, file, lines[file])
    for office in catalogue.offices.values():
        if office.area and office.area not in catalogue.areas:
            problems.add("offices.csv", lines["offices.csv"][office.code], "unknown_area", "area", value=office.area)
    _years(catalogue, problems, lines["areas.csv"])
    _outlines(catalogue, problems, lines)
    _duties(catalogue, problems)
    _gaps(catalogue, problems, lines["categories.csv"])
    _clocks(catalogue, problems, today, lines)
    _places(catalogue, problems, lines["places.csv"])
    _staff(catalogue, problems, lines["staff.csv"])


def _tree(
    rows: Mapping[str, OfficeInfo] | Mapping[str, AreaInfo] | Mapping[str, CategoryInfo],
    problems: Problems,
    file: str,
    lines: Mapping[str, int],
) -> None:
    for code, row in rows.items():
        line = lines[code]
        parent = rows.get(row.parent)
        if row.parent and parent is None:
            problems.add(file, line, "unknown_parent", "parent", value=row.parent)
            continue
        expected = parent.level + 1 if parent else 1
        if row.level != expected:
            problems.add(file, line, "bad_level", "level", value=row.level, expected=expected)
        chain = [code]
        while row.parent in rows:
            if row.parent in chain:
                if min(chain) == code:
                    problems.add(file, line, "cycle", "parent", chain=" → ".join([*chain, row.parent]))
                break
            chain.append(row.parent)
            row = rows[row.parent]


def _years(catalogue: Catalogue, problems: Problems, lines: Mapping[str, int]) -> None:
    seen: dict[tuple[str, str], list[AreaInfo]] = {}
    for area in catalogue.areas.values():
        line = lines[area.code]
        if area.since and area.until and area.since > area.until:
            problems.add("areas.csv", line, "years_reversed", "since")
        twins = seen.setdefault((area.parent, area.names.local()), [])
        for twin in twins:
            if _starts(twin) <= _ends(area) and _starts(area) <= _ends(twin):
                first = lines[twin.code]
                problems.add("areas.csv", line, "years_overlap", "since", first=first, name=twin.names.local())
        twins.append(area)


def _starts(area: AreaInfo) -> int:
    return area.since or 0


def _ends(area: AreaInfo) -> int:
    return area.until or 9999


def _outlines(catalogue: Catalogue, problems: Problems, lines: Lines) -> None:
    file = "areas.geojson"
    places = lines[file]
    for code in places:
        if code not in catalogue.areas:
            problems.add(file, places[code][0], "unknown_area", "code", value=code)
    for area in catalogue.areas.values():
        if not area.rings:
            problems.add("areas.csv", lines["areas.csv"][area.code], "no_outline", name=area.names.local())
            continue
        line, index = places[area.code]
        parent = catalogue.areas.get(area.parent)
        if (
            parent is not None
            and parent.bbox is not None
            and area.bbox is not None
            and not _fits(area.bbox, parent.bbox)
        ):
            problems.add(file, line, "outside_parent", index=index, name=area.names.local())
        other = _overlapped(catalogue, area)
        if other is not None:
            problems.add(file, line, "overlaps", name=area.names.local(), other=other.names.local())


def _fits(inner: tuple[float, float, float, float], outer: tuple[float, float, float, float]) -> bool:
    return (
        inner[0] >= outer[0] - FRAME_TOLERANCE
        and inner[1] >= outer[1] - FRAME_TOLERANCE
        and inner[2] <= outer[2] + FRAME_TOLERANCE
        and inner[3] <= outer[3] + FRAME_TOLERANCE
    )


def _overlapped(catalogue: Catalogue, area: AreaInfo) -> AreaInfo | None:
    """An area of the same level, in force in the same years, that holds this area's centre."""
    centre = area.centroid
    if centre is None or not geometry.contains(area.rings, *centre):
        return None
    for other in catalogue.areas.values():
        if other.level != area.level or other.code == area.code or other.bbox is None:
            continue
        if _starts(other) > _ends(area) or _starts(area) > _ends(other):
            continue
        west, south, east, north = other.bbox
        inside_frame = west <= centre[0] <= east and south <= centre[1] <= north
        if inside_frame and geometry.contains(other.rings, *centre):
            return other
    return None


def _duties(catalogue: Catalogue, problems: Problems) -> None:
    kinds = {office.kind for office in catalogue.offices.values()}
    for duty in catalogue.duties:
        if duty.office.startswith("kind:"):
            kind = duty.office.removeprefix("kind:")
            if kind not in kinds:
                problems.add("duties.csv", duty.row, "unknown_kind", "office", value=kind)
        elif duty.office not in catalogue.offices:
            problems.add("duties.csv", duty.row, "unknown_office", "office", value=duty.office)
        if duty.category != "*" and duty.category not in catalogue.categories:
            problems.add("duties.csv", duty.row, "unknown_category", "category", value=duty.category)
        if duty.area != "*" and duty.area not in catalogue.areas:
            problems.add("duties.csv", duty.row, "unknown_area", "area", value=duty.area)


def _gaps(catalogue: Catalogue, problems: Problems, lines: Mapping[str, int]) -> None:
    parents = {area.parent for area in catalogue.areas.values()}
    leaves = [area for area in catalogue.areas.values() if area.code not in parents]
    for category in catalogue.leaf_categories:
        if category.scope == "out":
            continue
        missing = [area for area in leaves if catalogue.lead_for(category.code, area.code) is None]
        name, line = category.names.local(), lines[category.code]
        anywhere = catalogue.lead_for(category.code) is not None
        if (leaves and len(missing) == len(leaves)) or (not leaves and not anywhere):
            problems.add("categories.csv", line, "no_duty", name=name)
        elif missing:
            example = missing[0].names.local()
            problems.add("categories.csv", line, "duty_gap", name=name, count=len(missing), area=example)


def _clocks(catalogue: Catalogue, problems: Problems, today: date, lines: Lines) -> None:
    file = "clocks.csv"
    if catalogue.default_calendar not in catalogue.calendars:
        line = lines["pack.toml"]["calendar"]
        problems.add("pack.toml", line, "unknown_calendar", "calendar", value=catalogue.default_calendar)
    general = {row.purpose for row in catalogue.clock_rows if not (row.urgency or row.category or row.kind)}
    for purpose in Purpose:
        if purpose not in general:
            problems.add(file, 0, "clock_missing", "purpose", purpose=purpose.value)
    needed: set[str] = set()
    seen: dict[tuple[str, ...], int] = {}
    for row in catalogue.clock_rows:
        calendar = row.rule.calendar or catalogue.default_calendar
        if row.category and row.category not in catalogue.categories:
            problems.add(file, row.row, "unknown_category", "category", value=row.category)
        if row.rule.calendar and row.rule.calendar not in catalogue.calendars:
            problems.add(file, row.row, "unknown_calendar", "calendar", value=row.rule.calendar)
        key = (row.purpose, row.urgency, row.category, row.kind)
        if key in seen:
            problems.add(file, row.row, "duplicate", "purpose", value="/".join(filter(None, key)), first=seen[key])
        seen.setdefault(key, row.row)
        counting = row.rule.counting
        if row.rule.kind is ClockKind.WORKING_DAYS or counting.late_is_next_working_day or counting.roll_to_working_day:
            needed.add(calendar)
    for code in sorted(needed & set(catalogue.calendars)):
        for year in sorted({today.year, (today + LOOK_AHEAD).year}):
            if year not in catalogue.calendars[code].years:
                problems.add("calendars.toml", 0, "year_missing", calendar=code, year=year)


def _places(catalogue: Catalogue, problems: Problems, lines: Mapping[str, int]) -> None:
    for place in catalogue.places:
        line = lines[place.code]
        area = catalogue.areas.get(place.area)
        if area is None:
            problems.add("places.csv", line, "unknown_area", "area", value=place.area)
        elif area.rings and not geometry.contains(area.rings, place.lon, place.lat):
            problems.add("places.csv", line, "place_outside", "lat", name=place.names.local())


def _staff(catalogue: Catalogue, problems: Problems, lines: Mapping[str, int]) -> None:
    for entry in catalogue.staff:
        line = lines[entry.username]
        if entry.office and entry.office not in catalogue.offices:
            problems.add("staff.csv", line, "unknown_office", "office", value=entry.office)
        for first, second in clashes(entry.roles):
            problems.add("staff.csv", line, "roles_apart", "roles", first=first.value, second=second.value)
        for role in entry.roles:
            if role in IN_AN_OFFICE and not entry.office:
                problems.add("staff.csv", line, "office_needed", "office", role=role.value)
