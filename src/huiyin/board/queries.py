"""The counts behind the public office pages: what came in, what offices claim, what people say, what nobody knows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from huiyin.base.drawing.funnel import Counts
from huiyin.cases.models import Case
from huiyin.figures.intervals import Share, nonresponse_bounds, wilson

#: fewer matters than this are not published as numbers: single people could be recognised
SMALLEST = 10
#: published counts may be this old, in seconds
FRESH_FOR = 60.0
PERIODS = (30, 90, 365)

CLAIMED = Q(answered_at__isnull=False)
ASKED = CLAIMED & Q(imported=False)
CONFIRMED = ASKED & Q(outcome="solved")
DISPUTED = (
    ASKED
    & ~Q(outcome__in=["solved", "unknown"])
    & (
        Q(outcome__in=["partly", "not_solved"])
        | Q(verdict__in=["partly", "not_solved"])
        | Q(round__gt=1)
        | Q(phase="reviewing")
    )
)


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """One office in one period. `counts` is None when there are too few matters to publish."""

    office: str
    received: int
    counts: Counts | None
    share: Share | None
    bounds: tuple[float, float] | None


_kept: dict[tuple[int, str], tuple[float, dict[str, Counts]]] = {}


def by_office(days: int, now: datetime) -> dict[str, Counts]:
    """Office code → counts of matters received in the last `days` days: one statement, kept for a minute."""
    key = (days, Case.objects.db)
    kept = _kept.get(key)
    if kept is not None and time.monotonic() - kept[0] < FRESH_FOR:
        return kept[1]
    rows = (
        Case.objects.filter(received_at__gte=now - timedelta(days=days), lead__isnull=False)
        .values("lead")
        .annotate(
            received=Count("id"),
            claimed=Count("id", filter=CLAIMED),
            asked=Count("id", filter=ASKED),
            confirmed=Count("id", filter=CONFIRMED),
            disputed=Count("id", filter=DISPUTED),
        )
        .order_by("lead")
    )
    found = {
        row["lead"]: Counts(
            received=row["received"],
            claimed=row["claimed"],
            asked=row["asked"],
            answered=row["confirmed"] + row["disputed"],
            confirmed=row["confirmed"],
            disputed=row["disputed"],
            unknown=row["claimed"] - row["confirmed"] - row["disputed"],
        )
        for row in rows
    }
    _kept[key] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Count anew at the next look (tests; after an import)."""
    _kept.clear()


def figures(office: str, days: int, now: datetime) -> OfficeFigures:
    """The figures of one office. Counts below ten matters, and shares of fewer than ten answers, are not given."""
    counts = by_office(days, now).get(office)
    if counts is None or counts.received < SMALLEST:
        return OfficeFigures(office, 0 if counts is None else counts.received, None, None, None)
    share = wilson(counts.confirmed, counts.answered) if counts.answered >= SMALLEST else None
    bounds = nonresponse_bounds(counts.confirmed, counts.answered, counts.asked) if share else None
    return OfficeFigures(office, counts.received, counts, share, bounds)
