"""The worker itself: three lanes, so that a slow message never delays the sealing of the log.

- tasks: the outbox, as fast as it goes;
- often: periodic jobs that come at least every ten seconds (sealing, clocks);
- seldom: the other periodic jobs (pruning, figures), which may take minutes.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, connections
from django.utils import timezone

from huiyin.base.transaction import own_connections, write
from huiyin.worker import periodic, queue, registry
from huiyin.worker.models import Heartbeat

logger = logging.getLogger(__name__)

#: Seconds between two looks at an empty outbox, and after an error of the database.
POLL = 0.25
POLL_SELDOM = 2.0
AFTER_ERROR = 2.0
OFTEN = timedelta(seconds=10)
BEAT = timedelta(seconds=10)

Clock = Callable[[], datetime]


class Worker:
    """One worker of this process. `start` returns at once; `stop` lets running tasks finish and gives back the rest."""

    def __init__(self, *, clock: Clock = timezone.now, task_lanes: int = 1) -> None:
        registry.discover()
        self._host = socket.gethostname()[:30]
        self.name = f"{self._host}-{os.getpid()}-{secrets.token_hex(3)}"
        self._clock = clock
        self._stopping = threading.Event()
        self._started_at = clock()
        self._beat_at: datetime | None = None
        jobs = list(registry.jobs().values())
        self._often = [job for job in jobs if job.every <= OFTEN]
        self._seldom = [job for job in jobs if job.every > OFTEN]
        lanes: list[tuple[str, Callable[[], bool], float]] = [
            (f"tasks-{n}", self.tasks_round, POLL) for n in range(task_lanes)
        ]
        lanes += [("often", self.often_round, POLL), ("seldom", self.seldom_round, POLL_SELDOM)]
        self._threads = [
            threading.Thread(target=self._lane, args=lane[1:], name=f"huiyin-worker-{lane[0]}", daemon=True)
            for lane in lanes
        ]

    def start(self) -> None:
        """Start the lanes."""
        self._recover()
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 30) -> None:
        """Ask the lanes to end, wait for what is running (at most `timeout` seconds each), and take down the
        heartbeat.
        """
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout)
        with own_connections():
            write(lambda: Heartbeat.objects.filter(pk=self.name).delete())

    def run_forever(self) -> None:
        """Run until SIGTERM or SIGINT, then stop gracefully."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        self.start()
        self._stopping.wait()
        self.stop()

    def tasks_round(self) -> bool:
        """Take a few tasks and carry them out. True when there was something to do."""
        now = self._clock()
        tasks = queue.claim(self.name, now)
        for place, task in enumerate(tasks):
            late = self._clock() - now > queue.LEASE / 2
            if self._stopping.is_set() or late:  # slow ones came first: the rest may go to another worker
                queue.release(tasks[place:], self.name)
                break
            queue.carry_out(task, self.name, self._clock())
        return bool(tasks)

    def often_round(self) -> bool:
        """Beat, and run the frequent jobs that are due. True when one ran."""
        self.beat()
        return self._jobs_round(self._often)

    def seldom_round(self) -> bool:
        """Run the other jobs that are due. True when one ran."""
        return self._jobs_round(self._seldom)

    def until_idle(self) -> int:
        """Run every job that is due and all tasks, and what follows from them, in this thread. Returns the task
        count.
        """
        self._recover()
        self._jobs_round(self._often + self._seldom)
        return queue.drain(self._clock(), worker=self.name)

    def beat(self) -> None:
        """Leave a sign of life when the last one is old."""
        now = self._clock()
        if self._beat_at is None or now - self._beat_at >= BEAT or now < self._beat_at:
            write(
                lambda: Heartbeat.objects.update_or_create(
                    pk=self.name, defaults={"started_at": self._started_at, "seen_at": now}
                )
            )
            self._beat_at = now

    def _recover(self) -> None:
        """Take over at once what a dead worker of this machine left half done."""
        try:
            with own_connections():
                queue.take_over(self._host, self._clock())
        except DatabaseError as error:
            logger.warning("the worker starts before the database answers: %s", type(error).__name__)

    def _jobs_round(self, jobs: list[registry.PeriodicJob]) -> bool:
        ran = False
        for job in jobs:
            if self._stopping.is_set():
                break
            ran |= periodic.run_if_due(job, self.name, self._clock())
        return ran

    def _lane(self, round_: Callable[[], bool], poll: float) -> None:
        while not self._stopping.is_set():
            wait = poll
            try:
                with own_connections():
                    if round_():
                        wait = 0.0
            except DatabaseError as error:
                # The database is away or full. Nothing is lost: leases run out, jobs come round again.
                logger.warning("the worker cannot reach the database: %s", type(error).__name__)
                wait = AFTER_ERROR
            except Exception:
                logger.exception("the worker met an error of its own; it goes on")
                wait = AFTER_ERROR
            self._stopping.wait(wait)
        connections.close_all()
