"""Events → rows, one story at a time, through the real rules and without a database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiyin.cases.lifecycle import Actor, CaseState, Claim, Verdict, decide, evolve
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.tests.rules import NOON, RULES, actor
from huiyin.figures.sources import Extra, ReplySigns
from huiyin.lake.replay import Recorded, Rows, rows_of

DESK, ROAD, WATER = actor("dispatcher", "city"), actor("head", "road"), actor("head", "water")
RESIDENT, SYSTEM, REVIEWER = actor("resident"), actor("system"), actor("reviewer", "city")
CHIEF = actor("supervisor", "city")
IN = c.Receive("web", "dark", category="lamps", area="east")


class Story:
    """A case lived hour by hour."""

    def __init__(self) -> None:
        self.state, self.events = CaseState(), list[Recorded]()

    def then(self, hours: float, command: c.Command, who: Actor) -> Story:
        at = NOON + timedelta(hours=hours)
        for event in decide(self.state, command, who, at, RULES):
            self.state = evolve(self.state, event, at)
            self.events.append(Recorded(self.state.seq, event.kind, at, who.as_json(), event.body))
        return self

    def rows(self, now: float = 10_000, extra: Extra | None = None) -> Rows:
        return rows_of("x", self.events, NOON + timedelta(hours=now), "1", extra or Extra())


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def begun() -> Story:
    return Story().then(0, IN, RESIDENT).then(1, c.Dispatch("road"), DESK).then(2, c.Acknowledge(), ROAD)


def some(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def test_an_answer_carries_its_round_its_deadline_and_what_was_said_of_it() -> None:
    story = begun().then(3, c.SiteCheck("as_described"), ROAD).then(50, c.Answer(Claim.SOLVED, "ok"), ROAD)
    story.then(60, c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT).then(61, c.Dispute("dark"), RESIDENT)
    story.then(70, c.Answer(Claim.EXPLAINED, "why"), ROAD).then(80, c.GiveVerdict(Verdict.SOLVED), RESIDENT)
    rows = story.rows()
    first, second = rows.answers
    assert some(first, "number", "at", "started_at", "due_at") == (1, at(50), at(0), at(120))
    assert some(first, "site_checked", "verdict", "evidence", "returned_at") == (True, "not_solved", False, at(61))
    assert some(second, "number", "started_at", "due_at") == (2, at(61), at(61 + 72))
    assert some(second, "site_checked", "verdict", "evidence", "returned_at") == (False, "solved", True, None)
    assert some(rows.case, "answers", "first_answered_at", "answered_at", "claim") == (2, at(50), at(70), "explained")
    assert some(rows.case, "verdict", "verdict_by", "outcome", "disputes") == ("solved", "resident", "solved", 1)


def test_going_round_in_a_circle_is_counted() -> None:
    story = Story().then(0, IN, RESIDENT).then(1, c.Dispatch("road"), DESK)
    story.then(2, c.Object("not_our_duty", "no", "water"), ROAD)
    story.then(3, c.RuleOnObjection(True, "right", "water"), DESK)
    story.then(4, c.Object("not_our_duty", "no", "road"), WATER)
    story.then(5, c.RuleOnObjection(True, "right", "road"), CHIEF)
    row = story.rows().case
    assert some(row, "lead", "first_lead", "leads", "loops") == ("road", "road", 3, 1)
    assert some(row, "objections", "rulings", "sustained", "dispatched_at") == (2, 2, 2, at(1))


def test_waiting_for_the_resident_is_not_the_office_s_time() -> None:
    story = begun().then(5, c.AskResident("where?"), ROAD).then(15, c.ReplyOfResident("there"), RESIDENT)
    story.then(40, c.Answer(Claim.SOLVED, "ok"), ROAD)
    assert story.rows().case["waited_seconds"] == 10 * 3600


def test_a_wait_that_lasts_is_shown_and_one_that_ended_is_counted() -> None:
    story = begun().then(5, c.Park("budget", "money", at(24 * 20).date()), ROAD)
    row = story.rows().case
    assert some(row, "phase", "parked_at", "parked_until", "parks", "reparked") == (
        "parked", at(5), at(24 * 20).date(), 1, 0,
    )  # fmt: skip
    row = story.then(9, c.Resume(), ROAD).rows().case
    assert some(row, "phase", "parked_at", "parked_until", "parks") == ("working", None, None, 1)


@pytest.mark.parametrize(
    ("ruling", "overturned", "outcome"),
    [("redo", True, ""), ("settled", True, "solved"), ("cannot_be_settled", False, "not_solved")],
)  # fmt: skip
def test_a_refusal_a_reviewer_does_not_share_is_overturned(ruling: str, overturned: bool, outcome: str) -> None:
    story = Story().then(0, IN, RESIDENT).then(1, c.Decline("petition", "no", "there"), DESK)
    story.then(2, c.AskReview(), RESIDENT).then(3, c.Review(ruling, "so"), REVIEWER)
    row = story.rows().case
    assert some(row, "decline_reason", "decline_overturned", "outcome") == ("petition", overturned, outcome)


def test_what_other_rooms_know_is_added() -> None:
    story = begun().then(5, c.Answer(Claim.SOLVED, "ok"), ROAD)
    rows = story.rows(extra=Extra("issue-1", {1: ReplySigns("t7", hollow=True)}))
    assert rows.case["issue"] == "issue-1"
    assert some(rows.answers[0], "template", "hollow", "promise_only") == ("t7", True, False)


def test_a_look_followed_by_work_is_not_idle() -> None:
    story = Story().then(0, c.Receive("web", "dark", contact="1"), RESIDENT)
    story.then(1, c.Dispatch("road"), DESK).then(2, c.Acknowledge(), ROAD)
    story.then(3, c.RevealContact("ask_detail"), ROAD).then(20, c.FirstContact("phone"), ROAD)
    story.then(30, c.RevealContact("ask_detail"), ROAD)
    early, late = story.rows(now=40), story.rows(now=60)
    assert (early.case["reveals"], early.case["idle_reveals"], early.until) == (2, 0, at(54))
    assert (late.case["reveals"], late.case["idle_reveals"], late.until) == (2, 1, None)


def test_an_event_says_who_acted_for_which_office_and_nobody_s_name() -> None:
    rows = begun().then(3, c.Answer(Claim.SOLVED, "ok"), ROAD).rows()
    assert some(rows.events[-1], "kind", "role", "office", "lead", "code") == (
        "answered", "head", "road", "road", "solved",
    )  # fmt: skip
    assert all("staff" not in event for event in rows.events)


def test_a_case_without_events_has_no_rows() -> None:
    with pytest.raises(ValueError, match="no events"):
        rows_of("x", [], NOON)
