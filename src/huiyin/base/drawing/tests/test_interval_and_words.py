from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.drawing import interval, words
from huiyin.base.drawing.interval import Interval

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.integers(10, 10_000))
def test_dot_and_ends_stand_where_their_numbers_say(shares: list[float], n: int) -> None:
    low, value, high = sorted(shares)
    drawing = interval.render(Interval(low, value, high, n), "zh")
    dot = float(re.search(r'cx="([\d.]+)%"', drawing).group(1))  # type: ignore[union-attr]
    start, end = re.search(r'interval-range" x1="([\d.]+)%" x2="([\d.]+)%"', drawing).groups()  # type: ignore[union-attr]
    assert (float(start), dot, float(end)) == pytest.approx((low * 100, value * 100, high * 100), abs=1e-4)


def test_fewer_than_ten_answers_make_no_share() -> None:
    drawing = interval.render(Interval(0.1, 0.5, 0.9, 9), "zh")
    assert "interval-dot" not in drawing
    assert "50%" not in drawing.split("interval-words")[1]
    assert "interval-dot" in interval.render(Interval(0.1, 0.5, 0.9, 10), "zh")


def test_few_answers_make_a_small_dot() -> None:
    radii = [interval.dot_radius(n) for n in (10, 29, 30, 99, 100, 5000)]
    assert radii == sorted(radii)
    assert radii[0] < radii[-1]


@pytest.mark.parametrize("parts", [(0.6, 0.5, 0.9, 20), (0.1, 0.5, 1.2, 20), (0.1, 0.95, 0.9, 20), (0.1, 0.5, 0.9, -1)])
def test_an_impossible_interval_is_refused(parts: tuple[float, float, float, int]) -> None:
    with pytest.raises(ValueError):
        Interval(*parts)


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (1, "100%"), (0.001, "<1%"), (0.999, ">99%"), (0.5, "50%"), (0.994, "99%")]
)
def test_only_none_reads_zero_and_only_all_reads_a_hundred(share: float, text: str) -> None:
    assert words.percent(share) == text


def test_a_deadline_reads_well_in_both_languages() -> None:
    assert words.deadline_words(DUE, "zh-hans", ZONE, NOW) == "11月26日（周四）17:00 前"
    assert words.deadline_words(DUE, "en", ZONE, NOW) == "Thursday 26 November, by 17:00"
    assert words.moment_words(DUE, "zh", ZONE, NOW) == "11月26日（周四）17:00"
    assert words.moment_words(DUE, "en", ZONE, NOW) == "Thursday 26 November, 17:00"


def test_another_year_is_named() -> None:
    there = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
    assert words.day_words(there, "zh", ZONE, NOW) == "2027年1月4日（周一）"
    assert words.day_words(there, "en", ZONE, NOW) == "Monday 4 January 2027"


def test_the_day_is_the_one_on_the_wall_there() -> None:
    late = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert words.day_words(late, "en", ZONE, late) == "Friday 1 January"


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (timedelta(days=4, hours=23), "还有 4 天", "4 days left"),
        (timedelta(days=2), "还有 2 天", "2 days left"),
        (timedelta(hours=47, minutes=59), "还有 47 小时", "47 hours left"),
        (timedelta(minutes=60), "还有 1 小时", "1 hour left"),
        (timedelta(minutes=59), "还有 59 分钟", "59 minutes left"),
        (timedelta(seconds=59), "还有不到 1 分钟", "less than a minute left"),
        (timedelta(hours=-3), "已过 3 小时", "3 hours ago"),
    ],
)
def test_what_is_left_is_rounded_down(length: timedelta, zh: str, en: str) -> None:
    assert words.left_words(NOW + length, "zh", NOW) == zh
    assert words.left_words(NOW + length, "en", NOW) == en


def test_a_code_is_grouped_the_same_however_it_was_typed() -> None:
    assert words.grouped("7K2M-Q9XW 4R") == words.grouped("7K2MQ9XW4R") == "7K2M Q9XW 4R"
