"""Deadlines: the vectors of a real year, and promises that hold for every calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiyin.organisation.clocks import Calendar, ClockKind, Counting, UnknownYear, closings, due, left, shift
from huiyin.organisation.testing import demo

TZ = ZoneInfo("Asia/Shanghai")
CITY = demo().calendar()
WORKING = ClockKind.WORKING_DAYS
DAYS = ClockKind.CALENDAR_DAYS
HOURS = ClockKind.ELAPSED_HOURS


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


def last_day(moment: datetime) -> str:
    return moment.astimezone(TZ).date().isoformat()


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-02-12", 15, "2026-03-11"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-29", 5, "2026-10-12"),
        ("2026-04-30", 5, "2026-05-11"),
    ],
)
def test_working_days_follow_the_announced_year_not_monday_to_friday(start: str, amount: int, expected: str) -> None:
    assert last_day(due(at(f"{start} 10:00"), amount, WORKING, CITY, TZ)) == expected


def test_the_year_2026_has_248_working_days() -> None:
    assert CITY.working_days_in(2026) == 248


def test_a_make_up_sunday_counts_as_a_working_day() -> None:
    assert date(2026, 9, 20).isoweekday() == 7
    assert CITY.is_working(date(2026, 9, 20))


def test_a_holiday_on_a_weekday_is_not_worked() -> None:
    assert date(2026, 2, 18).isoweekday() == 3
    assert not CITY.is_working(date(2026, 2, 18))


def test_a_year_that_is_not_loaded_is_an_error_and_never_a_guess() -> None:
    with pytest.raises(UnknownYear) as caught:
        CITY.is_working(date(2031, 3, 3))
    assert caught.value.year == 2031
    with pytest.raises(UnknownYear):
        due(at("2027-12-30 10:00"), 5, WORKING, CITY, TZ)


def test_calendar_days_and_hours_need_no_calendar_year() -> None:
    assert last_day(due(at("2031-03-03 10:00"), 15, DAYS, CITY, TZ)) == "2031-03-18"
    assert due(at("2031-03-03 10:00"), 24, HOURS, CITY, TZ) == at("2031-03-04 10:00")


def test_a_day_clock_ends_at_closing_time_and_is_given_in_utc() -> None:
    moment = due(at("2026-11-18 10:00"), 1, WORKING, CITY, TZ)
    assert moment == at("2026-11-19 17:30")
    assert moment.tzinfo is UTC


def test_counting_from_the_same_day_makes_today_the_first_day() -> None:
    same = Counting(from_next_day=False)
    assert last_day(due(at("2026-11-18 10:00"), 2, WORKING, CITY, TZ, same)) == "2026-11-19"


def test_counting_from_the_same_day_does_not_count_a_day_already_closed() -> None:
    same = Counting(from_next_day=False)
    assert last_day(due(at("2026-11-18 18:00"), 1, WORKING, CITY, TZ, same)) == "2026-11-19"


def test_what_comes_after_closing_counts_as_received_on_the_next_working_day() -> None:
    late = Counting(late_is_next_working_day=True)
    friday_evening, friday_noon = at("2026-11-20 17:30"), at("2026-11-20 12:00")
    assert last_day(due(friday_noon, 1, WORKING, CITY, TZ, late)) == "2026-11-23"
    assert last_day(due(friday_evening, 1, WORKING, CITY, TZ, late)) == "2026-11-24"
    assert last_day(due(at("2026-11-21 09:00"), 1, WORKING, CITY, TZ, late)) == "2026-11-24"
    assert last_day(due(friday_evening, 1, WORKING, CITY, TZ)) == "2026-11-23"


def test_a_calendar_deadline_on_a_day_off_can_move_to_the_next_working_day() -> None:
    roll = Counting(roll_to_working_day=True)
    assert last_day(due(at("2026-09-28 10:00"), 5, DAYS, CITY, TZ)) == "2026-10-03"
    assert last_day(due(at("2026-09-28 10:00"), 5, DAYS, CITY, TZ, roll)) == "2026-10-08"


def test_the_local_day_counts_not_the_day_in_utc() -> None:
    just_after_midnight = at("2026-11-19 00:30")
    assert just_after_midnight.astimezone(UTC).date() == date(2026, 11, 18)
    assert last_day(due(just_after_midnight, 1, WORKING, CITY, TZ)) == "2026-11-20"


def test_hours_run_through_nights_and_across_summer_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 28, 20, 0, tzinfo=berlin)
    assert due(start, 24, HOURS, CITY, berlin) - start.astimezone(UTC) == timedelta(hours=24)


def test_a_clock_that_waited_over_a_weekend_gets_only_the_working_day_back() -> None:
    due_at = at("2026-11-25 17:30")
    assert shift(due_at, WORKING, at("2026-11-20 10:00"), at("2026-11-23 09:00"), CITY, TZ) == at("2026-11-26 17:30")
    assert shift(due_at, DAYS, at("2026-11-20 10:00"), at("2026-11-23 09:00"), CITY, TZ) == at("2026-11-28 17:30")
    assert shift(due_at, HOURS, at("2026-11-20 10:00"), at("2026-11-20 13:00"), CITY, TZ) == at("2026-11-25 20:30")


def test_a_pause_within_one_working_day_moves_no_day_clock() -> None:
    due_at = at("2026-11-25 17:30")
    assert shift(due_at, WORKING, at("2026-11-20 10:00"), at("2026-11-20 16:00"), CITY, TZ) == due_at


def test_naive_times_zero_amounts_and_backward_pauses_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        due(datetime(2026, 1, 5), 1, WORKING, CITY, TZ)  # noqa: DTZ001
    with pytest.raises(ValueError, match="at least 1"):
        due(at("2026-01-05"), 0, WORKING, CITY, TZ)
    with pytest.raises(ValueError, match="resume"):
        shift(at("2026-01-09"), HOURS, at("2026-01-06"), at("2026-01-05"), CITY, TZ)


def test_days_left_count_down_and_turn_negative_when_overdue() -> None:
    deadline = at("2026-11-25 17:30")
    assert left(at("2026-11-20 10:00"), deadline, WORKING, CITY, TZ) == 4
    assert left(at("2026-11-25 17:00"), deadline, WORKING, CITY, TZ) == 1
    assert left(at("2026-11-27 18:00"), deadline, WORKING, CITY, TZ) == -2
    assert left(at("2026-11-25 12:00"), deadline, HOURS, CITY, TZ) == 5


def test_opening_hours_follow_the_calendar() -> None:
    assert CITY.is_open(at("2026-09-20 10:00"), TZ)
    assert not CITY.is_open(at("2026-09-26 10:00"), TZ)
    assert not CITY.is_open(at("2026-11-20 17:30"), TZ)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 10, 1), timezones=st.just(UTC))  # noqa: DTZ001
kinds = st.sampled_from([WORKING, DAYS])


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(1, 30), kinds)
def test_exactly_so_many_days_close_between_receipt_and_deadline(start: datetime, amount: int, kind: ClockKind) -> None:
    end_of_receipt = datetime.combine(start.astimezone(TZ).date(), time.max, TZ)
    deadline = due(start, amount, kind, CITY, TZ)
    assert closings(end_of_receipt, deadline, kind, CITY, TZ) == amount


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(1, 29), kinds)
def test_a_longer_clock_never_ends_earlier(start: datetime, amount: int, kind: ClockKind) -> None:
    assert due(start, amount, kind, CITY, TZ) < due(start, amount + 1, kind, CITY, TZ)


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(1, 20), kinds, st.floats(0, 1), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_waiting_never_costs_or_gives_a_day(
    start: datetime, amount: int, kind: ClockKind, part: float, wait: timedelta
) -> None:
    deadline = due(start, amount, kind, CITY, TZ)
    paused = start + (deadline - start) * part
    resumed = paused + wait
    before = left(paused, deadline, kind, CITY, TZ)
    moved = shift(deadline, kind, paused, resumed, CITY, TZ)
    assert left(resumed, moved, kind, CITY, TZ) == before
    assert moved >= deadline


@settings(max_examples=100, deadline=None)
@given(moments, st.integers(1, 10), st.timedeltas(timedelta(0), timedelta(days=20)), st.integers(0, 9))
def test_two_pauses_give_back_what_one_long_pause_gives(
    start: datetime, amount: int, wait: timedelta, cut: int
) -> None:
    deadline = due(start, amount, WORKING, CITY, TZ)
    middle, end = start + wait * cut / 10, start + wait
    once = shift(deadline, WORKING, start, end, CITY, TZ)
    twice = shift(shift(deadline, WORKING, start, middle, CITY, TZ), WORKING, middle, end, CITY, TZ)
    assert once == twice


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.sets(st.integers(1, 7), max_size=6))
def test_the_next_working_day_is_worked_and_nothing_between_is(day: date, weekend: set[int]) -> None:
    calendar = Calendar("any", frozenset({2026, 2027}), weekend=frozenset(weekend))
    following = calendar.next_working(day)
    assume(following.year == 2026)
    assert calendar.is_working(following)
    assert not any(calendar.is_working(day + timedelta(days=n)) for n in range(1, (following - day).days))
