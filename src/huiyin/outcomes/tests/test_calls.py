"""Asking: which call comes when, what an answer does to the matter, and what nobody ever learns."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from huiyin.base.errors import Refusal
from huiyin.cases import actions, check, timeline
from huiyin.cases.lifecycle import Actor, Confidentiality, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.ledger.models import Entry
from huiyin.outcomes import calls, periods
from huiyin.outcomes.models import Attempt, Drawn, Period
from huiyin.outcomes.questions import Answers
from huiyin.outcomes.tests import month
from huiyin.outcomes.tests.month import AFTERNOON, CALLER, END, EVENING, MORNING, RESIDENT, SYSTEM

pytestmark = pytest.mark.django_db

OTHER = Actor(Role.CALLER, "", "72")
ALL = Answers("not_solved", "yes", "same_day", 4, 2, 3, 5, "yes", "no")


def one(office: str = "light", key: str = "only") -> Drawn:
    """The month with a single matter, drawn."""
    month.lived([(key, office)])
    return Drawn.objects.get()


def taken(actor: Actor = CALLER, at: object = MORNING) -> Drawn:
    found = calls.take(actor, at)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_two_callers_never_get_the_same_call_and_one_left_lying_comes_back() -> None:
    month.lived([("a", "light"), ("b", "light")])
    first, second = taken(CALLER), taken(OTHER)
    assert first.pk != second.pk
    assert taken(CALLER).pk == first.pk  # still theirs
    assert calls.take(Actor(Role.CALLER, "", "73"), MORNING) is None
    later = MORNING + calls.HELD + timedelta(seconds=1)
    assert taken(Actor(Role.CALLER, "", "73"), later).pk in (first.pk, second.pk)
    with pytest.raises(Refusal, match="not_your_call"):
        calls.record(first.pk, OTHER, MORNING, "no_contact", Answers())


def test_nobody_is_called_at_night() -> None:
    one()
    assert calls.take(CALLER, MORNING.replace(hour=14)) is None  # ten in the evening
    assert calls.take(CALLER, MORNING.replace(hour=23)) is None  # seven in the morning


def test_a_call_that_reached_nobody_is_tried_at_three_different_hours_and_then_ends() -> None:
    drawn = one()
    for attempt, at in enumerate((MORNING, AFTERNOON + timedelta(days=3), EVENING + timedelta(days=6)), 1):
        again = calls.take(CALLER, at)
        assert again is not None
        drawn = calls.record(again.pk, CALLER, at, "no_contact", Answers())
        assert drawn.attempts == attempt
        assert calls.take(CALLER, at + timedelta(minutes=1)) is None
    assert drawn.disposition == "no_contact"
    assert sorted(Attempt.objects.values_list("hours", flat=True)) == ["afternoon", "evening", "morning"]
    case = Case.objects.get()
    assert case.details["callbacks"] == 3  # the matter knows that somebody tried


def test_the_same_hours_are_not_offered_twice_on_any_day() -> None:
    drawn = one()
    calls.record(taken().pk, CALLER, MORNING, "no_contact", Answers())
    assert calls.take(CALLER, MORNING + timedelta(days=4)) is None
    Drawn.objects.filter(pk=drawn.pk).update(taken_by="71", taken_until=MORNING + timedelta(days=5))
    with pytest.raises(Refusal, match="tried_at_this_hour"):
        calls.record(drawn.pk, CALLER, MORNING + timedelta(days=4), "no_contact", Answers())


@pytest.mark.parametrize("disposition", ["refused", "wrong_number", "opted_out"])
def test_a_no_is_a_no_at_once(disposition: str) -> None:
    one()
    assert calls.record(taken().pk, CALLER, MORNING, disposition, Answers()).disposition == disposition
    assert calls.take(CALLER, EVENING) is None


def test_the_first_answer_is_the_verdict_of_the_matter_and_the_others_stay_out_of_it() -> None:
    one()
    calls.record(taken().pk, CALLER, MORNING, "answered", ALL)
    case = Case.objects.get()
    assert (case.verdict, case.verdict_by, case.phase) == ("not_solved", "callback", "answered")
    assert case.details.get("pressed", 0) == 0
    event = Entry.objects.get(kind="called_back")
    assert event.body["pressed"] is False
    assert json.loads(event.leaf)["pub"] == {"disposition": "answered", "office": "light", "category": "street"}
    assert check.check().clean


def test_solved_by_callback_brings_the_matter_to_rest() -> None:
    one()
    calls.record(taken().pk, CALLER, MORNING, "answered", Answers("solved"))
    case = Case.objects.get()
    assert (case.phase, case.outcome, case.verdict_by) == ("rested", "solved", "callback")


def test_the_own_word_stands_and_what_is_said_on_the_telephone_counts_for_the_figures_alone() -> None:
    drawn = one()
    actions.perform(drawn.case_id, c.GiveVerdict(Verdict.SOLVED), RESIDENT, END + timedelta(days=2))
    calls.record(taken().pk, CALLER, MORNING, "answered", ALL)
    case = Case.objects.get()
    assert (case.outcome, case.verdict, case.verdict_by) == ("solved", "solved", "resident")
    assert not Entry.objects.filter(kind="called_back").exists()
    assert Drawn.objects.get().result == "not_solved"


def test_a_matter_answered_anew_since_gets_no_verdict_from_a_call_about_the_old_answer() -> None:
    drawn = one()
    handler = Actor(Role.HANDLER, "light", "2")
    at = END + timedelta(days=1)
    actions.perform(drawn.case_id, [c.GiveVerdict(Verdict.NOT_SOLVED), c.Dispute("还黑")], RESIDENT, at)
    actions.perform(drawn.case_id, c.Answer(c.Claim.SOLVED, "又换了"), handler, at + timedelta(days=1))
    calls.record(taken().pk, CALLER, MORNING, "answered", Answers("solved"))
    assert Case.objects.get().verdict == ""
    assert Drawn.objects.get().result == "solved"


def test_whoever_stops_half_way_has_answered_if_the_first_question_was_and_refused_if_not() -> None:
    month.lived([("a", "light"), ("b", "light")])
    first = calls.record(taken().pk, CALLER, MORNING, "refused", Answers("partly", "yes"))
    assert (first.disposition, first.contacted) == ("answered", "yes")
    second = calls.record(taken().pk, CALLER, MORNING, "refused", Answers(contacted="no"))
    assert (second.disposition, second.contacted, second.result) == ("refused", "no", "")


def test_pressure_told_with_one_tap_stays_however_the_call_ends() -> None:
    one()
    drawn = taken()
    calls.note_pressure(drawn.pk, CALLER, MORNING)
    calls.record(drawn.pk, CALLER, MORNING, "refused", Answers())
    assert Drawn.objects.get().pressed == "yes"


@pytest.mark.parametrize(
    ("disposition", "answers", "code"),
    [
        ("answered", Answers(contacted="yes"), "answer_the_first"),
        ("no_contact", Answers("solved"), "nothing_was_said"),
        ("busy", Answers(), "unknown_disposition"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_kept(disposition: str, answers: Answers, code: str) -> None:
    one()
    with pytest.raises(Refusal, match=code):
        calls.record(taken().pk, CALLER, MORNING, disposition, answers)
    assert not Attempt.objects.exists()
    assert not Entry.objects.filter(kind="called_back").exists()


@pytest.mark.parametrize("typed", [{"result": "great"}, {"voice": "6"}, {"voice": "0"}, {"pressed": "maybe"}])
def test_answers_nobody_offered_are_refused(typed: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="unknown_answer"):
        Answers.read(typed)


def test_a_caller_from_an_office_that_had_the_matter_never_gets_it() -> None:
    drawn = one()
    inside = Actor(Role.CALLER, "light", "74")
    assert calls.take(inside, MORNING) is None
    Drawn.objects.filter(pk=drawn.pk).update(taken_by="74", taken_until=MORNING + timedelta(minutes=9))
    for attempt in (
        lambda: calls.reveal(drawn.pk, inside, MORNING),
        lambda: calls.record(drawn.pk, inside, MORNING, "answered", ALL),
    ):
        with pytest.raises(Refusal, match="not_independent"):
            attempt()
    assert not Entry.objects.filter(kind="contact_revealed").exists()


def test_the_number_is_shown_for_a_reason_that_the_owner_can_read() -> None:
    one()
    drawn = taken()
    assert calls.reveal(drawn.pk, CALLER, MORNING).phone == month.PHONE
    (look,) = timeline.contact_looks(Case.objects.get())
    assert look.body["purpose"] == "callback"
    with pytest.raises(Refusal, match="not_your_call"):
        calls.reveal(drawn.pk, OTHER, MORNING)


def test_a_matter_without_a_telephone_waits_for_its_owners_page() -> None:
    month.announced()
    month.seal(month.START)
    case = month.answered("quiet", contact=False)
    month.seal(END)
    periods.draw("2026-02", END + timedelta(hours=1), SYSTEM)
    assert calls.take(CALLER, MORNING) is None
    assert calls.for_owner(case) is not None
    assert calls.answer_oneself(case, MORNING, ALL, case.seq)
    drawn = Drawn.objects.get()
    assert (drawn.disposition, drawn.mode, drawn.attempts, drawn.pressed) == ("answered", "page", 0, "yes")
    case.refresh_from_db()
    assert (case.verdict, case.verdict_by) == ("not_solved", "resident")
    assert calls.for_owner(case) is None
    assert not calls.answer_oneself(case, MORNING, ALL, case.seq)


def test_an_answer_given_on_the_page_after_three_calls_reached_nobody_still_counts() -> None:
    drawn = one()
    Drawn.objects.filter(pk=drawn.pk).update(disposition="no_contact", attempts=3)
    case = Case.objects.get()
    assert calls.answer_oneself(case, MORNING, Answers("solved"), case.seq)
    assert Drawn.objects.get().disposition == "answered"


def test_a_page_made_before_the_newest_answer_gives_no_verdict() -> None:
    drawn = one()
    case = Case.objects.get()
    known = case.seq
    handler = Actor(Role.HANDLER, "light", "2")
    actions.perform(drawn.case_id, [c.GiveVerdict(Verdict.PARTLY), c.Dispute("还黑")], RESIDENT, MORNING)
    actions.perform(drawn.case_id, c.Answer(c.Claim.SOLVED, "又换了"), handler, AFTERNOON)
    case.refresh_from_db()
    with pytest.raises(Refusal, match="answered_meanwhile"):
        calls.answer_oneself(case, EVENING, ALL, known)
    assert Drawn.objects.get().disposition == ""


def test_whoever_made_the_matter_confidential_since_is_not_called() -> None:
    drawn = one()
    actions.perform(drawn.case_id, c.SetConfidentiality(Confidentiality.CONFIDENTIAL), RESIDENT, END)
    assert calls.take(CALLER, MORNING) is None


def test_calls_end_with_the_period() -> None:
    one()
    periods.close("2026-02", END + timedelta(days=40), SYSTEM)
    assert calls.take(CALLER, MORNING + timedelta(days=50)) is None
    assert calls.for_owner(Case.objects.get()) is None


def test_an_office_sees_the_verdict_and_nothing_of_the_calls() -> None:
    one()
    drawn = taken()
    calls.reveal(drawn.pk, CALLER, MORNING)
    calls.record(drawn.pk, CALLER, MORNING, "no_contact", Answers())
    actions.perform(drawn.case_id, c.Callback("answered", Verdict.PARTLY, pressed=True), CALLER, EVENING)
    case = Case.objects.get()
    for role in (Role.HANDLER, Role.HEAD):
        kinds = [step.kind for step in timeline.for_staff(case, Actor(role, "light", "2"))]
        assert "verdict_given" in kinds
        assert {"called_back", "contact_revealed"}.isdisjoint(kinds)
    watched = timeline.for_staff(case, Actor(Role.REVIEWER, "", "5"))
    assert [s.body["pressed"] for s in watched if s.kind == "called_back"] == [False, True]
    public = [
        json.loads(leaf)["pub"] for leaf in Entry.objects.filter(kind="called_back").values_list("leaf", flat=True)
    ]
    assert not any("pressed" in pub for pub in public)


def test_no_office_can_call_its_own_look_at_a_contact_a_callback() -> None:
    drawn = one()
    with pytest.raises(Refusal, match="unknown_purpose"):
        actions.perform(drawn.case_id, c.RevealContact("callback"), Actor(Role.HANDLER, "light", "2"), MORNING)


def test_no_table_of_this_room_has_a_column_for_a_person() -> None:
    names = {f.name for model in (Period, Drawn, Attempt) for f in model._meta.get_fields()}
    assert names.isdisjoint({"person", "resident", "name", "phone", "contact", "comment", "text", "staff", "score"})
