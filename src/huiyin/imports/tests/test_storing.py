"""A batch that is written while the next is made ready is written, counted and told like any other."""

from __future__ import annotations

import csv
import multiprocessing
import threading

import pytest
from django.db import IntegrityError

from huiyin.base import codes
from huiyin.cases import bulk_history
from huiyin.cases.models import Case
from huiyin.imports import run as running
from huiyin.imports.models import TakenRow
from huiyin.imports.words import FileProblem
from huiyin.ledger.models import Entry

needs_fork = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
ROWS = [(n, "s", f"text {n}", "2019/4/25" if n % 4 else "x", None, None, "t") for n in range(1, 21)]


@pytest.fixture
def threads(monkeypatch) -> list[str]:
    """Batches of three; the names of the threads that wrote them."""
    names: list[str] = []
    real = bulk_history._insert

    def noted(rows):
        names.append(threading.current_thread().name)
        real(rows)

    monkeypatch.setattr(running, "BATCH", 3)
    monkeypatch.setattr(bulk_history, "_insert", noted)
    return names


@needs_fork
@pytest.mark.django_db(transaction=True)
def test_a_thread_writes_the_same_rows_as_an_import_without_one(take, workbook, book_map, home, threads):
    path = workbook(*ROWS, ROWS[0], (1, "s", "other words", "2019/4/25", None, None, "t"))
    beside = take(path, book_map, ahead=True)
    assert (beside.read, beside.taken, beside.already, beside.rejected) == (22, 15, 1, 6)
    assert {name.startswith("huiyin-import") for name in threads} == {True}
    assert Case.objects.count() == TakenRow.objects.count() == Entry.objects.count() == 15
    with (home / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["row"] for row in csv.DictReader(file)] == ["5", "9", "13", "17", "21", "23"]
    again = take(path, book_map)
    assert (again.taken, again.already, again.rejected) == (0, 16, 6)


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_written_elsewhere(take, workbook, book_map, threads):
    assert take(workbook(*ROWS), book_map).taken == 15
    assert set(threads) == {threading.current_thread().name}


@needs_fork
@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_database_stops_the_import_and_keeps_what_was_before(
    take, workbook, book_map, threads, monkeypatch
):
    noted = bulk_history._insert

    def full(rows):
        if len(threads) == 2:
            raise RuntimeError("no room on the disk")
        noted(rows)

    monkeypatch.setattr(bulk_history, "_insert", full)
    with pytest.raises(RuntimeError, match="no room"):
        take(workbook(*ROWS), book_map, ahead=True)
    assert Case.objects.count() == TakenRow.objects.count() == 5
    monkeypatch.setattr(bulk_history, "_insert", noted)
    assert take(workbook(*ROWS), book_map, ahead=True).taken == 10


@pytest.mark.django_db
def test_what_was_on_its_way_when_the_file_broke_is_counted_and_its_rejects_are_told(
    take, workbook, book_map, home, threads, monkeypatch
):
    real = running.batches_here

    def breaks(*args):
        found = real(*args)
        yield next(found)
        yield next(found)
        raise FileProblem("encoding_wrong", encoding="utf-8")

    told: list[int] = []
    monkeypatch.setattr(running, "batches_here", breaks)
    with pytest.raises(FileProblem):
        take(workbook(*ROWS), book_map, progress=told.append)
    assert told == [3, 6]
    assert Case.objects.count() == 5
    with (home / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["row"] for row in csv.DictReader(file)] == ["5"]


@pytest.mark.django_db
def test_a_public_number_that_is_taken_is_drawn_again(take, workbook, book_map, monkeypatch):
    take(workbook(ROWS[0]), book_map)
    taken, real = Case.objects.get().number, codes.public_number
    draws = iter([taken, taken])
    monkeypatch.setattr(codes, "public_number", lambda year, random: next(draws, None) or real(year, random))
    assert take(workbook(ROWS[1]), book_map).taken == 1
    assert Case.objects.count() == 2


@pytest.mark.django_db
def test_what_can_never_be_written_is_an_error_and_no_endless_loop(take, workbook, book_map, monkeypatch):
    take(workbook(ROWS[0]), book_map)
    taken = Case.objects.get().number
    monkeypatch.setattr(codes, "public_number", lambda year, random: taken)
    with pytest.raises(IntegrityError):
        take(workbook(ROWS[1]), book_map)
    assert Case.objects.count() == 1
