"""The one write door of a case: doors, imports, the worker and the simulator change cases through here only.

An action is one transaction: load and lock, decide, store the events with their words, project the row, put what must
follow into the outbox. Either all of it is durable or nothing happened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from os import urandom as random_bytes
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from huiyin.base import codes
from huiyin.base.bulk import insert_together
from huiyin.base.errors import Refusal
from huiyin.base.ids import uuid7
from huiyin.base.transaction import write
from huiyin.cases import attachments, listing, postings, projection, vault
from huiyin.cases.lifecycle import Actor, CaseState, Confidentiality, Phase, Role, decide
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.state import OPEN_PHASES
from huiyin.cases.models import Attachment, Case, CaseSupport, Submission, VaultItem, VaultKey
from huiyin.cases.recording import Draft, listed_point, may_be_listed, record, show
from huiyin.cases.rulebook import Rulebook, in_force, milliseconds
from huiyin.cases.signals import words_erased
from huiyin.ledger import actions as ledger
from huiyin.ledger.models import Entry
from huiyin.organisation.models import Staff
from huiyin.worker.models import Task

#: draws of a public number before giving up
TRIES = 5


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person gets at once. `code` is shown here and never again; only its hash is kept."""

    case_id: UUID
    number: str
    code: str
    received_at: datetime
    due_at: datetime | None
    again: bool = False  # the same submission was sent before; this is the same receipt


def receive(
    command: c.Receive,
    actor: Actor,
    at: datetime,
    *,
    door: str,
    key: str,
    files: Sequence[UUID] = (),
    then: Callable[[Case], None] | None = None,
) -> Receipt:
    """Take a matter in and give the receipt, before any officer sees it.

    `key` is the submission's idempotency key: sending it again, even at the same time, gives the same receipt and makes
    no second case. `then` runs in the same transaction (a join, an answer at once). Raises Refusal.
    """
    rulebook = in_force()
    at = milliseconds(at)
    code = codes.claim_code(settings.SECRET_KEY.encode(), door, key)
    key_hash = hashlib.sha256(b"huiyin/submission/v1\0" + door.encode() + b"\0" + key.encode()).digest()

    def work() -> Receipt:
        case = _new_case(command, actor, at, rulebook, code, Submission(door=door, key_hash=key_hash, created_at=at))
        if files:
            _adopt(case, files)
        if then is not None:
            then(case)
        return Receipt(case.id, case.number, code, case.received_at, _promised(case))

    for _ in range(TRIES):
        try:
            return write(work, one_statement=not files and then is None)
        except IntegrityError as error:
            known = Submission.objects.filter(door=door, key_hash=key_hash).select_related("case").first()
            if known is not None:
                case = known.case
                return Receipt(case.id, case.number, code, case.received_at, _promised(case), again=True)
            clash = error  # 35 random bits: now and then a new case draws a number that is taken, and draws again
    raise clash


def _promised(case: Case) -> datetime | None:
    clock = projection.state_of(case).clocks.get("answer")
    return clock.due_at if clock else None


def _new_case(
    command: c.Receive, actor: Actor, at: datetime, rulebook: Rulebook, code: str, submission: Submission
) -> Case:
    state = CaseState()
    events = decide(state, command, actor, at, rulebook)
    case = Case(id=uuid7(), number=codes.public_number(rulebook.year_of(at), random_bytes(5)))
    case.claim_hash = codes.claim_hash(code)
    case.tag, tag_salt = ledger.new_tag(case.id)
    submission.case = case
    key, dek = vault.new_case_key(case.id)
    draft = Draft(items=[vault.put(dek, case.id, 0, "case", str(case.id), tag_salt)])
    # Whose code opens the case is part of its record: exchanging the stored hash would be found by `cases check`.
    events[0] = replace(events[0], body={**events[0].body, "number": case.number, "claim": case.claim_hash.hex()})
    for event in events:
        state = record(case, state, event, actor, at, rulebook, dek, draft)
    case.lat, case.lon = listed_point(command.point, state, rulebook)
    show(case, state)
    insert_together(
        [
            (Case, [case]),
            (VaultKey, [key]),
            (VaultItem, draft.items),
            (Entry, draft.entries),
            (Submission, [submission]),
            (Task, draft.tasks),
        ]
    )
    return case


_COLUMNS = [f.attname for f in Case._meta.concrete_fields if f.attname in projection.columns(CaseState())]


