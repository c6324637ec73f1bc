"""Reading a pack: the demo and the skeleton are clean, and every mistake is found with file and line."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from huiyin.organisation.cli import SKELETON
from huiyin.organisation.pack import CALENDAR_KEYS, PACK_KEYS, TEXT_KEYS, YEAR_KEYS, read
from huiyin.organisation.pack_problems import MESSAGES
from huiyin.organisation.pack_tables import COLUMNS, toml_line
from huiyin.organisation.testing import DEMO, PACKS, TODAY

SPRING = date(2026, 3, 20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SKELETON, tmp_path / "pack")
    return tmp_path / "pack"


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace `old` by `new` and say on which line it stood."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old)
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def found(folder: Path, today: date = SPRING) -> set[tuple[str, int, str]]:
    return {(problem.file, problem.line, problem.code) for problem in read(folder, today).problems}


def test_the_demo_city_has_no_problems() -> None:
    assert read(DEMO, TODAY).problems == ()


def test_the_skeleton_has_no_problems(folder: Path) -> None:
    assert found(folder) == set()


def test_the_demo_city_is_as_large_as_promised() -> None:
    city = read(DEMO, TODAY).catalogue
    assert city is not None
    assert len(city.offices) >= 40
    assert max(office.level for office in city.offices.values()) == 3
    assert sum(area.level == 4 and bool(area.rings) for area in city.areas.values()) == 60
    assert len(city.leaf_categories) >= 150
    assert len(city.places) >= 120
    assert {row.rule.kind for row in city.clock_rows} == {"elapsed_hours", "calendar_days", "working_days"}
    for category in city.leaf_categories:
        for language in ("zh", "en"):
            assert 4 <= len(category.keywords[language]) <= 10, category.code


#: name → (file, what stands there, what to write instead, problem code)
MISTAKES: dict[str, tuple[str, str, str, str]] = {
    "unknown parent": ("offices.csv", "street-1,main,2", "street-1,nobody,2", "unknown_parent"),
    "wrong level": ("offices.csv", "street-1,main,2", "street-1,main,3", "bad_level"),
    "no English name": ("offices.csv", "示例街道办事处,Example street office", "示例街道办事处,", "language_missing"),
    "office in unknown area": ("offices.csv", "office,street-1", "office,street-9", "unknown_area"),
    "level not a number": ("areas.csv", "street-1,all,2", "street-1,all,two", "not_a_number"),
    "years reversed": ("areas.csv", "示例,,", "示例,2030,2020", "years_reversed"),
    "bad code": ("categories.csv", "A1.1,A1,3", "A1/1,A1,3", "bad_code"),
    "unknown urgency": ("categories.csv", "road,,请写清", "road,soon,请写清", "not_allowed"),
    "no lawful route": ("categories.csv", "out,请向法院提出。,Please turn to the court.", "out,,", "route_missing"),
    "too few cells": ("categories.csv", "A,,1,道路,Roads,,,,,,,,,", "A,,1,道路,Roads", "cells"),
    "duty to nobody": ("duties.csv", "*,*,main", "*,*,ghost", "unknown_office"),
    "duty to no kind": ("duties.csv", "A1,*,kind:street", "A1,*,kind:palace", "unknown_kind"),
    "duty for unknown category": ("duties.csv", "A1,*,kind", "Z9,*,kind", "unknown_category"),
    "duty in unknown area": ("duties.csv", "A1,*,kind", "A1,moon,kind", "unknown_area"),
    "unknown role in duty": ("duties.csv", "street,lead", "street,boss", "not_allowed"),
    "clock of unknown kind": ("clocks.csv", "review,,,,10,working_days", "review,,,,10,fortnights", "not_allowed"),
    "clock without amount": ("clocks.csv", "redo,,,,5,", "redo,,,,,", "value_missing"),
    "clock twice": ("clocks.csv", "answer,emergency,,,2", "answer,,,,2", "duplicate"),
    "clock on unknown calendar": (
        "clocks.csv",
        "redo,,,,5,working_days,",
        "redo,,,,5,working_days,moon",
        "unknown_calendar",
    ),
    "rule that the program has not": ("urgency.csv", "outside.,gas", "outside.,gasoline", "unknown_rule"),
    "emergency without a number": ("urgency.csv", "gas,119,", "gas,,", "number_missing"),
    "place off its area": ("places.csv", "30.45,124.05", "31.45,124.05", "place_outside"),
    "place with a bad number": ("places.csv", "30.45,124.05", "north,124.05", "not_a_number"),
    "unknown role": ("staff.csv", "street1,handler", "street1,king", "not_allowed"),
    "handler without an office": ("staff.csv", "street1,handler,street-1", "street1,handler,", "office_needed"),
    "judge in their own case": ("staff.csv", "street1,handler", "street1,handler|reviewer", "roles_apart"),
    "date that is none": ("calendars.toml", '"2026-02-14"', '"2026-02-31"', "bad_date"),
    "date of another year": ("calendars.toml", '"2026-02-14"', '"2025-02-14"', "wrong_year"),
    "closing time that is none": ("calendars.toml", '"17:30"', '"25:30"', "bad_time"),
    "unknown key": ("pack.toml", "scheme =", "schema =", "key_unknown"),
    "unknown zone": ("pack.toml", "Asia/Shanghai", "Moon/Base", "bad_timezone"),
    "unknown default calendar": ("pack.toml", 'calendar = "main"', 'calendar = "other"', "unknown_calendar"),
    "toml syntax": ("texts.toml", 'phone = "000-00000"', "phone = ", "toml_syntax"),
    "text without English": ("texts.toml", 'en = "My public body"', 'en = ""', "language_missing"),
}
#: Findings whose line is not the changed one: (file, code) → the line's beginning.
ELSEWHERE = {
    "date that is none": "work =",
    "date of another year": "work =",
    "text without English": "[body_name]",
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_on_its_line(folder: Path, name: str) -> None:
    file, old, new, code = MISTAKES[name]
    line = change(folder, file, old, new)
    if name in ELSEWHERE:
        rows = (folder / file).read_text(encoding="utf-8").splitlines()
        line = next(n for n, row in enumerate(rows, start=1) if row.startswith(ELSEWHERE[name]))
    assert (file, line, code) in found(folder)


def test_parents_in_a_circle_are_found(folder: Path) -> None:
    line = change(folder, "offices.csv", "main,,1,government", "main,street-1,1,government")
    assert ("offices.csv", line, "cycle") in found(folder)


def test_a_code_used_twice_names_the_first_line(folder: Path) -> None:
    (folder / "offices.csv").open("a", encoding="utf-8").write("main,,1,government,又一个,Another,,,,,,,,\n")
    problem = next(p for p in read(folder, SPRING).problems if p.code == "duplicate")
    assert (problem.line, "line 5" in problem.message_en) == (7, True)


def test_a_missing_and_an_unknown_column_are_found(folder: Path) -> None:
    change(folder, "staff.csv", "title_en", "title_eng")
    assert {("staff.csv", 1, "column_missing"), ("staff.csv", 1, "column_unknown")} <= found(folder)


def test_a_missing_file_and_a_file_in_another_encoding_are_found(folder: Path) -> None:
    (folder / "duties.csv").unlink()
    (folder / "texts.toml").write_bytes("电话".encode("gb18030"))
    assert {("duties.csv", 0, "file_missing"), ("texts.toml", 0, "not_utf8")} <= found(folder)


def test_missing_texts_and_clocks_are_named(folder: Path) -> None:
    change(folder, "texts.toml", "[privacy_note]", "[other_note]")
    change(folder, "clocks.csv", "review,,,,10", "review,,A,,10")
    codes = found(folder)
    assert ("texts.toml", 0, "text_missing") in codes
    assert ("clocks.csv", 0, "clock_missing") in codes


def test_a_category_without_any_office_is_a_warning_not_an_error(folder: Path) -> None:
    change(folder, "duties.csv", "*,*,main,lead", "*,*,main,support")
    change(folder, "duties.csv", "A1,*,kind:street,lead", "A1,*,kind:street,support")
    reading = read(folder, SPRING)
    assert [p.code for p in reading.problems] == ["no_duty"]
    assert reading.catalogue is not None


def test_a_year_that_is_coming_and_not_loaded_is_a_warning(folder: Path) -> None:
    assert {p.code for p in read(folder, date(2026, 11, 20)).warnings} == {"year_missing"}
    assert read(folder, date(2026, 11, 20)).errors == ()


def _ring(change_ring: Callable[[list[list[float]]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        content = json.loads((folder / "areas.geojson").read_text(encoding="utf-8"))
        change_ring(content["features"][1]["geometry"]["coordinates"][0])
        (folder / "areas.geojson").write_text(json.dumps(content), encoding="utf-8")

    return apply


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_ring(lambda ring: ring.pop()), "ring_open"),
        (_ring(lambda ring: ring.__delitem__(slice(1, 4))), "ring_short"),
        (_ring(lambda ring: ring.__setitem__(slice(1, 3), [ring[2], ring[1]])), "ring_crosses"),
        (_ring(lambda ring: ring.__setitem__(1, [125.0, 30.4])), "outside_parent"),
        (_ring(lambda ring: ring.__setitem__(1, "corner")), "bad_feature"),
    ],
)
def test_a_bad_outline_is_found(folder: Path, spoil: Callable[[Path], None], code: str) -> None:
    spoil(folder)
    assert code in {problem.code for problem in read(folder, SPRING).problems}


def test_two_names_for_one_place_in_the_same_years_are_found(folder: Path) -> None:
    line = change(folder, "areas.csv", "示例,,\n", "示例,,2025\nstreet-2,all,2,示例街道,Example street,,2025,\n")
    assert ("areas.csv", line + 1, "years_overlap") in found(folder)


def test_all_mistakes_are_reported_at_once(folder: Path) -> None:
    change(folder, "offices.csv", "street-1,main,2", "street-1,nobody,2")
    change(folder, "staff.csv", "street1,handler", "street1,king")
    change(folder, "pack.toml", "Asia/Shanghai", "Moon/Base")
    assert {"unknown_parent", "not_allowed", "bad_timezone"} <= {code for _, _, code in found(folder)}


def test_every_message_exists_in_both_languages_with_the_same_facts() -> None:
    for code, (_, chinese, english) in MESSAGES.items():
        assert re.search(r"[\u4e00-\u9fff]", chinese), code
        assert not re.search(r"[\u4e00-\u9fff]", english), code
        assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", english)), code


def test_the_line_of_a_toml_key_is_found_below_its_table() -> None:
    text = 'a = 1\n[x]\na = 2\n[x.years.2026]\noff = [\n"2026-01-01",\n]\nwork = []\n'
    assert toml_line(text, "a") == 1
    assert toml_line(text, "x", "a") == 3
    assert toml_line(text, "x", "years", "2026", "work") == 8
    assert toml_line(text, "x", "years", "2026", "missing") == 4


def test_every_column_and_key_is_documented() -> None:
    page = (PACKS.parent / "docs" / "pack.md").read_text(encoding="utf-8")
    for file, columns in COLUMNS.items():
        section = page.split(f"## {file}", 1)
        assert len(section) == 2, f"docs/pack.md has no section for {file}"
        body = section[1].split("\n## ", 1)[0]
        for column, kind in columns.items():
            shown = f"`{column}_zh`" if kind[0] == "@" else f"`{column}`"
            assert shown in body, f"docs/pack.md: {file} does not mention {shown}"
    for key in (*PACK_KEYS, *CALENDAR_KEYS, *YEAR_KEYS, *TEXT_KEYS):
        assert f"`{key}`" in page, f"docs/pack.md does not mention {key}"
    for code in MESSAGES:
        assert f"`{code}`" in page, f"docs/pack.md does not explain the problem {code}"
