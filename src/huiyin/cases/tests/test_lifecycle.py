"""The life of a case, one promise at a time, then a random walk that must never break the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.base.errors import Refusal
from huiyin.cases import projection
from huiyin.cases.lifecycle import (
    TABLE,
    Actor,
    CaseState,
    Claim,
    Confidentiality,
    Event,
    Outcome,
    Phase,
    Verdict,
    allowed,
    decide,
    evolve,
    public_part,
    replay,
    told_as,
)
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.evolve import known_kinds
from huiyin.cases.lifecycle.state import stamp
from huiyin.cases.models import Case
from huiyin.cases.tests.rules import NOON, RULES, actor

RESIDENT, DISPATCHER, SUPERVISOR = actor("resident"), actor("dispatcher"), actor("supervisor")
HANDLER, HEAD, REVIEWER, SYSTEM = actor("handler", "light"), actor("head", "light"), actor("reviewer"), actor("system")


class Story:
    """A case under test: commands go in at growing times, events pile up."""

    def __init__(self, **received: object) -> None:
        self.state = CaseState()
        self.events: list[tuple[Event, datetime]] = []
        self.at = NOON
        fields: dict[str, object] = {
            "channel": "web",
            "text": "the lamp is dark",
            "contact": '{"phone":"1"}',
            **received,
        }
        self.do(c.Receive(**fields), RESIDENT)  # type: ignore[arg-type]

    def do(self, command: c.Command, who: Actor, hours: float = 1) -> Story:
        self.at += timedelta(hours=hours)
        for event in decide(self.state, command, who, self.at, RULES):
            self.state = evolve(self.state, event, self.at)
            self.events.append((event, self.at))
        return self

    def refused(self, command: c.Command, who: Actor, hours: float = 1) -> str:
        before = self.state
        with pytest.raises(Refusal) as caught:
            self.do(command, who, hours)
        assert self.state == before
        return caught.value.code

    def dispatched(self) -> Story:
        return self.do(c.Dispatch("light"), DISPATCHER)

    def working(self) -> Story:
        return self.dispatched().do(c.Acknowledge(), HANDLER)

    def answered(self, claim: Claim = Claim.SOLVED) -> Story:
        return self.working().do(c.Answer(claim, "it shines"), HANDLER)

    def disputed(self) -> Story:
        return self.answered().do(c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT).do(c.Dispute("still dark"), RESIDENT)


# --- rule 1: the verdict belongs to the resident -------------------------------------------------


def test_an_answer_is_a_claim_and_rests_nothing() -> None:
    state = Story().answered().state
    assert (state.phase, state.claim, state.verdict, state.outcome) == (Phase.ANSWERED, "solved", "", "")


def test_the_resident_confirms_and_the_case_rests_as_solved() -> None:
    state = Story().answered().do(c.GiveVerdict(Verdict.SOLVED), RESIDENT).state
    assert (state.phase, state.outcome, state.verdict_by) == (Phase.RESTED, Outcome.SOLVED, "resident")
    assert not [k for k in state.clocks.values() if k.open]


def test_an_independent_callback_can_record_the_residents_verdict() -> None:
    state = Story().answered().do(c.Callback("answered", Verdict.SOLVED), actor("caller")).state
    assert (state.outcome, state.verdict_by) == (Outcome.SOLVED, "callback")


def test_what_the_person_said_themselves_no_call_can_change() -> None:
    story = Story().answered().do(c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT)
    assert story.refused(c.Callback("answered", Verdict.SOLVED), actor("caller")) == "own_word_stands"


@pytest.mark.parametrize(
    ("role", "command"), [("caller", c.Callback("no_contact")), ("reviewer", c.Callback("refused"))]
)
def test_nobody_from_an_office_that_had_the_case_judges_it(role: str, command: c.Command) -> None:
    story = Story().answered()
    assert story.refused(command, actor(role, "light")) == "not_independent"
    story.do(command, actor(role, "water"))
    story.do(c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT).do(c.Dispute(), RESIDENT)
    story.do(c.Answer(Claim.SOLVED, "x"), HANDLER).do(c.GiveVerdict(Verdict.PARTLY), RESIDENT).do(c.Dispute(), RESIDENT)
    assert story.refused(c.Review("settled", "fine"), actor("reviewer", "light")) == "not_independent"


def test_who_says_not_solved_late_still_has_a_whole_window_to_dispute() -> None:
    story = Story().answered().do(c.Remind(), SYSTEM).do(c.Remind(), SYSTEM)
    story.do(c.ClockRanOut("verdict_window"), SYSTEM, hours=400)
    story.do(c.Callback("answered", Verdict.NOT_SOLVED), actor("caller"))
    assert story.refused(c.RestOnSilence(), SYSTEM) == "resident_still_has_time"
    assert story.do(c.Dispute("still dark"), RESIDENT, hours=100).state.phase is Phase.WORKING


def test_an_answer_that_is_late_stays_watched_when_the_office_moves_at_last() -> None:
    story = Story().dispatched().do(c.ClockRanOut("answer"), SYSTEM, hours=130)
    state = story.do(c.Acknowledge(), HANDLER).state
    assert state.wake_at is not None
    assert state.clocks["overdue"].running


def test_an_office_may_not_decline_what_it_has_answered() -> None:
    decline = c.Decline("private", "no", "the court")
    assert Story().disputed().refused(decline, HEAD) == "answered_before"
    Story().working().do(decline, HEAD)


def test_erasing_every_word_brings_an_open_case_to_rest() -> None:
    state = Story().working().do(c.Erase("resident_asked"), RESIDENT).state
    assert (state.phase, state.outcome) == (Phase.RESTED, Outcome.WITHDRAWN)


@pytest.mark.parametrize("value", [Verdict.NOT_SOLVED, Verdict.PARTLY])
def test_nothing_leads_an_erased_case_back_to_work_and_it_rests_by_what_was_said(value: Verdict) -> None:
    story = Story().answered().do(c.Erase("resident_asked"), RESIDENT).do(c.GiveVerdict(value), RESIDENT)
    assert story.refused(c.Dispute(), RESIDENT) == "erased_case_stays"
    assert story.refused(c.RestOnSilence(), SYSTEM) == "resident_still_has_time"
    story.do(c.RestOnSilence(), SYSTEM, hours=361)
    assert (story.state.phase, story.state.outcome) == (Phase.RESTED, value)
    assert story.refused(c.Reopen("still dark"), RESIDENT) == "erased_case_stays"
    assert story.refused(c.Reopen("still dark"), REVIEWER) == "erased_case_stays"


def test_a_declined_and_erased_case_is_not_reviewed_and_rests_as_declined() -> None:
    story = Story().do(c.Decline("private", "no", "the court"), DISPATCHER).do(c.Erase("court"), RESIDENT)
    assert story.refused(c.AskReview(), RESIDENT) == "erased_case_stays"
    assert story.do(c.RestOnSilence(), SYSTEM, hours=361).state.outcome == Outcome.DECLINED


def test_silence_about_erased_words_needs_no_reminders_and_no_calls() -> None:
    story = Story().answered().do(c.Erase("resident_asked"), RESIDENT)
    assert story.do(c.RestOnSilence(), SYSTEM, hours=361).state.outcome == Outcome.UNKNOWN


def test_an_answer_without_a_window_comes_to_rest_when_its_words_go() -> None:
    importer = actor("importer")
    story = Story(imported=True, channel="import").do(c.AnswerOnRecord("light", Claim.SOLVED, "x"), importer)
    assert story.do(c.Erase("court"), SYSTEM).state.outcome == Outcome.UNKNOWN


def test_an_erased_case_an_older_program_sent_back_to_work_rests_when_its_clock_runs_out() -> None:
    story = Story().disputed()
    story.state = story.state.having(erased=True, reachable=False)
    story.do(c.ClockRanOut("answer"), SYSTEM, hours=121)
    assert (story.state.phase, story.state.outcome) == (Phase.RESTED, Outcome.WITHDRAWN)


def test_waiting_cannot_go_on_for_ever() -> None:
    story = Story().working()
    for _ in range(2):
        story.do(c.Park("season", "snow", story.at.date() + timedelta(days=20)), HEAD).do(c.Resume(), HANDLER)
    assert story.refused(c.Park("season", "snow", story.at.date() + timedelta(days=20)), HEAD) == "parked_too_often"
    for _ in range(3):
        story.do(c.AskResident("?"), HANDLER).do(c.ReplyOfResident("!"), RESIDENT)
    assert story.refused(c.AskResident("?"), HANDLER) == "asked_too_often"


def test_following_another_matter_in_between_makes_no_deadline_fresh() -> None:
    story = Story()
    due = story.state.clocks["answer"].due_at
    story.do(c.Merge("other"), RESIDENT, hours=50).do(c.Unmerge(), RESIDENT, hours=50)
    assert story.state.clocks["answer"].due_at == due


def test_a_promise_cannot_lie_years_ahead() -> None:
    story = Story().working()
    assert story.refused(c.Answer(Claim.PROMISED, "one day", date(2030, 1, 1)), HANDLER) == "promise_too_far"


def test_silence_rests_as_unknown_only_after_reminders_and_callbacks() -> None:
    story = Story().answered()
    assert story.refused(c.RestOnSilence(), SYSTEM) == "resident_still_has_time"
    story.at += timedelta(days=30)
    assert story.refused(c.RestOnSilence(), SYSTEM) == "reminders_first"
    story.do(c.Remind(), SYSTEM).do(c.Remind(), SYSTEM)
    assert story.refused(c.RestOnSilence(), SYSTEM) == "callbacks_first"
    story.do(c.Callback("no_contact"), actor("caller"))
    assert story.refused(c.Callback("no_contact"), actor("caller")) == "call_again_later"
    for _ in range(2):
        story.do(c.Callback("no_contact"), actor("caller"), hours=97)
    assert story.do(c.RestOnSilence(), SYSTEM).state.outcome is Outcome.UNKNOWN


def test_who_left_no_contact_is_reminded_on_the_page_and_not_called() -> None:
    story = Story(contact="").answered().do(c.Remind(), SYSTEM).do(c.Remind(), SYSTEM, hours=400)
    assert story.do(c.RestOnSilence(), SYSTEM).state.outcome is Outcome.UNKNOWN


def test_cannot_say_stops_the_reminders_and_rests_as_unknown() -> None:
    story = Story().answered().do(c.GiveVerdict(Verdict.CANNOT_SAY), RESIDENT)
    assert story.refused(c.Remind(), SYSTEM) == "has_spoken_already"
    assert story.do(c.RestOnSilence(), SYSTEM, hours=400).state.outcome is Outcome.UNKNOWN


def test_not_solved_without_a_dispute_rests_as_not_solved_never_as_unknown() -> None:
    story = Story().answered().do(c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT)
    assert story.do(c.RestOnSilence(), SYSTEM, hours=400).state.outcome is Outcome.NOT_SOLVED


# --- dispute, redo, review -----------------------------------------------------------------------


def test_a_first_dispute_goes_back_to_the_office_with_a_new_clock() -> None:
    state = Story().disputed().state
    assert (state.phase, state.round, state.lead, state.claim, state.verdict) == (Phase.WORKING, 2, "light", "", "")
    assert state.clocks["answer"].due_at - state.clocks["answer"].started_at == timedelta(hours=72)


def test_a_dispute_needs_a_verdict_first() -> None:
    assert Story().answered().refused(c.Dispute(), RESIDENT) == "verdict_first"


def test_a_second_dispute_goes_to_the_independent_reviewer() -> None:
    story = Story().disputed().do(c.Answer(Claim.SOLVED, "now it does"), HANDLER)
    story.do(c.GiveVerdict(Verdict.PARTLY), RESIDENT).do(c.Dispute(), RESIDENT)
    assert story.state.phase is Phase.REVIEWING
    assert story.refused(c.Review("settled", " "), REVIEWER) == "reason_is_empty"
    settled = story.do(c.Review("settled", "I went there at night"), REVIEWER).state
    assert (settled.outcome, settled.verdict_by) == (Outcome.SOLVED, "reviewer")


def test_the_reviewer_can_order_another_round_or_say_it_cannot_be_settled() -> None:
    story = Story().disputed().do(c.Answer(Claim.EXPLAINED, "no money"), HANDLER)
    story.do(c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT).do(c.Dispute(), RESIDENT)
    again = story.do(c.Review("redo", "there is money"), REVIEWER).state
    assert (again.phase, again.round) == (Phase.WORKING, 3)
    story.do(c.Answer(Claim.NOT_POSSIBLE, "no"), HANDLER).do(c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT)
    story.do(c.Dispute(), RESIDENT)
    assert story.do(c.Review("cannot_be_settled", "law"), REVIEWER).state.outcome is Outcome.NOT_SOLVED


def test_a_refused_matter_can_be_reviewed_and_taken_up_after_all() -> None:
    story = Story().do(c.Decline("litigation", "a court must say", "the district court"), DISPATCHER)
    story.do(c.AskReview("I was told otherwise"), RESIDENT).do(c.Review("redo", "it is ours"), REVIEWER)
    assert story.state.phase is Phase.RECEIVED
    assert "dispatch" in story.state.clocks


def test_a_decline_without_a_route_is_refused() -> None:
    assert Story().refused(c.Decline("court" and "litigation", "because", ""), DISPATCHER) == "route_is_empty"


def test_a_rested_case_can_be_reopened_while_the_window_is_open() -> None:
    story = Story().answered().do(c.GiveVerdict(Verdict.SOLVED), RESIDENT)
    assert story.do(c.Reopen("dark again"), RESIDENT).state.phase is Phase.WORKING
    story = Story().answered().do(c.GiveVerdict(Verdict.SOLVED), RESIDENT)
    assert story.refused(c.Reopen("dark again"), RESIDENT, hours=2200) == "reopen_window_closed"
    assert story.do(c.Reopen("found by chance"), REVIEWER).state.reopened == 1


# --- the right office ----------------------------------------------------------------------------


def test_an_objection_is_ruled_on_and_the_matter_moves() -> None:
    story = Story().dispatched().do(c.Object("not_our_duty", "water runs there", "water"), HANDLER)
    assert story.state.phase is Phase.OBJECTED
    story.do(c.RuleOnObjection(True, "right", "water"), DISPATCHER)
    assert (story.state.lead, story.state.phase, story.state.trail) == ("water", Phase.DISPATCHED, ("light", "water"))


def test_the_first_owner_stays_responsible_until_the_next_has_acknowledged() -> None:
    story = Story().dispatched().do(c.Object("not_our_duty", "no", "water"), HANDLER)
    story.do(c.RuleOnObjection(True, "right", "water"), DISPATCHER)
    assert story.state.responsible == "light"
    assert story.do(c.Acknowledge(), actor("handler", "water")).state.responsible == "water"


def test_an_overruled_objection_returns_to_the_same_office() -> None:
    story = Story().dispatched().do(c.Object("no_power", "we cannot"), HANDLER)
    state = story.do(c.RuleOnObjection(False, "you can"), DISPATCHER).state
    assert (state.lead, state.phase) == ("light", Phase.DISPATCHED)


def test_an_overruled_office_may_turn_to_the_superior_once() -> None:
    story = Story().dispatched().do(c.Object("no_power", "we cannot"), HANDLER)
    story.do(c.RuleOnObjection(False, "you can"), DISPATCHER, hours=47)
    story.do(c.Object("no_power", "really not"), HANDLER, hours=40)
    assert story.refused(c.RuleOnObjection(False, "no"), DISPATCHER) == "second_objection_goes_up"
    story.do(c.RuleOnObjection(False, "you must"), SUPERVISOR)
    assert story.refused(c.Object("no_power", "never"), HANDLER) == "ruling_is_final"


def test_a_window_to_object_makes_nobody_late() -> None:
    story = Story().dispatched().do(c.Acknowledge(), HANDLER).do(c.FirstContact("phone"), HANDLER)
    assert story.state.due is not None
    assert story.state.due.purpose == "answer"
    story.do(c.ClockRanOut("objection"), SYSTEM, hours=60)
    assert story.state.escalation == 0


def test_the_second_objection_goes_to_the_superior_and_is_final() -> None:
    story = Story().dispatched().do(c.Object("not_our_duty", "no", "water"), HANDLER)
    story.do(c.RuleOnObjection(True, "right", "water"), DISPATCHER)
    story.do(c.Object("not_our_duty", "no", "light"), actor("handler", "water"))
    assert story.refused(c.RuleOnObjection(True, "back", "light"), DISPATCHER) == "second_objection_goes_up"
    story.do(c.RuleOnObjection(True, "back", "light"), SUPERVISOR)
    assert story.state.lead == "light"
    assert story.refused(c.Object("not_our_duty", "no"), HANDLER) == "ruling_is_final"


def test_no_matter_returns_to_an_office_that_had_it_without_the_superiors_ruling() -> None:
    story = Story().dispatched().do(c.Object("not_our_duty", "no", "water"), HANDLER)
    assert story.refused(c.RuleOnObjection(True, "?", "light"), DISPATCHER) == "sustained_needs_another_office"


def test_merging_and_unmerging_is_no_way_around_the_superiors_ruling() -> None:
    story, other = Story(), "5f2b8c5e-0000-7000-8000-000000000000"
    for office in ("light", "water"):
        story.do(c.Dispatch(office), DISPATCHER).do(c.Merge(other), DISPATCHER).do(c.Unmerge(), DISPATCHER)
    assert story.state.trail == ("light", "water")
    assert story.refused(c.Dispatch("light"), DISPATCHER) == "office_had_it_already"
    assert story.refused(c.Dispatch("light"), SUPERVISOR) == "reason_is_empty"
    assert story.do(c.Dispatch("light", instruction="it is yours"), SUPERVISOR).state.lead == "light"
    assert replay(story.events) == story.state


def test_who_had_a_matter_first_stays_responsible_after_it_was_unmerged() -> None:
    story = Story().dispatched().do(c.Merge("5f2b8c5e-0000-7000-8000-000000000000"), DISPATCHER)
    story.do(c.Unmerge(), DISPATCHER).do(c.Dispatch("water"), DISPATCHER)
    assert (story.state.lead, story.state.responsible) == ("water", "light")
    assert story.do(c.Acknowledge(), actor("handler", "water")).state.responsible == "water"


def test_an_old_record_of_unmerging_means_what_it_meant() -> None:
    story = Story().dispatched().do(c.Merge("5f2b8c5e-0000-7000-8000-000000000000"), DISPATCHER)
    assert evolve(story.state, Event("unmerged", {"at": "2026-03-02T12:00:00.000Z", "clocks": {}}), NOON).trail == ()


def test_an_objection_after_its_window_is_refused() -> None:
    assert Story().dispatched().refused(c.Object("other", "late"), HANDLER, hours=49) == "objection_window_closed"


def test_the_residents_deadline_goes_on_while_offices_argue() -> None:
    story = Story().dispatched()
    due = story.state.clocks["answer"].due_at
    story.do(c.Object("not_our_duty", "no", "water"), HANDLER).do(c.RuleOnObjection(True, "y", "water"), DISPATCHER, 20)
    assert story.state.clocks["answer"].due_at == due
    assert story.state.clocks["answer"].running


# --- clocks --------------------------------------------------------------------------------------


def test_an_extension_needs_a_reason_a_limit_and_comes_once_a_round() -> None:
    story = Story().working()
    due = story.state.clocks["answer"].due_at
    assert story.refused(c.Extend("parts", due), HEAD) == "extension_shortens"
    assert story.refused(c.Extend("parts", due + timedelta(hours=241)), HEAD) == "extension_too_long"
    assert story.refused(c.Extend(" ", due + timedelta(hours=240)), HEAD) == "reason_is_empty"
    story.do(c.Extend("parts", due + timedelta(hours=240)), HEAD)
    assert story.state.clocks["answer"].due_at == due + timedelta(hours=240)
    assert story.refused(c.Extend("more", due + timedelta(hours=300)), HEAD) == "extended_already"
    assert Story().working().refused(c.Extend("x", NOON + timedelta(days=20)), HEAD, hours=200) == "extension_too_late"


def test_waiting_for_the_resident_stops_the_clock_and_gives_the_time_back() -> None:
    story = Story().working()
    due = story.state.clocks["answer"].due_at
    story.do(c.AskResident("which lamp?"), HANDLER)
    assert story.state.due is None or story.state.due.purpose != "answer"
    story.do(c.ReplyOfResident("the third"), RESIDENT, hours=30)
    assert story.state.clocks["answer"].due_at == due + timedelta(hours=30)


def test_parking_needs_a_day_that_comes_and_ends_by_itself() -> None:
    story = Story().working()
    assert story.refused(c.Park("season", "snow", NOON.date()), HEAD) == "park_needs_a_later_day"
    assert story.refused(c.Park("season", "snow", NOON.date() + timedelta(days=200)), HEAD) == "park_too_long"
    story.do(c.Park("season", "snow", NOON.date() + timedelta(days=10)), HEAD)
    assert story.state.phase is Phase.PARKED
    assert story.refused(c.ClockRanOut("parked"), SYSTEM) == "clock_has_time_left"
    assert story.do(c.ClockRanOut("parked"), SYSTEM, hours=260).state.phase is Phase.WORKING


def test_a_clock_that_runs_out_escalates_by_itself_to_a_named_role() -> None:
    story = Story().dispatched()
    assert story.refused(c.ClockRanOut("acknowledge"), SYSTEM) == "clock_has_time_left"
    story.do(c.ClockRanOut("acknowledge"), SYSTEM, hours=9)
    assert (story.state.escalation, story.state.escalated_to) == (1, "head@light")
    assert story.refused(c.ClockRanOut("acknowledge"), SYSTEM) == "clock_is_not_running"
    story.do(c.ClockRanOut("overdue"), SYSTEM, hours=49)
    assert story.state.escalated_to == "head@city"
    story.do(c.ClockRanOut("overdue"), SYSTEM, hours=49)
    assert story.state.escalated_to == "supervisor"
    assert story.do(c.Acknowledge(), HANDLER).state.escalation == 0


def test_a_late_review_is_reported_to_somebody_who_can_read_it_and_to_no_office() -> None:
    story = Story().disputed().do(c.Answer(Claim.SOLVED, "now it does"), HANDLER)
    story.do(c.GiveVerdict(Verdict.PARTLY), RESIDENT).do(c.Dispute(), RESIDENT)
    story.do(c.ClockRanOut("review"), SYSTEM, hours=241)
    assert (story.state.escalation, story.state.escalated_to) == (1, "supervisor")
    story.do(c.ClockRanOut("overdue"), SYSTEM, hours=49)
    assert (story.state.escalation, story.state.escalated_to) == (2, "supervisor")


def test_a_review_once_reported_to_the_administrator_replays_as_it_was() -> None:
    story = Story().disputed().do(c.Answer(Claim.SOLVED, "now it does"), HANDLER)
    story.do(c.GiveVerdict(Verdict.PARTLY), RESIDENT).do(c.Dispute(), RESIDENT)
    at = story.state.clocks["review"].due_at
    body = {"purpose": "review", "level": 1, "to_role": "administrator", "to_office": "", "at": stamp(at), "clocks": {}}
    state = evolve(story.state, Event("escalated", body), at)
    assert state.escalated_to == "administrator"
    assert state.escalated_to in told_as(actor("supervisor"))


def test_a_promise_is_judged_from_its_day_on() -> None:
    story = Story().working()
    assert story.refused(c.Answer(Claim.PROMISED, "soon"), HANDLER) == "promise_needs_a_day"
    assert story.refused(c.Answer(Claim.SOLVED, "x", date(2027, 1, 1)), HANDLER) == "only_a_promise_has_a_day"
    story.do(c.Answer(Claim.PROMISED, "by May", date(2026, 5, 1)), HANDLER)
    assert story.state.clocks["reminder_gap"].due_at > datetime(2026, 5, 1, tzinfo=UTC)


# --- one matter, several people ------------------------------------------------------------------


def test_a_follower_gets_the_answer_and_has_an_own_verdict() -> None:
    story = Story().do(c.Merge("other"), RESIDENT)
    assert story.state.phase is Phase.MERGED
    story.do(c.ShareAnswer(Claim.SOLVED, "fixed for all", "light"), SYSTEM)
    assert story.state.phase is Phase.ANSWERED
    story.do(c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT).do(c.Dispute(), RESIDENT)
    assert (story.state.phase, story.state.lead) == (Phase.WORKING, "light")


def test_a_matter_others_follow_cannot_itself_be_merged_away() -> None:
    story = Story().do(c.GainSupporter("x"), SYSTEM)
    assert story.refused(c.Merge("other"), DISPATCHER) == "has_supporters_itself"


# --- safe to speak -------------------------------------------------------------------------------


def test_the_office_of_a_confidential_case_cannot_look_at_the_contact() -> None:
    story = Story(confidentiality=Confidentiality.CONFIDENTIAL).dispatched()
    assert story.refused(c.RevealContact("ask_detail"), HANDLER) == "confidential_no_contact"
    assert story.do(c.RevealContact("ask_detail"), actor("caller")).state.reveals == 1


def test_a_sensitive_kind_of_matter_is_never_listed_and_no_office_sees_the_contact() -> None:
    story = Story(category="officials").dispatched()
    assert story.refused(c.Publish("an official"), DISPATCHER) == "sensitive_is_not_listed"
    for office in (HANDLER, HEAD):
        assert story.refused(c.RevealContact("ask_detail"), office) == "sensitive_no_contact"
    assert story.do(c.RevealContact("ask_detail"), REVIEWER).state.reveals == 1


def test_who_files_a_listed_matter_under_a_sensitive_kind_takes_it_off_the_list() -> None:
    story = Story().do(c.Publish("lamp"), DISPATCHER).do(c.Classify("pipes"), DISPATCHER)
    assert story.state.published
    assert not story.do(c.Classify("officials"), actor("operator")).state.published


def test_a_look_at_the_contact_needs_a_purpose() -> None:
    story = Story().dispatched()
    assert story.refused(c.RevealContact("curious"), HANDLER) == "unknown_purpose"
    assert story.refused(c.RevealContact("other", ""), HANDLER) == "purpose_is_empty"


def test_only_an_open_case_is_listed_and_closing_it_takes_it_off() -> None:
    private = Story(confidentiality=Confidentiality.OFFICE)
    assert private.refused(c.Publish("lamp"), DISPATCHER) == "resident_keeps_it_private"
    story = Story().do(c.Publish("lamp"), DISPATCHER)
    assert not story.do(c.SetConfidentiality(Confidentiality.CONFIDENTIAL), RESIDENT).state.published


def test_nothing_of_a_confidential_case_is_public_but_that_something_happened() -> None:
    story = Story(confidentiality=Confidentiality.CONFIDENTIAL).answered()
    state = CaseState()
    for event, at in story.events:
        state = evolve(state, event, at)
        assert public_part(event, state, "lamps") == {}


def test_public_facts_never_hold_words_or_a_community() -> None:
    story = Story(area="east", text="SECRET", place="SECRET", contact="SECRET").disputed()
    state = CaseState()
    for event, at in story.events:
        state = evolve(state, event, at)
        assert "SECRET" not in str(public_part(event, state, "lamps"))
        assert "east" not in str(public_part(event, state, "lamps"))


def test_words_travel_only_in_the_private_part_of_an_event() -> None:
    secret = "my neighbour upstairs"
    story = Story(text=secret, place=secret, subject=secret).dispatched()
    story.do(c.Object("other", secret, "water"), HANDLER).do(c.RuleOnObjection(False, secret), DISPATCHER)
    story.do(c.Acknowledge(), HANDLER).do(c.FirstContact("phone", secret), HANDLER).do(c.Note(secret), HANDLER)
    story.do(c.Answer(Claim.SOLVED, secret), HANDLER).do(c.GiveVerdict(Verdict.NOT_SOLVED, secret), RESIDENT)
    for event, _ in story.events:
        assert secret not in str(event.body)


# --- intake --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": " \n\t"}, "nothing_said"),
        ({"text": "x" * 20_001}, "text_too_long"),
        ({"channel": "pigeon"}, "unknown_channel"),
        ({"kind": "rant"}, "unknown_kind"),
        ({"urgency": "yesterday"}, "unknown_urgency"),
        ({"category": "dragons"}, "unknown_category"),
        ({"area": "atlantis"}, "unknown_area"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_its_reason(fields: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        Story(**fields)
    assert caught.value.code == code


def test_an_import_keeps_a_text_however_long() -> None:
    events = decide(CaseState(), c.Receive("import", "x" * 50_000, imported=True), actor("importer"), NOON, RULES)
    assert len(events[0].private["text"]) == 50_000
    assert events[0].body["clocks"] == {}


def test_an_imported_answer_is_a_claim_that_rests_as_unknown_without_made_up_steps() -> None:
    importer = actor("importer")
    story = Story(imported=True, channel="import").do(c.AnswerOnRecord("light", Claim.SOLVED, "x"), importer)
    story.do(c.RestOnSilence(), importer)
    assert (story.state.claim, story.state.outcome, story.state.lead) == ("solved", Outcome.UNKNOWN, "light")
    assert [event.kind for event, _ in story.events] == ["received", "answered", "rested"]
    assert Story().refused(c.AnswerOnRecord("light", Claim.SOLVED, "x"), importer) == "only_imported_history"


# --- the machine as a whole ----------------------------------------------------------------------

WHO = [
    RESIDENT, DISPATCHER, SUPERVISOR, HANDLER, HEAD, REVIEWER, SYSTEM, actor("operator"), actor("caller"),
    actor("administrator"), actor("handler", "water"), actor("head", "water"), actor("importer"),
]  # fmt: skip


def wishes(r: Random, at: datetime) -> dict[str, Callable[[], c.Command]]:
    """Command name → how to make one of that kind, sensible or silly."""

    def word() -> str:
        return r.choice(["", "because"])

    def office() -> str:
        return r.choice(["light", "water", "road", "nowhere"])

    def day() -> date:
        return r.choice([date(2026, 3, 1), date(2026, 4, 1), date(2026, 8, 1)])

    def verdict() -> Verdict:
        return r.choice(list(Verdict))

    return {
        "AnswerAtIntake": lambda: c.AnswerAtIntake(word()),
        "Classify": lambda: c.Classify(r.choice(["lamps", "officials", "dragons"]), "help", "urgent"),
        "Publish": lambda: c.Publish(word()),
        "Unpublish": c.Unpublish,
        "Dispatch": lambda: c.Dispatch(office(), (office(),), word()),
        "Acknowledge": c.Acknowledge,
        "AnswerOnRecord": lambda: c.AnswerOnRecord(office(), r.choice(list(Claim)), word()),
        "FirstContact": lambda: c.FirstContact(r.choice(["phone", "could_not_reach"])),
        "Note": lambda: c.Note(word()),
        "SiteCheck": lambda: c.SiteCheck("not_found"),
        "Object": lambda: c.Object("other", word(), office()),
        "RuleOnObjection": lambda: c.RuleOnObjection(r.random() < 0.5, word(), office()),
        "AddSupport": lambda: c.AddSupport(office()),
        "RemoveSupport": lambda: c.RemoveSupport(office()),
        "Extend": lambda: c.Extend(word(), at + timedelta(hours=r.randint(1, 400))),
        "Park": lambda: c.Park("season", word(), day()),
        "Resume": c.Resume,
        "AskResident": lambda: c.AskResident(word()),
        "ReplyOfResident": lambda: c.ReplyOfResident(word()),
        "Message": lambda: c.Message(word()),
        "Attach": lambda: c.Attach("f", "d"),
        "Answer": lambda: c.Answer(r.choice(list(Claim)), word(), r.choice([None, day()]), word()),
        "Decline": lambda: c.Decline("private", word(), word()),
        "GiveVerdict": lambda: c.GiveVerdict(verdict()),
        "Dispute": lambda: c.Dispute(word()),
        "AskReview": lambda: c.AskReview(word()),
        "Review": lambda: c.Review(r.choice(["redo", "settled", "cannot_be_settled"]), word()),
        "Callback": lambda: c.Callback(r.choice(["answered", "no_contact"]), r.choice([None, verdict()])),
        "Remind": c.Remind,
        "RestOnSilence": c.RestOnSilence,
        "Withdraw": c.Withdraw,
        "Merge": lambda: c.Merge("5f2b8c5e-0000-7000-8000-000000000000"),
        "GainSupporter": lambda: c.GainSupporter("other"),
        "LoseSupporter": lambda: c.LoseSupporter("other"),
        "Unmerge": c.Unmerge,
        "ShareAnswer": lambda: c.ShareAnswer(r.choice(list(Claim)), word(), office()),
        "Reopen": lambda: c.Reopen(word()),
        "ClockRanOut": lambda: c.ClockRanOut(r.choice(["dispatch", "answer", "acknowledge", "parked", "overdue"])),
        "RevealContact": lambda: c.RevealContact(r.choice(["ask_detail", "other"]), word()),
        "SetConfidentiality": lambda: c.SetConfidentiality(r.choice(list(Confidentiality))),
        "Erase": lambda: c.Erase("court", r.choice([(), ("contact",)])),
    }


def the_rules_hold(before: CaseState, events: Iterable[Event], after: CaseState, who: Actor) -> None:
    kinds = {e.kind for e in events}
    if after.outcome == Outcome.SOLVED and before.outcome != Outcome.SOLVED:
        assert after.verdict_by in ("resident", "callback", "reviewer")
        assert who.role in ("resident", "caller", "reviewer")
    if after.outcome == Outcome.UNKNOWN and before.outcome != Outcome.UNKNOWN:
        assert "rested" in kinds
        assert before.verdict in ("", "cannot_say")
    assert after.seq == before.seq + len(list(events))
    assert (after.phase is Phase.RESTED) == (after.outcome != "")
    assert (after.rested_at is not None) == (after.phase is Phase.RESTED)
    if after.erased:
        assert after.phase in (Phase.ANSWERED, Phase.DECLINED, Phase.RESTED)
        assert after.due is None, "nobody can do anything with a case without words"
        if after.phase is not Phase.RESTED:
            assert after.wake_at
            resting = decide(after, c.RestOnSilence(), SYSTEM, after.clocks["verdict_window"].due_at, RULES)
            assert [event.kind for event in resting] == ["rested"]
    if after.phase is Phase.RESTED:
        assert after.due is None  # the lists of what is due rely on it
        assert not [k for k in after.clocks.values() if k.open]
    if after.phase in (Phase.DISPATCHED, Phase.OBJECTED, Phase.WORKING, Phase.PARKED):
        assert after.lead
    if after.phase is Phase.WORKING and after.waiting_for == "":
        assert not [k for k in after.clocks.values() if k.paused_at and k.open], "a clock waits for nothing"
    assert after.lead not in after.support or not after.lead
    assert not after.published or after.confidentiality is Confidentiality.OPEN
    assert after.trail[: len(before.trail)] == before.trail, "who had it is never forgotten"
    if after.trail != before.trail and after.lead and after.lead in before.trail[:-1]:
        assert after.lead == before.trail[-1] or who.role == "supervisor", "back to an office without the superior"
    assert not (after.published and RULES.is_sensitive(after.category))
    if after.reveals > before.reveals and who.role in ("handler", "head"):
        assert not RULES.is_sensitive(before.category)
        assert before.confidentiality is not Confidentiality.CONFIDENTIAL


@given(st.integers(0, 2**32))
@settings(max_examples=500, deadline=None)
def test_no_walk_through_the_machine_breaks_a_rule(seed: int) -> None:
    r = Random(seed)  # one draw a walk keeps 500 walks under three seconds; the seed repeats a failure exactly
    story = Story(contact=r.choice(["", '{"phone":"1"}']))
    for _ in range(30):
        story.at += timedelta(hours=r.choice([0.1, 5, 30, 200]))
        who = r.choice(WHO)
        possible = wishes(r, story.at)
        offered = sorted(allowed(who, story.state) & possible.keys())
        # mostly what the table allows, sometimes what it does not
        command = possible[r.choice(offered * 4 + ["Remind", "Answer", "Dispatch"])]()
        before, count = story.state, len(story.events)
        try:
            story.do(command, who, hours=0)
        except Refusal:
            assert story.state == before
            continue
        the_rules_hold(before, [e for e, _ in story.events[count:]], story.state, who)
    assert replay(story.events) == story.state
    case = Case(**projection.columns(story.state))
    assert projection.state_of(case) == story.state
    assert projection.differences(case, replay(story.events)) == {}


def test_the_walk_can_give_every_command_but_the_first() -> None:
    assert wishes(Random(0), NOON).keys() == TABLE.keys() - {"Receive"}


def test_every_event_a_command_can_lead_to_is_understood() -> None:
    story = Story().disputed()
    assert {e.kind for e, _ in story.events} <= known_kinds()
