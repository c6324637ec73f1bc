"""Answers: public, bound into the log, never changed, and erasable when something personal slipped through."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.test import Client

from huiyin.base.errors import Refusal
from huiyin.cases.lifecycle import Actor, Role
from huiyin.checkup import answers, queries, words
from huiyin.checkup.cli import checkup
from huiyin.checkup.models import Answer, Question
from huiyin.checkup.tests import planted
from huiyin.checkup.tests.planted import NOW
from huiyin.ledger import commitments
from huiyin.ledger.models import Entry

pytestmark = pytest.mark.django_db
HEAD = Actor(Role.HEAD, "A", "77")
TEXT = "我们看了十件，三件没有修好，下周前重修。"


@pytest.fixture
def asked() -> Question:
    planted.looked(planted.false)
    return Question.objects.get()


def told(kind: str) -> list[dict[str, object]]:
    return [json.loads(leaf)["pub"] for leaf in Entry.objects.filter(kind=kind).values_list("leaf", flat=True)]


def test_an_answer_is_public_and_the_log_binds_the_office_to_it_without_holding_its_words(
    asked: Question, client: Client
) -> None:
    answer = answers.give(asked, f"  {TEXT}\r\n第二行 ", HEAD, NOW, after=0)
    assert answer.text == f"{TEXT}\n第二行"
    (fact,) = told(answers.ANSWERED)
    assert commitments.matches(str(fact["text"]), "text", answer.text.encode(), bytes(answer.salt))
    assert (fact["office"], fact["signature"], fact["number"]) == ("A", "false_closing", 1)
    leaf = Entry.objects.get(kind=answers.ANSWERED).leaf
    assert TEXT not in leaf
    # Neither of the exact counts of the question, whatever digits the commitment happens to have.
    assert {asked.k, asked.n}.isdisjoint(fact.values())
    for page in ("/check-up/", "/en/check-up/"):
        assert TEXT in client.get(page).content.decode()
    assert [said.number for said in queries.questions()[0].answers] == [1]


def test_an_answer_is_never_changed_or_removed_and_a_later_one_stands_beside_it(asked: Question) -> None:
    first = answers.give(asked, TEXT, HEAD, NOW, after=0)
    answers.give(asked, "重修完了。", HEAD, NOW + timedelta(days=9), after=1)
    assert [said.text for said in queries.said(asked)] == [TEXT, "重修完了。"]
    first.text = "别的"
    with pytest.raises(TypeError):
        first.save()
    with pytest.raises(TypeError):
        first.delete()
    assert Answer.objects.get(number=1).text == TEXT


def test_pressing_twice_answers_once_and_two_at_once_are_told(asked: Question) -> None:
    first = answers.give(asked, TEXT, HEAD, NOW, after=0)
    assert answers.give(asked, TEXT, HEAD, NOW, after=0).pk == first.pk
    with pytest.raises(Refusal, match="answered_meanwhile"):
        answers.give(asked, "另一个回答", HEAD, NOW, after=0)
    assert len(told(answers.ANSWERED)) == Answer.objects.count() == 1


@pytest.mark.parametrize(("text", "code"), [(" \n", "nothing_written"), ("长" * 2_001, "too_long")])
def test_nothing_and_too_much_are_refused(asked: Question, text: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        answers.give(asked, text, HEAD, NOW, after=0)
    assert code in words.SENTENCES
    assert not Answer.objects.exists()


@pytest.mark.parametrize("actor", [
    Actor(Role.HANDLER, "A", "1"), Actor(Role.HEAD, "B", "1"), Actor(Role.HEAD, "city", "1"),
    Actor(Role.REVIEWER, "A", "1"),
])  # fmt: skip
def test_nobody_answers_for_another_office(asked: Question, actor: Actor) -> None:
    with pytest.raises(Refusal, match="not_yours_to_answer"):
        answers.give(asked, TEXT, actor, NOW, after=0)


def test_words_that_slipped_through_are_erased_for_good_and_the_answer_stays(asked: Question, client: Client) -> None:
    answers.give(asked, "请找张三 13912345678", HEAD, NOW, after=0)
    run = CliRunner()
    for _ in range(2):
        done = run.invoke(checkup, ["erase", str(asked.pk), "1", "--json"])
        assert done.exit_code == 0, done.output
    answer = Answer.objects.get()
    assert (answer.text, bytes(answer.salt)) == ("", b"")
    assert answer.erased_at is not None
    assert len(told(answers.ERASED)) == 1
    page = client.get("/en/check-up/").content.decode()
    assert "13912345678" not in page
    assert "Its words were erased" in page
    assert run.invoke(checkup, ["erase", str(uuid4()), "1"]).exit_code == 1
