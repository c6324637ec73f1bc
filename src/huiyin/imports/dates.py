"""Times as spreadsheets hold them: real dates, serial numbers, and text in the styles people type. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

#: Day 0 of a spreadsheet's serial numbers: the first fits every date since 1900-03-01 although day 60 never was.
EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001  a wall-clock time; the zone is added when it has been read
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
#: Serial numbers from May 1927 to the end of 9999. A smaller number is a count, a year or an id far more often than a
#: date.
FIRST_SERIAL, LAST_SERIAL = 10_000, 2_958_465

_YEAR_FIRST = re.compile(
    r"""(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?
        (?:(?:\s*[T,]\s*|\s*)
           (?:星期.|周.)?\s*
           (?P<half>上午|下午|凌晨|早上|中午|晚上)?\s*
           (?P<hour>\d{1,2})\s*[:时点]\s*
           (?:(?P<minute>\d{1,2})\s*分?\s*(?:[:]?\s*(?P<second>\d{1,2})(?:[.](?P<part>\d{1,9}))?\s*秒?)?)?
           \s*(?P<ampm>[AaPp]\.?[Mm]\.?)?
        )?
        \s*(?P<zone>Z|[+-]\d{2}:?\d{2})?""",
    re.VERBOSE,
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[ T]?(?:(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?)?"
)
_NUMBER = re.compile(r"\d{1,7}(?:\.\d+)?")
_SECOND_HALF = frozenset({"下午", "晚上", "中午"})


class NotATime(ValueError):
    """The cell holds no time that can be read without guessing."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment in UTC. `doubtful`: the clocks were put back or forward then, so the wall-clock time is not exact."""

    at: datetime
    doubtful: bool = False


def read_time(cell: object, zone: ZoneInfo, formats: Sequence[str] = (), epoch: datetime = EPOCH_1900) -> When | None:
    """The moment a cell names, `zone` for times without an offset; None for an empty cell. Raises NotATime.

    `formats` (strptime) are tried first. Then: a date cell, a serial number (as a number or as text), year-month-day in
    any usual style with or without a time, and the compact 20190425 / 20190425093209. Day-month-year and
    month-day-year cannot be told apart, so they are read only when `formats` names them.
    """
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return _located(cell, zone)
    if isinstance(cell, date):
        return _located(datetime.combine(cell, time()), zone)
    if isinstance(cell, bool):
        raise NotATime("a yes or no")
    if isinstance(cell, int | float):
        return _located(_serial(float(cell), epoch), zone)
    text = " ".join(unicodedata.normalize("NFKC", str(cell)).split())
    if not text:
        return None
    for style in formats:
        try:
            return _located(datetime.strptime(text, style), zone)  # noqa: DTZ007  the zone is added by _located
        except ValueError:
            continue
    try:
        return _located(_from_text(text, epoch), zone)
    except (ValueError, OverflowError) as error:
        raise NotATime("not a time") from error


def _from_text(text: str, epoch: datetime) -> datetime:
    if _NUMBER.fullmatch(text):
        return _serial(float(text), epoch)
    found = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        raise NotATime("not a time")
    part = found.groupdict()
    hour = int(part.get("hour") or 0)
    ampm = (part.get("ampm") or "").replace(".", "").lower()
    half = part.get("half") or ""
    if (ampm or half) and hour > 12 and (ampm or half not in _SECOND_HALF):
        raise NotATime("an hour beyond twelve with a half of the day")
    if (ampm == "pm" or half in _SECOND_HALF) and 0 < hour < 12 and not (half == "中午" and hour >= 10):
        hour += 12
    elif (ampm == "am" or half in ("凌晨", "上午")) and hour == 12:
        hour = 0
    fraction = (part.get("part") or "0").ljust(6, "0")[:6]
    moment = datetime(  # noqa: DTZ001  the zone is added by _located
        int(part["year"]), int(part["month"]), int(part["day"]),
        hour, int(part.get("minute") or 0), int(part.get("second") or 0), int(fraction),
    )  # fmt: skip
    zone = part.get("zone")
    return moment.replace(tzinfo=_offset(zone)) if zone else moment


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise NotATime("no such offset")
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _serial(number: float, epoch: datetime) -> datetime:
    """The date of a serial number, to the second, for that is as exact as the number is."""
    if not FIRST_SERIAL <= number <= LAST_SERIAL:  # also refuses NaN
        raise NotATime("not a serial number of a date")
    return epoch + timedelta(seconds=round(number * 86_400))


def _located(moment: datetime, zone: ZoneInfo) -> When:
    if moment.tzinfo is not None:
        return When(moment.astimezone(UTC))
    first, second = moment.replace(tzinfo=zone), moment.replace(tzinfo=zone, fold=1)
    try:
        return When(first.astimezone(UTC), first.utcoffset() != second.utcoffset())
    except OverflowError as error:
        raise NotATime("beyond the calendar") from error
