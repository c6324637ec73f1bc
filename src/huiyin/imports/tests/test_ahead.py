"""A second process that reads ahead changes nothing but the time an import takes."""

from __future__ import annotations

import multiprocessing
import os
import signal

import pytest

from huiyin.cases.models import Case
from huiyin.imports import maps
from huiyin.imports.ahead import batches, batches_ahead, can_work_ahead
from huiyin.imports.convert import Converter, Rejected
from huiyin.imports.reading import Row, Table
from huiyin.imports.words import FileProblem
from huiyin.organisation import store

from .conftest import NOW, SECRET

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork"),
]
HEADER = ("no", "subject", "words", "came", "reply", "replied", "target")


@pytest.fixture
def converter(home, book_map) -> Converter:
    return Converter(maps.load(book_map), store.current(), NOW, SECRET)


def _row(number: int) -> Row:
    came = "2019/4/25" if number % 5 else "never"
    return Row(number, dict(zip(HEADER, (number, "s", f"words {number}", came, None, None, "t"), strict=True)))


def _table(rows) -> Table:
    return Table(HEADER, iter(rows), 0)


def test_the_same_batches_come_in_the_same_order(converter):
    rows = [_row(number) for number in range(1, 60)]
    here = list(batches(_table(rows), converter, 8, limit=50))
    with batches_ahead(_table(rows), converter, 8, limit=50) as found:
        ahead = list(found)
    assert ahead == here
    assert [len(batch) for batch in ahead] == [8, 8, 8, 8, 8, 8, 2]
    assert sum(isinstance(meaning, Rejected) for batch in ahead for _, meaning in batch) == 10


def test_an_import_ahead_takes_in_and_rejects_the_same(take, workbook, book_map, home):
    path = workbook(*[(n, "s", f"text {n}", "2019/4/25" if n % 7 else "x", None, None, "t") for n in range(1, 450)])
    summary = take(path, book_map, ahead=True)
    assert (summary.read, summary.taken, summary.rejected) == (449, 385, 64)
    assert Case.objects.count() == 385
    again = take(path, book_map, ahead=False)
    assert (again.taken, again.already, again.rejected) == (0, 385, 64)


def test_what_found_no_counterpart_is_counted_across_the_processes(converter):
    converter.map.columns["area"] = ("target",)  # type: ignore[index]  a plain dict in this map
    with batches_ahead(_table([_row(1), _row(2)]), converter, 1) as found:
        assert len(list(found)) == 2
    assert converter.unmapped == {"area": {"t": 2}}


def test_a_problem_of_the_file_comes_at_its_place_and_what_was_before_it_stays(converter):
    def rows():
        yield _row(1)
        raise FileProblem("encoding_wrong", encoding="utf-8")

    with batches_ahead(_table(rows()), converter, 1) as found:
        assert next(found)[0][0].number == 1
        with pytest.raises(FileProblem, match="utf-8"):
            next(found)


def test_any_other_error_of_the_child_is_raised_as_it_is(converter):
    def rows():
        yield _row(1)
        raise ZeroDivisionError

    with batches_ahead(_table(rows()), converter, 1) as found:
        next(found)
        with pytest.raises(ZeroDivisionError):
            next(found)


def test_a_child_that_is_killed_is_an_error_and_not_the_end_of_the_file(converter):
    def rows():
        yield _row(1)
        os.kill(os.getpid(), signal.SIGKILL)
        yield _row(2)

    with batches_ahead(_table(rows()), converter, 1) as found:
        next(found)
        with pytest.raises(FileProblem, match="Run the import again"):
            next(found)


def test_an_import_that_is_broken_off_leaves_no_child_behind(converter):
    def stops_in_the_middle():
        with batches_ahead(_table(_row(n) for n in range(100_000)), converter, 50) as found:
            next(found)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stops_in_the_middle()
    assert multiprocessing.active_children() == []


def test_a_short_file_is_read_in_one_process():
    assert not can_work_ahead(Table(HEADER, iter(()), 40))
    assert can_work_ahead(Table(HEADER, iter(()), 40_000))
    assert not can_work_ahead(Table(HEADER, iter(()), 40_000), limit=40)
