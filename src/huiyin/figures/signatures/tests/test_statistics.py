"""The small statistics: against values worked out otherwise, and against brute force."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.figures.signatures.statistics import (
    at_least,
    at_most,
    chi_square_tail,
    expected,
    groups_differ,
    order_statistic,
    ranks,
    stratified,
)


@given(st.integers(0, 30), st.integers(0, 30), st.sampled_from([0.01, 0.2, 0.5, 0.93]))
def test_the_tail_of_a_count_is_the_sum_of_its_terms(k: int, more: int, p: float) -> None:
    n = k + more
    term = [comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)]
    assert at_least(k, n, p) == pytest.approx(sum(term[k:]), rel=1e-9, abs=1e-15)
    assert at_most(k, n, p) == pytest.approx(sum(term[: k + 1]), rel=1e-9, abs=1e-15)


def test_large_counts_go_over_into_the_normal_curve() -> None:
    exact, near = at_least(840, 4_000, 0.2), at_least(841, 4_001, 0.2)
    assert near == pytest.approx(exact, rel=0.08)


@pytest.mark.parametrize(("k", "n", "p"), [(3, 2, 0.5), (-1, 2, 0.5), (1, 2, 1.1)])
def test_impossible_counts_are_refused(k: int, n: int, p: float) -> None:
    with pytest.raises(ValueError, match=str(n)):
        at_least(k, n, p)


@pytest.mark.parametrize(
    ("x", "degrees", "tail"), [(3.841459, 1, 0.05), (11.0705, 5, 0.05), (0.0, 3, 1.0), (29.5883, 10, 0.001)]
)
def test_chi_square_gives_the_tabled_values(x: float, degrees: int, tail: float) -> None:
    assert chi_square_tail(x, degrees) == pytest.approx(tail, rel=1e-4)


def test_ranks_share_ties() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]


def test_groups_that_are_alike_differ_as_often_as_chance_says() -> None:
    rng = np.random.default_rng(3)
    found = [groups_differ(rng.random(60), rng.integers(0, 4, 60))[0] for _ in range(600)]
    assert 0.02 < np.mean(np.array(found) < 0.05) < 0.08


def test_groups_that_differ_are_found_and_the_part_is_named() -> None:
    groups = np.repeat([0, 1], 40)
    p, part = groups_differ(np.arange(80.0) + 1_000 * groups, groups)
    assert p < 1e-12
    assert 0.7 < part < 0.8
    assert groups_differ(np.ones(80), groups) == (1.0, 0.0)
    assert groups_differ(np.arange(80.0), np.zeros(80, dtype=int)) == (1.0, 0.0)


def test_usual_is_what_the_same_mix_has_elsewhere() -> None:
    # Office 0 has only hard matters (stratum 1). Elsewhere one in ten easy ones is hit, and half of the hard ones.
    office = np.repeat([0, 1, 1, 2, 2], [40, 400, 400, 400, 400])
    stratum = np.repeat([1, 0, 1, 0, 1], [40, 400, 400, 400, 400])
    hit = np.concatenate([np.arange(40) < 20, *(np.arange(400) < k for k in (40, 200, 40, 200))])
    k, n, usual = expected(hit, office, stratum, 3)
    assert (k[0], n[0]) == (20, 40)
    assert usual[0] == pytest.approx(0.5, abs=0.02)


def test_many_who_cheat_cannot_hide_each_other() -> None:
    # Two offices of five hit nine in ten, the others one in ten: the median office stays the yardstick.
    office = np.repeat(np.arange(5), 200)
    hit = np.concatenate([np.arange(200) < k for k in (180, 180, 20, 20, 20)])
    _, _, usual = expected(hit, office, np.zeros(1000, dtype=int), 5)
    assert usual[0] < 0.2


@given(st.lists(st.floats(0, 100), min_size=10, max_size=200))
def test_a_median_lies_in_its_interval(values: list[float]) -> None:
    found = order_statistic(np.array(values), 0.5)
    assert found is not None
    assert found[1] <= found[0] <= found[2]


def test_too_few_values_make_no_interval() -> None:
    assert order_statistic(np.array([1.0, 2.0]), 0.5) is None
    assert order_statistic(np.array([]), 0.5) is None


def test_a_weighted_share_follows_the_sizes_of_the_strata() -> None:
    found = stratified(np.array([30, 0]), np.array([30, 30]), np.array([300, 900]))
    assert found is not None
    assert found[0] == pytest.approx(0.25)
    assert 0 < found[1] < 0.25 < found[2] < 1
    assert stratified(np.array([0]), np.array([0]), np.array([10])) is None
    # Who asks everybody knows.
    whole = stratified(np.array([40]), np.array([100]), np.array([100]))
    assert whole == (0.4, 0.4, 0.4)
