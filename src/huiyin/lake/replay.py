"""Events of one case → its rows in the lake. Pure: the lifecycle says what an event means, this counts it.

A row is a function of the case's events, of what other rooms add (`Extra`), and of the moment it describes: a look at a
contact becomes an idle one only when a day has passed. `Rows.until` says when the rows would change by time alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from huiyin.cases.lifecycle import CaseState, Event, Phase, evolve
from huiyin.cases.lifecycle.state import moment
from huiyin.figures.sources import Extra, ReplySigns

#: Roles whose events are work that a case cost.
STAFF = frozenset({"operator", "dispatcher", "supervisor", "handler", "head", "reviewer"})
#: Events that are a step of work on the matter.
WORK = frozenset(
    {"contacted", "noted", "site_checked", "resident_asked", "message", "attached", "answered", "parked", "extended",
     "resumed"}
)  # fmt: skip
#: After this long a look at a contact without a step of work counts as idle.
IDLE_AFTER = timedelta(hours=24)
#: Which fact of an event's body stands in the column `code`, by kind.
CODES = {
    "answered": "claim", "verdict_given": "value", "objected": "reason_code", "parked": "reason_code",
    "declined": "reason_code", "rested": "outcome", "reviewed": "ruling", "called_back": "disposition",
    "contacted": "how", "site_checked": "found", "contact_revealed": "purpose", "disputed": "to", "message": "from",
    "escalated": "purpose", "window_closed": "purpose", "erased": "ground",
}  # fmt: skip
RULINGS = {"settled": "solved", "cannot_be_settled": "not_solved"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as the ledger keeps it."""

    seq: int
    kind: str
    at: datetime
    actor: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def happened(self) -> datetime:
        """When it happened: imported history says so in its body, everything else was written at once."""
        return whole(moment(self.body["at"]) if "at" in self.body else self.at)


NOTHING = Extra()
UNSIGNED = ReplySigns()


@dataclass(slots=True)
class Rows:
    """The rows of one case by table, and the moment at which they would change without an event (None: never)."""

    case: dict[str, Any]
    answers: list[dict[str, Any]]
    events: list[dict[str, Any]]
    until: datetime | None = None


def whole(at: datetime) -> datetime:
    """The lake keeps whole seconds."""
    return at.replace(microsecond=0)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


