"""Packed postings say what was put in, at every level, and no more."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.understanding import packing
from huiyin.understanding.packing import SIZES, Query, Segment

LEVELS = range(len(SIZES))


def some(segment: Segment, count: int, seed: int) -> tuple[list[int], list[int], list[list[int]]]:
    """Messages at random places of a segment, the first and the last among them: numbers, parts, marks."""
    random = Random(seed)
    size = SIZES[segment.level]
    places = sorted({0, size - 1, *random.sample(range(size), count)})
    marks = [random.sample(range(1 << packing.MARK_BITS), 6) for _ in places]
    return [segment.first + place for place in places], [random.randrange(128) for _ in places], marks


def asked(segment: Segment, marks: list[int], blocks: list[tuple[int, bytes]]) -> set[tuple[int, int]]:
    """(message, part) of everything found for these marks in one segment."""
    query = Query(marks, 0, segment.first + SIZES[segment.level], 0)
    query._segments = [segment]
    wanted = set(query.blocks())
    query.take([block for block in blocks if block[0] in wanted])
    return {
        (int(number), int(part))
        for numbers, _, parts in query._found
        for number, part in zip(numbers, parts, strict=True)
    }


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("number", [0, 1, 37])
def test_every_message_is_found_by_each_of_its_marks_with_its_part_of_town(level: int, number: int) -> None:
    segment = Segment(level, number)
    numbers, parts, marks = some(segment, 200, seed=level)
    blocks = packing.pack(segment, numbers, parts, [packing.to_bytes(own) for own in marks])
    low, high = segment.blocks
    assert all(low <= block <= high < 1 << 63 for block, _ in blocks)
    for message, part, own in zip(numbers, parts, marks, strict=True):
        for mark in own:
            assert (message, part) in asked(segment, [mark], blocks)


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_taken_out_is_found_by_none_and_the_others_stay(level: int) -> None:
    segment = Segment(level, 3)
    numbers, parts, marks = some(segment, 60, seed=9)
    blocks = packing.pack(segment, numbers, parts, [packing.to_bytes(own) for own in marks])
    gone = numbers[-1]
    left = [(number, packing.without(entries, segment, gone)) for number, entries in blocks]
    assert sum(len(e) for _, e in blocks) - sum(len(e) for _, e in left) == 4 * len(marks[-1])
    every = sorted({mark for own in marks for mark in own})
    found = {message for message, _ in asked(segment, every, left)}
    assert found == set(numbers) - {gone}


@given(units=st.integers(0, 3000))
@settings(max_examples=200, deadline=None)
def test_segments_cover_every_unit_once_in_order_and_blocks_never_share_a_number(units: int) -> None:
    found = packing.segments(units)
    edges = [(s.first, s.first + SIZES[s.level]) for s in found]
    assert [begin for begin, _ in edges] == [0, *[end for _, end in edges]][: len(edges)]
    assert sum(end - begin for begin, end in edges) == units * SIZES[0]
    ranges = sorted(segment.blocks for segment in found)
    assert all(high < low for (_, high), (low, _) in itertools.pairwise(ranges))
    assert len(found) <= units // 256 + 3 + 7 + 7


def test_a_million_messages_are_about_ten_segments() -> None:
    assert len(packing.segments(1_000_000 // SIZES[0])) <= 10


def test_of_very_many_shared_groups_the_rarest_decide() -> None:
    cases = 2 * SIZES[2]
    # Mark 1 is everybody's, mark 2 belongs to one old message: it wins although thousands share the other.
    rows = [(number, 0, packing.to_bytes([1])) for number in range(cases - packing.ENOUGH - 10, cases)]
    query = Query([1, 2], 0, cases, 0)
    query.take_loose([(3, 0, packing.to_bytes([1, 2])), *rows])
    assert query.best(3)[0] == 3
