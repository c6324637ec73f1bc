"""Suggestions shown to staff: stored once, with versions, without words, erased with the case; how often right."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from huiyin.cases import actions
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.suggestions import jobs, matters, queries, training
from huiyin.suggestions.models import Suggestion
from huiyin.suggestions.tests import body
from huiyin.worker import queue, registry
from huiyin.worker.models import Task

pytestmark = pytest.mark.django_db
Count = Callable[[int], AbstractContextManager[object]]


def look(case: Case) -> Suggestion:
    matters.keep_suggestion(case.pk, body.NOON)
    return Suggestion.objects.get(case=case)


def test_a_suggestion_is_stored_with_version_confidence_and_second_best() -> None:
    body.load()
    row = look(body.receive(body.LAMP, "1"))
    assert (row.category, row.office, row.office_second, row.language, row.late) == (
        "RD2.01", "light", "main", "zh", False,
    )  # fmt: skip
    assert row.version.startswith("category-0-")
    assert row.office_confidence == 0.0  # not measured before there is history


def test_it_is_stored_once_whoever_comes_first() -> None:
    body.load()
    case = body.receive(body.LAMP, "1")
    first = look(case)
    matters.keep_suggestion(case.pk, body.NOON + timedelta(days=1))
    matters.remember(case, {"text": body.BINS}, body.NOON + timedelta(days=1))
    assert Suggestion.objects.get().made_at == first.made_at


def test_looking_at_one_that_is_there_costs_one_statement(django_assert_num_queries: Count) -> None:
    body.load()
    case = body.receive(body.LAMP, "1")
    look(case)
    with django_assert_num_queries(1):
        matters.remember(case, {"text": body.LAMP}, body.NOON)


def test_the_board_stores_what_it_shows_when_it_is_faster_than_the_worker() -> None:
    body.load()
    case = body.receive(body.LAMP, "1")
    matters.remember(case, {"text": body.LAMP}, body.NOON)
    assert Suggestion.objects.get().category == "RD2.01"


def test_not_being_sure_is_stored_as_such() -> None:
    body.load()
    row = look(body.receive("请问一下这个怎么办才好呢", "1"))
    assert (row.category, row.confidence, row.office) == ("", row.confidence, "")


def test_one_made_after_a_human_decided_says_so() -> None:
    body.load()
    case = body.settle(body.receive(body.LAMP, "1"), "RD2.01", "light")
    assert look(case).late


def test_a_model_is_never_measured_on_what_it_learned() -> None:
    catalogue = body.load()
    case = body.settle(body.receive(body.LAMP, "1"), "RD2.01", "light")
    training.train(catalogue, body.NOON + timedelta(days=1))
    matters.keep_suggestion(case.pk, body.NOON + timedelta(days=1))
    assert not Suggestion.objects.exists()


def test_without_a_model_and_for_imports_nothing_is_stored() -> None:
    body.load(trained=False)
    case = body.receive(body.LAMP, "1")
    matters.keep_suggestion(case.pk, body.NOON)
    body.load()
    Case.objects.filter(pk=case.pk).update(imported=True)
    matters.keep_suggestion(case.pk, body.NOON)
    matters.remember(Case.objects.get(), {"text": body.LAMP}, body.NOON)
    assert not Suggestion.objects.exists()


def test_no_word_of_the_matter_stands_in_a_row() -> None:
    body.load()
    row = look(body.receive("路灯坏了，我叫金丝雀，住在柳荫小学旁边", "1"))
    stored = " ".join(str(value) for value in Suggestion.objects.filter(pk=row.pk).values_list()[0])
    assert not any("\u3400" <= sign <= "\u9fff" for sign in stored)


@pytest.mark.parametrize(("labels", "stays"), [((), False), (("text",), False), (("contact",), True)])
def test_it_is_erased_with_the_words(labels: tuple[str, ...], stays: bool) -> None:
    body.load()
    case = body.receive(body.LAMP, "1", contact='{"phone":"13912345678"}')
    look(case)
    actions.perform(case.pk, c.Erase("resident_asked", labels), Actor(Role.SYSTEM), body.NOON)
    assert Suggestion.objects.exists() is stays


def test_an_erased_matter_gets_none() -> None:
    body.load()
    case = body.receive(body.LAMP, "1")
    actions.perform(case.pk, c.Erase("resident_asked"), Actor(Role.SYSTEM), body.NOON)
    matters.keep_suggestion(case.pk, body.NOON)
    assert not Suggestion.objects.exists()


def test_the_worker_does_it_after_the_intake_and_the_intake_stores_one_task_as_before() -> None:
    body.load()
    registry.discover()
    case = body.receive(body.LAMP, "1", found=False)
    assert list(Task.objects.values_list("kind", flat=True)) == ["cases.index"]
    queue.drain(body.NOON, worker="test")
    assert Suggestion.objects.get().case_id == case.pk
    assert not Task.objects.filter(done_at=None).exists()
    jobs.new_matters({"cases": [str(case.pk)]}, body.NOON)
    assert Suggestion.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [("路灯坏了", "zh"), ("The lamp is out", "en"), ("лампа", "other"), ("", "other"), ("lamp 坏了 on road", "zh")],
)
def test_the_language_is_that_of_the_words(text: str, language: str) -> None:
    assert matters.language_of(text) == language


# --- how often right --------------------------------------------------------------------------------


def decided(count: int, category: str = "RD2.01", lead: str = "light", text: str = body.LAMP) -> None:
    for n in range(count):
        case = body.receive(f"{text}{n}", f"{category}{lead}{n}", found=False)
        look_at = matters.keep_suggestion
        look_at(case.pk, body.NOON)
        body.settle(case, category, lead)


def test_how_often_right_counts_what_humans_decided() -> None:
    catalogue = body.load()
    decided(10)
    decided(2, category="CL1.01", lead="clean")
    body.receive("请问一下这个怎么办才好呢", "unsure")
    matters.keep_suggestion(Case.objects.order_by("-pk")[0].pk, body.NOON)
    found = queries.accuracy(catalogue, body.NOON + timedelta(days=2))
    assert (found.suggested, found.silent, found.late) == (13, 1, 0)
    assert (found.top.right, found.top.n) == (10, 12)
    assert (found.exact.right, found.exact.n) == (10, 12)
    assert (found.office.right, found.office.n) == (10, 12)
    assert {code: (r.right, r.n) for code, r in found.by_category.items()} == {"RD": (10, 12)}
    assert {code: (r.right, r.n) for code, r in found.by_language.items()} == {"zh": (10, 12)}
    assert [(month.year, month.month, r.n) for month, r in found.by_month.items()] == [(2026, 3, 12)]
    share = found.top.share
    assert share is not None
    assert (share.n, share.low < share.value < share.high) == (12, True)


def test_under_ten_nothing_is_measurable() -> None:
    catalogue = body.load()
    decided(9)
    assert queries.accuracy(catalogue, body.NOON + timedelta(days=2)).top.share is None


def test_all_figures_are_one_statement(django_assert_num_queries: Count) -> None:
    catalogue = body.load()
    decided(3)
    with django_assert_num_queries(1):
        queries.accuracy(catalogue, body.NOON)
    with django_assert_num_queries(0):
        queries.accuracy(catalogue, body.NOON)