class _Replay:
    """One case on its way through its events."""

    def __init__(self, case_id: str, extra: Extra, now: datetime) -> None:
        self.case_id, self.extra, self.now = case_id, extra, now
        self.state = CaseState()
        self.events: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.trail: list[str] = []
        self.first_lead = ""
        self.sustained = self.staff_steps = self.site_checks = self.extensions = self.escalations = 0
        self.dispatched_at: datetime | None = None
        self.first_answered_at: datetime | None = None
        self.parked_at: datetime | None = None
        self.parked_until: date | None = None
        self.decline_reason = ""
        self.overturned = False
        self.verdict = self.verdict_by = ""
        self.verdict_at: datetime | None = None
        self.round_began: datetime | None = None
        self.site_checked = False
        self.waiting_since: datetime | None = None
        self.waited = timedelta()
        self.waited_at_answer = timedelta()
        self.supporting: set[str] = set()
        self.reveals: list[datetime] = []
        self.work: list[datetime] = []

    def take(self, event: Recorded) -> None:
        before, at = self.state, event.happened
        self.state = evolve(before, Event(event.kind, event.body), event.at)
        role = str(event.actor.get("role", ""))
        if role in STAFF:
            self.staff_steps += 1
        if event.kind in WORK and role in STAFF:
            self.work.append(at)
        self._lead()
        act = getattr(self, f"_{event.kind}", None)
        if act is not None:
            act(event.body, at, before)
        if self.state.round > before.round:
            self._began_again(at)
        self.supporting.update(self.state.support)
        self.events.append(
            {
                "case_id": self.case_id, "seq": event.seq, "kind": event.kind, "at": at, "role": role,
                "office": str(event.actor.get("office", "")), "lead": self.state.lead, "code": _code(event),
                "by": _by(event), "pressed": bool(event.body.get("pressed", False)),
            }
        )  # fmt: skip

    def _lead(self) -> None:
        lead = self.state.lead
        if lead and (not self.trail or self.trail[-1] != lead):
            self.trail.append(lead)
            self.first_lead = self.first_lead or lead

    def _began_again(self, at: datetime) -> None:
        """A new round: the newest answer went back, and its clock starts anew."""
        self.round_began, self.site_checked = at, False
        self.verdict, self.verdict_by, self.verdict_at = "", "", None

    # --- what each kind adds --------------------------------------------------------------------

    def _received(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.round_began = at

    def _dispatched(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.dispatched_at = self.dispatched_at or at

    def _objection_ruled(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.sustained += int(bool(body["sustained"]))

    def _unmerged(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        if "trail" not in body:  # an older program forgot which offices had it
            self.trail.clear()

    def _site_checked(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.site_checks += 1
        self.site_checked = True

    def _extended(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.extensions += 1

    def _escalated(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.escalations += 1

    def _parked(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.parked_at, self.parked_until = at, day(body["until"])

    def _resident_asked(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.waiting_since = at

    def _waiting_over(self, at: datetime) -> None:
        if self.waiting_since is not None:
            self.waited += max(at - self.waiting_since, timedelta())
            self.waiting_since = None

    def _resident_replied(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self._waiting_over(at)

    def _waiting_ended(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self._waiting_over(at)

    def _answered(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self._waiting_over(at)
        self.waited_at_answer = self.waited
        self.first_answered_at = self.first_answered_at or at
        self.verdict, self.verdict_by, self.verdict_at = "", "", None
        clock = before.clocks.get("answer")
        at_intake = bool(body.get("at_intake"))
        due = clock.due_at if clock is not None and clock.open and not at_intake and not before.imported else None
        number = len(self.answers) + 1
        signs = self.extra.signs.get(number, UNSIGNED)
        self.answers.append(
            {
                "number": number, "lead": self.state.lead, "at": at, "started_at": self.round_began,
                "due_at": whole(due) if due else None, "at_intake": at_intake, "shared": bool(body.get("shared")),
                "claim": str(body["claim"]), "promise_due": day(body.get("promise_due", "")),
                "site_checked": self.site_checked, "template": signs.template, "hollow": signs.hollow,
                "promise_only": signs.promise_only, "other_matter": signs.other_matter, "verdict": "",
                "verdict_by": "", "verdict_at": None, "returned_at": None,
            }
        )  # fmt: skip

    def _says(self, verdict: str, by: str, at: datetime) -> None:
        self.verdict, self.verdict_by, self.verdict_at = verdict, by, at
        if self.answers:
            self.answers[-1].update(verdict=verdict, verdict_by=by, verdict_at=at)

    def _verdict_given(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self._says(str(body["value"]), str(body["by"]), at)

    def _back(self, at: datetime) -> None:
        if self.answers and self.answers[-1]["returned_at"] is None:
            self.answers[-1]["returned_at"] = at

    def _disputed(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self._back(at)

    def _reopened(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self._back(at)

    def _declined(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.decline_reason = str(body["reason_code"])

    def _reviewed(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        ruling = str(body["ruling"])
        if ruling == "redo":
            self._back(at)
        else:
            self._says(RULINGS[ruling], "reviewer", at)
        if self.decline_reason and ruling != "cannot_be_settled":
            self.overturned = True

    def _contact_revealed(self, body: Mapping[str, Any], at: datetime, before: CaseState) -> None:
        self.reveals.append(at)

    # --- the rows -------------------------------------------------------------------------------

    def _idle(self) -> tuple[int, datetime | None]:
        """How many looks at the contact led to nothing within a day, and when the next one would be found idle."""
        idle, until = 0, None
        for looked in self.reveals:
            ends = looked + IDLE_AFTER
            if any(looked <= worked <= ends for worked in self.work):
                continue
            if ends <= self.now:
                idle += 1
            else:
                until = ends if until is None else min(until, ends)
        return idle, until

    def rows(self, scheme: str) -> Rows:
        state = self.state
        idle, until = self._idle()
        parked = state.phase is Phase.PARKED
        own = {
            "received_at": whole(state.received_at) if state.received_at else None, "category": state.category,
            "urgency": state.urgency, "area": state.area, "channel": state.channel,
        }  # fmt: skip
        for answer in self.answers:
            answer.update(case_id=self.case_id, evidence=answer["verdict"] == "solved", **own)
        asked = state.answered_at is not None and not state.imported
        newest: Mapping[str, Any] = self.answers[-1] if self.answers else {}
        case = {
            **own,
            "case_id": self.case_id, "kind": state.kind, "scheme": scheme, "imported": state.imported,
            "reachable": state.reachable, "phase": str(state.phase), "lead": state.lead, "first_lead": self.first_lead,
            "leads": len(self.trail), "loops": sum(o in self.trail[:i] for i, o in enumerate(self.trail)),
            "objections": state.objections, "rulings": state.rulings, "sustained": self.sustained,
            "supporting": len(self.supporting - set(self.trail)), "dispatched_at": self.dispatched_at,
            "acknowledged_at": _or_none(state.acknowledged_at), "contacted_at": _or_none(state.first_contact_at),
            "site_checks": self.site_checks, "extensions": self.extensions, "parks": state.parks,
            "parked_at": self.parked_at if parked else None, "parked_until": self.parked_until if parked else None,
            "reparked": max(0, state.parks - 1), "escalations": self.escalations, "staff_steps": self.staff_steps,
            "answers": state.answers, "first_answered_at": self.first_answered_at,
            "answered_at": _or_none(state.answered_at),
            "waited_seconds": int(self.waited_at_answer.total_seconds()), "claim": newest.get("claim", ""),
            "promise_due": newest.get("promise_due"), "decline_reason": self.decline_reason,
            "decline_overturned": self.overturned, "asked": asked, "verdict": self.verdict,
            "verdict_by": self.verdict_by, "verdict_at": self.verdict_at, "outcome": str(state.outcome),
            "rested_at": _or_none(state.rested_at), "disputes": state.disputes, "reviews": state.reviews,
            "reopened": state.reopened, "followers": state.supporters, "follows": bool(state.merged_into),
            "issue": self.extra.issue, "reveals": state.reveals, "idle_reveals": idle, "erased": state.erased,
        }  # fmt: skip
        return Rows(case, self.answers, self.events, until)


def rows_of(case_id: str, events: Sequence[Recorded], now: datetime, scheme: str = "", extra: Extra = NOTHING) -> Rows:
    """The rows of one case as of `now`. Raises KeyError for an event this version does not know, ValueError for a case
    without events.
    """
    if not events:
        raise ValueError(f"{case_id} has no events")
    replay = _Replay(case_id, extra, now)
    for event in events:
        replay.take(event)
    return replay.rows(scheme)


def _or_none(at: datetime | None) -> datetime | None:
    return whole(at) if at is not None else None


def _code(event: Recorded) -> str:
    if event.kind == "objection_ruled":
        return "sustained" if event.body["sustained"] else "overruled"
    return str(event.body.get(CODES.get(event.kind, ""), ""))


def _by(event: Recorded) -> str:
    if event.kind == "reviewed":
        return "reviewer"
    return str(event.body.get("by", "")) if event.kind == "verdict_given" else ""
