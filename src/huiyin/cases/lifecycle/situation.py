"""One decision to be made, and the checks and registration that every command's function shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from huiyin.base.errors import Refusal
from huiyin.cases.lifecycle.commands import Command
from huiyin.cases.lifecycle.rules import Rules
from huiyin.cases.lifecycle.state import Actor, CaseState, Claim, Event, Phase, Verdict, stamp

KINDS = ("inquiry", "help", "complaint", "report", "suggestion", "thanks")
URGENCIES = ("normal", "urgent", "emergency")
CHANNELS = ("web", "phone", "counter", "letter", "visit", "import", "api")
FIRST_CONTACT_WAYS = ("phone", "message", "visit", "could_not_reach")
SITE_FINDINGS = ("as_described", "not_found", "no_access", "already_done")
OBJECTION_REASONS = ("not_our_duty", "not_our_area", "no_power", "other_office_started", "other")
PARK_REASONS = ("season", "third_party", "court", "procedure", "budget", "other")
DECLINE_REASONS = (
    "litigation",
    "arbitration",
    "discipline",
    "reconsideration",
    "petition",
    "private",
    "unlawful",
    "other",
)
REVIEW_RULINGS = ("redo", "settled", "cannot_be_settled")
DISPOSITIONS = ("answered", "refused", "no_contact", "wrong_number", "opted_out")
REVEAL_PURPOSES = ("arrange_visit", "ask_detail", "urgent_danger", "return_property", "callback", "other")
ERASURE_GROUNDS = ("resident_asked", "purpose_met", "unlawful", "court")
MAX_WORDS = 20_000


class Situation:
    """One decision: the case, who asks, when, under which rules."""

    __slots__ = ("actor", "at", "rules", "state")

    def __init__(self, state: CaseState, actor: Actor, at: datetime, rules: Rules) -> None:
        self.state = state
        self.actor = actor
        self.at = at
        self.rules = rules

    def start(self, *purposes: str, state: CaseState | None = None, begin: datetime | None = None) -> dict[str, str]:
        """Deadlines for these purposes, counted from now or from `begin`, as an event body holds them.

        Purposes the pack has no rule for are left out.
        """
        known = state or self.state
        found = ((p, self.rules.due(p, begin or self.at, known)) for p in purposes)
        return {p: stamp(due) for p, due in found if due is not None}

    def still_late(self) -> dict[str, str]:
        """Watching goes on when the answer is late already: taking it up or parking it does not end the wait."""
        answer = self.state.clocks.get("answer")
        return self.start("overdue") if answer is not None and answer.open and answer.missed else {}

    def give_back(self) -> dict[str, str]:
        """New deadlines of every clock that waits, with the waiting time given back."""
        moved = {}
        for purpose, clock in self.state.clocks.items():
            if clock.open and clock.paused_at is not None:
                moved[purpose] = stamp(self.rules.shift(purpose, clock.due_at, clock.paused_at, self.at, self.state))
        return moved


C = TypeVar("C", bound=Command)
DECISIONS: dict[str, Callable[[Situation, Any], Iterable[Event]]] = {}


def decides(
    command: type[C],
) -> Callable[[Callable[[Situation, C], Iterable[Event]]], Callable[[Situation, C], Iterable[Event]]]:
    def register(function: Callable[[Situation, C], Iterable[Event]]) -> Callable[[Situation, C], Iterable[Event]]:
        DECISIONS[command.__name__] = function
        return function

    return register


def one_of(value: str, allowed: tuple[str, ...], code: str) -> str:
    if value not in allowed:
        raise Refusal(code, value=value)
    return value


def words(text: str, code: str) -> str:
    """Words that must be there. The caller's text is returned stripped, unchanged otherwise."""
    stripped = text.strip()
    if not stripped:
        raise Refusal(code)
    return optional_words(stripped)


def optional_words(text: str) -> str:
    if len(text) > MAX_WORDS:
        raise Refusal("text_too_long", length=len(text), limit=MAX_WORDS)
    return text.strip()


def private(**fields: str) -> dict[str, str]:
    return {label: value for label, value in fields.items() if value}


def office(s: Situation, code: str) -> str:
    if not s.rules.is_office(code):
        raise Refusal("unknown_office", office=code)
    return code


# --- events that more than one command leads to --------------------------------------------------


def independent(s: Situation) -> None:
    """Whoever judges an office's claim must not belong to an office that has or had the case."""
    if s.actor.office and s.actor.office in (s.state.lead, *s.state.support, *s.state.trail):
        raise Refusal("not_independent")


def verdict_event(s: Situation, value: Verdict, by: str, comment: str = "") -> Event:
    """What was said. Whoever is not satisfied always has a whole window left to dispute, also when it had run out."""
    window = s.state.clocks.get("verdict_window")
    again = (
        value is not Verdict.SOLVED and not s.state.imported and (window is None or not window.running or window.missed)
    )
    body: dict[str, Any] = {"value": str(value), "by": by, "at": stamp(s.at)}
    if again:
        body["clocks"] = s.start("verdict_window")
    return Event("verdict_given", body, private(comment=comment))


def answered_event(
    s: Situation,
    claim: Claim,
    text: str,
    *,
    route: str = "",
    promise_due: date | None = None,
    at_intake: bool = False,
) -> Event:
    # A promise is judged when its day has come, not before: the resident is asked from then on.
    begin = datetime.combine(promise_due, time(12), UTC) if promise_due else None
    body: dict[str, Any] = {
        "claim": str(claim),
        "at": stamp(s.at),
        "clocks": {} if s.state.imported else s.start("reminder_gap", "verdict_window", begin=begin),
    }
    if promise_due:
        body["promise_due"] = promise_due.isoformat()
    if at_intake:
        body["at_intake"] = True
    return Event("answered", body, private(text=text, route=optional_words(route)))


def rested_event(s: Situation) -> Event:
    """Rest without another word: as declined, as what was said last, or as unknown."""
    outcome = "unknown"
    if s.state.phase is Phase.DECLINED:
        outcome = "declined"
    elif s.state.verdict in (Verdict.PARTLY, Verdict.NOT_SOLVED):
        # They said so and did not ask for more: their word stands, it is not silence.
        outcome = s.state.verdict
    return Event("rested", {"outcome": outcome, "at": stamp(s.at)})


def redo_clocks(s: Situation) -> dict[str, str]:
    """A redo has a clock of its own, kept under "answer" so that one obligation has one name."""
    due = s.rules.due("redo", s.at, s.state) or s.rules.due("answer", s.at, s.state)
    return {"answer": stamp(due)} if due else {}
