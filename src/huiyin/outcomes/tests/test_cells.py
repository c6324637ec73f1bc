"""Small groups stay hidden, also from somebody who subtracts everything that is shown from everything else."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from huiyin.outcomes import cells
from huiyin.outcomes.questions import MANNER

counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 25), max_size=8)


@given(counts)
def test_cells_are_large_do_not_overlap_and_hold_everybody_who_answered(heard: dict[str, int]) -> None:
    groups = cells.offices(heard)
    inside = [office for group in groups for office in group]
    assert len(inside) == len(set(inside))
    assert all(sum(heard[office] for office in group) >= cells.SMALLEST for group in groups)
    if groups:
        assert set(inside) == {office for office, n in heard.items() if n}
    else:
        # nothing could be shown: either nobody answered, or all together are too few
        assert sum(heard.values()) < cells.SMALLEST


@given(counts)
def test_no_sum_or_difference_of_shown_cells_is_a_small_group(heard: dict[str, int]) -> None:
    """Every set of people an attacker can single out is a union of cells: take any two unions and subtract them."""
    sizes = [sum(heard[office] for office in group) for group in cells.offices(heard)]
    unions = {frozenset(chosen) for n in range(len(sizes) + 1) for chosen in combinations(range(len(sizes)), n)}
    for one in unions:
        for other in unions:
            people = sum(sizes[index] for index in one - other)
            assert people == 0 or people >= cells.SMALLEST


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40)))
def test_folded_counts_add_up_and_hide_every_small_one(found: dict[str, int]) -> None:
    shown, rest = cells.fold(found)
    assert all(n >= cells.SMALLEST for n in shown.values())
    if rest == -1:
        assert sum(found.values()) < cells.SMALLEST
    else:
        assert sum(shown.values()) + rest == sum(found.values())
        assert rest == 0 or rest >= cells.SMALLEST


@given(st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=14))
def test_blocks_of_months_are_large_and_never_overlap(months: list[list[int]]) -> None:
    rows = [(f"2026-{n:02d}", dict.fromkeys(MANNER, marks)) for n, marks in enumerate(months, 1)]
    found = cells.blocks(rows, MANNER)
    edges = [edge for block in found for edge in block]
    assert edges == sorted(edges)
    for first, last in found:
        assert sum(sum(marks["voice"]) for month, marks in rows if first <= month <= last) >= cells.SMALLEST
    # a later month never changes what was shown before
    assert found[: len(cells.blocks(rows[:-1], MANNER))] == cells.blocks(rows[:-1], MANNER)


@given(st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_a_tone_is_in_half_steps_and_never_says_that_all_answered_the_same(marks: list[int]) -> None:
    tone = cells.tone(marks)
    assert (tone is None) == (sum(marks) < cells.SMALLEST)
    assert tone is None or (1.5 <= tone <= 4.5 and (tone * 2).is_integer())


def test_pressure_names_an_office_only_when_several_of_many_told_of_it() -> None:
    people = {"a": 20, "b": 20, "c": 4, "d": 9}
    assert cells.reports({"a": 3, "b": 2, "c": 3, "d": 0}, people) == (["a"], True)
    assert cells.reports({"a": 2, "b": 0, "c": 0, "d": 0}, people) == ([], False)
    assert cells.reports({"a": 0, "b": 0, "c": 4, "d": 0}, {"c": 4}) == ([], False)
    assert cells.reports({}, {}) == ([], False)
