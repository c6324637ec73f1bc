"""Who sees which question, who sees the matters behind it, who answers: every kind of question, every role."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from huiyin.cases.lifecycle import Actor, Role
from huiyin.checkup import access
from huiyin.checkup.models import Look, Question
from huiyin.checkup.tests import planted
from huiyin.organisation.records import STAFF_ROLES

pytestmark = pytest.mark.django_db

#: A lies below "city" and has E below it.
PEOPLE = {
    "head": Actor(Role.HEAD, "A", "1"),
    "head above": Actor(Role.HEAD, "city", "2"),
    "head below": Actor(Role.HEAD, "E", "3"),
    "head elsewhere": Actor(Role.HEAD, "B", "4"),
    "reviewer": Actor(Role.REVIEWER, "city", "5"),
    "supervisor": Actor(Role.SUPERVISOR, "city", "6"),
}
INDEPENDENT = {"reviewer", "supervisor"}
#: question → (who sees it, who sees the office's matter in it, who answers)
MATRIX: dict[str, tuple[set[str], set[str], set[str]]] = {
    "plain": ({"head", "head above"} | INDEPENDENT, {"head", "head above"} | INDEPENDENT, {"head"}),
    "self-serving": ({"head", "head above"} | INDEPENDENT, INDEPENDENT, {"head"}),
    "from many calls": ({"head", "head above"} | INDEPENDENT, INDEPENDENT, {"head"}),
    "from few calls": (INDEPENDENT, INDEPENDENT, set()),
    "pressure, few": (INDEPENDENT, INDEPENDENT, set()),
    "whole body": ({"head above"} | INDEPENDENT, {"head above"} | INDEPENDENT, {"head above"}),
}
FACTS = {
    "plain": ("A", "formalism", "false_closing", "verdict", 96),
    "self-serving": ("A", "self_serving", "idle_looks", "idle", 60),
    "from many calls": ("A", "formalism", "false_closing", "callback", 10),
    "from few calls": ("A", "formalism", "false_closing", "callback", 9),
    "pressure, few": ("A", "self_serving", "pressure", "told", 9),
    "whole body": ("", "relation", "silent_areas", "quiet", 2),
}


@pytest.fixture
def asked() -> dict[str, Question]:
    """One question of each kind, each with the same matter of office A behind it."""
    case = planted.working("A001", "A")
    look, found = planted.looked(planted.nothing), {}
    for name in FACTS:
        look.pk, look.until = None, look.until + timedelta(weeks=4)
        look._state.adding = True
        look.save()
        found[name] = made(look, name, [case.pk])
    return found


def made(look: Look, name: str, cases: Iterable[object]) -> Question:
    office, ailment, signature, strong, k = FACTS[name]
    words = {"zh": "话 {k}", "en": "words {k}"}
    question = Question.objects.create(
        look=look, office=office, ailment=ailment, signature=signature, strong=strong, version=1, k=k, n=120,
        share=k / 120, low=0.0, high=1.0, usual=0.1, p=1e-9, p_adjusted=1e-7,
        words={**dict.fromkeys(("title", "definition", "seen", "pattern", "next"), words), "innocent": [words]},
    )  # fmt: skip
    for place, case in enumerate(cases):
        question.seen_in.create(case_id=case, place=place)
    return question


@pytest.mark.parametrize("kind", sorted(MATRIX))
def test_each_person_sees_and_answers_what_the_matrix_says(kind: str, asked: dict[str, Question]) -> None:
    question = asked[kind]
    sees = {name for name, actor in PEOPLE.items() if access.may_see(actor, question)}
    matters = {name for name, actor in PEOPLE.items() if access.matters(actor, question).exists()}
    answers = {name for name, actor in PEOPLE.items() if access.may_answer(actor, question)}
    assert (sees, matters, answers) == MATRIX[kind]


def test_roles_that_are_not_asked_and_do_not_watch_see_nothing(asked: dict[str, Question]) -> None:
    for role in set(STAFF_ROLES) - {Role.HEAD, Role.REVIEWER, Role.SUPERVISOR}:
        actor = Actor(Role(str(role)), "A", "9")
        assert not access.questions(actor).exists()
        assert not any(access.matters(actor, question).exists() for question in asked.values())
        assert not any(access.may_answer(actor, question) for question in asked.values())


def test_a_head_is_led_to_no_matter_of_another_office(asked: dict[str, Question]) -> None:
    other = planted.working("B001", "B")
    asked["plain"].seen_in.create(case=other, place=9)
    assert [case.number for case in access.matters(PEOPLE["head"], asked["plain"])] != []
    assert other not in access.matters(PEOPLE["head"], asked["plain"])
    assert other in access.matters(PEOPLE["reviewer"], asked["plain"])
