"""What a report is made of, read in a handful of statements: figures, callback sample, check-up, checkpoint.

Nothing here is counted: everything was published before, and protected where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from huiyin.checkup import queries
from huiyin.figures.publishing import last_complete
from huiyin.lake import published
from huiyin.ledger.models import Checkpoint
from huiyin.organisation import store
from huiyin.outcomes.models import Period

#: The period of the offices in the newest report: one month says little about one office.
LONG = "12m"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one report says something about."""

    month: str
    body: published.Page
    offices: list[published.Page]
    #: This month's sample, whatever its state, and the newest closed one up to this month.
    sample: Period | None
    closed: Period | None
    #: The looks of the check-up that ended in this month, newest first.
    looks: list[queries.Seen]
    #: The last checkpoint signed before the figures were made.
    checkpoint: Checkpoint | None
    names: Mapping[str, Any]
    body_name: Any
    limits_extra: Any
    zone: tzinfo

    @property
    def as_of(self) -> datetime:
        return self.body.as_of

    @property
    def newest(self) -> bool:
        """Whether no later month was complete when the figures were made."""
        return self.month == last_complete(self.as_of)

    @property
    def office_period(self) -> str:
        """The period the offices are shown for."""
        return LONG if self.newest else self.month


def months() -> tuple[list[str], datetime | None]:
    """The months that have a report, newest first, and when their figures were made. One statement."""
    body = published.latest("body")
    return ([], None) if body is None else (shown_months(body), body.as_of)


def shown_months(body: published.Page) -> list[str]:
    """The published months since something was received, newest first."""
    shown = sorted(name for name in body.data if "-" in name)
    first = next((name for name in shown if body.counts(name).get("received") is not None), None)
    return [] if first is None else [name for name in reversed(shown) if name >= first]


def read(month: str) -> Facts | None:
    """The facts of a month; None when it has no report.

    Five statements, two more when the check-up looked in this month, and the pack when it is not known yet.
    """
    body = published.latest("body")
    if body is None or month not in shown_months(body):
        return None
    samples = list(Period.objects.filter(key__lte=month).defer("file", "note").order_by("-key")[:24])
    checkpoint = Checkpoint.objects.filter(at__lte=body.as_of).order_by("-at", "-size").first()
    catalogue = store.current()
    return Facts(
        month=month,
        body=body,
        offices=published.pages("office"),
        sample=next((row for row in samples if row.key == month), None),
        closed=next((row for row in samples if row.closed_at is not None), None),
        looks=_looks(month, body.as_of, catalogue.tz),
        checkpoint=checkpoint,
        names={code: office.names for code, office in catalogue.offices.items()},
        body_name=catalogue.texts.body_name,
        limits_extra=catalogue.texts.limits_extra,
        zone=catalogue.tz,
    )


def _looks(month: str, as_of: datetime, zone: tzinfo) -> list[queries.Seen]:
    """The looks that ended in a month of the body's own calendar, as they were known when the figures were made."""
    year, number = map(int, month.split("-"))
    begin, end = datetime(year, number, 1, tzinfo=zone), datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
    found = []
    for look in queries.ended(begin, end):
        if look.looked_at <= as_of:
            asked = (replace(q, answers=tuple(one for one in q.answers if one.at <= as_of)) for q in look.asked)
            found.append(replace(look, asked=tuple(asked)))
    return found
