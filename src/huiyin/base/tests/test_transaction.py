"""`write` keeps its promise on both databases, alone and gathered."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from huiyin.base import transaction as subject
from huiyin.base.bulk import insert_together
from huiyin.base.errors import Refusal
from huiyin.base.transaction import RolledBack, Writer, write


class Note(models.Model):
    name = models.CharField(max_length=20, unique=True)
    count = models.IntegerField(default=0)

    class Meta:
        app_label = "base_transaction_tests"


@pytest.fixture
def notes(transactional_db: None) -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(Note)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Note)


@pytest.fixture
def gathered(notes: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    """A writer thread of our own, as `huiyin serve` has on SQLite."""
    if connection.vendor != "sqlite":
        pytest.skip("gathered commits are for SQLite")
    monkeypatch.setattr(settings, "CONFIG", dataclasses.replace(settings.CONFIG, group_commit=True))
    writer = Writer()
    monkeypatch.setattr(subject, "_the_writer", writer)
    yield writer
    writer.stop()


def _backend() -> int:
    """The process of PostgreSQL that serves this thread."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def names() -> set[str]:
    return set(Note.objects.values_list("name", flat=True))


def in_threads(works: list[Callable[[], object]]) -> list[object]:
    """Run each work in a thread of its own through `write`; results or exceptions in order."""

    def one(work: Callable[[], object]) -> object:
        try:
            return write(work)
        except Exception as error:  # noqa: BLE001  handed to the test
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_the_result_comes_back_and_the_rows_are_there(notes: None) -> None:
    assert write(lambda: Note.objects.create(name="a").name) == "a"
    assert names() == {"a"}


def test_a_refusal_undoes_what_was_written_before_it(notes: None) -> None:
    def work() -> None:
        Note.objects.create(name="a")
        raise Refusal("too_late")

    with pytest.raises(Refusal, match="too_late"):
        write(work)
    assert names() == set()


def test_a_nested_write_is_undone_with_the_outer_one(notes: None) -> None:
    def outer() -> None:
        write(lambda: Note.objects.create(name="inner"))
        raise Refusal("no")

    with pytest.raises(Refusal):
        write(outer)
    assert names() == set()


def test_a_write_after_a_failed_one_is_not_taken_for_a_nested_one(notes: None) -> None:
    with pytest.raises(ZeroDivisionError):
        write(lambda: 1 // 0)
    write(lambda: Note.objects.create(name="a"))
    assert not connection.in_atomic_block
    assert names() == {"a"}


@pytest.mark.django_db
def test_inside_a_wrapped_test_it_runs_on_the_same_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CONFIG", dataclasses.replace(settings.CONFIG, group_commit=True))
    assert write(threading.get_ident) == threading.get_ident()


def test_a_swallowed_database_error_is_not_passed_off_as_success(notes: None) -> None:
    def work() -> str:
        Note.objects.create(name="a")
        try:
            with transaction.atomic(savepoint=False):
                Note.objects.create(name="a")
        except IntegrityError:
            pass
        return "all is well"

    with pytest.raises(DatabaseError):
        write(work)
    assert names() == set()


def test_a_caught_error_in_its_own_savepoint_does_no_harm(notes: None) -> None:
    def work() -> None:
        Note.objects.create(name="a")
        with pytest.raises(IntegrityError), transaction.atomic():
            Note.objects.create(name="a")
        Note.objects.create(name="b")

    write(work)
    assert names() == {"a", "b"}


def test_eight_threads_adding_to_one_row_lose_nothing(notes: None) -> None:
    Note.objects.create(name="sum")

    def add() -> None:
        row = Note.objects.select_for_update().get(name="sum")
        row.count += 1
        row.save()

    results = in_threads([lambda: [write(add) for _ in range(10)]] * 4 + [add] * 4)
    assert not [r for r in results if isinstance(r, Exception)]
    assert Note.objects.get().count == 44


def test_gathered_works_share_commits_and_all_of_them_arrive(gathered: Writer) -> None:
    start = threading.Barrier(16)

    def work(n: int) -> Callable[[], str]:
        return lambda: Note.objects.create(name=f"n{n}").name

    def caller(n: int) -> None:
        start.wait()
        for round_ in range(5):
            assert write(work(n * 10 + round_)) == f"n{n * 10 + round_}"

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(caller, range(16)))
    assert len(names()) == 80
    assert gathered.works == 80
    assert gathered.commits < 80


def test_one_failing_work_does_not_hurt_the_others_in_its_commit(gathered: Writer) -> None:
    def hold() -> None:  # keeps the writer busy until the others wait behind it
        entered.set()
        release.wait(5)

    entered, release = threading.Event(), threading.Event()

    def fail() -> None:
        Note.objects.create(name="never")
        raise Refusal("no")

    works: list[Callable[[], object]] = [
        hold,
        lambda: Note.objects.create(name="a"),
        fail,
        lambda: Note.objects.create(name="b"),
    ]
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(write, works[0])
        entered.wait(5)
        rest = [pool.submit(write, work) for work in works[1:]]
        while gathered._queue.qsize() < 3:
            threading.Event().wait(0.001)
        release.set()
        first.result(5)
        assert isinstance(rest[1].exception(5), Refusal)
        rest[0].result(5), rest[2].result(5)
    assert names() == {"a", "b"}
    assert gathered.commits <= 2


