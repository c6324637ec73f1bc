"""The worker's own periodic job: remove what is done and old."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from huiyin.base.transaction import write
from huiyin.worker.models import Heartbeat, Task
from huiyin.worker.registry import periodic

#: How long done tasks stay: with a key longer, so that the same thing cannot be enqueued again soon after.
KEPT = timedelta(days=7)
KEYED_KEPT = timedelta(days=60)
#: A worker silent for this long is forgotten.
SILENT = timedelta(days=1)
#: Rows removed in one transaction, so that pruning never holds up anybody for long.
STEP = 500


@periodic("worker.prune", every=timedelta(hours=1))
def prune(now: datetime) -> None:
    """Remove old done tasks, in small steps, and the heartbeats of workers long gone. Failed tasks stay."""
    old = Task.objects.filter(Q(key="", done_at__lt=now - KEPT) | Q(done_at__lt=now - KEYED_KEPT))
    while write(lambda: _remove_some(list(old.values_list("pk", flat=True)[:STEP]))):
        pass
    write(lambda: Heartbeat.objects.filter(seen_at__lt=now - SILENT).delete())


def _remove_some(keys: list[UUID]) -> int:
    return Task.objects.filter(pk__in=keys).delete()[0] if keys else 0
