"""The office's claim beside what people say, and a share month by month: nothing drawn that is not told."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.drawing import gap, trend
from huiyin.base.drawing.gap import Gap
from huiyin.base.drawing.trend import Point

told = st.one_of(st.none(), st.integers(10, 5_000))


@given(st.builds(Gap, told, told, told, told))
def test_what_people_say_never_sticks_out_beyond_the_claim(numbers: Gap) -> None:
    drawn = gap.render(numbers, "en", name="g", end=10_000)
    bars = re.findall(r'x="([\d.]+)%" width="([\d.]+)%" height="\d+"><rect class="bar-(\w+)"', drawn)
    ends = {code: float(x) + float(width) for x, width, code in bars}
    assert all(end <= ends["claimed"] + 1e-3 for end in ends.values())
    assert ("<svg" in drawn) == (numbers.claimed is not None)


@pytest.mark.parametrize(
    ("numbers", "zh", "en"),
    [
        (Gap(None, 20, 10, 10), "件数太少，不公布数字。", "Too few matters to give numbers."),
        (Gap(90, None, 10, 10), "单位称办了 90 件；本人确认解决的不到 10 件，或不公布。",
         "The office says 90 are done; fewer than 10 were confirmed, or their number is kept back."),
        (Gap(1200, 600, 10, 10), "单位称办了 1,200 件；本人确认解决 600 件。",
         "The office says 1,200 are done; people confirmed 600."),
    ],
)  # fmt: skip
def test_the_words_say_what_is_drawn_and_what_is_kept_back(numbers: Gap, zh: str, en: str) -> None:
    assert (gap.words(numbers, "zh-hans"), gap.words(numbers, "en")) == (zh, en)


def test_a_month_that_is_not_told_is_left_empty_and_breaks_the_line() -> None:
    known = [Point(f"2026-0{n}", 0.4, 0.5, 0.6, 40) for n in (1, 2, 4, 5)]
    empty = Point("2026-03", None, None, None, None)
    drawn = trend.render([*known[:2], empty, *known[2:]], "en")
    assert drawn.count("interval-dot") == drawn.count("interval-range") == 4
    assert drawn.count("trend-line") == 2  # January to February, April to May
    assert trend.words(empty, "en") == "too few answers"
    assert trend.words(empty, "zh-hans") == "回答的太少"
    assert trend.words(known[0], "en").replace("\xa0", " ") == "50% (40% – 60%)"


@pytest.mark.parametrize("months", range(1, 25))
def test_no_more_months_are_named_than_fit_and_the_newest_always_is(months: int) -> None:
    points = [Point(f"{2024 + n // 12}-{n % 12 + 1:02d}", 0.4, 0.5, 0.6, 40) for n in range(months)]
    drawn = trend.render(points, "en")
    assert 1 <= drawn.count("trend-month") <= trend.NAMED
    assert drawn.rindex("trend-month") > drawn.rindex("interval-dot")
