"""The rows of the lake's table `callbacks`, in exactly the shape of `figures.schema.CALLBACKS`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from huiyin.outcomes.models import Drawn, Period

_COPIED = (
    "answer", "category", "urgency", "area", "attempts", "disposition", "asked_at", "result", "contacted",
    "contacted_days", "voice", "respect", "explained", "equal", "pressed", "again",
)  # fmt: skip


def callback_rows(periods: Iterable[str] | None = None) -> Iterator[dict[str, Any]]:
    """One row for each drawn matter of these closed periods (None: all of them), ordered by period and case.

    Periods whose calls go on give none: half a sample says something else than the whole. Memory stays flat.
    """
    closed = Period.objects.filter(closed_at__isnull=False)
    if periods is not None:
        closed = closed.filter(key__in=list(periods))
    for period in closed.order_by("key"):
        for row in Drawn.objects.filter(period=period).order_by("case_id").iterator(chunk_size=2_000):
            yield {
                "period": period.key,
                # The month's name as a moment, not the moment it began here: by it the rows are filed and counted.
                "period_start": datetime.fromisoformat(f"{period.key}-01T00:00:00+00:00"),
                "case_id": str(row.case_id),
                "lead": row.stratum,
                "stratum_size": period.strata[row.stratum]["size"],
                "drawn": period.strata[row.stratum]["drawn"],
                **{name: getattr(row, name) for name in _COPIED},
            }
