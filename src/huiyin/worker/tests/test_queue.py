"""Leases, retries, failures: what becomes of a task whatever happens to its worker."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from huiyin.base.errors import Refusal
from huiyin.worker import queue
from huiyin.worker.models import Periodic, Task
from huiyin.worker.outbox import enqueue
from huiyin.worker.registry import handler


def fill(count: int, now: datetime, kind: str = "note") -> None:
    for n in range(count):
        enqueue(kind, {"n": n}, now=now)


@pytest.mark.django_db
def test_a_task_runs_once_and_is_marked_done(now: datetime) -> None:
    seen: list[tuple[Any, datetime]] = []
    handler("note")(lambda payload, at: seen.append((payload["n"], at)))
    fill(3, now)
    later = now + timedelta(seconds=1)
    assert queue.drain(later) == 3
    assert queue.drain(later) == 0
    assert sorted(seen) == [(0, later), (1, later), (2, later)]
    assert set(Task.objects.values_list("done_at", "attempts", "leased_by")) == {(later, 1, "")}


@pytest.mark.django_db
def test_a_task_waits_for_its_time(now: datetime) -> None:
    enqueue("note", {}, now=now, run_at=now + timedelta(hours=1))
    assert queue.claim("w", now + timedelta(minutes=59)) == []
    assert len(queue.claim("w", now + timedelta(hours=1))) == 1


@pytest.mark.django_db
def test_tasks_that_kill_their_worker_do_not_hide_those_behind_them(now: datetime) -> None:
    handler("killer", attempts=1)(lambda payload, at: None)
    fill(2 * queue.BATCH, now - timedelta(hours=1), "killer")
    Task.objects.update(attempts=1, leased_by="dead", leased_until=now - timedelta(minutes=1))
    seen: list[int] = []
    handler("note")(lambda payload, at: seen.append(payload["n"]))
    fill(1, now)
    assert queue.drain(now) == 1
    assert seen == [0]
    assert Task.objects.filter(failed_at=now).count() == 2 * queue.BATCH


@pytest.mark.django_db
def test_what_a_task_enqueues_is_carried_out_too(now: datetime) -> None:
    seen: list[str] = []
    handler("first")(lambda payload, at: enqueue("second", {}, now=at) and None)
    handler("second")(lambda payload, at: seen.append("second"))
    enqueue("first", {}, now=now)
    assert queue.drain(now) == 2
    assert seen == ["second"]


@pytest.mark.django_db
def test_a_leased_task_is_nobody_elses_until_the_lease_runs_out(now: datetime) -> None:
    fill(1, now)
    assert len(queue.claim("first", now)) == 1
    assert queue.claim("second", now + queue.LEASE) == []
    again = queue.claim("second", now + queue.LEASE + timedelta(seconds=1))
    assert [task.attempts for task in again] == [2]


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_cannot_mark_the_task_done(now: datetime) -> None:
    handler("note")(lambda payload, at: None)
    fill(1, now)
    (slow,) = queue.claim("first", now)
    queue.claim("second", now + queue.LEASE * 2)
    queue.carry_out(slow, "first", now + queue.LEASE * 2)
    assert Task.objects.get().done_at is None
    assert Task.objects.get().leased_by == "second"


@pytest.mark.django_db
def test_a_failure_waits_longer_each_time_and_never_shows_the_message(now: datetime) -> None:
    def fail(payload: dict[str, Any], at: datetime) -> None:
        raise RuntimeError("13800000000 楼道灯坏了")

    handler("note")(fail)
    fill(1, now)
    at, waits = now, []
    for _ in range(4):
        queue.drain(at)
        task = Task.objects.get()
        waits.append((task.run_at - at).total_seconds())
        assert "RuntimeError at test_queue.py" in task.last_error
        assert "138" not in task.last_error
        assert "楼" not in task.last_error
        at = task.run_at
    assert waits == sorted(waits)
    assert 3.75 <= waits[0] <= 6.25
    assert 30 <= waits[3] <= 50


@pytest.mark.django_db
def test_after_the_last_attempt_a_task_is_failed_and_can_be_revived(now: datetime) -> None:
    calls: list[int] = []

    def fail(payload: dict[str, Any], at: datetime) -> None:
        calls.append(1)
        raise Refusal("mailbox_full")

    handler("note", attempts=2)(fail)
    fill(1, now)
    queue.drain(now)
    assert Task.objects.get().failed_at is None
    queue.drain(now + timedelta(hours=1))
    assert Task.objects.get().failed_at == now + timedelta(hours=1)
    assert "Refusal mailbox_full" in Task.objects.get().last_error
    assert queue.drain(now + timedelta(days=9)) == 0
    assert queue.retry_failed(now + timedelta(days=9)) == 1
    queue.drain(now + timedelta(days=9))
    assert len(calls) == 3


@pytest.mark.django_db
def test_a_task_that_kills_its_worker_every_time_ends_as_failed(now: datetime) -> None:
    handler("note", attempts=3)(lambda payload, at: None)
    fill(1, now)
    at = now
    for _ in range(3):
        assert len(queue.claim("dies", at)) == 1
        at += queue.LEASE + timedelta(seconds=1)
    assert queue.claim("careful", at) == []
    assert Task.objects.get().failed_at == at


@pytest.mark.django_db
def test_a_kind_nobody_knows_waits_for_a_newer_worker(now: datetime) -> None:
    fill(1, now, kind="from-the-future")
    queue.drain(now)
    task = Task.objects.get()
    assert task.done_at is None
    assert task.failed_at is None
    assert "NoHandler" in task.last_error


@pytest.mark.django_db
def test_a_transactional_handler_and_its_mark_are_one(now: datetime) -> None:
    def half(payload: dict[str, Any], at: datetime) -> None:
        enqueue("effect", {}, now=at)
        raise RuntimeError

    handler("note", transactional=True)(half)
    fill(1, now)
    queue.drain(now)
    assert list(Task.objects.values_list("kind", "done_at")) == [("note", None)]


@pytest.mark.django_db
def test_a_transactional_handler_does_not_run_for_a_worker_that_lost_its_lease(now: datetime) -> None:
    seen: list[int] = []
    handler("note", transactional=True)(lambda payload, at: seen.append(1))
    fill(1, now)
    (late,) = queue.claim("first", now)
    queue.claim("second", now + queue.LEASE * 2)
    queue.carry_out(late, "first", now + queue.LEASE * 2)
    assert seen == []


@pytest.mark.django_db
def test_released_tasks_are_free_at_once_and_lose_no_attempt(now: datetime) -> None:
    fill(2, now)
    queue.release(queue.claim("stops", now), "stops")
    assert set(Task.objects.values_list("leased_until", "attempts")) == {(None, 0)}
    assert len(queue.claim("next", now)) == 2


@pytest.mark.django_db
def test_leases_of_dead_workers_of_this_machine_are_taken_over_and_others_are_not(now: datetime) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (f"here-{ended.pid}-aa", f"there-{ended.pid}-bb", f"here-{os.getppid()}-cc"):
        enqueue("note", {}, now=now)
        queue.claim(name, now, limit=1)
    Periodic.objects.create(name="job", leased_until=now + timedelta(hours=1), leased_by=f"here-{ended.pid}-aa")
    assert queue.take_over("here", now) == 1
    assert [task.attempts for task in queue.claim("new", now)] == [2]
    assert Periodic.objects.get().leased_until is not None
    assert Periodic.objects.get().leased_until < now


def test_the_wait_is_the_same_for_the_same_task_and_at_most_about_an_hour() -> None:
    assert queue.backoff("a", 3) == queue.backoff("a", 3)
    assert len({queue.backoff(n, 3) for n in range(50)}) > 40
    assert all(timedelta(minutes=45) <= queue.backoff(n, 24) <= timedelta(minutes=75) for n in range(50))


@pytest.mark.django_db(transaction=True)
def test_four_workers_share_a_hundred_tasks_and_none_runs_twice(now: datetime) -> None:
    seen: list[int] = []
    handler("note")(lambda payload, at: seen.append(payload["n"]))
    fill(100, now)

    def one(name: str) -> None:
        try:
            queue.drain(now, worker=name)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, ["a", "b", "c", "d"]))
    assert sorted(seen) == list(range(100))
    assert Task.objects.filter(done_at=None).count() == 0
