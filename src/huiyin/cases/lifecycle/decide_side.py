"""Decisions beside the main road: merging, clocks that run out, the vault."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from huiyin.base.errors import Refusal
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.situation import (
    ERASURE_GROUNDS,
    REVEAL_PURPOSES,
    Situation,
    answered_event,
    decides,
    office,
    one_of,
    optional_words,
    private,
    rested_event,
    words,
)
from huiyin.cases.lifecycle.state import OPEN_PHASES, Confidentiality, Event, Phase, Role, stamp

# --- one matter, several people ---------------------------------------------------------------------


@decides(c.Merge)
def merge(s: Situation, cmd: c.Merge) -> Iterable[Event]:
    if s.state.supporters:
        raise Refusal("has_supporters_itself")
    yield Event("merged", {"into": cmd.into, "at": stamp(s.at)})


@decides(c.GainSupporter)
def gain_supporter(s: Situation, cmd: c.GainSupporter) -> Iterable[Event]:
    yield Event("supporter_joined", {"case": cmd.case})


@decides(c.LoseSupporter)
def lose_supporter(s: Situation, cmd: c.LoseSupporter) -> Iterable[Event]:
    yield Event("supporter_left", {"case": cmd.case})


@decides(c.Unmerge)
def unmerge(s: Situation, cmd: c.Unmerge) -> Iterable[Event]:
    # The time to answer counts from the day the matter came in: following another one in between makes nobody early.
    clocks = {**s.start("dispatch"), **s.start("answer", begin=s.state.received_at)}
    body: dict[str, Any] = {"at": stamp(s.at), "clocks": clocks}
    # Which offices had it is kept, or merging and unmerging would be a way around the superior's ruling.
    had = [*s.state.trail, *([s.state.lead] if s.state.lead and s.state.lead not in s.state.trail[-1:] else [])]
    if had:
        body["trail"] = had
    yield Event("unmerged", body, private(reason=optional_words(cmd.reason)))


@decides(c.ShareAnswer)
def share_answer(s: Situation, cmd: c.ShareAnswer) -> Iterable[Event]:
    event = answered_event(s, cmd.claim, cmd.text, route=cmd.route, promise_due=cmd.promise_due)
    yield Event(
        "answered", {**event.body, "shared": True, "lead": office(s, cmd.lead) if cmd.lead else ""}, event.private
    )


# --- clocks -----------------------------------------------------------------------------------------


@decides(c.ClockRanOut)
def clock_ran_out(s: Situation, cmd: c.ClockRanOut) -> Iterable[Event]:
    clock = s.state.clocks.get(cmd.purpose)
    if clock is None or not clock.running or clock.missed:
        raise Refusal("clock_is_not_running", purpose=cmd.purpose)
    if s.at < clock.due_at:
        raise Refusal("clock_has_time_left", due=stamp(clock.due_at))
    if cmd.purpose == "objection":  # the window to object simply closes; nobody is late
        yield Event("window_closed", {"purpose": cmd.purpose, "at": stamp(s.at)})
        return
    if cmd.purpose == "resident_reply":  # the question stays, the office goes on with what it has
        yield Event("waiting_ended", {"at": stamp(s.at), "clocks": s.give_back()})
        return
    if cmd.purpose == "parked":
        yield Event("resumed", {"at": stamp(s.at), "clocks": {**s.give_back(), **s.still_late()}, "by_clock": True})
        return
    if s.state.erased and s.state.phase in OPEN_PHASES:
        # Only in records of an older program: nobody it could be reported to can do anything with it.
        yield Event("withdrawn", {"at": stamp(s.at)})
        return
    level = s.state.escalation + 1
    role, to_office = _escalates_to(s, cmd.purpose, level)
    yield Event(
        "escalated",
        {
            "purpose": cmd.purpose, "level": level, "to_role": str(role), "to_office": to_office, "at": stamp(s.at),
            # whoever was told is watched too: the next level is told when nothing moves
            "clocks": s.start("overdue") if level < 3 and s.state.phase in OPEN_PHASES else {},
        },
    )  # fmt: skip


def _escalates_to(s: Situation, purpose: str, level: int) -> tuple[Role, str]:
    """The named role that is told. First the head of the office that is late, then the level above, then the top."""
    if purpose in ("verdict_window", "callback_gap"):
        return Role.REVIEWER, ""
    if purpose in ("dispatch", "ruling"):
        return Role.SUPERVISOR, ""
    if purpose == "review" or s.state.phase is Phase.REVIEWING:
        return Role.SUPERVISOR, ""  # no office that had the case, nor one above it, presses the reviewer
    owner = s.state.responsible
    if level <= 1 and owner:
        return Role.HEAD, owner
    above = s.rules.superior(owner) if owner else ""
    if level == 2 and above:
        return Role.HEAD, above
    return Role.SUPERVISOR, ""


# --- the vault --------------------------------------------------------------------------------------


@decides(c.RevealContact)
def reveal_contact(s: Situation, cmd: c.RevealContact) -> Iterable[Event]:
    one_of(cmd.purpose, REVEAL_PURPOSES, "unknown_purpose")
    if cmd.purpose == "callback" and s.actor.role not in (Role.CALLER, Role.REVIEWER):
        raise Refusal("unknown_purpose", value=cmd.purpose)  # an office never calls back
    if not s.state.reachable or s.state.erased:
        raise Refusal("no_contact_kept")
    if s.actor.role in (Role.HANDLER, Role.HEAD):
        if s.state.confidentiality is Confidentiality.CONFIDENTIAL:
            raise Refusal("confidential_no_contact")
        if s.rules.is_sensitive(s.state.category):
            raise Refusal("sensitive_no_contact")
    text = words(cmd.words, "purpose_is_empty") if cmd.purpose == "other" else optional_words(cmd.words)
    yield Event("contact_revealed", {"purpose": cmd.purpose, "at": stamp(s.at)}, private(words=text))


@decides(c.Erase)
def erase(s: Situation, cmd: c.Erase) -> Iterable[Event]:
    one_of(cmd.ground, ERASURE_GROUNDS, "unknown_ground")
    yield Event("erased", {"ground": cmd.ground, "labels": sorted(cmd.labels), "at": stamp(s.at)})
    if s.state.published and (not cmd.labels or not {"title", "summary"}.isdisjoint(cmd.labels)):
        yield Event("unpublished", {})
    if cmd.labels:
        return
    window = s.state.clocks.get("verdict_window")
    if s.state.phase in OPEN_PHASES or s.state.phase is Phase.MERGED:
        # Without a word nobody can work on it or answer it: it comes to rest instead of hanging in an inbox for ever.
        yield Event("withdrawn", {"at": stamp(s.at)})
    elif s.state.phase in (Phase.ANSWERED, Phase.DECLINED) and (window is None or not window.open):
        yield rested_event(s)  # no window that could close will bring it to rest
