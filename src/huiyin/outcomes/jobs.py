"""What the worker does for the callback sample: announce, draw and close when the time has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiyin.outcomes import periods
from huiyin.worker.registry import periodic


@periodic("outcomes.periods", every=timedelta(minutes=10))
def keep_going(now: datetime) -> None:
    """Every step that is due. A step that was done already changes nothing."""
    periods.go_on(now, {"role": "system"})