def perform(case_id: UUID, commands: c.Command | Sequence[c.Command], actor: Actor, at: datetime) -> CaseState:
    """Carry out one command, or several as one. Returns the new state; raises Refusal and changes nothing."""
    rulebook = in_force()
    at = milliseconds(at)
    wanted = [commands] if isinstance(commands, c.Command) else list(commands)
    return write(lambda: perform_inside(case_id, wanted, actor, at, rulebook))


def perform_inside(
    case_id: UUID, commands: Iterable[c.Command], actor: Actor, at: datetime, rulebook: Rulebook | None = None
) -> CaseState:
    """`perform` for callers that are inside a `write` already."""
    rulebook = rulebook or in_force()
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    before = state = projection.state_of(case)
    dek: bytes | None = vault.case_key(case_id)
    draft = Draft()
    for command in commands:
        if isinstance(command, c.Merge):
            _check_merge(case, command, actor, at, rulebook)
        followed = state.merged_into
        for event in decide(state, command, actor, at, rulebook):
            state = record(case, state, event, actor, at, rulebook, dek, draft)
            if event.kind == "erased":
                # Words of this very decision move (or go) with the others.
                insert_together([(VaultItem, draft.items)])
                draft.items = []
                # Words first, then the row: whatever the rest of this transaction writes stands without them.
                vault.erase(case_id, event.body["labels"])
                forget_copies(case, event.body["labels"], at)
                dek = vault.case_key(case_id)
            elif event.kind in ("confidentiality_set", "classified") and not may_be_listed(state, rulebook):
                case.lat = case.lon = None
            elif event.kind in ("published", "unpublished"):
                listing.show(case, event, at)
        if followed and not state.merged_into and state.phase in (Phase.RECEIVED, Phase.RESTED):
            perform_inside(UUID(followed), [c.LoseSupporter(str(case.id))], Actor(Role.SYSTEM), at, rulebook)
    if state is before:
        return state
    show(case, state)
    case.save(update_fields=[*_COLUMNS, "lat", "lon"])
    _link_support(case, before, state)
    insert_together([(VaultItem, draft.items), (Entry, draft.entries), (Task, draft.tasks)])
    return state


def _check_merge(case: Case, command: c.Merge, actor: Actor, at: datetime, rulebook: Rulebook) -> None:
    """The other matter must be one that can be followed; it gains a supporter in the same transaction."""
    target_id = UUID(command.into)
    if target_id == case.id:
        raise Refusal("merges_into_itself")
    # Locked first: an answer given meanwhile would be shared without this one, and nobody would answer it.
    target = Case.objects.select_for_update(of=("self",)).filter(pk=target_id).first()
    if target is None:
        raise Refusal("unknown_case")
    if Phase(target.phase) not in OPEN_PHASES:
        raise Refusal("matter_is_not_open")
    if target.confidentiality == Confidentiality.CONFIDENTIAL:
        raise Refusal("matter_is_confidential")  # its answer would be read by everybody who follows it
    perform_inside(target_id, [c.GainSupporter(str(case.id))], Actor(Role.SYSTEM), at, rulebook)


def _link_support(case: Case, before: CaseState, after: CaseState) -> None:
    gone = set(before.support) - set(after.support)
    new = [code for code in after.support if code not in before.support]
    if gone:
        CaseSupport.objects.filter(case=case, office_id__in=gone).delete()
    if new:
        CaseSupport.objects.bulk_create([CaseSupport(case=case, office_id=code) for code in new])


def forget_copies(case: Case, labels: Sequence[str], at: datetime) -> None:
    """Whatever was derived from erased words goes with them: the listing, the postings, the spot, the files, and what
    other rooms made of them.
    """
    words_erased.send(Case, case=case, labels=labels, at=at)
    if not labels or not {"text", "subject"}.isdisjoint(labels):
        postings.forget(case.pk)
    if not labels:
        for file in Attachment.objects.filter(case=case):
            attachments.destroy(file)
    if not labels or "point" in labels or "place" in labels:
        case.lat = case.lon = None


def _adopt(case: Case, files: Sequence[UUID]) -> None:
    """Drafts become files of the case; each is an event, so that adding one later cannot be hidden."""
    for file in Attachment.objects.select_for_update().filter(pk__in=list(files), case=None).order_by("id"):
        Attachment.objects.filter(pk=file.pk).update(case=case)
        perform_inside(
            case.id, [c.Attach(str(file.id), file.digest, "resident")], Actor(Role.RESIDENT), case.received_at
        )
    case.refresh_from_db()


def actor_of(staff: Staff, role: str) -> Actor:
    """The actor a staff member is in `role`."""
    return Actor(Role(role), office=staff.office_id or "", staff=str(staff.pk))
