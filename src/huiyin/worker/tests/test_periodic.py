"""Jobs that come round: in one worker at a time, at their own pace, whatever happened to the last run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections

from huiyin.worker import registry
from huiyin.worker.models import Periodic
from huiyin.worker.periodic import run_if_due
from huiyin.worker.registry import PeriodicJob, periodic

HOUR = timedelta(hours=1)


def job(runs: list[datetime], every: timedelta = HOUR) -> PeriodicJob:
    periodic("count", every=every)(runs.append)
    return registry.jobs()["count"]


@pytest.mark.django_db
def test_a_job_runs_at_once_and_then_at_its_pace(now: datetime) -> None:
    runs: list[datetime] = []
    counting = job(runs)
    times = [now, now + HOUR / 2, now + HOUR, now + HOUR * 1.5]
    assert [run_if_due(counting, "w", at) for at in times] == [True, False, True, False]
    assert runs == [now, now + HOUR]


@pytest.mark.django_db
def test_a_failing_job_is_recorded_and_comes_round_again(now: datetime) -> None:
    def fail(at: datetime) -> None:
        raise RuntimeError("words of a person")

    periodic("bad", every=HOUR)(fail)
    for n in range(2):
        assert run_if_due(registry.jobs()["bad"], "w", now + HOUR * n)
    state = Periodic.objects.get()
    assert (state.failures, state.last_ok_at, state.leased_until) == (2, None, None)
    assert state.last_error.startswith("RuntimeError at test_periodic.py")


@pytest.mark.django_db
def test_a_job_whose_worker_died_runs_again_when_the_lease_is_over(now: datetime) -> None:
    runs: list[datetime] = []
    counting = job(runs)
    Periodic.objects.create(name="count", last_run_at=now, leased_until=now + 2 * HOUR, leased_by="dead")
    assert not run_if_due(counting, "w", now + HOUR)
    assert run_if_due(counting, "w", now + 2 * HOUR + timedelta(seconds=1))


@pytest.mark.django_db
def test_a_clock_set_back_does_not_rest_the_job_for_long(now: datetime) -> None:
    runs: list[datetime] = []
    counting = job(runs)
    run_if_due(counting, "w", now)
    assert run_if_due(counting, "w", now - timedelta(days=3))


@pytest.mark.django_db
def test_an_unwanted_run_writes_nothing(now: datetime) -> None:
    periodic("idle", every=HOUR, wanted=lambda: False)(lambda at: None)
    assert not run_if_due(registry.jobs()["idle"], "w", now)
    assert not Periodic.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_the_same_job_twice(now: datetime) -> None:
    runs: list[datetime] = []
    second = timedelta(seconds=1)
    counting = job(runs, every=second)

    def one(name: str) -> None:
        try:
            for n in range(10):
                run_if_due(counting, name, now + second * n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, ["a", "b"]))
    assert len(runs) == len(set(runs))


def test_a_name_belongs_to_one_function() -> None:
    periodic("twice", every=HOUR)(lambda at: None)

    def other(at: datetime) -> None:
        """Another function."""

    with pytest.raises(ValueError, match="registered twice"):
        periodic("twice", every=HOUR)(other)
