"""The worker's lanes, its sign of life, and its end."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError

from huiyin.worker import jobs, queue, registry
from huiyin.worker.cli import worker as command
from huiyin.worker.loop import Worker
from huiyin.worker.models import Heartbeat, Task
from huiyin.worker.outbox import enqueue


@pytest.mark.django_db(transaction=True)
def test_a_running_worker_carries_out_a_task_and_ends_when_told(now: datetime) -> None:
    done = threading.Event()
    registry.handler("note")(lambda payload, at: done.set())
    enqueue("note", {}, now=now)
    worker = Worker(clock=lambda: now)
    worker.start()
    assert done.wait(10)
    worker.stop()
    assert Task.objects.get().done_at == now
    assert not Heartbeat.objects.exists()
    assert not any(thread.is_alive() for thread in worker._threads)


@pytest.mark.django_db(transaction=True)
def test_a_slow_task_does_not_delay_a_frequent_job(now: datetime) -> None:
    release, sealed = threading.Event(), threading.Event()
    registry.handler("slow")(lambda payload, at: release.wait(10) and None)
    registry.periodic("seal", every=timedelta(seconds=1))(lambda at: sealed.set())
    enqueue("slow", {}, now=now)
    worker = Worker(clock=lambda: now)
    worker.start()
    try:
        assert sealed.wait(10)
    finally:
        release.set()
        worker.stop()


@pytest.mark.django_db
def test_a_worker_that_is_stopping_gives_back_what_it_has_not_begun(now: datetime) -> None:
    worker = Worker(clock=lambda: now)
    seen: list[int] = []

    def stop_after_first(payload: dict[str, Any], at: datetime) -> None:
        seen.append(payload["n"])
        worker._stopping.set()

    registry.handler("note")(stop_after_first)
    for n in range(3):
        enqueue("note", {"n": n}, now=now)
    worker.tasks_round()
    assert len(seen) == 1
    assert Task.objects.filter(done_at=None, leased_until=None, attempts=0).count() == 2


@pytest.mark.django_db
def test_tasks_behind_a_slow_one_are_given_back_before_their_lease_is_over(now: datetime) -> None:
    times = iter([now, now, now, now, now + queue.LEASE, now + queue.LEASE])
    worker = Worker(clock=lambda: next(times, now + queue.LEASE))
    registry.handler("note")(lambda payload, at: None)
    for n in range(3):
        enqueue("note", {"n": n}, now=now)
    worker.tasks_round()
    assert Task.objects.exclude(done_at=None).count() < 3
    assert Task.objects.filter(done_at=None, leased_until=None).count() > 0


@pytest.mark.django_db
def test_the_heartbeat_is_written_every_ten_seconds_only(now: datetime) -> None:
    clock = [now]
    worker = Worker(clock=lambda: clock[0])
    seen = []
    for seconds in (0, 5, 10, 15):
        clock[0] = now + timedelta(seconds=seconds)
        worker.beat()
        seen.append(Heartbeat.objects.get().seen_at - now)
    assert [gap.total_seconds() for gap in seen] == [0, 0, 10, 10]


@pytest.mark.django_db(transaction=True)  # a lane looks after its connection around each round
def test_a_lane_outlives_a_database_that_is_away(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiyin.worker.loop.AFTER_ERROR", 0.0)
    worker = Worker(clock=lambda: now)
    rounds: list[int] = []

    def round_() -> bool:
        rounds.append(1)
        if len(rounds) == 3:
            worker._stopping.set()
        raise DatabaseError if len(rounds) == 1 else RuntimeError

    worker._lane(round_, 0.0)
    assert len(rounds) == 3


@pytest.mark.django_db
def test_pruning_removes_old_done_tasks_and_keeps_failed_and_waiting_ones(now: datetime) -> None:
    old = now - timedelta(days=30)
    for kind, done, failed, key in [
        ("old-done", old, None, ""),
        ("new-done", now, None, ""),
        ("keyed-done", old, None, "k"),
        ("failed", None, old, ""),
        ("waiting", None, None, ""),
    ]:
        Task.objects.create(kind=kind, key=key, run_at=old, created_at=old, done_at=done, failed_at=failed)
    Heartbeat.objects.create(worker="gone", started_at=old, seen_at=old)
    jobs.prune(now)
    assert set(Task.objects.values_list("kind", flat=True)) == {"new-done", "keyed-done", "failed", "waiting"}
    assert not Heartbeat.objects.exists()


@pytest.mark.django_db
def test_the_command_runs_until_idle_and_tells_of_failed_tasks() -> None:
    past = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    registry.handler("note")(lambda payload, at: None)
    enqueue("note", {}, now=past)
    result = CliRunner().invoke(command, ["--until-idle", "--json"])
    assert result.exit_code == 0, result.output
    assert result.output.strip() == '{"waiting": 0, "failed": 0}'
    Task.objects.create(kind="x", run_at=past, created_at=past, failed_at=past)
    assert CliRunner().invoke(command, ["--once"]).exit_code == 1
    revived = CliRunner().invoke(command, ["--retry-failed", "--json"])
    assert revived.output.strip() == '{"retried": 1}'


def test_every_room_with_jobs_is_discovered() -> None:
    from huiyin.worker.registry import discover

    discover()
    assert jobs.prune.__module__ == "huiyin.worker.jobs"
