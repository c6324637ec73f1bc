"""Categories and offices to offer: reasons, the second best, saying "not sure", and the catalogue first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from huiyin.cases import actions
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.suggestions import ideas, places
from huiyin.suggestions.tests import body

pytestmark = pytest.mark.django_db
Count = Callable[[int], AbstractContextManager[object]]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (body.LAMP, "RD2.01"),
        (body.BINS, "CL1.01"),
        ("The street light at the gate is out and it is dark", "RD2.01"),
        ("你好", ""),
        ("", ""),
        ("🙂🙂🙂", ""),
        ("请问一下什么时候", ""),
    ],
)
def test_a_text_is_understood_or_left_to_a_human(text: str, answer: str) -> None:
    catalogue = body.load()
    found = ideas.categories(text, "", catalogue)
    assert (found.answer, found.unsure) == (answer, not answer)
    assert found.version


def test_every_idea_says_which_words_speak_for_it() -> None:
    found = ideas.categories(body.LAMP, "", body.load())
    assert found.ideas[0].words == ("路灯坏",)


def test_the_name_of_a_place_does_not_decide_what_it_is_about() -> None:
    catalogue = body.load()
    assert places.without_names("柳荫小学旁边的水管爆了", catalogue) == "旁边的水管爆了"


def test_without_a_model_the_pack_speaks_alone() -> None:
    found = ideas.categories(body.LAMP, "", body.load(trained=False))
    assert (found.answer, found.version) == ("RD2.01", "")


def test_the_catalogue_comes_first_and_the_second_best_is_there() -> None:
    catalogue = body.load()
    found = ideas.offices(body.LAMP, "", "RD2.01", "e1", catalogue, body.NOON)
    assert [choice.office for choice in found.choices] == ["light", "main"]
    code, facts = found.choices[0].reasons[0]
    assert (code, facts["row"]) == ("catalogue", 3)


def test_no_category_and_no_model_of_offices_offers_none() -> None:
    found = ideas.offices("你好", "", "", "e1", body.load(), body.NOON)
    assert (found.choices, ideas.first(found)) == ((), None)


def test_what_happened_before_counts_and_costs_one_statement(django_assert_num_queries: Count) -> None:
    catalogue = body.load()
    for n in range(3):
        body.settle(body.receive(f"{body.LAMP}{n}", f"p{n}"), "RD2.01", "light")
    with django_assert_num_queries(1):
        found = ideas.offices(body.LAMP, "", "RD2.01", "e1", catalogue, body.NOON + timedelta(days=1))
    assert ("precedents", {"settled": 3}) in found.choices[0].reasons


def test_an_office_whose_objection_was_ruled_right_steps_back() -> None:
    catalogue = body.load()
    for n in range(3):
        case = body.receive(f"{body.LAMP}{n}", f"o{n}", category="RD2.01")
        at = body.NOON + timedelta(minutes=5)
        actions.perform(case.pk, c.Dispatch("light"), body.DISPATCHER, at)
        actions.perform(case.pk, c.Object("not_our_duty", "不归我们"), Actor(Role.HANDLER, "light", "2"), at)
        actions.perform(case.pk, c.RuleOnObjection(True, "确实", "street-e"), body.DISPATCHER, at)
        actions.perform(case.pk, c.Acknowledge(), Actor(Role.HANDLER, "street-e", "3"), at)
        body.reply(case, "street-e", "换好了", at)
    found = ideas.offices(body.LAMP, "", "RD2.01", "e1", catalogue, body.NOON + timedelta(days=1))
    reasons = {choice.office: dict(choice.reasons) for choice in found.choices}
    assert reasons["light"]["objected"] == {"times": 3}
    assert reasons["street-e"]["precedents"] == {"settled": 3}
    assert [choice.office for choice in found.choices].index("street-e") < [
        choice.office for choice in found.choices
    ].index("light")


def test_a_name_of_two_places_is_asked_back() -> None:
    catalogue = body.load()
    found = places.find("中山路的路灯坏了", "", catalogue)
    assert [(which.name, sorted(which.choices)) for which in places.questions(found, catalogue)] == [
        ("中山路", ["e1", "e2"])
    ]
    assert places.questions(places.find("中山路的路灯坏了", "e1", catalogue), catalogue) == ()
