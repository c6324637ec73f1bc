"""The store behind "the same as this?": what was put in is found, packed or not, and erasing leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from uuid import UUID

import pytest
from django.db import connection

from huiyin.cases import postings
from huiyin.cases.models import Posting, PostingBlock, PostingCount
from huiyin.organisation import store
from huiyin.understanding import packing

UNIT = packing.SIZES[0]


@pytest.fixture(autouse=True)
def no_cases(db: None) -> Iterator[None]:
    """Postings of cases that are not there: this is about the store alone."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON" if sqlite else "SET CONSTRAINTS ALL DEFERRED")
        yield
        for model in (Posting, PostingBlock, PostingCount):
            model.objects.all().delete()


def store_some(count: int, start: int = 0) -> dict[UUID, list[int]]:
    """`count` cases with eight marks each, three of them common."""
    random = Random(start)
    cases = {
        UUID(int=start + n + 1): [*random.sample(range(1 << 24), 5), 7 << 9, 9 << 9, (n % 50) << 12]
        for n in range(count)
    }
    postings.add([(case, 1 + n % 3, marks) for n, (case, marks) in enumerate(cases.items())])
    return cases


def places_in_blocks() -> list[int]:
    """The messages of the first segment whose entries are stored, once for each entry."""
    blocks = PostingBlock.objects.order_by("number").values_list("entries", flat=True)
    return [int.from_bytes(bytes(e)[at : at + 2], "little") for e in blocks for at in range(0, len(e), 4)]


@pytest.mark.parametrize("count", [1, UNIT - 1, UNIT, UNIT + 1, 9 * UNIT + 3])
def test_every_case_is_found_first_by_its_own_marks(count: int) -> None:
    cases = store_some(count)
    some = [*range(0, count, max(1, count // 40)), count - 1]
    names = list(cases)
    for n in some:
        found = postings.look_up(cases[names[n]], 0, 5)
        assert found[0] == names[n]


def test_units_are_packed_and_small_segments_give_way_to_large_ones() -> None:
    store_some(8 * UNIT + 5)
    count = PostingCount.objects.get()
    assert (count.cases, count.units) == (8 * UNIT + 5, 8)
    assert {number >> 56 for number in PostingBlock.objects.values_list("number", flat=True)} == {1}


def test_storing_again_or_in_several_parts_changes_nothing() -> None:
    first = store_some(UNIT + 10)
    before = list(PostingBlock.objects.order_by("number").values_list("number", "entries"))
    postings.add([(case, 9, marks) for case, marks in first.items()])
    assert [(n, bytes(e)) for n, e in before] == [
        (n, bytes(e)) for n, e in PostingBlock.objects.order_by("number").values_list("number", "entries")
    ]
    assert PostingCount.objects.get().cases == UNIT + 10


@pytest.mark.parametrize("place", [0, 5, UNIT + 4])
def test_a_forgotten_case_is_in_no_row_and_no_block(place: int) -> None:
    cases = store_some(UNIT + 10)
    case = list(cases)[place]
    number = Posting.objects.get(case=case).number
    before = places_in_blocks()
    postings.forget(case)
    assert not Posting.objects.filter(case=case).exists()
    assert case not in postings.look_up(cases[case], 0, 40)
    assert (number in before) == (number < UNIT)
    assert places_in_blocks() == [other for other in before if other != number]
    postings.forget(case)  # again changes nothing


def test_what_was_forgotten_does_not_come_back_when_its_segment_is_packed_anew() -> None:
    cases = store_some(UNIT)
    gone = list(cases)[17]
    postings.forget(gone)
    store_some(7 * UNIT, start=10**6)
    assert gone not in postings.look_up(cases[gone], 0, 40)
    assert PostingCount.objects.get().units == 8


def test_a_crash_while_packing_leaves_the_old_state(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> list[tuple[int, bytes]]:
        raise RuntimeError("no power")

    store_some(UNIT - 1)
    monkeypatch.setattr(packing, "pack", fail)
    with pytest.raises(RuntimeError):
        store_some(5, start=10**6)
    assert Posting.objects.count() == PostingCount.objects.get().cases == UNIT - 1
    assert not PostingBlock.objects.exists()


def test_the_same_part_of_town_comes_first() -> None:
    near, far, unknown = (UUID(int=n) for n in (1, 2, 3))
    postings.add([(near, 4, [1, 2, 3]), (far, 5, [1, 2, 3]), (unknown, 0, [1, 2])])
    marks = [1, 2, 3]
    assert postings.look_up(marks, 4, 3) == [near, unknown, far]
    assert postings.look_up(marks, 0, 3)[0] == far


def test_marks_are_keyed(settings: object) -> None:
    keys = [1, 2, 3, 2**31 - 1]
    first = postings.marks(keys)
    settings.SECRET_KEY = "another key, as long as it must be, for this test alone"  # type: ignore[attr-defined]
    assert all(a != b for a, b in zip(first, postings.marks(keys), strict=True))
    assert all(0 <= mark < 1 << 24 for mark in first)


def test_the_part_of_town_follows_the_tree_of_areas() -> None:
    from huiyin.cases.tests import body

    body.load()
    catalogue = store.current()
    for code in catalogue.areas:
        path = [step.code for step in catalogue.area_path(code)]
        top = path[0] if len(catalogue.area_children("")) > 1 else (path[1] if len(path) > 1 else "")
        assert postings.part_of(catalogue, code) == (postings.part_of(catalogue, top) if top else 0)
    assert postings.part_of(catalogue, "") == postings.part_of(catalogue, "nowhere") == 0