def test_a_failed_commit_fails_every_work_in_it_and_the_thread_goes_on(
    gathered: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {"on": True}
    from django.db.backends.sqlite3.base import DatabaseWrapper

    commit = DatabaseWrapper._commit

    def refuse(self: DatabaseWrapper) -> None:
        if broken["on"] and threading.current_thread().name == "huiyin-writer":
            raise OperationalError("database or disk is full")
        commit(self)

    monkeypatch.setattr(DatabaseWrapper, "_commit", refuse)
    results = in_threads([lambda n=n: Note.objects.create(name=f"x{n}") for n in range(4)])
    assert all(isinstance(result, OperationalError) for result in results)
    assert names() == set()
    broken["on"] = False
    write(lambda: Note.objects.create(name="after"))
    assert names() == {"after"}


def test_a_transaction_undone_by_the_database_is_reported_to_all_in_it(gathered: Writer) -> None:
    def undone() -> str:
        Note.objects.create(name="gone")
        connection.connection.execute("ROLLBACK")  # what SQLite does by itself when the disk is full
        return "looks fine"

    with pytest.raises(DatabaseError):
        write(undone)
    write(lambda: Note.objects.create(name="after"))
    assert names() == {"after"}


def test_the_thread_outlives_even_a_system_exit(gathered: Writer) -> None:
    def leave() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        write(leave)
    assert write(lambda: "still here") == "still here"


def test_a_failing_hook_after_the_commit_is_not_reported_as_a_failed_write(gathered: Writer) -> None:
    def work() -> str:
        Note.objects.create(name="a")
        transaction.on_commit(lambda: 1 // 0)
        return "done"

    assert write(work) == "done"
    assert names() == {"a"}


def test_the_callers_language_goes_with_the_work(gathered: Writer) -> None:
    with translation.override("en"):
        assert write(translation.get_language) == "en"
    with translation.override("zh-hans"):
        assert write(translation.get_language) == "zh-hans"


def test_a_nested_write_in_the_writer_thread_does_not_wait_for_itself(gathered: Writer) -> None:
    assert write(lambda: write(lambda: write(lambda: 7))) == 7


@pytest.mark.postgres
def test_two_writes_in_a_deadlock_both_arrive_in_the_end(notes: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("deadlocks are for PostgreSQL")
    Note.objects.bulk_create([Note(name="a"), Note(name="b")])
    meet = threading.Barrier(2)

    def crossing(first: str, second: str) -> Callable[[], None]:
        runs = {"n": 0}

        def work() -> None:
            runs["n"] += 1
            Note.objects.select_for_update().get(name=first)
            if runs["n"] == 1:
                meet.wait(10)
            row = Note.objects.select_for_update().get(name=second)
            row.count += 1
            row.save()

        return work

    results = in_threads([crossing("a", "b"), crossing("b", "a")])
    assert results == [None, None]
    assert sorted(Note.objects.values_list("count", flat=True)) == [1, 1]


@pytest.mark.postgres
def test_a_connection_lost_before_the_commit_is_replaced(notes: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("lost connections are for PostgreSQL")

    def terminate(pid: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    with ThreadPoolExecutor(1) as pool:
        pid = pool.submit(write, _backend).result(5)
        terminate(pid)
        assert pool.submit(write, lambda: Note.objects.create(name="a").name).result(5) == "a"
        pool.submit(connections.close_all).result(5)
    assert names() == {"a"}


@pytest.mark.postgres
def test_a_work_of_one_statement_needs_no_begin_and_no_commit(notes: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite gathers works in one commit instead")
    with CaptureQueriesContext(connection) as captured:
        write(lambda: insert_together([(Note, [Note(name="a"), Note(name="b")])]), one_statement=True)
    assert len(captured) == 1, captured.captured_queries
    assert names() == {"a", "b"}


def test_a_work_of_one_statement_is_written_whole_or_not_at_all(notes: None) -> None:
    with pytest.raises(IntegrityError):
        write(lambda: insert_together([(Note, [Note(name="a"), Note(name="a")])]), one_statement=True)
    assert names() == set()
    write(lambda: insert_together([(Note, [Note(name="b")])]), one_statement=True)
    assert names() == {"b"}


@pytest.mark.postgres
def test_a_work_of_one_statement_gets_another_connection_when_its_own_is_lost(notes: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("lost connections are for PostgreSQL")
    with ThreadPoolExecutor(1) as pool:
        pid = pool.submit(write, _backend).result(5)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        pool.submit(lambda: write(lambda: insert_together([(Note, [Note(name="a")])]), one_statement=True)).result(5)
        pool.submit(connections.close_all).result(5)
    assert names() == {"a"}


def test_rolled_back_is_a_database_error_so_that_doors_treat_it_as_one() -> None:
    assert issubclass(RolledBack, DatabaseError)
