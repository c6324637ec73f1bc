"""The public page: questions to institutions, what was looked at without one, and nobody who could be recognised."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.cases.lifecycle import Actor, Role
from huiyin.checkup import answers, looking, moments
from huiyin.checkup.models import Question
from huiyin.checkup.tests import planted
from huiyin.organisation import store

pytestmark = pytest.mark.django_db
PAGES = ("/check-up/", "/en/check-up/")


def read(client: Client, query: str = "") -> str:
    return "".join(client.get(page + query).content.decode() for page in PAGES)


def test_before_the_first_look_the_page_says_when_there_will_be_one(client: Client) -> None:
    text = read(client)
    assert "还没有体检过" in text
    assert "The next one looks at the weeks up to" in text


def test_without_a_pack_the_page_is_there(client: Client) -> None:
    store.forget()
    assert client.get("/check-up/").status_code == 200


def test_a_question_stands_with_its_numbers_its_innocent_reasons_and_its_interval(client: Client) -> None:
    planted.looked(planted.false)
    text = read(client)
    for words in (
        "单位A：说办好了，本人说没有", "Office A: Called settled, but not for the person who raised it",
        "表了态的约 120 件里，约 95 件（79%）", "Of about 120 matters", "纯属偶然的可能不到百万分之一",
        "It was repaired and broke again for another reason.", "twelve points", "between 68% and 88%",
    ):  # fmt: skip
        assert words in text.replace("\xa0", " "), words


def test_what_was_looked_at_without_a_question_and_what_cannot_be_stand_there_too(client: Client) -> None:
    planted.looked(planted.nothing)
    text = read(client)
    assert "Looked at; no public question" in text
    assert "There are no accounts of receptions, cars, meetings and visits yet" in text
    assert "Too few matters to tell" in text
    assert "<article" not in text


def test_no_matter_and_no_exact_count_reaches_the_public(client: Client) -> None:
    case = planted.working("A001", "A")
    planted.looked(planted.false, known={"A001": case.pk})
    assert Question.objects.get().seen_in.count() == 1
    text = read(client)
    for secret in (str(case.pk), case.number, case.tag, ">96<", " 96 ", "80%"):
        assert secret not in text, secret


def test_what_few_people_told_callers_is_not_on_the_page(client: Client) -> None:
    planted.looked(planted.urged(9))
    text = read(client)
    assert "劝着说好话" not in text
    assert "<article" not in text
    assert "What fewer than 10 people said in calls" in text


def test_earlier_looks_stay_where_they_were(client: Client) -> None:
    planted.looked(planted.false)
    planted.lake(planted.nothing, as_of=planted.NOW + moments.EVERY)
    looking.look(planted.NOW + moments.EVERY, planted.SYSTEM)
    assert "<article" not in read(client)
    assert "?look=2026-03-23" in read(client)
    earlier = read(client, "?look=2026-03-23")
    assert "单位A：说办好了" in earlier
    assert "This is an earlier one." in earlier
    for wrong in ("2026-03-24", "x", "2026-13-01"):
        assert client.get(f"/check-up/?look={wrong}").status_code == 404


def test_the_page_reads_as_much_with_many_questions_as_with_one(client: Client) -> None:
    look = planted.looked(planted.false)
    read(client)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/check-up/")
    question = look.questions.get()
    for office in "BCDEF":
        question.pk, question.office = None, office
        question._state.adding = True
        question.id = type(question)._meta.pk.get_default()
        question.save()
    with CaptureQueriesContext(connection) as many:
        client.get("/check-up/")
    assert len(many) == len(one) <= 4


def test_the_page_of_an_office_says_what_it_is_asked_and_whether_it_has_answered(client: Client) -> None:
    assert "四风体检问了什么" not in client.get("/offices/A/").content.decode()
    planted.looked(planted.false)
    question = Question.objects.get()
    asked, other = (client.get(f"/en/offices/{code}/").content.decode() for code in "AB")
    assert f'href="/en/check-up/#q-{question.pk}"' in asked
    assert "Of about 120 matters" in asked
    assert "Seen over eight weeks." in asked
    assert "No public answer yet." in asked
    assert "Looked at up to 22 March 2026." in asked
    assert "Of about 120 matters" not in other
    assert "Looked at; no public question" in other
    head = Actor(Role.HEAD, "A", "1")
    answers.give(question, "We looked.", head, planted.NOW, after=0)
    assert "单位公开回答了。" in client.get("/offices/A/").content.decode()


def test_what_is_held_back_does_not_stand_at_the_office_either(client: Client) -> None:
    planted.looked(planted.urged(9))
    assert Question.objects.filter(office="A", signature="pressure").exists()
    assert "看过，没有要公开问的" in client.get("/offices/A/").content.decode()
