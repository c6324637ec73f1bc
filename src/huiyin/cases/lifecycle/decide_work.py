"""Decisions while an office works: contact, notes, waiting, more time, the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from huiyin.base.errors import Refusal
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.situation import (
    DECLINE_REASONS,
    FIRST_CONTACT_WAYS,
    PARK_REASONS,
    SITE_FINDINGS,
    Situation,
    answered_event,
    decides,
    one_of,
    optional_words,
    private,
    words,
)
from huiyin.cases.lifecycle.state import Claim, Event, Role, stamp

#: Waiting is limited, or a clock could be stopped for ever one reason after another.
PARKS_PER_ROUND = 2
QUESTIONS_PER_ROUND = 3

# --- the work ---------------------------------------------------------------------------------------


@decides(c.FirstContact)
def first_contact(s: Situation, cmd: c.FirstContact) -> Iterable[Event]:
    one_of(cmd.how, FIRST_CONTACT_WAYS, "unknown_way")
    body: dict[str, Any] = {"how": cmd.how, "at": stamp(s.at)}
    yield Event("contacted", body, private(note=optional_words(cmd.note)))


@decides(c.Note)
def note(s: Situation, cmd: c.Note) -> Iterable[Event]:
    one_of(cmd.visible, ("office", "resident"), "unknown_visibility")
    yield Event("noted", {"visible": cmd.visible}, private(text=words(cmd.text, "note_is_empty")))


@decides(c.SiteCheck)
def site_check(s: Situation, cmd: c.SiteCheck) -> Iterable[Event]:
    one_of(cmd.found, SITE_FINDINGS, "unknown_finding")
    yield Event("site_checked", {"found": cmd.found}, private(text=optional_words(cmd.text)))


@decides(c.Extend)
def extend(s: Situation, cmd: c.Extend) -> Iterable[Event]:
    clock = s.state.clocks.get("answer")
    if clock is None or not clock.open:
        raise Refusal("no_clock_to_extend")
    if s.state.extensions >= s.state.round:
        raise Refusal("extended_already")
    if s.at > clock.due_at:
        raise Refusal("extension_too_late", due=stamp(clock.due_at))
    limit = s.rules.due("extension_limit", clock.due_at, s.state)
    if limit is None:
        raise Refusal("no_extension_here")
    if cmd.until <= clock.due_at:
        raise Refusal("extension_shortens", due=stamp(clock.due_at))
    if cmd.until > limit:
        raise Refusal("extension_too_long", limit=stamp(limit))
    yield Event(
        "extended",
        {"from": stamp(clock.due_at), "clocks": {"answer": stamp(cmd.until)}},
        private(reason=words(cmd.reason, "reason_is_empty")),
    )


@decides(c.Park)
def park(s: Situation, cmd: c.Park) -> Iterable[Event]:
    one_of(cmd.reason_code, PARK_REASONS, "unknown_reason")
    if s.state.waiting_for:
        raise Refusal("waits_already")
    if s.state.parks >= PARKS_PER_ROUND * s.state.round:
        raise Refusal("parked_too_often", times=PARKS_PER_ROUND)
    today = date.fromisoformat(s.rules.day_of(s.at))
    if cmd.until <= today:
        raise Refusal("park_needs_a_later_day")
    if (cmd.until - today).days > s.rules.longest_park_days:
        raise Refusal("park_too_long", days=s.rules.longest_park_days)
    yield Event(
        "parked",
        {"reason_code": cmd.reason_code, "until": cmd.until.isoformat(), "at": stamp(s.at),
         "clocks": {"parked": stamp(_start_of_day(s, cmd.until))}},
        private(reason=words(cmd.reason, "reason_is_empty")),
    )  # fmt: skip


def _start_of_day(s: Situation, day: date) -> datetime:
    """The moment a parked case wakes: as late in the day as now is, which needs no time zone here."""
    return s.at.replace(microsecond=0) + (day - date.fromisoformat(s.rules.day_of(s.at)))


@decides(c.Resume)
def resume(s: Situation, cmd: c.Resume) -> Iterable[Event]:
    yield Event(
        "resumed",
        {"at": stamp(s.at), "clocks": {**s.give_back(), **s.still_late()}},
        private(reason=optional_words(cmd.reason)),
    )


@decides(c.AskResident)
def ask_resident(s: Situation, cmd: c.AskResident) -> Iterable[Event]:
    if s.state.waiting_for:
        raise Refusal("waits_already")
    if s.state.questions >= QUESTIONS_PER_ROUND * s.state.round:
        raise Refusal("asked_too_often", times=QUESTIONS_PER_ROUND)
    yield Event(
        "resident_asked",
        {"at": stamp(s.at), "clocks": s.start("resident_reply")},
        private(question=words(cmd.question, "question_is_empty")),
    )


@decides(c.ReplyOfResident)
def reply_of_resident(s: Situation, cmd: c.ReplyOfResident) -> Iterable[Event]:
    if s.state.waiting_for != "resident":
        raise Refusal("nothing_was_asked")
    yield Event(
        "resident_replied",
        {"at": stamp(s.at), "clocks": s.give_back()},
        private(text=words(cmd.text, "message_is_empty")),
    )


@decides(c.Message)
def message(s: Situation, cmd: c.Message) -> Iterable[Event]:
    sender = "resident" if s.actor.role is Role.RESIDENT else "office"
    yield Event("message", {"from": sender}, private(text=words(cmd.text, "message_is_empty")))


@decides(c.Attach)
def attach(s: Situation, cmd: c.Attach) -> Iterable[Event]:
    one_of(cmd.visible, ("office", "resident"), "unknown_visibility")
    yield Event("attached", {"file": cmd.file, "visible": cmd.visible}, private(digest=cmd.digest))


@decides(c.Answer)
def answer(s: Situation, cmd: c.Answer) -> Iterable[Event]:
    text = words(cmd.text, "answer_is_empty")
    if cmd.claim is Claim.PROMISED:
        if cmd.promise_due is None:
            raise Refusal("promise_needs_a_day")
        if cmd.promise_due <= date.fromisoformat(s.rules.day_of(s.at)):
            raise Refusal("promise_needs_a_later_day")
        if (cmd.promise_due - date.fromisoformat(s.rules.day_of(s.at))).days > s.rules.longest_promise_days:
            raise Refusal("promise_too_far", days=s.rules.longest_promise_days)
    elif cmd.promise_due is not None:
        raise Refusal("only_a_promise_has_a_day")
    if cmd.claim is Claim.NOT_OURS and not cmd.route.strip():
        raise Refusal("route_is_empty")
    yield answered_event(s, cmd.claim, text, route=cmd.route, promise_due=cmd.promise_due)


@decides(c.Decline)
def decline(s: Situation, cmd: c.Decline) -> Iterable[Event]:
    one_of(cmd.reason_code, DECLINE_REASONS, "unknown_reason")
    if s.actor.role is Role.HEAD and s.state.answers:
        raise Refusal("answered_before")  # what it claimed and the resident disputes is not out of scope afterwards
    yield Event(
        "declined",
        {"reason_code": cmd.reason_code, "at": stamp(s.at), "clocks": s.start("verdict_window")},
        private(reason=words(cmd.reason, "reason_is_empty"), route=words(cmd.route, "route_is_empty")),
    )
