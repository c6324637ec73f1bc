"""`huiyin worker`."""

from __future__ import annotations

import json
import logging
import sys

import click
from django.utils import timezone

from huiyin.worker import queue
from huiyin.worker.loop import Worker
from huiyin.worker.models import Task

logger = logging.getLogger(__name__)


@click.command()
@click.option("--once", is_flag=True, help="Look once: run the jobs that are due and one batch of tasks, then end.")
@click.option("--until-idle", is_flag=True, help="Run everything that is due and what follows from it, then end.")
@click.option("--retry-failed", is_flag=True, help="Give failed tasks their attempts anew, then end.")
@click.option("--lanes", default=2, show_default=True, type=click.IntRange(1, 16), help="Tasks carried out at a time.")
@click.option(
    "--json", "as_json", is_flag=True, help="Say the result as JSON (with --once, --until-idle, --retry-failed)."
)
def worker(once: bool, until_idle: bool, retry_failed: bool, lanes: int, as_json: bool) -> None:
    """Run the worker: clocks, sealing, reminders, messages. Ends gracefully on SIGTERM.

    On SQLite `huiyin serve` runs a worker inside itself; there this command is for --once, --until-idle and
    --retry-failed. Exit code 1 with --once or --until-idle when a task is in the failed state.
    """
    if retry_failed:
        count = queue.retry_failed(timezone.now())
        _say({"retried": count}, f"{count} failed tasks will be tried again.", as_json)
        return
    me = Worker(task_lanes=lanes)
    if not once and not until_idle:
        logger.info("worker %s runs", me.name)
        me.run_forever()
        return
    if once:
        me.often_round()
        me.seldom_round()
        me.tasks_round()
    else:
        me.until_idle()
    me.stop()
    waiting = Task.objects.filter(done_at=None, failed_at=None).count()
    failed = Task.objects.filter(failed_at__isnull=False).count()
    _say({"waiting": waiting, "failed": failed}, f"Waiting: {waiting}. Failed: {failed}.", as_json)
    if failed:
        sys.exit(1)


def _say(facts: dict[str, int], words: str, as_json: bool) -> None:
    click.echo(json.dumps(facts) if as_json else words)
