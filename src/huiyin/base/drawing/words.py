"""Dates, durations and numbers in words, in Chinese and English, for pages and for messages alike."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

_ZH_DAYS = "一二三四五六日"
_EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def english(language: str) -> bool:
    """Whether `language` ("en", "en-gb", "zh-hans") is English; everything else is written in Chinese."""
    return language.lower().partition("-")[0] == "en"


def date_words(at: datetime, language: str, zone: tzinfo) -> str:
    """A date that will be read years later: 2026年11月26日 / 26 November 2026."""
    there = at.astimezone(zone)
    if english(language):
        return f"{there.day} {_EN_MONTHS[there.month - 1]} {there.year}"
    return f"{there.year}年{there.month}月{there.day}日"


def day_words(at: datetime, language: str, zone: tzinfo, now: datetime) -> str:
    """The day alone: 11月26日（周四） / Thursday 26 November; the year only when it is not the current one."""
    there, today = at.astimezone(zone), now.astimezone(zone)
    if english(language):
        year = "" if there.year == today.year else f" {there.year}"
        return f"{_EN_DAYS[there.weekday()]} {there.day} {_EN_MONTHS[there.month - 1]}{year}"
    year = "" if there.year == today.year else f"{there.year}年"
    return f"{year}{there.month}月{there.day}日（周{_ZH_DAYS[there.weekday()]}）"


def moment_words(at: datetime, language: str, zone: tzinfo, now: datetime) -> str:
    """Day and time: 11月26日（周四）17:00 / Thursday 26 November, 17:00."""
    clock = at.astimezone(zone).strftime("%H:%M")
    day = day_words(at, language, zone, now)
    return f"{day}, {clock}" if english(language) else f"{day}{clock}"


def deadline_words(at: datetime, language: str, zone: tzinfo, now: datetime) -> str:
    """A deadline: 11月26日（周四）17:00 前 / Thursday 26 November, by 17:00."""
    clock = at.astimezone(zone).strftime("%H:%M")
    day = day_words(at, language, zone, now)
    return f"{day}, by {clock}" if english(language) else f"{day}{clock} 前"


def month_words(month: str, language: str, *, short: bool = False) -> str:
    """A month ("2026-10"): 2026年10月 / October 2026; short: 10月 / Oct, a January with its year."""
    year, number = month[:4], int(month[5:])
    if english(language):
        name = _EN_MONTHS[number - 1]
        return f"{name} {year}" if not short else f"{name[:3]} {year}" if number == 1 else name[:3]
    return f"{year}年{number}月" if not short or number == 1 else f"{number}月"


def months_words(first: str, last: str, language: str) -> str:
    """Months from the first to the last: 2026年8月至10月 / August to October 2026."""
    if first == last:
        return month_words(first, language)
    if english(language):
        begin = _EN_MONTHS[int(first[5:]) - 1]
        return f"{begin}{'' if first[:4] == last[:4] else ' ' + first[:4]} to {month_words(last, language)}"
    end = f"{int(last[5:])}月" if first[:4] == last[:4] else month_words(last, language)
    return f"{month_words(first, language)}至{end}"


def duration_words(length: timedelta, language: str) -> str:
    """A length of time in its one largest fitting unit, rounded down: 2 天 / 2 days; under a minute: 不到 1 分钟.

    Rounding down never promises more time than there is. Two days and up count in days, else hours, else minutes.
    """
    seconds = abs(length.total_seconds())
    for size, floor, zh, en in (
        (86_400, 2 * 86_400, "天", "day"),
        (3_600, 3_600, "小时", "hour"),
        (60, 60, "分钟", "minute"),
    ):
        if seconds >= floor:
            number = int(seconds // size)
            return f"{number} {en}{'' if number == 1 else 's'}" if english(language) else f"{number} {zh}"
    return "less than a minute" if english(language) else "不到 1 分钟"


def left_words(at: datetime, language: str, now: datetime) -> str:
    """How far a moment is: 还有 2 天 / 2 days left, or once it has passed: 已过 3 小时 / 3 hours ago."""
    words = duration_words(at - now, language)
    if at >= now:
        return f"{words} left" if english(language) else f"还有 {words}".replace(" 不到", "不到")
    return f"{words} ago" if english(language) else f"已过 {words}"


def percent(share: float) -> str:
    """A share between 0 and 1 as whole per cent. Only exactly 0 reads 0% and only exactly 1 reads 100%."""
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share lies between 0 and 1, not {share}")
    if 0.0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1.0:
        return ">99%"
    return f"{share * 100:.0f}%"


def grouped(code: str, size: int = 4) -> str:
    """A claim code in groups that can be read aloud: ABCD EFGH JK. Spaces and hyphens in the input are dropped."""
    plain = "".join(code.split()).replace("-", "")
    return " ".join(plain[i : i + size] for i in range(0, len(plain), size))
