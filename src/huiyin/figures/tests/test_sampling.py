"""Estimates from a stratified sample: exact where they must be, and covering the truth as often as they say."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.figures.intervals import wilson
from huiyin.figures.sampling import Stratum, bounds, estimate


@st.composite
def strata(draw: st.DrawFn) -> list[Stratum]:
    found = []
    for _ in range(draw(st.integers(0, 6))):
        size = draw(st.integers(0, 500))
        drawn = draw(st.integers(0, size))
        answered = draw(st.integers(0, drawn))
        found.append(Stratum(size, drawn, answered, draw(st.integers(0, answered))))
    return found


@given(strata())
def test_an_estimate_lies_in_its_interval_and_everything_between_nothing_and_all(found: list[Stratum]) -> None:
    result = estimate(found)
    if result is None:
        assert not any(s.answered for s in found)
        return
    assert 0 <= result.low <= result.value <= result.high <= 1
    assert 0 <= result.least <= result.most <= 1
    assert result.covered <= result.size


@given(strata())
def test_the_order_of_strata_does_not_matter(found: list[Stratum]) -> None:
    one, other = estimate(found), estimate(found[::-1])
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.value == pytest.approx(other.value)
        assert (one.low, one.high) == pytest.approx((other.low, other.high))


@given(strata())
def test_the_bounds_hold_whatever_the_silent_think(found: list[Stratum]) -> None:
    least, most = bounds(found)
    if not sum(s.size for s in found):
        assert (least, most) == (0.0, 1.0)
        return
    for agreeing in (0, 1):
        told = [
            Stratum(s.size, s.drawn, s.drawn, s.agreed + agreeing * (s.drawn - s.answered)) for s in found if s.drawn
        ]
        result = estimate(told)
        if result is not None and all(s.drawn for s in found if s.size):
            assert least - 1e-9 <= result.value <= most + 1e-9


def test_whoever_asks_everybody_and_hears_everybody_knows_exactly() -> None:
    result = estimate([Stratum(20, 20, 20, 15), Stratum(5, 5, 5, 0)])
    assert result is not None
    assert (result.value, result.low, result.high, result.least, result.most) == (0.6, 0.6, 0.6, 0.6, 0.6)


def test_one_large_stratum_gives_about_wilsons_interval() -> None:
    result, plain = estimate([Stratum(1_000_000, 100, 100, 60)]), wilson(60, 100)
    assert result is not None
    assert plain is not None
    assert (result.low, result.high) == pytest.approx((plain.low, plain.high), abs=0.003)


def test_what_was_learnt_from_few_answers_is_told_less_exactly() -> None:
    """Two towns of the same size and the same share: one heard as many people in two offices, the other mostly one."""
    even = estimate([Stratum(500, 20, 20, 10), Stratum(500, 20, 20, 10)])
    lopsided = estimate([Stratum(500, 38, 38, 19), Stratum(500, 2, 2, 1)])
    assert even is not None
    assert lopsided is not None
    assert even.value == lopsided.value
    assert lopsided.high - lopsided.low > 1.5 * (even.high - even.low)
    assert lopsided.effective < 8 < 30 < even.effective


def test_a_large_office_counts_by_its_size_and_not_by_how_many_were_drawn() -> None:
    result = estimate([Stratum(900, 30, 30, 30), Stratum(100, 30, 30, 0)])
    assert result is not None
    assert result.value == pytest.approx(0.9)


def test_an_office_nobody_answered_for_widens_the_bounds_and_is_not_guessed() -> None:
    result = estimate([Stratum(50, 20, 20, 10), Stratum(50, 20, 0, 0)])
    assert result is not None
    assert (result.value, result.covered, result.size) == (0.5, 50, 100)
    assert (result.least, result.most) == pytest.approx((0.25, 0.75))


def test_nothing_answered_is_not_measurable() -> None:
    assert estimate([]) is None
    assert estimate([Stratum(10, 5, 0, 0)]) is None


def test_impossible_counts_are_refused() -> None:
    for wrong in [(1, 2, 0, 0), (5, 5, 6, 0), (5, 5, 5, 6), (5, -1, -1, -1)]:
        with pytest.raises(ValueError):
            Stratum(*wrong)


#: Towns: strata sizes, and the range in which the true share of each stratum lies.
TOWNS = {
    "a few large offices": ([400, 250, 900], (0.3, 0.9)),
    "many small offices": ([35, 60, 45, 80, 52, 38, 120], (0.4, 0.95)),
    "one large, some tiny": ([2_000, 12, 9, 40, 25], (0.2, 0.8)),
    "much is solved": ([300, 180, 90, 60], (0.8, 0.99)),
    "little is solved": ([300, 180, 90, 60], (0.02, 0.2)),
    "one office alone": ([150], (0.3, 0.9)),
    "hardly anything": ([300, 180, 90, 60], (0.0, 0.04)),
    "as many as a city has": ([200] * 12, (0.5, 0.9)),
}


@pytest.mark.parametrize("town", sorted(TOWNS))
@pytest.mark.parametrize("answering", [1.0, 0.55])
def test_a_nominal_95_percent_interval_covers_the_truth_93_to_97_times_in_a_hundred(
    town: str, answering: float
) -> None:
    """The whole way: a town with its truth, the rule of the sample, who answers (independent of the truth), the
    estimate. 4,000 towns each; the standard error of the coverage is 0.35 points."""
    sizes, (lowest, highest) = TOWNS[town]
    rng = Random(f"{town}{answering}")
    covered = tried = 0
    for _ in range(4_000):
        found, agreeing = [], 0
        for size in sizes:
            share = rng.uniform(lowest, highest)
            truth = sum(rng.random() < share for _ in range(size)) if size < 200 else round(share * size)
            agreeing += truth
            drawn = max(min(size, 30), -(-size // 10))
            # drawing without replacement: positions below `truth` agree
            sample = rng.sample(range(size), drawn)
            said = [one for one in sample if answering == 1.0 or rng.random() < answering]
            found.append(Stratum(size, drawn, len(said), sum(one < truth for one in said)))
        result = estimate(found)
        if result is None or result.covered != result.size:
            continue
        tried += 1
        covered += result.low <= agreeing / sum(sizes) <= result.high
    assert tried > 3_900
    assert 0.93 <= covered / tried <= 0.97, covered / tried
