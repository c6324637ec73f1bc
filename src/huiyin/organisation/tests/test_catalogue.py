"""Questions to a loaded pack: offices, places, duties, clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from huiyin.organisation.catalogue import Catalogue, ClockKind, Names, Purpose, Texts
from huiyin.organisation.testing import demo

CITY = demo()
LEAVES = [area for area in CITY.areas.values() if area.level == 4]


def by_name(name: str) -> str:
    return next(code for code, category in CITY.categories.items() if category.names["zh"] == name)


def test_names_speak_the_asked_language_and_fall_back_to_chinese() -> None:
    names = Names({"zh": "路灯", "en": "Street light"})
    assert names.local("en-gb") == "Street light"
    assert names.local("zh-hans") == "路灯"
    assert names.local("fr") == "路灯"
    assert Names({"en": "Only"}).local("zh") == "Only"
    assert Names().local("en") == ""


def test_a_missing_text_reads_as_empty() -> None:
    assert Texts().body_name.local("en") == ""
    assert Texts().phone == ""
    assert CITY.texts.body_name["en"]
    assert CITY.texts.say("emergency_notice", "en").startswith("Is somebody")


def test_the_most_specific_category_wins() -> None:
    pothole = by_name("路面坑洼")
    found = CITY.duty_for(pothole, LEAVES[0].code)
    assert found[0].office.kind == "street"
    assert found[0].category_steps == 0
    assert [m.category_level for m in found] == sorted((m.category_level for m in found), reverse=True)


def test_the_street_office_is_the_one_that_serves_the_place() -> None:
    for area in LEAVES:
        lead = CITY.lead_for(by_name("路面坑洼"), area.code)
        assert lead is not None
        assert CITY.is_within(area.code, lead.office.area)


def test_without_a_place_the_next_wider_row_answers() -> None:
    lead = CITY.lead_for(by_name("路面坑洼"))
    assert lead is not None
    assert lead.office.kind == "department"


def test_with_the_same_category_the_more_specific_area_wins() -> None:
    parks = by_name("公园设施")
    rows = [duty for duty in CITY.duties if duty.category == parks and duty.area != "*"]
    inside = next(area.code for area in LEAVES if CITY.is_within(area.code, rows[0].area))
    outside = next(area.code for area in LEAVES if not CITY.is_within(area.code, rows[0].area))
    first, other = CITY.lead_for(parks, inside), CITY.lead_for(parks, outside)
    assert first is not None
    assert other is not None
    assert first.office.code == rows[0].office
    assert other.office.code != rows[0].office


def test_every_match_carries_its_row_of_the_dispatch_catalogue() -> None:
    for match in CITY.duty_for(by_name("路灯不亮"), LEAVES[0].code):
        assert match.duty.basis["zh"]
        assert match.row > 1


def test_every_category_in_scope_has_an_office_in_every_area() -> None:
    for category in CITY.leaf_categories:
        if category.scope == "in":
            assert all(CITY.lead_for(category.code, area.code) for area in LEAVES), category.code


def test_unknown_codes_match_only_rows_for_everything() -> None:
    assert CITY.duty_for("nothing", "nowhere") == []


def test_the_centre_of_every_community_lies_in_that_community() -> None:
    inside = 0
    for area in LEAVES:
        assert area.centroid is not None
        lon, lat = area.centroid
        found = CITY.area_at(lat, lon)
        inside += found == area
    assert inside >= len(LEAVES) - 1


def test_a_point_off_the_map_is_in_no_area() -> None:
    assert CITY.area_at(0.0, 0.0) is None


def test_an_area_out_of_force_is_not_found_for_that_year() -> None:
    area = LEAVES[0]
    assert area.centroid is not None
    lon, lat = area.centroid
    assert CITY.area_at(lat, lon, year=2026) == area
    assert CITY.area_at(lat, lon, year=1999) is None


def test_paths_run_from_the_top_down() -> None:
    path = CITY.area_path(LEAVES[0].code)
    assert [area.level for area in path] == [1, 2, 3, 4]
    assert path[-1] == LEAVES[0]
    assert CITY.category_path("nothing") == []


def test_the_superior_is_the_office_above_and_the_top_rules_for_itself() -> None:
    assert CITY.superior("s01").code == "d1"
    assert CITY.superior("city").code == "city"
    assert CITY.parent_office("city") is None


def test_every_purpose_has_a_clock_for_every_category() -> None:
    for purpose in Purpose:
        for category in CITY.leaf_categories:
            assert CITY.clock(purpose, "normal", category.code, "help").amount >= 1


def test_urgency_decides_before_category_and_category_before_kind() -> None:
    pothole = by_name("路面坑洼")
    assert CITY.clock("answer", "emergency", pothole, "complaint").kind is ClockKind.ELAPSED_HOURS
    assert CITY.clock("answer", "normal", pothole, "complaint").kind is ClockKind.CALENDAR_DAYS
    assert CITY.clock("answer", "normal", by_name("停水"), "complaint").amount == 10
    assert CITY.clock("answer", "normal", by_name("停水"), "help").amount == 5


def test_a_purpose_without_a_row_is_an_error() -> None:
    with pytest.raises(LookupError, match="answer"):
        replace(CITY, clock_rows=()).clock("answer")


def test_the_catalogue_counts_with_its_own_calendar_and_zone() -> None:
    rule = CITY.clock("answer", "normal", by_name("停水"), "help")
    start = datetime(2026, 9, 18, 2, 0, tzinfo=UTC)
    deadline = CITY.due(rule, start)
    assert deadline == datetime(2026, 9, 24, 9, 30, tzinfo=UTC)
    assert CITY.left(rule, start, deadline) == 6
    moved = CITY.shift(rule, deadline, start, datetime(2026, 9, 19, 2, 0, tzinfo=UTC))
    assert moved == datetime(2026, 9, 28, 9, 30, tzinfo=UTC)


def test_storing_and_reading_back_gives_an_equal_catalogue() -> None:
    text = CITY.to_json()
    again = Catalogue.from_json(text)
    assert again == CITY
    assert again.to_json() == text
    assert again.digest == CITY.digest
    assert replace(CITY, version="other").digest != CITY.digest
