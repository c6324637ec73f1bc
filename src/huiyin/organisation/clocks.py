"""Deadlines counted the way each rule says: hours that pass, calendar days, or working days of a loaded calendar.

Pure: no Django, no wall clock. Every datetime that comes in is aware; every datetime that goes out is aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
#: A count that runs further than this is a mistake in the data, not a deadline.
LONGEST_DAYS = 4000


class UnknownYear(LookupError):
    """The working calendar says nothing about this year, so nobody may guess which days are worked."""

    def __init__(self, calendar: str, year: int) -> None:
        super().__init__(f"calendar {calendar!r} has no year {year}")
        self.calendar = calendar
        self.year = year


class ClockKind(StrEnum):
    """How time is counted."""

    ELAPSED_HOURS = "elapsed_hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True)
class Calendar:
    """The working days of a body, year by year. `off` and `made_up` are exceptions to the weekend pattern."""

    code: str
    years: frozenset[int]
    off: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()
    #: ISO weekdays that are not worked (1 Monday … 7 Sunday).
    weekend: frozenset[int] = frozenset({6, 7})
    opens: time = time(9, 0)
    closes: time = time(17, 30)
    #: Years loaded from something less than a final announcement.
    provisional: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether `day` is worked. Raises UnknownYear when its year is not loaded."""
        if day.year not in self.years:
            raise UnknownYear(self.code, day.year)
        if day in self.made_up:
            return True
        return day not in self.off and day.isoweekday() not in self.weekend

    def next_working(self, day: date) -> date:
        """The first worked day after `day`."""
        candidate = day + ONE_DAY
        while not self.is_working(candidate):
            candidate += ONE_DAY
        return candidate

    def working_days_in(self, year: int) -> int:
        """How many days of `year` are worked."""
        day, count = date(year, 1, 1), 0
        while day.year == year:
            count += self.is_working(day)
            day += ONE_DAY
        return count

    def is_open(self, at: datetime, tz: ZoneInfo) -> bool:
        """Whether the offices are open at this moment."""
        local = at.astimezone(tz)
        return self.is_working(local.date()) and self.opens <= local.time() < self.closes


@dataclass(frozen=True)
class Counting:
    """The choices that differ between rule sets."""

    #: True: the day after receipt is day 1. False: the day of receipt is day 1 (unless it is already closed).
    from_next_day: bool = True
    #: True: what comes in after closing time, or on a day off, counts as received on the next working day.
    late_is_next_working_day: bool = False
    #: True: a calendar-day deadline that falls on a day off moves to the next working day.
    roll_to_working_day: bool = False


@dataclass(frozen=True)
class Rule:
    """One deadline: so much, counted in such a way, on such a calendar."""

    amount: int
    kind: ClockKind
    calendar: str = ""
    counting: Counting = field(default_factory=Counting)

    def due(self, start: datetime, calendar: Calendar, tz: ZoneInfo) -> datetime:
        """When this deadline ends for a clock started at `start` (UTC)."""
        return due(start, self.amount, self.kind, calendar, tz, self.counting)


def due(
    start: datetime,
    amount: int,
    kind: ClockKind,
    calendar: Calendar,
    tz: ZoneInfo,
    counting: Counting | None = None,
) -> datetime:
    """The moment a clock of `amount` units started at `start` runs out, in UTC.

    Hours are exact. Days end at the calendar's closing time. Raises UnknownYear for a working-day count that enters a
    year not loaded, ValueError for an amount below 1 or a naive `start`.
    """
    start = _utc(start)
    if amount < 1:
        raise ValueError("a clock needs an amount of at least 1")
    if kind is ClockKind.ELAPSED_HOURS:
        return start + timedelta(hours=amount)
    rules = counting or Counting()
    local = start.astimezone(tz)
    received = local.date()
    closed = local.time() >= calendar.closes
    if rules.late_is_next_working_day and (closed or not calendar.is_working(received)):
        received, closed = calendar.next_working(received), False
    counts = _counts(kind, calendar)
    last = received
    remaining = amount
    if not rules.from_next_day and not closed and counts(received):
        remaining -= 1
    last = _advance(last, remaining, counts)
    if kind is ClockKind.CALENDAR_DAYS and rules.roll_to_working_day and not calendar.is_working(last):
        last = calendar.next_working(last)
    return _closing(last, calendar, tz)


def shift(
    due_at: datetime,
    kind: ClockKind,
    paused_from: datetime,
    resumed_at: datetime,
    calendar: Calendar,
    tz: ZoneInfo,
) -> datetime:
    """The new deadline after a clock stood still from `paused_from` to `resumed_at`, in UTC.

    The waiting time comes back in the clock's own unit: hours exactly; days as the number of (working) days whose
    closing time passed while the clock stood. So the number of closings still ahead is the same before and after.
    """
    due_at, paused_from, resumed_at = _utc(due_at), _utc(paused_from), _utc(resumed_at)
    if resumed_at < paused_from:
        raise ValueError("a clock cannot resume before it was paused")
    if kind is ClockKind.ELAPSED_HOURS:
        return due_at + (resumed_at - paused_from)
    given_back = closings(paused_from, resumed_at, kind, calendar, tz)
    if not given_back:
        return due_at
    local = due_at.astimezone(tz)
    moved = _advance(local.date(), given_back, _counts(kind, calendar))
    return datetime.combine(moved, local.timetz().replace(tzinfo=None), tz).astimezone(UTC)


def closings(after: datetime, until: datetime, kind: ClockKind, calendar: Calendar, tz: ZoneInfo) -> int:
    """How many (working) days closed in the half-open span (after, until]. 0 when `until` is not later."""
    after, until = _utc(after), _utc(until)
    counts = _counts(kind, calendar)
    day = after.astimezone(tz).date()
    last = until.astimezone(tz).date()
    total = 0
    while day <= last:
        if after < _closing(day, calendar, tz) <= until and counts(day):
            total += 1
        day += ONE_DAY
    return total


def left(now: datetime, due_at: datetime, kind: ClockKind, calendar: Calendar, tz: ZoneInfo) -> int:
    """Whole units still ahead: hours, calendar days or working days. Negative when the deadline has passed."""
    now, due_at = _utc(now), _utc(due_at)
    if kind is ClockKind.ELAPSED_HOURS:
        return int((due_at - now) // timedelta(hours=1))
    if now <= due_at:
        return closings(now, due_at, kind, calendar, tz)
    return -closings(due_at, now, kind, calendar, tz)


def _counts(kind: ClockKind, calendar: Calendar) -> Callable[[date], bool]:
    return calendar.is_working if kind is ClockKind.WORKING_DAYS else _always


def _always(day: date) -> bool:
    return True


def _advance(day: date, steps: int, counts: Callable[[date], bool]) -> date:
    """The `steps`-th counted day after `day`; `day` itself for 0 steps."""
    walked = 0
    while steps:
        day += ONE_DAY
        walked += 1
        if walked > LONGEST_DAYS:
            raise ValueError(f"a count longer than {LONGEST_DAYS} days")
        if counts(day):
            steps -= 1
    return day


def _closing(day: date, calendar: Calendar, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, calendar.closes, tz).astimezone(UTC)


def _utc(moment: datetime) -> datetime:
    """The same moment in UTC. Python subtracts two times of one zone by the wall, which is wrong at a clock change."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("times must carry a time zone")
    return moment.astimezone(UTC)
