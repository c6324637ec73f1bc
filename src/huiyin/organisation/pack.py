"""A pack folder becomes a catalogue, or a list of everything that is wrong with it. Pure: no Django.

The files and columns are described in docs/pack.md; `pack_tables.COLUMNS` names every column read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from huiyin.organisation.catalogue import Catalogue
from huiyin.organisation.clocks import Calendar, ClockKind, Counting, Rule
from huiyin.organisation.pack_checks import check
from huiyin.organisation.pack_outlines import read_lines, read_outlines
from huiyin.organisation.pack_problems import Problem, Problems
from huiyin.organisation.pack_tables import Folder, Row, toml_line
from huiyin.organisation.records import (
    STAFF_ROLES,
    AreaInfo,
    CaseKind,
    CategoryInfo,
    ClockRow,
    Duty,
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
from huiyin.understanding import urgency as signs

#: Keys of pack.toml.
PACK_KEYS = ("code", "version", "timezone", "languages", "scheme", "calendar", "names")
#: Keys of one calendar and of one of its years in calendars.toml.
CALENDAR_KEYS = ("weekend", "opens", "closes", "years")
YEAR_KEYS = ("off", "work", "source", "provisional")
#: Texts every pack must have in texts.toml; others are welcome.
TEXT_KEYS = (
    "body_name",
    "phone",
    "phone_hours",
    "emergency_notice",
    "privacy_note",
    "limits_extra",
)

_Info = TypeVar("_Info")


@dataclass(frozen=True)
class Reading:
    """What came of reading a folder. `catalogue` is None when there are errors."""

    catalogue: Catalogue | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.is_error)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if not problem.is_error)


def read(path: Path, today: date) -> Reading:
    """Read and check the pack in the folder `path`; finds every problem, stops at none.

    `today` decides which calendar years must be there (this one, and the next when it is less than 90 days away).
    """
    problems = Problems()
    folder = Folder(path, problems)
    head, head_text = folder.toml("pack.toml")
    _check_keys(problems, "pack.toml", head_text, head, PACK_KEYS)
    languages = head.get("languages")
    if isinstance(languages, list) and languages and all(isinstance(item, str) for item in languages):
        folder.languages = tuple(languages)
    for key in PACK_KEYS:
        if key not in head and head_text:
            problems.add("pack.toml", 0, "value_missing", key)
    timezone = str(head.get("timezone", "UTC"))
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        problems.add("pack.toml", toml_line(head_text, "timezone"), "bad_timezone", "timezone", value=timezone)
    outlines, outline_places = read_outlines(folder)
    offices, areas = _offices(folder), _areas(folder, outlines)
    categories, calendars = _categories(folder), _calendars(folder)
    places, staff = _places(folder), _staff(folder)
    catalogue = Catalogue(
        code=str(head.get("code", "")),
        version=str(head.get("version", "")),
        names=_names(folder, "pack.toml", head_text, ("names",), head.get("names", {})),
        timezone=timezone,
        languages=folder.languages,
        scheme=str(head.get("scheme", "")),
        default_calendar=str(head.get("calendar", "")),
        offices=_unique(offices),
        areas=_unique(areas),
        categories=_unique(categories),
        duties=tuple(_duty(row) for row in folder.rows("duties.csv")),
        clock_rows=tuple(clock for clock in map(_clock, folder.rows("clocks.csv")) if clock),
        calendars=calendars,
        urgency_rules=tuple(_urgency(row) for row in folder.rows("urgency.csv")),
        places=tuple(_unique(places).values()),
        lines=tuple(read_lines(folder)),
        staff=tuple(_unique(staff, "username").values()),
        texts=_texts(folder),
    )
    check(
        catalogue,
        problems,
        today,
        lines={
            "offices.csv": _lines(offices),
            "areas.csv": _lines(areas),
            "categories.csv": _lines(categories),
            "places.csv": _lines(places),
            "staff.csv": _lines(staff, "username"),
            "areas.geojson": outline_places,
            "pack.toml": {"calendar": toml_line(head_text, "calendar")},
        },
    )
    found = problems.sorted()
    return Reading(None if any(problem.is_error for problem in found) else catalogue, tuple(found))


def _unique(rows: list[tuple[Row, _Info]], column: str = "code") -> dict[str, _Info]:
    """The rows by their code; a code met again is noted and its row left out."""
    first: dict[str, int] = {}
    kept: dict[str, _Info] = {}
    for row, info in rows:
        code = row[column]
        if code in first:
            row.problem("duplicate", column, value=code, first=first[code])
            continue
        first[code] = row.line
        kept[code] = info
    return kept


def _lines(rows: list[tuple[Row, _Info]], column: str = "code") -> dict[str, int]:
    """The line of each code's first row."""
    return {row[column]: row.line for row, _ in reversed(rows)}


