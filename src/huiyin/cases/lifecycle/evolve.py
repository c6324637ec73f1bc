"""(state, event) → state. No rules, no refusals: an event has happened, this says what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace as replaced
from datetime import datetime
from typing import Any

from huiyin.cases.lifecycle.clockwork import calm, pause, replace, rest, start, stop
from huiyin.cases.lifecycle.state import CaseState, Confidentiality, Event, Outcome, Phase, Verdict, moment

Change = Callable[[CaseState, Mapping[str, Any], datetime], CaseState]
_CHANGES: dict[str, Change] = {}


def means(kind: str) -> Callable[[Change], Change]:
    def register(function: Change) -> Change:
        _CHANGES[kind] = function
        return function

    return register


def evolve(state: CaseState, event: Event, at: datetime) -> CaseState:
    """The state after the event, which happened at `at`. Raises KeyError for an event this version does not know."""
    changed = _CHANGES[event.kind](state, event.body, at)
    return replace(changed, seq=state.seq + 1)


def replay(events: Iterable[tuple[Event, datetime]]) -> CaseState:
    """A case from its beginning."""
    state = CaseState()
    for event, at in events:
        state = evolve(state, event, at)
    return state


def known_kinds() -> frozenset[str]:
    return frozenset(_CHANGES)


# --- coming in -----------------------------------------------------------------------------------


@means("received")
def received(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = replace(
        state,
        phase=Phase.RECEIVED,
        channel=body["channel"],
        kind=body["kind"],
        category=body.get("category", ""),
        urgency=body["urgency"],
        confidentiality=Confidentiality(body["confidentiality"]),
        area=body.get("area", ""),
        reachable=body["reachable"],
        received_at=moment(body["at"]),
        flags=tuple(body.get("flags", ())),
        imported=bool(body.get("imported")),
    )
    return start(state, body, at)


@means("classified")
def classified(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = replace(
        state,
        category=body["category"],
        kind=body.get("kind", state.kind),
        urgency=body.get("urgency", state.urgency),
        area=body.get("area", state.area),
    )
    return start(state, body, at)


@means("published")
def published(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(state, published=True)


@means("unpublished")
def unpublished(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(state, published=False)


# --- finding the right office --------------------------------------------------------------------


@means("dispatched")
def dispatched(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    lead = body["lead"]
    state = replace(
        calm(stop(state, at, "dispatch"), at),
        phase=Phase.DISPATCHED,
        lead=lead,
        support=tuple(body["support"]),
        first_owner=state.first_owner or lead,
        trail=(*state.trail, lead),
        acknowledged_at=None,
    )
    return start(state, body, at)


@means("acknowledged")
def acknowledged(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = calm(stop(state, at, "acknowledge"), at)
    return start(replace(state, phase=Phase.WORKING, acknowledged_at=moment(body["at"])), body, at)


@means("objected")
def objected(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    # The resident's clock never waits for offices that argue: "answer" goes on running.
    state = stop(state, at, "acknowledge", "objection")
    return start(replace(state, phase=Phase.OBJECTED, objections=state.objections + 1), body, at)


@means("objection_ruled")
def objection_ruled(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = calm(stop(state, at, "ruling"), at)
    state = replace(state, rulings=state.rulings + 1)
    if body["sustained"]:
        lead = body["lead"]
        state = replace(
            state,
            phase=Phase.DISPATCHED,
            lead=lead,
            support=tuple(o for o in state.support if o != lead),
            trail=(*state.trail, lead),
            acknowledged_at=None,
        )
    else:
        state = replace(state, phase=Phase(body["back_to"]))
    return start(state, body, at)


@means("support_added")
def support_added(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(state, support=(*state.support, body["office"]))


@means("support_removed")
def support_removed(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(state, support=tuple(o for o in state.support if o != body["office"]))


# --- the work ------------------------------------------------------------------------------------


@means("contacted")
def contacted(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    if body["how"] == "could_not_reach":  # an attempt, not a contact: the clock goes on
        return state
    state = stop(state, at, "first_contact")
    return state if state.first_contact_at else replace(state, first_contact_at=moment(body["at"]))


@means("extended")
def extended(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return start(replace(state, extensions=state.round), body, at)


@means("parked")
def parked(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = calm(pause(state, at, "answer", "first_contact"), at)
    return start(replace(state, phase=Phase.PARKED, parks=state.parks + 1, waiting_for=body["reason_code"]), body, at)


@means("resumed")
def resumed(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return start(replace(stop(state, at, "parked"), phase=Phase.WORKING, waiting_for=""), body, at)


@means("resident_asked")
def resident_asked(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    asked = replace(pause(state, at, "answer"), waiting_for="resident", questions=state.questions + 1)
    return start(asked, body, at)


@means("resident_replied")
def resident_replied(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return start(replace(stop(state, at, "resident_reply"), waiting_for=""), body, at)


@means("waiting_ended")
def waiting_ended(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return start(replace(stop(state, at, "resident_reply"), waiting_for=""), body, at)


def _nothing_changes(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return state


for _kind in ("noted", "site_checked", "message", "attached"):
    _CHANGES[_kind] = _nothing_changes


@means("answered")
def answered(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = stop(calm(state, at), at)
    lead = body.get("lead") or state.lead
    state = replace(
        state,
        phase=Phase.ANSWERED,
        claim=body["claim"],
        answers=state.answers + 1,
        answered_at=moment(body["at"]),
        promise_due=body.get("promise_due", ""),
        lead=lead,
        support=tuple(o for o in state.support if o != lead),
        waiting_for="",
        verdict="",
        verdict_by="",
        reminders=0,
        callbacks=0,
    )
    return start(state, body, at)


@means("declined")
def declined(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = replace(stop(calm(state, at), at), phase=Phase.DECLINED, waiting_for="")
    return start(state, body, at)


# --- the resident's word -------------------------------------------------------------------------


@means("verdict_given")
def verdict_given(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = replace(state, verdict=body["value"], verdict_by=body["by"])
    if body["value"] == Verdict.SOLVED:
        return rest(state, Outcome.SOLVED, moment(body["at"]))
    # No more reminders: they have spoken. The window stays open for a dispute.
    return start(stop(state, at, "reminder_gap", "callback_gap"), body, at)


@means("disputed")
def disputed(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = replace(stop(state, at), disputes=state.disputes + 1)
    if body["to"] == "redo":
        return _again(state, body, at)
    return start(replace(state, phase=Phase.REVIEWING), body, at)


def _again(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    """Back to the office that led it (a new round), or to the dispatch desk when there was none."""
    state = replace(
        state,
        phase=Phase.WORKING if state.lead else Phase.RECEIVED,
        round=state.round + 1,
        claim="",
        verdict="",
        verdict_by="",
        outcome="",
        rested_at=None,
        promise_due="",
    )
    return start(state, body, at)


@means("review_asked")
def review_asked(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return start(replace(stop(state, at), phase=Phase.REVIEWING), body, at)


@means("reviewed")
def reviewed(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = replace(stop(calm(state, at), at), reviews=state.reviews + 1)
    if body["ruling"] == "redo":
        return _again(state, body, at)
    if body["ruling"] == "settled":
        return rest(replace(state, verdict_by="reviewer"), Outcome.SOLVED, moment(body["at"]))
    return rest(replace(state, verdict_by="reviewer"), Outcome.NOT_SOLVED, moment(body["at"]))


@means("called_back")
def called_back(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    state = replace(state, callbacks=state.callbacks + 1, pressed=state.pressed + int(bool(body["pressed"])))
    return start(stop(state, at, "callback_gap"), body, at)


@means("reminded")
def reminded(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return start(replace(stop(state, at, "reminder_gap"), reminders=state.reminders + 1), body, at)


@means("rested")
def rested(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return rest(state, body["outcome"], moment(body["at"]))


@means("withdrawn")
def withdrawn(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return rest(replace(state, merged_into=""), Outcome.WITHDRAWN, moment(body["at"]))


@means("reopened")
def reopened(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(_again(state, body, at), reopened=state.reopened + 1)


@means("confidentiality_set")
def confidentiality_set(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(state, confidentiality=Confidentiality(body["level"]))


# --- one matter, several people ------------------------------------------------------------------


@means("merged")
def merged(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(stop(calm(state, at), at), phase=Phase.MERGED, merged_into=body["into"], waiting_for="")


@means("supporter_joined")
def supporter_joined(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(state, supporters=state.supporters + 1)


@means("supporter_left")
def supporter_left(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(state, supporters=max(0, state.supporters - 1))


@means("unmerged")
def unmerged(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    # Events of an older program name no offices that had it: what they meant stays.
    trail = tuple(body.get("trail", ()))
    return start(replace(state, phase=Phase.RECEIVED, merged_into="", lead="", trail=trail), body, at)


# --- clocks --------------------------------------------------------------------------------------


@means("window_closed")
def window_closed(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return stop(state, at, body["purpose"])


@means("escalated")
def escalated(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    clocks = dict(state.clocks)
    clocks[body["purpose"]] = replaced(clocks[body["purpose"]], missed=True)
    to = body["to_role"] + (f"@{body['to_office']}" if body["to_office"] else "")
    return start(replace(state, clocks=clocks, escalation=body["level"], escalated_to=to), body, at)


# --- the vault -----------------------------------------------------------------------------------


@means("contact_revealed")
def contact_revealed(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    return replace(state, reveals=state.reveals + 1)


@means("erased")
def erased(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    if not body["labels"]:
        return replace(state, erased=True, reachable=False)
    return replace(state, reachable=state.reachable and "contact" not in body["labels"])
