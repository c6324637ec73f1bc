"""Decisions while a matter comes in and finds the right office."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from huiyin.base.errors import Refusal
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.situation import (
    CHANNELS,
    KINDS,
    MAX_WORDS,
    OBJECTION_REASONS,
    URGENCIES,
    Situation,
    answered_event,
    decides,
    office,
    one_of,
    optional_words,
    private,
    words,
)
from huiyin.cases.lifecycle.state import CaseState, Claim, Confidentiality, Event, Phase, Role, stamp

# --- coming in --------------------------------------------------------------------------------------


@decides(c.Receive)
def receive(s: Situation, cmd: c.Receive) -> Iterable[Event]:
    one_of(cmd.channel, CHANNELS, "unknown_channel")
    one_of(cmd.kind, KINDS, "unknown_kind")
    one_of(cmd.urgency, URGENCIES, "unknown_urgency")
    text = cmd.text.strip()
    if not text:
        raise Refusal("nothing_said")
    # An import keeps what people have, however long; a door asks for a shorter text and keeps every word typed.
    if len(text) > MAX_WORDS and not cmd.imported:
        raise Refusal("text_too_long", length=len(text), limit=MAX_WORDS)
    if cmd.category and not s.rules.is_category(cmd.category):
        raise Refusal("unknown_category", category=cmd.category)
    if cmd.area and not s.rules.is_area(cmd.area):
        raise Refusal("unknown_area", area=cmd.area)
    known = CaseState(urgency=cmd.urgency, kind=cmd.kind, category=cmd.category)
    body: dict[str, Any] = {
        "channel": cmd.channel,
        "kind": cmd.kind,
        "urgency": cmd.urgency,
        "confidentiality": str(cmd.confidentiality),
        "reachable": bool(cmd.contact),
        "at": stamp(s.at),
        "clocks": {} if cmd.imported else s.start("dispatch", "answer", state=known),
    }
    if cmd.category:
        body["category"] = cmd.category
    if cmd.area:
        body["area"] = cmd.area
    if cmd.flags:
        body["flags"] = list(cmd.flags)
    if cmd.imported:
        body["imported"] = True
    yield Event(
        "received",
        body,
        private(text=text, subject=cmd.subject.strip(), place=cmd.place.strip(), point=cmd.point, contact=cmd.contact),
    )


@decides(c.AnswerAtIntake)
def answer_at_intake(s: Situation, cmd: c.AnswerAtIntake) -> Iterable[Event]:
    yield answered_event(s, Claim.EXPLAINED, words(cmd.text, "answer_is_empty"), at_intake=True)


@decides(c.AnswerOnRecord)
def answer_on_record(s: Situation, cmd: c.AnswerOnRecord) -> Iterable[Event]:
    if not s.state.imported:
        raise Refusal("only_imported_history")
    text = cmd.text.strip()
    if not text:
        raise Refusal("answer_is_empty")
    event = answered_event(s, cmd.claim, text, promise_due=cmd.promise_due)
    yield Event("answered", {**event.body, "lead": office(s, cmd.lead)}, event.private)


@decides(c.Classify)
def classify(s: Situation, cmd: c.Classify) -> Iterable[Event]:
    if not s.rules.is_category(cmd.category):
        raise Refusal("unknown_category", category=cmd.category)
    body: dict[str, Any] = {"category": cmd.category}
    if cmd.kind:
        body["kind"] = one_of(cmd.kind, KINDS, "unknown_kind")
    if cmd.urgency:
        body["urgency"] = one_of(cmd.urgency, URGENCIES, "unknown_urgency")
    if cmd.area:
        if not s.rules.is_area(cmd.area):
            raise Refusal("unknown_area", area=cmd.area)
        body["area"] = cmd.area
    changed = s.state.having(category=cmd.category, urgency=body.get("urgency", s.state.urgency),
                             kind=body.get("kind", s.state.kind))  # fmt: skip
    # Deadlines follow the category and urgency while nobody works yet, always counted from the day it came in.
    if s.state.phase is Phase.RECEIVED and s.state.received_at and not s.state.imported:
        moved = {}
        for purpose in ("dispatch", "answer"):
            due = s.rules.due(purpose, s.state.received_at, changed)
            if due is not None and purpose in s.state.clocks:
                moved[purpose] = stamp(due)
        body["clocks"] = moved
    yield Event("classified", body)
    if s.state.published and s.rules.is_sensitive(cmd.category):
        yield Event("unpublished", {})


@decides(c.Publish)
def publish(s: Situation, cmd: c.Publish) -> Iterable[Event]:
    if s.state.confidentiality is not Confidentiality.OPEN:
        raise Refusal("resident_keeps_it_private")
    if s.rules.is_sensitive(s.state.category):
        raise Refusal("sensitive_is_not_listed")
    yield Event("published", {}, private(title=words(cmd.title, "title_is_empty"), summary=optional_words(cmd.summary)))


@decides(c.Unpublish)
def unpublish(s: Situation, cmd: c.Unpublish) -> Iterable[Event]:
    if not s.state.published:
        raise Refusal("not_published")
    yield Event("unpublished", {}, private(reason=optional_words(cmd.reason)))


# --- finding the right office -----------------------------------------------------------------------


@decides(c.Dispatch)
def dispatch(s: Situation, cmd: c.Dispatch) -> Iterable[Event]:
    lead = office(s, cmd.lead)
    support = [office(s, code) for code in dict.fromkeys(cmd.support) if code != lead]
    instruction = optional_words(cmd.instruction)
    # A→B→A by another road (merged and unmerged in between) is the superior's to order too, with a reason.
    if lead in s.state.trail and lead != s.state.trail[-1]:
        if s.actor.role is not Role.SUPERVISOR:
            raise Refusal("office_had_it_already", office=lead)
        instruction = words(instruction, "reason_is_empty")
    known = s.state.having(lead=lead)
    yield Event(
        "dispatched",
        {
            "lead": lead,
            "support": support,
            "clocks": {}
            if s.state.imported
            else {**s.start("acknowledge", "first_contact", "objection", state=known), **s.still_late()},
        },
        private(instruction=instruction),
    )


@decides(c.Acknowledge)
def acknowledge(s: Situation, cmd: c.Acknowledge) -> Iterable[Event]:
    yield Event("acknowledged", {"at": stamp(s.at), "clocks": s.still_late()})


@decides(c.Object)
def object_(s: Situation, cmd: c.Object) -> Iterable[Event]:
    one_of(cmd.reason_code, OBJECTION_REASONS, "unknown_reason")
    if s.state.rulings >= 2:
        raise Refusal("ruling_is_final")
    window = s.state.clocks.get("objection")
    if window is None or not window.open or s.at > window.due_at:
        raise Refusal("objection_window_closed")
    if cmd.suggested:
        office(s, cmd.suggested)
        if cmd.suggested == s.state.lead:
            raise Refusal("suggests_itself")
    yield Event(
        "objected",
        {
            "reason_code": cmd.reason_code,
            "suggested": cmd.suggested,
            "ruled_by": str(Role.SUPERVISOR if s.state.rulings else Role.DISPATCHER),
            "clocks": s.start("ruling"),
        },
        private(reason=words(cmd.reason, "reason_is_empty")),
    )


@decides(c.RuleOnObjection)
def rule_on_objection(s: Situation, cmd: c.RuleOnObjection) -> Iterable[Event]:
    second = s.state.rulings >= 1
    if second and s.actor.role is not Role.SUPERVISOR:
        raise Refusal("second_objection_goes_up")
    body: dict[str, Any] = {"sustained": cmd.sustained, "final": second}
    if cmd.sustained:
        lead = office(s, cmd.lead)
        if lead == s.state.lead:
            raise Refusal("sustained_needs_another_office")
        # A→B→A only by the superior's ruling: otherwise two offices could pass a matter to and fro for ever.
        if lead in s.state.trail and not second:
            raise Refusal("office_had_it_already", office=lead)
        known = s.state.having(lead=lead)
        body["lead"] = lead
        windows = () if second else ("objection",)
        body["clocks"] = {**s.start("acknowledge", "first_contact", *windows, state=known), **s.still_late()}
    else:
        # A first overruling may be taken to the superior, within a window of its own; the superior's is final.
        purposes = [] if second else ["objection"]
        if s.state.acknowledged_at is None:
            purposes.append("acknowledge")
        body["clocks"] = {**s.start(*purposes), **s.still_late()}
        body["back_to"] = str(Phase.WORKING if s.state.acknowledged_at else Phase.DISPATCHED)
    yield Event("objection_ruled", body, private(reason=words(cmd.reason, "reason_is_empty")))


@decides(c.AddSupport)
def add_support(s: Situation, cmd: c.AddSupport) -> Iterable[Event]:
    code = office(s, cmd.office)
    if code == s.state.lead or code in s.state.support:
        raise Refusal("office_is_on_it_already", office=code)
    yield Event("support_added", {"office": code}, private(reason=optional_words(cmd.reason)))


@decides(c.RemoveSupport)
def remove_support(s: Situation, cmd: c.RemoveSupport) -> Iterable[Event]:
    if cmd.office not in s.state.support:
        raise Refusal("office_is_not_on_it", office=cmd.office)
    yield Event("support_removed", {"office": cmd.office}, private(reason=optional_words(cmd.reason)))
