"""What the worker does for the check-up: look when the time has come."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from huiyin.base.errors import Refusal
from huiyin.checkup import looking
from huiyin.figures.lakefiles import LakeError
from huiyin.organisation.store import NoPackLoaded
from huiyin.worker.registry import periodic

logger = logging.getLogger(__name__)


@periodic("checkup.look", every=timedelta(minutes=5), lease=timedelta(hours=6))
def look_when_due(now: datetime) -> None:
    """Make the look that is due, once the lake reaches up to its moment. A look that was made costs one statement."""
    try:
        looking.look(now, {"role": "system"})
    except NoPackLoaded:
        return
    except (Refusal, LakeError) as error:
        if error.code not in ("lake_behind", "no_lake", "from_the_past"):
            raise
        logger.info("%s", error)  # the lake's own job comes first
