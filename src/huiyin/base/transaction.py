"""The one way anything is written, and the database model this product assumes.

What we assume, plainly:

- One `write` is one transaction. Its result (or its error) reaches the caller only after the commit is durable:
  SQLite runs with `synchronous=FULL`, PostgreSQL with its default `synchronous_commit=on`.
- **PostgreSQL**, many writers. READ COMMITTED; whoever decides on what it reads takes a row lock first. The server
  gathers the commits of several connections on one flush by itself, so we do not. A deadlock or a serialization
  failure rolls everything back, therefore the same work is simply run again, a few times. A connection that was lost
  *before* the commit was asked for is replaced and the work run again; one lost *during* the commit is reported,
  because nobody can know.
- **SQLite**, one writer at a time, by design of the file. Transactions start with BEGIN IMMEDIATE (settings), so a
  writer waits for its turn at the start and never fails in the middle. Its lock waits by polling, which starves some
  of many waiting threads for seconds. So the serving process (CONFIG.group_commit) hands all works to ONE writer
  thread that takes every waiting work, runs each in its own savepoint, and commits them together: one flush for many,
  and first come first served. A work that fails undoes only itself. A commit that fails is reported to everybody in it.

Because a work may be run again or in another thread it must do nothing but read and write the database and compute:
no mail, no files, no waiting. What must follow goes into the outbox (`huiyin.worker.outbox`) in the same transaction.
"""

from __future__ import annotations

import logging
import os
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import DatabaseError, OperationalError, close_old_connections, connection, connections, transaction
from django.utils import translation

T = TypeVar("T")

logger = logging.getLogger(__name__)

#: A commit gathers at most this many works, and stops gathering after this many seconds of running them.
BATCH_WORKS = 64
BATCH_SECONDS = 0.05

#: How often a work is run in all when PostgreSQL rolls it back for the sake of another (deadlock, serialization).
ATTEMPTS = 6
#: SQLSTATE codes that mean "nothing was done, run it again": serialization_failure, deadlock_detected.
RETRY_STATES = frozenset({"40001", "40P01"})
#: admin_shutdown, crash_shutdown, cannot_connect_now.
LOST_STATES = frozenset({"57P01", "57P02", "57P03"})

_running = threading.local()


class RolledBack(DatabaseError):
    """The transaction was undone although the work itself raised nothing. Nothing was written."""


def write(work: Callable[[], T], *, one_statement: bool = False) -> T:
    """Run `work` in one transaction and return its result once that transaction is durable.

    Raises what `work` raises, after undoing all it wrote; `django.db.DatabaseError` when the commit fails. Called
    inside a running `write` it just runs there: the outer one commits or undoes both. Inside somebody else's
    `atomic()` (a test, a library) it runs in a savepoint on the same connection.

    `one_statement` is the caller's word that `work` writes with a single SQL statement (`insert_together`) and that a
    unique key keeps it from happening twice. On PostgreSQL such a statement is a transaction by itself, so BEGIN and
    COMMIT, two of three round trips, are saved; when the connection is lost under it nobody can know whether it was
    done, and running it again answers that.
    """
    if getattr(_running, "depth", 0):
        return work()
    if connection.in_atomic_block:
        return _in_savepoint(work)
    if connection.vendor == "sqlite":
        if settings.CONFIG.group_commit:
            return _writer().submit(work)
        return _in_transaction(work)
    return retry_serialization(work, one_statement=one_statement)


def retry_serialization(work: Callable[[], T], *, attempts: int = ATTEMPTS, one_statement: bool = False) -> T:
    """Run `work` in a transaction; run it again when PostgreSQL undid it for the sake of another transaction.

    `attempts` is the number of runs in all. Waits 5–10 ms after the first, doubling each time, so that two that met do
    not meet again. Raises the last error when the attempts are used up.
    """
    attempt_once = _run if one_statement else _in_transaction
    reconnected = False
    attempt = 0
    while True:
        attempt += 1
        asked_for_commit = False

        def run() -> T:
            nonlocal asked_for_commit
            result = work()
            asked_for_commit = True
            return result

        try:
            return attempt_once(run)
        except DatabaseError as error:
            if sqlstate(error) in RETRY_STATES and attempt < attempts:
                time.sleep(0.005 * 2 ** (attempt - 1) * random.uniform(1, 2))
            elif not asked_for_commit and not reconnected and _is_lost(error):
                reconnected = True
                connection.close()
            else:
                raise


