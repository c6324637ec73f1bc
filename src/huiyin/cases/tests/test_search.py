from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases import public_queries, search
from huiyin.cases.actions import perform, receive
from huiyin.cases.lifecycle import Actor, Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.search import Wish
from huiyin.cases.tests import body

NOW = body.NOW
RESIDENT, DISPATCHER = Actor(Role.RESIDENT), Actor(Role.DISPATCHER)


@pytest.fixture(autouse=True)
def small_town(db: None) -> None:
    body.load()


def listed(title: str, key: str, summary: str = "", hours: int = 0) -> str:
    at = NOW + timedelta(hours=hours)
    given = receive(c.Receive("web", "原话", area="east"), RESIDENT, at, door="web", key=key)
    perform(given.case_id, c.Publish(title, summary), DISPATCHER, at)
    return given.number


def titles(words: str) -> list[str]:
    return [row.title for row in search.page(Wish(words)).rows]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("路灯", True), ("灯", True), ("小学门口", True), ("门口路灯", True), ("学门", True), ("灯路", False),
        ("路灯 小学", True), ("路灯 大学", False), ("路燈", True), ("ＬＥＤ", True), ("led", True), ("lamps", True),
        ("LAMP", True), ("the lamp", True), ("三天", True), ("天三", False), ("原话", False),
    ],
)  # fmt: skip
def test_words_are_found_exactly_as_they_stand(words: str, found: bool) -> None:
    listed("小学门口路灯不亮", "1", "LED 灯，三天了。One lamp is dark.")
    assert bool(titles(words)) is found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_text_breaks_the_search(words: str) -> None:
    assert isinstance(search.page(Wish(words)).rows, list)


@pytest.mark.parametrize("words", ['"', '路灯"', "a AND b", "NEAR(", "*", "路*", "' OR 1=1 --", "a:b", "-灯", "&|!<->"])
def test_the_languages_of_the_engines_are_not_spoken_by_visitors(words: str) -> None:
    listed("小学门口路灯不亮", "1")
    titles(words)


def test_signs_alone_find_nothing_rather_than_everything() -> None:
    listed("小学门口路灯不亮", "1")
    assert titles("？！") == []


def test_the_newest_stand_first_and_taking_down_takes_out_of_the_search() -> None:
    listed("路灯一", "1", hours=1)
    number = listed("路灯二", "2", hours=2)
    assert titles("路灯") == ["路灯二", "路灯一"]
    case = public_queries.listed(number)
    assert case is not None
    perform(case.case_id, c.SetConfidentiality(Confidentiality.OFFICE), RESIDENT, NOW + timedelta(hours=3))
    assert titles("路灯") == ["路灯一"]
    assert public_queries.listed(number) is None


def test_a_changed_title_is_found_by_its_new_words_only() -> None:
    number = listed("路灯不亮", "1")
    matter = public_queries.listed(number)
    assert matter is not None
    perform(matter.case_id, c.Publish("井盖松动"), DISPATCHER, NOW + timedelta(hours=1))
    assert titles("路灯") == []
    assert titles("井盖") == ["井盖松动"]


def test_pages_hold_every_matter_once_even_when_all_were_listed_at_one_moment() -> None:
    for n in range(7):
        listed(f"路灯 {n}", str(n))
    seen: list[str] = []
    after = ""
    while True:
        page = search.page(Wish("路灯"), after, size=3)
        seen += [row.title for row in page.rows]
        after = page.next
        if not after:
            break
    assert sorted(seen) == [f"路灯 {n}" for n in range(7)]


def test_counting_stops_where_nobody_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNTED", 2)
    for n in range(3):
        listed(f"路灯 {n}", str(n))
    assert search.count(Wish("路灯")) == 2
