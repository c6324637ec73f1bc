"""Times in every style that spreadsheets hold."""
# ruff: noqa: DTZ001  a wall-clock time as a spreadsheet holds it

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.imports.dates import EPOCH_1900, EPOCH_1904, NotATime, read_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
BOSTON = ZoneInfo("America/New_York")
MOMENT = datetime(2019, 4, 25, 9, 32, 9)
moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda d: d.replace(microsecond=0))

STYLES = [
    lambda d: f"{d.year}/{d.month}/{d.day} {d.hour}:{d.minute:02}:{d.second:02}",
    lambda d: d.isoformat(),
    lambda d: f"{d.year}年{d.month}月{d.day}日 {d.hour}时{d.minute}分{d.second}秒",
    lambda d: f"\t\n{d.year}.{d.month}.{d.day} {d.hour}:{d.minute}:{d.second}\n",
    lambda d: d.strftime("%Y%m%d%H%M%S"),
    lambda d: d,
]


@settings(deadline=None)
@given(moments, st.sampled_from(STYLES))
def test_every_style_of_one_moment_reads_as_that_moment(moment, style):
    when = read_time(style(moment), ZoneInfo("UTC"))
    assert when is not None
    assert when.at == moment.replace(tzinfo=UTC)


@settings(deadline=None)
@given(moments, st.sampled_from([EPOCH_1900, EPOCH_1904]), st.booleans())
def test_a_serial_number_is_the_date_it_stands_for(moment, epoch, as_text):
    serial = (moment - epoch) / timedelta(days=1)
    when = read_time(f"{serial:.8f}" if as_text else serial, ZoneInfo("UTC"), epoch=epoch)
    assert when is not None
    assert when.at == moment.replace(tzinfo=UTC)


def test_half_days_in_both_languages_are_understood():
    for text in ("2019-4-25 下午9:32", "2019/4/25 9:32 PM", "2019年4月25日 晚上9:32", "２０１９/4/25 21:32"):
        assert read_time(text, SHANGHAI).at == datetime(2019, 4, 25, 13, 32, tzinfo=UTC), text
    assert read_time("2019/4/25 12:05 AM", SHANGHAI).at == datetime(2019, 4, 24, 16, 5, tzinfo=UTC)


def test_an_offset_in_the_text_wins_over_the_zone_of_the_map():
    assert read_time("2019-04-25T09:32:09+02:00", SHANGHAI).at == datetime(2019, 4, 25, 7, 32, 9, tzinfo=UTC)
    assert read_time("2019-04-25T09:32:09Z", SHANGHAI).at == MOMENT.replace(tzinfo=UTC)


def test_day_and_month_are_never_guessed():
    for text in ("4/5/2019", "25.4.2019 9:32"):
        with pytest.raises(NotATime):
            read_time(text, SHANGHAI)
    assert read_time("25.4.2019 9:32", SHANGHAI, ["%d.%m.%Y %H:%M"]).at.day == 25


@pytest.mark.parametrize("cell", ["soon", "2019-02-30", "2019-1-1 25:00", "#REF!", True, 7, 2019, 9e9, float("nan")])
def test_what_is_no_time_is_said_to_be_none(cell):
    with pytest.raises(NotATime):
        read_time(cell, SHANGHAI)


def test_an_empty_cell_is_no_time_and_no_error():
    assert read_time(None, SHANGHAI) is None
    assert read_time(" \t", SHANGHAI) is None


def test_a_time_that_happened_twice_or_never_is_marked_doubtful():
    assert read_time("2015-11-01 01:30", BOSTON).doubtful
    assert read_time("2015-03-08 02:30", BOSTON).doubtful
    assert not read_time("2015-11-01 03:30", BOSTON).doubtful


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_at_all_gives_a_time_or_a_plain_no(text):
    try:
        when = read_time(text, SHANGHAI)
    except NotATime:
        return
    assert when is None or when.at.tzinfo is UTC