def sqlstate(error: BaseException) -> str:
    """The five-character SQLSTATE of a database error; "" when it has none (SQLite)."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")


@contextmanager
def committed_at_the_end() -> Iterator[None]:
    """Do not wait for the disk at each commit; on SQLite, and only to make a database from nothing that is thrown away
    when this does not come to its end. Before it ends the disk holds everything. On PostgreSQL it does nothing.

    Raises RuntimeError inside a transaction (SQLite would not notice) and where a writer thread has its own connection.
    """
    if connection.vendor != "sqlite":
        yield
        return
    if connection.in_atomic_block or settings.CONFIG.group_commit:
        raise RuntimeError("only outside a transaction, in a process that does not serve")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def own_connections() -> Iterator[None]:
    """Connection care for a thread that is not serving a request: drop broken connections before and after a piece of
    work.

    Django does this around requests only; a worker's loop wraps each of its rounds in it.
    """
    if connection.in_atomic_block:  # inside somebody's transaction: its connection is not ours to close
        yield
        return
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def _is_lost(error: DatabaseError) -> bool:
    """Whether an error of PostgreSQL says that the connection is gone: class 08, server shutting down, or no state at
    all.
    """
    state = sqlstate(error)
    return isinstance(error, OperationalError) and (state in LOST_STATES or state[:2] in ("08", ""))


def _in_transaction(work: Callable[[], T]) -> T:
    with transaction.atomic(durable=True):
        return _run(work)


def _in_savepoint(work: Callable[[], T]) -> T:
    with transaction.atomic():
        return _run(work)


def _run(work: Callable[[], T]) -> T:
    """Run `work` with the mark that makes nested writes run inline; refuse to pass off a doomed transaction as success.

    Django's `atomic` rolls back *silently* when a database error was swallowed inside and its savepoint could not be
    restored. The caller would be told all is well, so this asks.
    """
    _running.depth = 1
    try:
        result = work()
    finally:
        _running.depth = 0
    if connection.needs_rollback:
        raise RolledBack("a database error was swallowed inside a write; all of it is undone")
    return result


class _Job(Generic[T]):
    """One work on its way through the writer thread."""

    __slots__ = ("_done", "error", "language", "value", "work")

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.language = translation.get_language()  # the caller's language goes with the work
        self.value: T
        self.error: BaseException | None = None
        self._done = threading.Lock()
        self._done.acquire()

    def run(self) -> None:
        """Run in a savepoint; keep the result or the error."""
        try:
            with translation.override(self.language):
                self.value = _in_savepoint(self.work)
        except BaseException as error:  # noqa: BLE001  whatever it is belongs to the caller, not to the writer thread
            self.error = error

    def finish(self) -> None:
        self._done.release()

    def wait(self) -> T:
        self._done.acquire()
        if self.error is not None:
            try:
                raise self.error
            finally:
                self.error = None  # break the cycle frame → error → traceback → frame
        return self.value


class Writer:
    """One thread that commits the works of all other threads of this process, many at a time."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="huiyin-writer", daemon=True)
        self._thread.start()
        #: for the figures of `huiyin bench`: works and commits since the start.
        self.works = 0
        self.commits = 0

    def submit(self, work: Callable[[], T]) -> T:
        """Hand over `work`, wait for its commit, return its result or raise its error."""
        if not self._thread.is_alive():
            raise OperationalError("the writer thread has ended")
        job = _Job(work)
        self._queue.put(job)
        return job.wait()

    def stop(self) -> None:
        """Finish what is waiting and end the thread (tests; a process that ends simply ends)."""
        self._queue.put(None)
        self._thread.join()

    def _loop(self) -> None:
        ending = False
        while not ending:
            first = self._queue.get()
            if first is None:
                break
            batch = [first]
            try:
                ending = self._commit(batch)
            except BaseException as error:  # noqa: BLE001  the thread outlives anything; all in the batch are told
                for job in batch:
                    job.error = job.error or error
                self._drop_connection()
            for job in batch:
                job.finish()
        connections.close_all()

    def _commit(self, batch: list[_Job[Any]]) -> bool:
        """Run the first job and those that wait behind it in one transaction. True when the thread was asked to end."""
        ending = False
        with transaction.atomic(durable=True):
            started = time.monotonic()
            job = batch[0]
            while True:
                job.run()
                self.works += 1
                if connection.needs_rollback or not connection.connection.in_transaction:
                    # e.g. a full disk: SQLite has undone the whole transaction, not only the savepoint
                    raise RolledBack("the database undid the gathered transaction; nothing in it was written")
                if len(batch) >= BATCH_WORKS or time.monotonic() - started > BATCH_SECONDS:
                    break
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    ending = True
                    break
                job = following
                batch.append(job)
            # A failing on_commit hook must not be mistaken for a failing commit: Django logs errors of robust hooks.
            hooks: list[Any] = connection.run_on_commit
            hooks[:] = [(sids, hook, True) for sids, hook, _ in hooks]
        self.commits += 1
        return ending

    @staticmethod
    def _drop_connection() -> None:
        try:
            connection.close()
        except DatabaseError:
            logger.exception("the writer's connection could not be closed; it is replaced")
            connection.connection = None


_the_writer: Writer | None = None
_starting = threading.Lock()


def _writer() -> Writer:
    """This process's writer, started on first use."""
    global _the_writer
    if _the_writer is None:
        with _starting:
            if _the_writer is None:
                _the_writer = Writer()
    return _the_writer


def _forget_writer() -> None:
    """After a fork the child has no writer thread: start its own on first use."""
    global _the_writer, _starting
    _the_writer = None
    _starting = threading.Lock()


os.register_at_fork(after_in_child=_forget_writer)
