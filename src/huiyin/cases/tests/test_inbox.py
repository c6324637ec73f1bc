"""Lists of cases: in the right order, in pages that lose and repeat nothing, counted, and read through an index."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import access, inbox
from huiyin.cases.lifecycle import Actor, Claim, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.projection import state_of
from huiyin.cases.tests.desk_town import (
    DISPATCHER,
    HANDLER,
    HOME,
    NOON,
    OTHER,
    TOP,
    dispatched,
    give,
    load,
    receive,
    working,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town(db: None) -> None:
    load()


def numbers(page: inbox.Page) -> list[str]:
    return [row.case.number for row in page.rows]


def test_what_is_due_first_stands_first() -> None:
    late = dispatched(key="late", at=NOON)
    early = dispatched(key="early", at=NOON - timedelta(days=7))
    give(early, c.Acknowledge(), HANDLER, NOON + timedelta(hours=1))
    Case.objects.filter(pk=early.pk).update(due_at=NOON - timedelta(days=3))
    assert numbers(inbox.by_due(inbox.led(HOME))) == [early.number, late.number]


def test_the_pages_together_hold_every_case_once_even_when_all_are_due_at_the_same_moment() -> None:
    made = {dispatched(key=str(i)).number for i in range(7)}
    seen: list[str] = []
    page = inbox.by_due(inbox.led(HOME), size=3)
    seen += numbers(page)
    while page.after:
        page = inbox.by_due(inbox.led(HOME), page.after, size=3)
        seen += numbers(page)
    assert len(seen) == 7
    assert set(seen) == made


@pytest.mark.parametrize("mark", ["", "x", "12.", ".", "9" * 40 + ".aa", "1.zz"])
def test_a_broken_mark_starts_from_the_beginning(mark: str) -> None:
    case = dispatched()
    assert numbers(inbox.by_due(inbox.led(HOME), mark)) == [case.number]
    assert numbers(inbox.newest(inbox.led(HOME), mark)) == [case.number]


def test_each_list_holds_what_its_name_says() -> None:
    mine = working(key="mine")
    helped = dispatched(OTHER, key="helped", support=(HOME,))
    said = working(key="said")
    give(said, c.Answer(Claim.SOLVED, "补好了"), HANDLER)
    done = working(key="done")
    give(done, c.Answer(Claim.SOLVED, "补好了"), HANDLER)
    give(done, c.Withdraw(), Actor(Role.RESIDENT))
    assert numbers(inbox.by_due(inbox.led(HOME))) == [mine.number]
    assert numbers(inbox.by_due(inbox.supported(HOME))) == [helped.number]
    assert numbers(inbox.newest(inbox.answered(HOME))) == [said.number]
    assert numbers(inbox.newest(inbox.rested(HOME))) == [done.number]


def late(key: str = "late", lead: str = HOME, levels: int = 2) -> tuple[Case, datetime]:
    """One that nobody acknowledged, reported `levels` times; and the moment of the last report."""
    case = dispatched(lead, key=key)
    at = NOON
    for purpose in ("acknowledge", *["overdue"] * (levels - 1)):
        at = state_of(case).clocks[purpose].due_at + timedelta(minutes=1)
        give(case, c.ClockRanOut(purpose), Actor(Role.SYSTEM), at)
    return case, at


def test_a_delay_stands_with_the_head_it_was_reported_to_until_something_moves() -> None:
    case, at = late()
    assert state_of(case).escalated_to == f"head@{TOP}"
    assert numbers(inbox.by_due(inbox.reported(TOP, at))) == [case.number]
    assert numbers(inbox.by_due(inbox.reported(HOME, at))) == []
    assert inbox.number_of(inbox.reported(TOP, at)) == (1, False)
    give(case, c.Acknowledge(), HANDLER, at + timedelta(hours=1))
    assert numbers(inbox.by_due(inbox.reported(TOP, at + timedelta(hours=1)))) == []


def test_the_first_report_stands_with_the_head_of_the_office_itself() -> None:
    case, at = late(levels=1)
    assert numbers(inbox.by_due(inbox.reported(HOME, at))) == [case.number]
    assert numbers(inbox.by_due(inbox.reported(TOP, at))) == []


def test_a_first_contact_made_late_takes_the_matter_off_the_list_while_the_answer_has_time() -> None:
    case = working(key="call")
    at = state_of(case).clocks["first_contact"].due_at + timedelta(minutes=1)
    give(case, c.ClockRanOut("first_contact"), Actor(Role.SYSTEM), at)
    assert numbers(inbox.by_due(inbox.reported(HOME, at))) == [case.number]
    give(case, c.FirstContact("phone"), HANDLER, at)
    assert case.due_at is not None
    assert at < case.due_at
    assert numbers(inbox.by_due(inbox.reported(HOME, at))) == []


def test_until_the_next_office_has_taken_it_on_a_delay_is_reported_to_the_head_of_the_first_one() -> None:
    case = working(key="moved")
    give(case, c.Object("not_our_duty", "不归我们", OTHER), HANDLER)
    give(case, c.RuleOnObjection(True, "归供水公司", OTHER), DISPATCHER)
    at = state_of(case).clocks["acknowledge"].due_at + timedelta(minutes=1)
    give(case, c.ClockRanOut("acknowledge"), Actor(Role.SYSTEM), at)
    assert (case.lead_id, state_of(case).escalated_to) == (OTHER, f"head@{HOME}")
    assert numbers(inbox.by_due(inbox.reported(HOME, at))) == [case.number]
    give(case, c.Object("not_our_area", "不在我们片区"), Actor(Role.HEAD, OTHER, "900004"), at)
    first = Actor(Role.HEAD, HOME, "900003")
    assert access.may_see(first, case)
    assert list(access.visible(first)) == [case]
    assert not access.may_see(HANDLER, case)
    assert list(access.visible(HANDLER)) == []


def test_the_list_of_what_was_reported_to_somebody_reads_no_whole_table() -> None:
    found = plan(inbox.reported(TOP, NOON).order_by("due_at", "pk")[:26], bitmaps="on")  # two indexes, put together
    if connection.vendor == "sqlite":  # PostgreSQL takes these two as well, but of an empty table any index is as good
        assert "case_board" in found
        assert "case_inbox" in found
    assert "SCAN cases_case" not in found
    assert "Seq Scan on cases_case" not in found


def test_filters_and_their_counts_agree() -> None:
    dispatched(key="a", urgency="urgent")
    parked = working(key="b")
    head = Actor(Role.HEAD, HOME, "900003")
    give(parked, c.Park("season", "等天暖", (NOON + timedelta(days=30)).date()), head)
    give(parked, c.ClockRanOut("objection"), Actor(Role.SYSTEM), NOON + timedelta(days=5))
    redo = working(key="c", category="A2")
    give(redo, c.Answer(Claim.SOLVED, "好了"), HANDLER)
    give(redo, [c.GiveVerdict("not_solved"), c.Dispute("没好")], Actor(Role.RESIDENT))  # type: ignore[arg-type]
    now = NOON + timedelta(days=20)
    counts = inbox.count(inbox.led(HOME), now)
    assert (counts.total, counts.more) == (3, False)

    def shown(filters: inbox.Filters) -> int:
        return len(inbox.by_due(filters.apply(inbox.led(HOME), now)).rows)

    assert shown(inbox.Filters(phase="parked")) == counts.phases["parked"] == 1
    assert shown(inbox.Filters(urgency="urgent")) == counts.urgencies["urgent"] == 1
    assert shown(inbox.Filters(redo=True)) == counts.redo == 1
    assert shown(inbox.Filters(waiting=True)) == counts.waiting == 1
    assert shown(inbox.Filters(overdue=True)) == counts.overdue == 2
    assert shown(inbox.Filters(categories=frozenset({"A2"}))) == counts.categories["A2"] == 1
    assert shown(inbox.Filters(areas=frozenset({"street-1"}))) == counts.areas["street-1"] == 3


def test_counting_stops_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST", 2)
    for i in range(4):
        dispatched(key=str(i))
    counts = inbox.count(inbox.led(HOME), NOON)
    assert (counts.total, counts.more) == (2, True)


def test_a_page_of_words_takes_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for i in range(5):
        dispatched(key=str(i))
    with django_assert_num_queries(2):
        page = inbox.by_due(inbox.led(HOME))
    assert all(row.words == "路上有个大坑，昨天有人摔倒。" for row in page.rows)


def test_long_words_are_cut_and_lines_joined() -> None:
    assert inbox.shortened("一\n二  三") == "一 二 三"
    assert inbox.shortened("字" * 100, 10) == "字" * 9 + "…"


def test_undated_history_has_a_list_of_its_own() -> None:
    dated, old = receive(key="1"), receive(key="2")
    Case.objects.filter(pk=old.pk).update(due_at=None)
    assert numbers(inbox.undated(inbox.in_phase("received"))) == [old.number]
    assert numbers(inbox.by_due(inbox.dated("received"))) == [dated.number]


def plan(rows: object, bitmaps: str = "off") -> str:
    """How the database will read these rows, without taking small tables as an excuse."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"SET LOCAL enable_bitmapscan = {bitmaps}")
            cursor.execute("SET LOCAL enable_sort = off")  # sorting two rows is cheap; without an index it still shows
    return str(rows.explain())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        ("case_inbox", lambda: inbox.led(HOME).order_by("due_at", "pk")[:26]),
        ("case_inbox", lambda: inbox.led(HOME).filter(due_at__gte=NOON).order_by("due_at", "pk")[:26]),
        ("case_board", lambda: inbox.dated("received").order_by("due_at", "pk")[:26]),
        ("case_undated", lambda: inbox.in_phase("received").filter(due_at=None).order_by("pk")[:26]),
        ("case_waiting", lambda: inbox.answered(HOME).order_by("-received_at")[:26]),
        ("case_lead_received", lambda: inbox.rested(HOME).order_by("-received_at", "-pk")[:26]),
    ],
)
def test_lists_are_read_through_their_index_and_not_sorted(index: str, rows: object) -> None:
    found = plan(rows())  # type: ignore[operator]
    if index == "case_waiting" and connection.vendor == "postgresql":
        return  # with a handful of rows it takes the index of all matters of the office, which is as good then
    assert index in found
    if index != "case_lead_received":  # ties in the time of receipt are put in order afterwards
        assert "TEMP B-TREE FOR ORDER BY" not in found
        assert "Sort" not in found.replace("Incremental Sort", "Sort")
