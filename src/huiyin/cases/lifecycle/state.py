"""What a case is at one moment: a frozen value that is rebuilt from its events and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    """Where a matter is. Exactly one holds at a time."""

    NEW = "new"  # before its first event; never stored
    RECEIVED = "received"  # receipt given; the dispatch desk has it
    DISPATCHED = "dispatched"  # sent to a lead office that has not acknowledged yet
    OBJECTED = "objected"  # the office says "not ours"; a ruling is due
    WORKING = "working"  # the lead office is on it
    PARKED = "parked"  # waiting for a named reason until a named date
    ANSWERED = "answered"  # the office claims a result; the resident has the word
    DECLINED = "declined"  # not taken on, with a reason and a lawful route; review may be asked
    REVIEWING = "reviewing"  # with the independent reviewer
    MERGED = "merged"  # follows another case about the same matter, keeps an own verdict
    RESTED = "rested"  # at rest, with an outcome


class Claim(StrEnum):
    """What an office says it has done. A claim is never a verdict."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    PROMISED = "promised"
    NOT_POSSIBLE = "not_possible"
    NOT_OURS = "not_ours"


class Verdict(StrEnum):
    """What the person who raised the matter says."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    CANNOT_SAY = "cannot_say"


class Outcome(StrEnum):
    """How a case rests. SOLVED is reached through the resident, an independent callback or the reviewer only."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    UNKNOWN = "unknown"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """Who acts. IMPORTER brings in history that was lived elsewhere; SYSTEM is the worker."""

    RESIDENT = "resident"
    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    HANDLER = "handler"
    HEAD = "head"
    REVIEWER = "reviewer"
    CALLER = "caller"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    IMPORTER = "importer"


class Confidentiality(StrEnum):
    """Who may see what: the resident's choice at intake, changeable by the resident only."""

    OPEN = "open"  # may be listed publicly under a title written by staff; own words never are
    OFFICE = "office"  # for the offices that handle it; not listed
    CONFIDENTIAL = "confidential"  # office sees no contact and only the community, not the spot


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gives a command. `staff` is the account's id as text; residents and the worker have none."""

    role: Role
    office: str = ""
    staff: str = ""

    def as_json(self) -> dict[str, str]:
        facts = {"role": str(self.role)}
        if self.office:
            facts["office"] = self.office
        if self.staff:
            facts["staff"] = self.staff
        return facts


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline. It runs, waits (`paused_at`), or is over (`stopped_at`); `missed` once it ran out."""

    purpose: str
    started_at: datetime
    due_at: datetime
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    missed: bool = False

    @property
    def open(self) -> bool:
        return self.stopped_at is None

    @property
    def running(self) -> bool:
        return self.stopped_at is None and self.paused_at is None

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"started_at": stamp(self.started_at), "due_at": stamp(self.due_at)}
        if self.paused_at:
            data["paused_at"] = stamp(self.paused_at)
        if self.stopped_at:
            data["stopped_at"] = stamp(self.stopped_at)
        if self.missed:
            data["missed"] = True
        return data

    @classmethod
    def from_json(cls, purpose: str, data: Mapping[str, Any]) -> Clock:
        return cls(
            purpose,
            moment(data["started_at"]),
            moment(data["due_at"]),
            moment(data["paused_at"]) if "paused_at" in data else None,
            moment(data["stopped_at"]) if "stopped_at" in data else None,
            bool(data.get("missed")),
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `body` holds facts without personal text, enough to replay;
    `private` holds words by label, which go to the vault and can be erased."""

    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseState:
    """Everything the rules need to know about one case. Replaying its events gives exactly this."""

    phase: Phase = Phase.NEW
    seq: int = 0
    channel: str = ""
    kind: str = "help"
    category: str = ""
    urgency: str = "normal"
    confidentiality: Confidentiality = Confidentiality.OPEN
    area: str = ""
    reachable: bool = False
    received_at: datetime | None = None
    lead: str = ""
    support: tuple[str, ...] = ()
    first_owner: str = ""
    trail: tuple[str, ...] = ()
    round: int = 1
    acknowledged_at: datetime | None = None
    first_contact_at: datetime | None = None
    objections: int = 0
    rulings: int = 0
    extensions: int = 0
    parks: int = 0
    questions: int = 0
    waiting_for: str = ""
    claim: str = ""
    answers: int = 0
    answered_at: datetime | None = None
    promise_due: str = ""
    verdict: str = ""
    verdict_by: str = ""
    outcome: str = ""
    rested_at: datetime | None = None
    disputes: int = 0
    reviews: int = 0
    reopened: int = 0
    reminders: int = 0
    callbacks: int = 0
    pressed: int = 0
    escalation: int = 0
    escalated_to: str = ""
    merged_into: str = ""
    supporters: int = 0
    published: bool = False
    imported: bool = False
    flags: tuple[str, ...] = ()
    reveals: int = 0
    erased: bool = False
    clocks: Mapping[str, Clock] = field(default_factory=dict)

    @property
    def responsible(self) -> str:
        """The office that must act now. After a re-dispatch the first owner stays responsible until the new lead
        has acknowledged (first-contact responsibility): no matter is ever between two chairs."""
        if self.phase is Phase.DISPATCHED and len(self.trail) > 1 and self.first_owner:
            return self.first_owner
        return self.lead

    @property
    def due(self) -> Clock | None:
        """The earliest obligation not yet met, run out or not: what an inbox is ordered by."""
        duties = [c for c in self.clocks.values() if c.running and c.purpose not in WAITING_FOR_RESIDENT | WINDOWS]
        return min(duties, key=lambda c: (c.due_at, c.purpose), default=None)

    @property
    def wake_at(self) -> datetime | None:
        """When the worker must look at this case next."""
        return min((c.due_at for c in self.clocks.values() if c.running and not c.missed), default=None)

    def having(self, **changes: Any) -> CaseState:
        """A copy with other values. Much quicker than `dataclasses.replace`, which is felt on every event."""
        unknown = changes.keys() - self.__dict__.keys()
        if unknown:
            raise TypeError(f"CaseState has no field {', '.join(sorted(unknown))}")
        copy = object.__new__(CaseState)
        copy.__dict__.update(self.__dict__)
        copy.__dict__.update(changes)
        return copy


#: Clocks that wait for the resident's word: nobody in an office is late when they run.
WAITING_FOR_RESIDENT = frozenset({"reminder_gap", "verdict_window", "callback_gap"})
#: Clocks that nobody owes anything: a window somebody may use, and the watch over a delay already told.
WINDOWS = frozenset({"objection", "overdue"})

#: Phases in which somebody still has to do something.
OPEN_PHASES = frozenset(
    {Phase.RECEIVED, Phase.DISPATCHED, Phase.OBJECTED, Phase.WORKING, Phase.PARKED, Phase.REVIEWING}
)
WITH_OFFICE = frozenset({Phase.DISPATCHED, Phase.OBJECTED, Phase.WORKING, Phase.PARKED})
ALL_PHASES = frozenset(Phase) - {Phase.NEW}


def stamp(at: datetime) -> str:
    """Times in events are UTC, ISO 8601, whole milliseconds, so that text and value map one to one."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
