"""When one looks. Alone in its module, because pages need the days and not the libraries that read the lake."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

#: The stream of this room's events.
OWN = "check-up"
EVERY = timedelta(weeks=4)
#: A Monday from which the moments are counted, in every body alike.
FIRST = date(2024, 1, 1)


def moment(now: datetime, tz: tzinfo) -> datetime:
    """The newest moment up to which one looks: a Monday, 0:00 local time, every four weeks."""
    days = (now.astimezone(tz).date() - FIRST).days
    return datetime.combine(FIRST + timedelta(days=days // EVERY.days * EVERY.days), time(), tz)
