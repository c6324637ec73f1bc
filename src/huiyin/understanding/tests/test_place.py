"""Places are found by name, narrowed by what else is said, and asked about when a name stands for several."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.understanding.place import Gazetteer, Place, distance, hidden

WORLD = Gazetteer.of(
    [
        Place("town", "area", ("清河市", "Clearwater")),
        Place("north", "area", ("北湖区", "北湖", "North Lake"), "town"),
        Place("south", "area", ("南山区", "South Hill"), "town"),
        Place("north.1", "area", ("杨柳街道", "Willow Ward"), "north"),
        Place("elm", "community", ("梧桐苑", "梧桐苑小区", "Elm Court"), "north.1", (112.90, 28.20)),
        Place("road", "road", ("建设路", "Station Road"), "north"),
        Place("people-n", "road", ("人民路",), "north"),
        Place("people-s", "road", ("人民路",), "south"),
        Place("school", "landmark", ("第三小学", "三小", "Third School"), "south", (112.95, 28.10)),
    ]
)


def test_the_most_precise_place_is_taken_and_its_area_known() -> None:
    found = WORLD.find("北湖区梧桐苑小区的路灯不亮")
    assert (found.place, found.area) == ("elm", "north.1")
    assert not found.questions
    assert found.reasons[0] == ("named", {"name": "梧桐苑小区", "relation": "at"})


def test_a_name_that_stands_for_two_places_is_asked_back() -> None:
    found = WORLD.find("人民路的井盖坏了")
    assert found.place is None
    assert found.area is None
    assert found.questions == (("which_place", {"name": "人民路", "choices": ("people-n", "people-s")}),)


@pytest.mark.parametrize(("text", "area"), [("南山区人民路的井盖坏了", None), ("人民路的井盖坏了", "south")])
def test_an_area_that_is_named_or_given_settles_which_one_is_meant(text: str, area: str | None) -> None:
    found = WORLD.find(text, area=area)
    assert (found.place, found.area) == ("people-s", "south")
    assert not found.questions


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("第三小学对面在施工", "opposite"),
        ("第三小学旁边有垃圾", "beside"),
        ("第三小学附近很吵", "near"),
        ("三小门口堵车", "in_front"),
        ("noise next to Third School", "beside"),
        ("work opposite the Third School", "opposite"),
        ("第三小学很吵", "at"),
    ],
)
def test_how_the_matter_lies_to_the_place_is_understood(text: str, relation: str) -> None:
    assert WORLD.mentions(text)[0].relation == relation


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("建设路128号3栋501室漏水", "建设路＊漏水"),
        ("梧桐苑3栋2单元501漏水", "梧桐苑＊漏水"),
        ("建设路很堵", "建设路很堵"),
        ("leak at 12 Station Road", "leak at ＊ Station Road"),
        ("建設路１２８號漏水", None),
    ],
)
def test_the_house_number_is_the_private_part(text: str, shown: str | None) -> None:
    found = WORLD.find(text)
    assert found.place in {"road", "elm"}
    if shown is not None:
        assert hidden(text, found) == shown


def test_a_point_far_from_the_named_place_is_asked_about() -> None:
    near, far = (112.9001, 28.2001), (112.95, 28.10)
    assert not WORLD.find("梧桐苑路灯不亮", area="north.1", point=near).questions
    (question,) = WORLD.find("梧桐苑路灯不亮", area="south", point=far).questions
    assert question[0] == "point_elsewhere"
    assert distance(near, far) > 10_000


def test_nothing_found_is_asked_and_not_guessed() -> None:
    found = WORLD.find("路灯不亮")
    assert (found.area, found.place, found.questions) == (None, None, (("where", {}),))


def test_latin_names_are_whole_words_and_writing_does_not_matter() -> None:
    assert WORLD.mentions("Elm Courtyard") == ()
    assert WORLD.find("the lamp at ELM COURT").place == "elm"
    assert WORLD.find("北湖區梧桐苑").place == "elm"


def test_places_in_different_areas_leave_only_what_contains_both() -> None:
    assert WORLD.find("从梧桐苑到第三小学没有公交").area == "town"


@given(st.text(alphabet="北湖区梧桐苑人民路3号对面 aElmCourt", max_size=60))
def test_any_text_gives_spans_that_lie_in_it(text: str) -> None:
    found = WORLD.find(text)
    assert all(0 <= m.start < m.end <= len(text) for m in found.mentions)
    assert len(hidden(text, found)) <= len(text) + len(found.mentions)


@pytest.mark.parametrize("unit", ["人民路", "梧桐苑1", "1", "建设路1号", "E", "\u0130"])
def test_time_stays_in_proportion(unit: str) -> None:
    start = time.process_time()
    WORLD.find(unit * 50_000)
    assert time.process_time() - start < 0.5
