"""From one event to the rows it leaves: what an action at a door and an import in bulk do alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from huiyin.base.errors import Refusal
from huiyin.cases import projection, vault
from huiyin.cases.follow import after_event
from huiyin.cases.lifecycle import Actor, CaseState, Confidentiality, Event, evolve, public_part
from huiyin.cases.models import Case, VaultItem
from huiyin.cases.rulebook import Rulebook
from huiyin.ledger import actions as ledger
from huiyin.ledger.models import Entry
from huiyin.worker.models import Task


@dataclass(slots=True)
class Draft:
    """Rows of one decision, gathered before they are written together."""

    entries: list[Entry] = field(default_factory=list)
    items: list[VaultItem] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


def record(
    case: Case,
    state: CaseState,
    event: Event,
    actor: Actor,
    at: datetime,
    rulebook: Rulebook,
    dek: bytes | None,
    draft: Draft,
) -> CaseState:
    """Add one event's rows to the draft; returns the state after it. Refuses: erased_case_takes_no_words."""
    after = evolve(state, event, at)
    add(case, after, event, actor, at, rulebook, dek, draft)
    return after


def add(
    case: Case,
    after: CaseState,
    event: Event,
    actor: Actor,
    at: datetime,
    rulebook: Rulebook,
    dek: bytes | None,
    draft: Draft,
) -> None:
    """`record` for an event whose state `after` it is known."""
    keep(case.id, case.tag, after, event, actor, at, rulebook, dek, draft)
    draft.tasks.extend(after_event(case.id, event, after, actor, at))


def keep(
    case_id: UUID,
    tag: str,
    after: CaseState,
    event: Event,
    actor: Actor,
    at: datetime,
    rulebook: Rulebook,
    dek: bytes | None,
    draft: Draft,
) -> None:
    """The event and its words alone, without the tasks that follow from it."""
    if event.private and dek is None:
        raise Refusal("erased_case_takes_no_words")
    prepared = ledger.prepare(
        stream=case_id,
        seq=after.seq,
        tag=tag,
        kind=event.kind,
        at=at,
        actor=actor.as_json(),
        body=event.body,
        pub=public_part(event, after, rulebook.top_category(after.category)),
        private={label: value.encode() for label, value in event.private.items()},
    )
    draft.entries.append(prepared.entry)
    if dek is not None:
        for label, value in event.private.items():
            draft.items.append(vault.put(dek, case_id, after.seq, label, value, prepared.salts[label]))


def show(case: Case, state: CaseState) -> None:
    """Set the row's columns to what the state says."""
    for name, value in projection.columns(state).items():
        setattr(case, name, value)


def may_be_listed(state: CaseState, rulebook: Rulebook) -> bool:
    return state.confidentiality is Confidentiality.OPEN and not rulebook.is_sensitive(state.category)


def listed_point(point: str, state: CaseState, rulebook: Rulebook) -> tuple[float | None, float | None]:
    """The spot as the row may carry it: about ten metres coarse, and only when the resident keeps nothing back and the
    kind of matter is not sensitive."""
    if not point or not may_be_listed(state, rulebook):
        return None, None
    lat, lon = (round(float(part), 4) for part in point.split(","))
    return lat, lon
