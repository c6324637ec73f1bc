"""Offices are compared like with like, and never ranked."""

from __future__ import annotations

import pytest

from huiyin.figures.evaluate import judge
from huiyin.figures.indicators import indicator
from huiyin.figures.standard import OUTER, limits, standardise
from huiyin.figures.values import Value, differ

EASY, HARD = ("1", "a", "normal"), ("1", "b", "normal")


def test_an_office_with_hard_matters_is_not_called_worse_for_them() -> None:
    """Both confirm 90 % of easy and 30 % of hard matters; only their mix differs."""
    offices = {"hard": {EASY: (100, 90), HARD: (300, 90)}, "easy": {EASY: (300, 270), HARD: (100, 30)}}
    hard, easy = standardise(offices)
    assert (hard.observed / hard.n, easy.observed / easy.n) == (0.45, 0.75)
    assert hard.value == pytest.approx(easy.value)
    assert (hard.strays, easy.strays) == ("", "")


def test_an_office_that_does_worse_on_the_same_matters_strays() -> None:
    offices = {code: {EASY: (400, 360)} for code in ("one", "two", "three")} | {"bad": {EASY: (400, 200)}}
    found = standardise(offices)
    assert [one.office for one in found] == ["one", "two", "three", "bad"]
    assert [one.strays for one in found][-1] == "below"


def test_categories_of_two_schemes_are_never_put_together() -> None:
    """The same code in another scheme is another stratum: each office is then compared with itself only."""
    offices = {"old": {("1", "a", "normal"): (100, 90)}, "new": {("2", "a", "normal"): (100, 10)}}
    old, new = standardise(offices)
    assert old.expected == pytest.approx(90)
    assert new.expected == pytest.approx(10)
    assert old.value == pytest.approx(new.value)


@pytest.mark.parametrize(("n", "why"), [(0, "nothing"), (9, "few")])
def test_few_answers_are_not_compared(n: int, why: str) -> None:
    [one, _] = standardise({"small": {EASY: (n, n)}, "big": {EASY: (100, 50)}})
    assert (one.value, one.inner, one.why, one.strays) == (None, None, why, "")


def test_limits_narrow_as_an_office_grows_and_stay_within_bounds() -> None:
    spans = [limits(0.9, n, OUTER) for n in (10, 100, 1000, 100_000)]
    widths = [one.high - one.low for one in spans]
    assert widths == sorted(widths, reverse=True)
    assert all(0 <= one.low < 0.9 < one.high <= 1 for one in spans)


def test_figures_whose_intervals_meet_do_not_differ() -> None:
    one = indicator("confirmed")
    counts = {
        ("a",): {"n": 30, "hit": 30, "asked": 30}, ("b",): {"n": 30, "hit": 29, "asked": 30},
        ("c",): {"n": 300, "hit": 30, "asked": 300}, ("d",): {"n": 3, "hit": 3, "asked": 3},
    }  # fmt: skip
    a, b, c, d = judge(one, counts, ("office",))
    assert (differ(a, b), differ(a, c), differ(a, d)) == (False, True, None)
    with pytest.raises(ValueError, match="not the same"):
        differ(a, Value("parked", 1, {}, 10))
