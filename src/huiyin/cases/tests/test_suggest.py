"""Suggestions rest on words of the pack that can be pointed at."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from huiyin.cases import suggest
from huiyin.cases.lifecycle import Claim
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.tests.desk_town import HANDLER, HOME, catalogue, give, load, receive, working


def test_a_category_is_suggested_with_the_words_that_speak_for_it() -> None:
    ideas = suggest.categories("小区门口的路灯坏了三盏，路面还好。", catalogue())
    assert [(idea.category.code, idea.words) for idea in ideas] == [("A2", ("路灯坏",)), ("A1", ("路面",))]


def test_nothing_is_suggested_when_no_word_fits() -> None:
    assert suggest.categories("想表扬一位司机", catalogue()) == []
    assert suggest.categories("", catalogue()) == []


@pytest.mark.parametrize(("text", "fits"), [("two potholes here", True), ("a Pothole!", True), ("megapothole", False)])
def test_a_latin_word_is_found_from_its_beginning_only(text: str, fits: bool) -> None:
    assert bool(suggest.categories(text, catalogue())) is fits


def test_the_office_comes_with_its_row_of_the_dispatch_catalogue() -> None:
    idea = suggest.offices("A1", "street-1", catalogue())
    assert idea.lead is not None
    assert idea.lead.office.code == HOME
    assert "街道" in idea.lead.duty.basis.local("zh")


def test_without_a_category_no_office_is_guessed() -> None:
    assert suggest.offices("", "street-1", catalogue()) == suggest.OfficeIdea(None, ())


def test_a_dangerous_phrase_gives_the_number_to_call_and_the_urgency() -> None:
    found = suggest.alarms("楼道里好像燃气泄漏了", catalogue())
    assert [(alarm.rule.number, alarm.phrase) for alarm in found] == [("119", "燃气泄漏")]
    assert suggest.urgency("楼道里好像燃气泄漏了", catalogue()) == "emergency"
    assert suggest.urgency("路灯坏了", catalogue(), "A2") == "normal"


@pytest.fixture
def answered(db: None) -> Case:
    load()
    case = working(key="before")
    give(case, c.Answer(Claim.SOLVED, "补好了"), HANDLER)
    return case


def test_precedents_are_answered_matters_of_the_same_kind(answered: Case) -> None:
    working(key="still open")
    now = receive(key="now", category="A1")
    found = suggest.precedents(now, Case.objects.all())
    assert [(p.case.number, p.words) for p in found] == [(answered.number, "路上有个大坑，昨天有人摔倒。")]


def test_precedents_never_show_what_the_reader_may_not_see(answered: Case) -> None:
    nothing: QuerySet[Case] = Case.objects.none()
    assert suggest.precedents(receive(key="now", category="A1"), nothing) == []
    assert suggest.known([answered.pk], nothing) == []