def _offices(folder: Folder) -> list[tuple[Row, OfficeInfo]]:
    return [
        (
            row,
            OfficeInfo(
                code=row.code(),
                parent=row["parent"],
                level=row.integer("level") or 1,
                kind=row["kind"],
                names=row.names("name"),
                area=row["area"],
                phone=row["phone"],
                hours=row.names("hours"),
                address=row.names("address"),
                functions=row.names("functions"),
            ),
        )
        for row in folder.rows("offices.csv")
    ]


def _areas(folder: Folder, outlines: Mapping[str, Any]) -> list[tuple[Row, AreaInfo]]:
    return [
        (
            row,
            AreaInfo(
                code=row.code(),
                parent=row["parent"],
                level=row.integer("level") or 1,
                names=row.names("name"),
                aliases=row.list("aliases"),
                since=row.integer("since"),
                until=row.integer("until"),
                rings=outlines.get(row["code"], ()),
            ),
        )
        for row in folder.rows("areas.csv")
    ]


def _categories(folder: Folder) -> list[tuple[Row, CategoryInfo]]:
    found = []
    for row in folder.rows("categories.csv"):
        info = CategoryInfo(
            code=row.code(),
            parent=row["parent"],
            level=row.integer("level") or 1,
            names=row.names("name"),
            keywords=row.lists("keywords"),
            urgency=Urgency(row.choice("urgency", Urgency, Urgency.NORMAL)),
            hint=row.names("hint"),
            scope=row.choice("scope", ("in", "out"), "in"),
            route=row.names("route"),
            sensitive=row.choice("sensitive", ("yes", "no"), "no") == "yes",
        )
        if info.scope == "out" and not info.route:
            row.problem("route_missing", "route")
        found.append((row, info))
    return found


def _duty(row: Row) -> Duty:
    return Duty(
        office=row["office"],
        category=row["category"],
        area=row["area"],
        role=row.choice("role", ("lead", "support"), "lead"),
        basis=row.names("basis"),
        row=row.line,
    )


def _clock(row: Row) -> ClockRow | None:
    purpose = row.choice("purpose", Purpose, "")
    clock = row.choice("clock", ClockKind, "")
    counting = Counting(
        from_next_day=row.choice("count_from", ("next_day", "same_day"), "next_day") == "next_day",
        late_is_next_working_day=row.choice("late", ("next_working_day", "same_day"), "same_day") == "next_working_day",
        roll_to_working_day=row.choice("roll", ("yes", "no"), "no") == "yes",
    )
    urgency = row.choice("urgency", ("", *Urgency), "")
    kind = row.choice("kind", ("", *CaseKind), "")
    amount = row.integer("amount")
    if not purpose or not clock or amount is None:
        return None
    return ClockRow(
        purpose=Purpose(purpose),
        rule=Rule(amount=amount, kind=ClockKind(clock), calendar=row["calendar"], counting=counting),
        urgency=urgency,
        category=row["category"],
        kind=kind,
        basis=row.names("basis"),
        row=row.line,
    )


def _urgency(row: Row) -> UrgencyRule:
    rule = UrgencyRule(
        code=row.code(),
        urgency=Urgency(row.choice("urgency", Urgency, Urgency.URGENT)),
        names=row.names("name"),
        phrases=row.lists("phrases"),
        number=row["number"],
        advice=row.names("advice"),
        rules=row.list("rules"),
    )
    for code in rule.rules:
        if code not in signs.by_code():
            row.problem("unknown_rule", "rules", value=code)
    if rule.urgency is Urgency.EMERGENCY and not rule.number:
        row.problem("number_missing", "number")
    return rule


def _places(folder: Folder) -> list[tuple[Row, PlaceInfo]]:
    found = []
    for row in folder.rows("places.csv", optional=True):
        lat, lon = row.decimal("lat"), row.decimal("lon")
        if lat is not None and lon is not None:
            place = PlaceInfo(row.code(), row["kind"], row.names("name"), row.list("aliases"), row["area"], lat, lon)
            found.append((row, place))
    return found


