"""What is public of a question: coarse counts, no matter, nothing that a few people said."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from huiyin.checkup import queries
from huiyin.checkup.cli import checkup
from huiyin.checkup.models import Question, SeenIn
from huiyin.checkup.tests import planted
from huiyin.figures.protection import SMALLEST, possible

pytestmark = pytest.mark.django_db


def test_counts_are_coarse_and_the_interval_is_wide_enough_for_what_is_hidden() -> None:
    planted.looked(planted.false)
    exact = Question.objects.get()
    (asked,) = queries.questions()
    assert (asked.n, asked.k, asked.office, asked.ailment) == (120, 95, "A", "formalism")
    assert asked.low is not None
    assert asked.high is not None
    assert asked.low < exact.low < exact.high < asked.high
    assert asked.seen["zh"].startswith("单位说办好了、本人也表了态的约 120 件里，约 95 件（79%）")
    assert asked.seen["en"].startswith("Of about 120 matters called settled whose owner has spoken, about 95 (79%)")
    assert queries.questions("A") == (asked,)
    assert queries.questions("B") == queries.questions("") == ()


@given(st.integers(10, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_neither_side_of_a_told_count_is_below_ten(counts: tuple[int, int]) -> None:
    n, k = counts
    shown, told = queries.coarse(n, k)
    assert shown % 5 == 0
    assert abs(shown - n) <= 2
    assert (told is None) == (k < SMALLEST or n - k < SMALLEST)
    if told is not None:
        low, high = possible(told)
        assert low <= k <= high


@pytest.mark.parametrize(("k", "n", "zh", "en"), [
    (4, 38, "约 40 件里，不到 10 件（低于 26%）", "Of about 40 matters, fewer than 10 (below 26%)"),
    (36, 38, "约 40 件里，至少 25 件（60% 以上）", "Of about 40 matters, at least 25 (above 60%)"),
])  # fmt: skip
def test_a_count_that_is_not_told_leaves_a_true_sentence(k: int, n: int, zh: str, en: str) -> None:
    words = {"zh": "{n} 件里，{k} 件（{share}）", "en": "Of {n} matters, {k} ({share})"}
    question = Question(k=k, n=n, usual=0.01, ailment="formalism", words={"pattern": words, **dict.fromkeys(
        ("title", "definition", "next"), words), "innocent": []})  # fmt: skip
    asked = queries.public(question)
    assert (asked.k, asked.share, asked.low) == (None, None, None)
    assert (asked.seen["zh"], asked.seen["en"]) == (zh, en)


def test_what_fewer_than_ten_told_callers_is_held_back_and_what_many_told_is_not() -> None:
    planted.looked(planted.urged(9))
    assert Question.objects.get().signature == "pressure"
    seen = queries.latest()
    assert seen is not None
    assert seen.asked == queries.questions() == ()
    assert seen.state("self_serving", "A") == seen.state("self_serving", "B") == "nothing"


def test_what_many_told_callers_is_asked_in_public() -> None:
    planted.looked(planted.urged(30))
    (asked,) = queries.questions()
    assert (asked.signature, asked.k) == ("pressure", 30)


def test_the_commands_show_what_is_public_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: planted.NOW)
    command = CliRunner()
    assert "huiyin checkup run" in command.invoke(checkup, ["list"]).output
    refused = command.invoke(checkup, ["run", "--json"])
    assert refused.exit_code == 1
    assert "huiyin lake sync" in json.loads(refused.output)["error"]
    planted.lake(planted.false, known={"A001": planted.working("A001", "A").pk})
    first = command.invoke(checkup, ["run", "--json"])
    assert first.exit_code == 0
    assert command.invoke(checkup, ["run", "--json"]).output == first.output
    told = json.loads(first.output)
    assert [question["office"] for question in told["questions"]] == ["A"]
    assert told["ailments"]["indulgence"] == "not_measurable"
    assert str(SeenIn.objects.get().case_id) not in first.output
    text = command.invoke(checkup, ["list", "--english", "--office", "A"]).output
    assert "Called settled, but not for the person who raised it" in text
    assert "less than one in a million" in text
    assert "Called settled" not in command.invoke(checkup, ["list", "--english", "--office", "B"]).output
