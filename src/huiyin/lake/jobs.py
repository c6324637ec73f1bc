"""What the worker does for the lake: keep it up to date."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from huiyin.figures.lakefiles import LakeError
from huiyin.lake import rollup, sync
from huiyin.worker.registry import periodic

logger = logging.getLogger(__name__)


@periodic("lake.sync", every=timedelta(minutes=5), lease=timedelta(hours=6))
def sync_lake(now: datetime) -> None:
    """Bring the lake and the published figures up to date.

    A first export of millions of matters takes long; the lease is long for it.
    """
    try:
        synced = sync.sync(now)
        if rollup.is_due(synced.lake, now):
            rollup.refresh(synced, now)
    except LakeError as error:
        if error.code != "busy":  # somebody runs `huiyin lake …` by hand: the next round comes
            raise
        logger.info("%s", error)