def _staff(folder: Folder) -> list[tuple[Row, StaffInfo]]:
    found = []
    for row in folder.rows("staff.csv", optional=True):
        roles = row.list("roles")
        for role in roles:
            if role not in STAFF_ROLES:
                row.problem("not_allowed", "roles", value=role, allowed=", ".join(STAFF_ROLES))
        known = tuple(Role(role) for role in roles if role in STAFF_ROLES)
        found.append((row, StaffInfo(row.code("username"), known, row["office"], row.names("title"))))
    return found


def _calendars(folder: Folder) -> dict[str, Calendar]:
    content, text = folder.toml("calendars.toml")
    problems = folder.problems
    found = {}
    for code, table in content.items():
        _check_keys(problems, "calendars.toml", text, table, CALENDAR_KEYS, code)
        years = table.get("years", {})
        off: set[date] = set()
        work: set[date] = set()
        for year, entry in years.items():
            _check_keys(problems, "calendars.toml", text, entry, YEAR_KEYS, code, "years", year)
            off |= _days(problems, text, entry.get("off", []), (code, "years", year, "off"))
            work |= _days(problems, text, entry.get("work", []), (code, "years", year, "work"))
        found[code] = Calendar(
            code=code,
            years=frozenset(int(year) for year in years if year.isdigit()),
            off=frozenset(off),
            made_up=frozenset(work),
            weekend=frozenset(table.get("weekend", [6, 7])),
            opens=_time(problems, text, (code, "opens"), table.get("opens", "09:00")),
            closes=_time(problems, text, (code, "closes"), table.get("closes", "17:30")),
            provisional=frozenset(int(y) for y, entry in years.items() if y.isdigit() and entry.get("provisional")),
        )
    return found


def _days(problems: Problems, text: str, values: list[str], keys: tuple[str, ...]) -> set[date]:
    """Days of a list of dates and spans (`first/last`, both included)."""
    days: set[date] = set()
    line = toml_line(text, *keys)
    for value in values:
        ends = str(value).split("/")
        if len(ends) > 2 or not all(re.fullmatch(r"\d{4}-\d\d-\d\d", end, re.ASCII) for end in ends):
            problems.add("calendars.toml", line, "bad_date", keys[-1], value=value)
            continue
        try:
            first, last = date.fromisoformat(ends[0]), date.fromisoformat(ends[-1])
        except ValueError:
            problems.add("calendars.toml", line, "bad_date", keys[-1], value=value)
            continue
        if {str(first.year), str(last.year)} != {keys[2]} or last < first:
            problems.add("calendars.toml", line, "wrong_year", keys[-1], value=value, year=keys[2])
            continue
        days |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return days


def _time(problems: Problems, text: str, keys: tuple[str, ...], value: object) -> time:
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", str(value), re.ASCII)
    if not found:
        problems.add("calendars.toml", toml_line(text, *keys), "bad_time", keys[-1], value=value)
        return time(17, 30)
    return time(int(found[1]), int(found[2]))


def _texts(folder: Folder) -> Texts:
    content, text = folder.toml("texts.toml")
    for key in TEXT_KEYS:
        if key not in content and text:
            folder.problems.add("texts.toml", 0, "text_missing", key, key=key)
    return Texts({key: _names(folder, "texts.toml", text, (key,), value) for key, value in content.items()})


def _names(folder: Folder, file: str, text: str, keys: tuple[str, ...], value: Any) -> Names:
    """A table of languages, or one string that holds in all of them."""
    if isinstance(value, str):
        return Names(dict.fromkeys(folder.languages, value))
    table = value if isinstance(value, dict) else {}
    for language in folder.languages:
        if text and not str(table.get(language, "")).strip():
            line = toml_line(text, *keys)
            folder.problems.add(file, line, "language_missing", ".".join(keys), language=language)
    return Names({language: str(table[language]).strip() for language in folder.languages if table.get(language)})


def _check_keys(
    problems: Problems, file: str, text: str, table: Mapping[str, Any], known: tuple[str, ...], *above: str
) -> None:
    for key in table:
        if key not in known:
            problems.add(file, toml_line(text, *above, key), "key_unknown", key, key=".".join((*above, key)))
