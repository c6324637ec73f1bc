"""The ledger's reads: proofs, the state of the log, the events of a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from huiyin.ledger import canonical, commitments, files, keys, notes, proofs, tree
from huiyin.ledger.models import Checkpoint, Entry


@dataclass(frozen=True)
class Status:
    """The log as it stands. `refusal` is {code, at, facts} while sealing is refused."""

    origin: str
    size: int
    root: bytes | None
    at: datetime | None
    note: str
    #: Events committed but not yet under a checkpoint.
    waiting: int
    #: Verifier keys, newest first.
    keys: tuple[str, ...]
    refusal: dict[str, Any] | None

    @property
    def key(self) -> str:
        """The newest verifier key; "" before the first sealing."""
        return self.keys[0] if self.keys else ""


def published() -> notes.SignedHead | None:
    """The published checkpoint, verified with the log's own keys; None before the first. NoteError if it is bad."""
    note = files.here().checkpoint()
    return notes.open_head(note, keys.trusted()) if note else None


def status() -> Status:
    """What `huiyin log status`, doctor and the page of the log show."""
    log = files.here()
    last = Checkpoint.objects.order_by("-size", "-at").first()
    size = last.size if last else 0
    waiting = Entry.objects.filter(idx__isnull=True).count() + Entry.objects.filter(idx__gte=size).count()
    return Status(
        origin=keys.origin(),
        size=size,
        root=bytes(last.root) if last else None,
        at=last.at if last else None,
        note=last.note if last else "",
        waiting=waiting,
        keys=tuple(key.text for key in keys.trusted()),
        refusal=log.refusal(),
    )


def proof(entry_id: int) -> str | None:
    """The `.tlog-proof` text of an event under the newest checkpoint; None until it is sealed, or without such."""
    idx = Entry.objects.filter(id=entry_id).values_list("idx", flat=True).first()
    if idx is None:
        return None
    note = files.here().checkpoint()
    if note is None:
        return None
    head = notes.Head.parse(notes.split(note)[0])
    if idx >= head.size:
        return None
    path = tree.Tiles(files.here().hashes).inclusion(idx, head.size)
    return proofs.Proof(idx, tuple(path), note).text


def entries(stream: UUID) -> QuerySet[Entry]:
    """The events of one stream in order."""
    return Entry.objects.filter(stream=stream).order_by("seq")


def openings(entry: Entry) -> list[commitments.Opening]:
    """The openings of the two fields every event has: its facts and who acted. They hold nothing personal."""
    secret = bytes(entry.body_salt)
    return [
        commitments.Opening(label, canonical.encode(value), commitments.derived_salt(secret, label))
        for label, value in ((commitments.BODY, entry.body), (commitments.ACTOR, entry.actor))
    ]


def case_opening(stream: UUID, salt: bytes) -> commitments.Opening:
    """The opening that links a leaf's tag to its case, for the resident's receipt."""
    return commitments.Opening(commitments.CASE, str(stream).encode(), salt)


def iterate(after: int = -1) -> Iterator[Entry]:
    """Numbered events in the order of the log, those with a place beyond `after`; memory stays flat."""
    while True:
        page = list(Entry.objects.filter(idx__gt=after).order_by("idx")[:2_000])
        yield from page
        if not page:
            return
        after = int(page[-1].idx or 0)


def erased_labels() -> set[tuple[UUID, str]]:
    """(stream, label) of every field that an `erased` event names in its body's `labels`."""
    return {
        (stream, str(label))
        for stream, body in Entry.objects.filter(kind="erased").values_list("stream", "body").iterator()
        for label in body.get("labels", [])
    }
