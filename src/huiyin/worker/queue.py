"""Take tasks from the outbox, carry them out, and say what became of them.

A task is leased before it runs. A worker that dies leaves a lease that runs out; the next worker takes the task again.
So a task runs at least once, and its effect must bear repeating (gateways know a message by its id; the rest is
transactional).
"""

from __future__ import annotations

import hashlib
import logging
import os
import traceback
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet

from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.worker import registry
from huiyin.worker.models import Periodic, Task

logger = logging.getLogger(__name__)

#: A task whose worker gives no sign for this long is taken by another. Longer than any handler may take.
LEASE = timedelta(seconds=90)
#: Tasks leased at once. Small, so that several workers share a burst.
BATCH = 8

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


class NoHandler(Exception):
    """No room knows this kind of task (an older worker after an upgrade, perhaps)."""


def backoff(task_id: object, attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: 5 s, doubling, at most an hour, ± 25 % that follows from the
    id.

    The spread keeps tasks that failed together from returning together; taking it from the id makes a test repeatable.
    """
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    digest = hashlib.sha256(f"{task_id}/{attempts}".encode()).digest()
    spread = 0.75 + 0.5 * int.from_bytes(digest[:4], "big") / 2**32
    return timedelta(seconds=wait.total_seconds() * spread)


def claim(worker: str, now: datetime, limit: int = BATCH) -> list[Task]:
    """Lease up to `limit` tasks that are due, oldest first, for `worker`. Nobody else gets them until the lease runs
    out.

    Tasks whose lease ran out after their last attempt are set aside as failed: they may be what kills the worker.
    """
    if not _due(now).exists():  # most polls end here, without a write
        return []

    def work() -> list[Task]:
        due = _due(now).order_by("run_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        tasks: list[Task] = []
        while not tasks and (found := list(due[:limit])):  # those set aside are no longer due: others get their turn
            for task in found:
                if _used_up(task):
                    Task.objects.filter(pk=task.pk).update(failed_at=now, leased_until=None, leased_by="")
                else:
                    tasks.append(task)
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
            leased_until=now + LEASE, leased_by=worker, attempts=F("attempts") + 1
        )
        for task in tasks:
            task.attempts += 1
            task.leased_until, task.leased_by = now + LEASE, worker
        return tasks

    return write(work)


def _used_up(task: Task) -> bool:
    """Whether the last of its attempts ended with its worker."""
    known = registry.find(task.kind)
    return task.leased_until is not None and task.attempts >= (known.attempts if known else registry.ATTEMPTS)


def carry_out(task: Task, worker: str, now: datetime) -> bool:
    """Run one leased task and record the outcome. True when it is done; a failure is recorded, never raised."""
    known = registry.find(task.kind)
    try:
        if known is None:
            raise NoHandler(task.kind)
        if known.transactional:
            write(lambda: _run_and_finish(known, task, worker, now))
        else:
            known.run(dict(task.payload), now)
            write(lambda: _finish(task, worker, now))
    except Exception as error:  # noqa: BLE001  whatever a handler does wrong must not end the worker; it is recorded
        _record_failure(task, worker, now, error, known.attempts if known else registry.ATTEMPTS)
        return False
    return True


def release(tasks: list[Task], worker: str) -> None:
    """Give leased tasks back untouched (the worker is stopping)."""
    if tasks:
        keys = [task.pk for task in tasks]
        write(
            lambda: Task.objects.filter(pk__in=keys, leased_by=worker, done_at=None).update(
                leased_until=None, leased_by="", attempts=F("attempts") - 1
            )
        )


def take_over(host: str, now: datetime) -> int:
    """Free at once what workers of this host held that no longer live (their lease would run out anyway). Returns how
    many.

    A worker's name is host-pid-token. A worker of this very process that is not alive any more counts as gone too.
    """

    def gone(name: str) -> bool:
        owner, _, rest = name.rpartition("-")[0].rpartition("-")
        return owner == host and rest.isdigit() and not _alive(int(rest))

    held = Task.objects.filter(done_at=None, failed_at=None, leased_until__gte=now)
    running = Periodic.objects.filter(leased_until__gte=now)
    names = {*held.values_list("leased_by", flat=True).distinct(), *running.values_list("leased_by", flat=True)}
    dead = [name for name in names if gone(name)]
    if not dead:
        return 0
    # The lease ends "just now" instead of being removed: `claim` still sees that the attempt was begun and not
    # finished.
    past = now - timedelta(microseconds=1)

    def work() -> int:
        running.filter(leased_by__in=dead).update(leased_until=past)
        return held.filter(leased_by__in=dead).update(leased_until=past)

    return write(work)


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return False  # asked before this worker takes anything: an earlier life (containers count from 1 again)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def drain(now: datetime, *, worker: str = "drain", limit: int = 100_000) -> int:
    """Carry out everything that is due at `now` in this thread, including what follows from it. Returns how many were
    run.

    For tests, the simulator and `huiyin worker --until-idle`. Failed tasks wait for their next attempt as usual.
    """
    count = 0
    while count < limit:
        tasks = claim(worker, now)
        if not tasks:
            return count
        for task in tasks:
            carry_out(task, worker, now)
        count += len(tasks)
    return count


def retry_failed(now: datetime) -> int:
    """Give every failed task its attempts anew. Returns how many."""
    return write(
        lambda: Task.objects.filter(failed_at__isnull=False, done_at=None).update(
            failed_at=None, attempts=0, run_at=now
        )
    )


def describe(error: BaseException) -> str:
    """Class and place of an error (and the code of a refusal). Not its message, which may quote a person's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    code = f" {error.code}" if isinstance(error, Refusal) else ""
    return f"{type(error).__name__}{code}{place}"[:200]


def _due(now: datetime) -> QuerySet[Task]:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Task.objects.filter(free, done_at=None, failed_at=None, run_at__lte=now)


def _run_and_finish(known: registry.Handler, task: Task, worker: str, now: datetime) -> None:
    # The mark first: it takes the row lock, so a second worker (after an expired lease) waits, and then finds nothing.
    if _finish(task, worker, now):
        known.run(dict(task.payload), now)


def _finish(task: Task, worker: str, now: datetime) -> int:
    mine = Task.objects.filter(pk=task.pk, leased_by=worker, done_at=None)
    return mine.update(done_at=now, leased_until=None, leased_by="", last_error="")


def _record_failure(task: Task, worker: str, now: datetime, error: Exception, allowed: int) -> None:
    words = describe(error)
    logger.warning("task %s %s failed (attempt %d of %d): %s", task.kind, task.pk, task.attempts, allowed, words)
    final = task.attempts >= allowed
    write(
        lambda: Task.objects.filter(pk=task.pk, leased_by=worker, done_at=None).update(
            leased_until=None,
            leased_by="",
            last_error=words,
            run_at=now + backoff(task.pk, task.attempts),
            failed_at=now if final else None,
        )
    )
