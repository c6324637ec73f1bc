from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.cases import similar
from huiyin.cases.actions import Receipt, perform, receive
from huiyin.cases.lifecycle import Actor, Claim, Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Posting
from huiyin.cases.tests import body

NOW = body.NOW
LAMP = "柳荫路小学门口的路灯坏了三天，晚上孩子放学看不见路。"
SAME = "柳荫路小学门口路灯不亮好几天了，天黑孩子放学看不见。"
OTHER = "楼下饭店油烟很大，味道飘到家里，晚上不敢开窗。"


@pytest.fixture(autouse=True)
def small_town(db: None) -> None:
    body.load()


def matter(text: str, key: str, title: str = "", area: str = "east", level: str = "open") -> Receipt:
    command = c.Receive("web", text, area=area, confidentiality=Confidentiality(level))
    given = receive(command, Actor(Role.RESIDENT), NOW, door="web", key=key)
    similar.index(given.case_id, "", text)
    if title:
        perform(given.case_id, c.Publish(title), Actor(Role.DISPATCHER), NOW)
    return given


def test_the_same_matter_in_other_words_is_offered_by_its_public_title_only() -> None:
    lamp = matter(LAMP, "1", "小学门口路灯不亮")
    matter(OTHER, "2", "饭店油烟")
    offers = similar.candidates(SAME, "east", NOW)
    assert [(offer.number, offer.title) for offer in offers] == [(lamp.number, "小学门口路灯不亮")]
    assert LAMP not in repr(offers)


def test_another_matter_is_not_offered() -> None:
    matter(OTHER, "1", "饭店油烟")
    assert similar.candidates(SAME, "east", NOW) == []


@pytest.mark.parametrize("text", ["", "灯", "😡", "！！！", "a"])
def test_texts_too_short_to_compare_offer_nothing(text: str) -> None:
    matter(LAMP, "1", "小学门口路灯不亮")
    assert similar.candidates(text, "east", NOW) == []
    assert similar.candidates_for_staff(text, "east", NOW) == []


def test_residents_are_offered_listed_open_matters_only() -> None:
    matter(LAMP, "1")
    matter(LAMP, "2", level="confidential")
    settled = matter(LAMP, "3", "已答复的")
    office = Actor(Role.HANDLER, "light", "5")
    perform(settled.case_id, c.Dispatch("light"), Actor(Role.DISPATCHER), NOW)
    perform(settled.case_id, [c.Acknowledge(), c.Answer(Claim.SOLVED, "好了")], office, NOW)
    assert similar.candidates(SAME, "east", NOW) == []


def test_staff_see_any_open_case_with_its_reasons_but_not_the_one_they_look_at() -> None:
    hidden, mine = matter(LAMP, "1", level="office"), matter(SAME, "2")
    found = similar.candidates_for_staff(SAME, "east", NOW, without=mine.case_id)
    assert [candidate.case_id for candidate in found] == [hidden.case_id]
    codes = [code for code, _facts in found[0].reasons]
    assert "shared_words" in codes
    assert "same_place" in codes


def test_a_copy_is_called_a_copy() -> None:
    matter(LAMP, "1")
    found = similar.candidates_for_staff(LAMP, "", NOW + timedelta(days=1))
    assert found[0].copied


def test_storing_a_case_again_changes_nothing() -> None:
    given = matter(LAMP, "1")
    before = Posting.objects.get()
    similar.index(given.case_id, "", LAMP + OTHER)
    assert bytes(Posting.objects.get().marks) == bytes(before.marks)


def test_a_look_up_costs_at_most_seven_statements(django_assert_max_num_queries: object) -> None:
    for n in range(15):
        matter(LAMP, str(n), f"路灯 {n}")
    similar.candidates(SAME, "east", NOW)
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        assert len(similar.candidates(SAME, "east", NOW)) == 3
