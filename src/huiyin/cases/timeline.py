"""What happened to a case, as each reader may read it: the resident, a member of staff, everybody.

One table says which private words of an event each of them sees. A label that is not in the table is shown to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huiyin.cases import vault
from huiyin.cases.access import sees_own_words
from huiyin.cases.lifecycle import Actor, Confidentiality, Role
from huiyin.cases.models import Case
from huiyin.cases.rulebook import in_force
from huiyin.ledger.models import Entry

#: event kind → label → who reads it: "r" resident, "s" staff on the case, "p" everybody (only while listed)
READERS: Mapping[str, Mapping[str, str]] = {
    "received": {"text": "rs", "subject": "rs", "place": "rs", "point": "rs", "contact": "r", "source": "s"},
    "published": {"title": "rsp", "summary": "rsp"},
    "unpublished": {"reason": "rs"},
    "dispatched": {"instruction": "s"},
    "objected": {"reason": "rs"},
    "objection_ruled": {"reason": "rs"},
    "support_added": {"reason": "s"},
    "support_removed": {"reason": "s"},
    "contacted": {"note": "s"},
    "noted": {"text": "rs"},
    "site_checked": {"text": "rs"},
    "extended": {"reason": "rs"},
    "parked": {"reason": "rs"},
    "resumed": {"reason": "rs"},
    "resident_asked": {"question": "rs"},
    "resident_replied": {"text": "rs"},
    "message": {"text": "rs"},
    "attached": {},
    "answered": {"text": "rs", "route": "rs"},
    "declined": {"reason": "rs", "route": "rs"},
    "verdict_given": {"comment": "rs"},
    "disputed": {"reason": "rs"},
    "review_asked": {"reason": "rs"},
    "reviewed": {"reason": "rsp"},
    "called_back": {"comment": "r"},
    "withdrawn": {"reason": "rs"},
    "unmerged": {"reason": "rs"},
    "reopened": {"reason": "rs"},
    "contact_revealed": {"words": "rs"},
}
#: events everybody may see of a listed case, as facts without words (words only where the table says "p")
PUBLIC_EVENTS = frozenset(
    {
        "received", "dispatched", "objected", "objection_ruled", "acknowledged", "extended", "parked", "resumed",
        "answered", "declined", "verdict_given", "disputed", "reviewed", "rested", "withdrawn", "reopened", "escalated",
        "supporter_joined",
    }
)  # fmt: skip
#: events that say nothing to the resident
NOT_FOR_RESIDENT = frozenset({"classified", "support_removed", "window_closed", "waiting_ended"})


@dataclass(frozen=True, slots=True)
class Step:
    """One event as one reader may read it. `words` holds only what this reader may see and what was not erased."""

    seq: int
    kind: str
    at: datetime
    actor: Mapping[str, Any]
    body: Mapping[str, Any]
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def happened_at(self) -> datetime:
        """When it happened; for imported history that is earlier than when it was recorded."""
        from huiyin.cases.lifecycle.state import moment

        return moment(self.body["at"]) if "at" in self.body else self.at


def told_to_resident(entry: Entry) -> bool:
    """Whether the person who raised it learns of this event at all: on the page, and as a proof to take away."""
    if entry.kind in ("noted", "attached") and entry.body.get("visible") != "resident":
        return entry.kind == "attached" and entry.actor.get("role") == str(Role.RESIDENT)
    return entry.kind not in NOT_FOR_RESIDENT


def _steps(case: Case, reader: str, hidden: frozenset[str] = frozenset()) -> list[Step]:
    entries = list(Entry.objects.filter(stream=case.pk).order_by("seq"))
    words = vault.words(case.pk) if reader != "p" else vault.words(case.pk, ("reason", "title", "summary"))
    steps = []
    for entry in entries:
        readers = READERS.get(entry.kind, {})
        seen = {
            label: words[entry.seq, label]
            for label, who in readers.items()
            if reader in who and label not in hidden and (entry.seq, label) in words
        }
        if reader == "r" and not told_to_resident(entry):
            continue
        steps.append(Step(entry.seq, entry.kind, entry.at, entry.actor, entry.body, seen))
    return steps


def for_resident(case: Case) -> list[Step]:
    """Everything the person who raised it may read, oldest first, without staff accounts: offices act, not people."""
    return [
        Step(s.seq, s.kind, s.at, {k: v for k, v in s.actor.items() if k != "staff"}, s.body, s.words)
        for s in _steps(case, "r")
    ]


def for_staff(case: Case, actor: Actor) -> list[Step]:
    """What this member of staff may read. The office sees no spot and no exact place of a confidential case or of a
    sensitive kind of matter, and nothing of the calls of independent callers."""
    if not sees_own_words(actor):
        return []
    hidden: frozenset[str] = frozenset()
    office = actor.role in (Role.HANDLER, Role.HEAD)
    if office and (
        case.confidentiality == Confidentiality.CONFIDENTIAL or in_force().is_sensitive(case.category_id or "")
    ):
        hidden = frozenset({"place", "point"})
    steps = _steps(case, "s", hidden)
    return [step for step in steps if not _of_a_caller(step)] if office else steps


def _of_a_caller(step: Step) -> bool:
    """A call by somebody independent, and the look at the contact for it. An office that saw one would know whom to
    talk to before the next one, and who told of pressure; what it needs to know is the verdict, which is an event."""
    by_caller = step.actor.get("role") == str(Role.CALLER) or step.body.get("purpose") == "callback"
    return step.kind == "called_back" or (step.kind == "contact_revealed" and by_caller)


def public(case: Case) -> list[Step]:
    """What everybody may read of a listed case; empty when it is not listed."""
    if not case.published or case.confidentiality != Confidentiality.OPEN:
        return []
    return [
        Step(s.seq, s.kind, s.at, {"role": s.actor.get("role", "")}, s.body, s.words)
        for s in _steps(case, "p")
        if s.kind in PUBLIC_EVENTS
    ]


def contact_looks(case: Case) -> list[Step]:
    """Every look at the contact, oldest first: which office, when, why."""
    return [s for s in for_resident(case) if s.kind == "contact_revealed"]
