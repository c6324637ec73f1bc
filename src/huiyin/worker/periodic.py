"""Run the jobs that come round by themselves, each in one worker at a time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import F, Q

from huiyin.base.transaction import write
from huiyin.worker.models import Periodic
from huiyin.worker.queue import describe
from huiyin.worker.registry import PeriodicJob

logger = logging.getLogger(__name__)

#: The clocks of two workers' machines differ by less than this.
CLOCKS_DIFFER = timedelta(minutes=5)


def run_if_due(job: PeriodicJob, worker: str, now: datetime) -> bool:
    """Run `job` when its time has come and no other worker has it. True when it ran (well or not)."""
    state = Periodic.objects.filter(pk=job.name).first()
    if state is not None and not _free(state, job, now):
        return False
    if job.wanted is not None and not job.wanted():
        return False
    if not write(lambda: _take(job, worker, now)):
        return False
    run(job, worker, now)
    return True


def run(job: PeriodicJob, worker: str, now: datetime) -> bool:
    """Run a job that was taken and record how it went; an error is recorded, never raised. True when it went well."""
    words = ""
    try:
        job.run(now)
    except Exception as error:  # noqa: BLE001  one job's error must not end the worker; doctor shows it
        words = describe(error)
        logger.warning("job %s failed: %s", job.name, words)
    mine = Periodic.objects.filter(pk=job.name, leased_by=worker)
    if words:
        write(lambda: mine.update(leased_until=None, leased_by="", last_error=words, failures=F("failures") + 1))
    else:
        write(lambda: mine.update(leased_until=None, leased_by="", last_error="", failures=0, last_ok_at=now))
    return not words


def _free(state: Periodic, job: PeriodicJob, now: datetime) -> bool:
    taken = state.leased_until is not None and state.leased_until >= now
    rested = state.last_run_at is None or not now - job.every < state.last_run_at <= now + _set_back(job)
    return rested and not taken


def _set_back(job: PeriodicJob) -> timedelta:
    """A last run further in the future than this means that the clock was set back, not that two clocks differ a
    little.

    The job then runs, or it would rest until the old time comes again.
    """
    return max(job.every, CLOCKS_DIFFER)


def _take(job: PeriodicJob, worker: str, now: datetime) -> bool:
    """Take the job's row for this worker: one conditional UPDATE, so of two workers one gets it."""
    Periodic.objects.bulk_create([Periodic(name=job.name)], ignore_conflicts=True)
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    rested = Q(last_run_at=None) | Q(last_run_at__lte=now - job.every) | Q(last_run_at__gt=now + _set_back(job))
    taken = Periodic.objects.filter(free, rested, pk=job.name).update(
        last_run_at=now, leased_until=now + job.lease, leased_by=worker
    )
    return bool(taken)
