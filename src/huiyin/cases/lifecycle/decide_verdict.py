"""Decisions that belong to the resident, the independent caller and the reviewer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from huiyin.base.errors import Refusal
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.situation import (
    DISPOSITIONS,
    REVIEW_RULINGS,
    Situation,
    decides,
    independent,
    one_of,
    optional_words,
    private,
    redo_clocks,
    rested_event,
    verdict_event,
    words,
)
from huiyin.cases.lifecycle.state import Confidentiality, Event, Phase, Role, Verdict, stamp

# --- the resident's word ----------------------------------------------------------------------------


@decides(c.GiveVerdict)
def give_verdict(s: Situation, cmd: c.GiveVerdict) -> Iterable[Event]:
    yield verdict_event(s, cmd.value, "resident", optional_words(cmd.comment))


@decides(c.Dispute)
def dispute(s: Situation, cmd: c.Dispute) -> Iterable[Event]:
    if s.state.verdict not in (Verdict.PARTLY, Verdict.NOT_SOLVED):
        raise Refusal("verdict_first")
    reason = private(reason=optional_words(cmd.reason))
    if s.state.disputes == 0 and s.state.lead:
        yield Event("disputed", {"to": "redo", "at": stamp(s.at), "clocks": redo_clocks(s)}, reason)
    else:
        yield Event("disputed", {"to": "review", "at": stamp(s.at), "clocks": s.start("review")}, reason)


@decides(c.AskReview)
def ask_review(s: Situation, cmd: c.AskReview) -> Iterable[Event]:
    yield Event("review_asked", {"at": stamp(s.at), "clocks": s.start("review")},
                private(reason=optional_words(cmd.reason)))  # fmt: skip


@decides(c.Review)
def review(s: Situation, cmd: c.Review) -> Iterable[Event]:
    independent(s)
    one_of(cmd.ruling, REVIEW_RULINGS, "unknown_ruling")
    body: dict[str, Any] = {"ruling": cmd.ruling, "at": stamp(s.at)}
    if cmd.ruling == "redo":
        body["clocks"] = redo_clocks(s) if s.state.lead else s.start("dispatch", "answer")
    # The reason is published (under the case's public title when it has one), so it is words for everybody.
    yield Event("reviewed", body, private(reason=words(cmd.reason, "reason_is_empty")))


@decides(c.Callback)
def callback(s: Situation, cmd: c.Callback) -> Iterable[Event]:
    independent(s)
    one_of(cmd.disposition, DISPOSITIONS, "unknown_disposition")
    if cmd.verdict is not None and s.state.verdict_by == "resident":
        raise Refusal("own_word_stands")
    gap = s.state.clocks.get("callback_gap")
    if s.state.callbacks and gap is not None and gap.running and s.at < gap.due_at and cmd.verdict is None:
        raise Refusal("call_again_later", after=stamp(gap.due_at))  # three tries in a minute are one try
    if (cmd.verdict is not None) != (cmd.disposition == "answered"):
        raise Refusal("verdict_only_when_answered")
    more = cmd.verdict is None and s.state.callbacks + 1 < s.rules.callback_attempts
    yield Event(
        "called_back",
        {
            "disposition": cmd.disposition,
            "pressed": cmd.pressed,
            "at": stamp(s.at),
            "clocks": s.start("callback_gap") if more else {},
        },
        private(comment=optional_words(cmd.comment)),
    )
    if cmd.verdict is not None:
        yield verdict_event(s, cmd.verdict, "callback")


@decides(c.Remind)
def remind(s: Situation, cmd: c.Remind) -> Iterable[Event]:
    if s.state.verdict:
        raise Refusal("has_spoken_already")
    more = s.state.reminders + 1 < s.rules.reminders
    yield Event("reminded", {"at": stamp(s.at), "clocks": s.start("reminder_gap") if more else s.start("callback_gap")})


@decides(c.RestOnSilence)
def rest_on_silence(s: Situation, cmd: c.RestOnSilence) -> Iterable[Event]:
    state = s.state
    window = state.clocks.get("verdict_window")
    if not state.imported and window is not None and window.running and s.at < window.due_at:
        raise Refusal("resident_still_has_time", until=stamp(window.due_at))
    spoke = bool(state.verdict)  # "cannot say" is an answer too: nobody is asked again
    # nor is anybody about words that are gone
    if not (state.phase is Phase.DECLINED or spoke or state.imported or state.erased):
        if state.reminders < s.rules.reminders:
            raise Refusal("reminders_first", sent=state.reminders, needed=s.rules.reminders)
        if state.reachable and state.callbacks < s.rules.callback_attempts:
            raise Refusal("callbacks_first", made=state.callbacks, needed=s.rules.callback_attempts)
    yield rested_event(s)


@decides(c.Withdraw)
def withdraw(s: Situation, cmd: c.Withdraw) -> Iterable[Event]:
    yield Event("withdrawn", {"at": stamp(s.at)}, private(reason=optional_words(cmd.reason)))


@decides(c.Reopen)
def reopen(s: Situation, cmd: c.Reopen) -> Iterable[Event]:
    state = s.state
    limit = s.rules.due("reopen_window", state.rested_at, state) if state.rested_at else None
    if s.actor.role is Role.RESIDENT and limit is not None and s.at > limit and not state.imported:
        raise Refusal("reopen_window_closed", until=stamp(limit))
    clocks = redo_clocks(s) if state.lead else s.start("dispatch", "answer")
    yield Event("reopened", {"at": stamp(s.at), "clocks": clocks}, private(reason=words(cmd.reason, "reason_is_empty")))


@decides(c.SetConfidentiality)
def set_confidentiality(s: Situation, cmd: c.SetConfidentiality) -> Iterable[Event]:
    if cmd.level is s.state.confidentiality:
        return
    yield Event("confidentiality_set", {"level": str(cmd.level)})
    if s.state.published and cmd.level is not Confidentiality.OPEN:
        yield Event("unpublished", {})
