"""Intervals and bounds: values worked out by hand, and what must hold for every pair of counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.figures.intervals import Z, nonresponse_bounds, student, wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(30, 30, 0.886, 1.0), (29, 30, 0.833, 0.994), (97, 100, 0.915, 0.990), (970, 1000, 0.957, 0.979)],
)
def test_wilson_gives_the_published_values(k: int, n: int, low: float, high: float) -> None:
    share = wilson(k, n)
    assert share is not None
    assert (round(share.low, 3), round(share.high, 3)) == (low, high)


def test_a_share_of_nothing_is_not_measurable() -> None:
    assert wilson(0, 0) is None
    assert nonresponse_bounds(0, 0, 0) is None


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_its_value_and_stays_inside_zero_and_one(pair: tuple[int, int]) -> None:
    share = wilson(*pair)
    assert share is not None
    assert 0 <= share.low <= share.value <= share.high <= 1


def test_a_high_rate_among_few_answers_says_almost_nothing() -> None:
    # 11.7 % answered, 93 % of them content: the truth may be anywhere between 11 % and 99 %
    bounds = nonresponse_bounds(109, 117, 1000)
    assert bounds is not None
    assert (round(bounds[0], 2), round(bounds[1], 2)) == (0.11, 0.99)


@given(st.lists(st.integers(0, 200), min_size=3, max_size=3).map(sorted))
def test_the_bounds_hold_whatever_the_silent_ones_think(counts: list[int]) -> None:
    k, answered, asked = counts
    bounds = nonresponse_bounds(k, answered, asked)
    if asked == 0:
        assert bounds is None
        return
    assert bounds is not None
    for agreeing in range(asked - answered + 1):
        assert bounds[0] <= (k + agreeing) / asked <= bounds[1]


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)
    with pytest.raises(ValueError, match="1 of 3 of 2"):
        nonresponse_bounds(1, 3, 2)


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)],
)
def test_students_quantiles_are_those_of_the_printed_tables(degrees: int, quantile: float) -> None:
    assert round(student(degrees), 3) == quantile


@given(st.floats(1, 1e6), st.floats(1.0001, 10))
def test_the_more_is_known_of_the_spread_the_nearer_student_is_to_the_normal(degrees: float, more: float) -> None:
    assert student(degrees) >= student(degrees * more) * 0.9999
    assert student(degrees * more) > Z - 1e-4


def test_less_than_one_degree_of_freedom_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.5 degrees"):
        student(0.5)
