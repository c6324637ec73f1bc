"""The vault: words and contacts, sealed under a key per case. Nothing outside this module opens a box."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from huiyin.base import envelope
from huiyin.base.bulk import new_row
from huiyin.base.envelope import Keyring, Wrapped
from huiyin.cases.models import Attachment, VaultItem, VaultKey

if TYPE_CHECKING:
    from pathlib import Path

SALT = 32
_lock = threading.Lock()
#: by home folder
_rings: dict[Path, Keyring] = {}


def keyring() -> Keyring:
    """The deployment's keys (one ring per home folder and process)."""
    home = settings.CONFIG.home
    ring = _rings.get(home)
    if ring is None:
        with _lock:
            ring = _rings.get(home)
            if ring is None:
                ring = Keyring(home / "keys" / "vault")
                ring.ensure()
                _rings[home] = ring
    return ring


@dataclass(frozen=True, slots=True)
class Opening:
    """One private field, opened: its words and the salt its commitment was made with."""

    seq: int
    label: str
    value: str
    salt: bytes


def new_case_key(case_id: UUID) -> tuple[VaultKey, bytes]:
    """A fresh DEK for a case: the row to store and the key itself."""
    dek = envelope.new_key()
    wrapped = keyring().wrap(dek, case_id.bytes)
    return new_row(VaultKey, case_id=case_id, kek=wrapped.kek, box=wrapped.box), dek


def case_key(case_id: UUID) -> bytes | None:
    """The DEK of a case; None when it was erased."""
    row = VaultKey.objects.filter(case_id=case_id).first()
    return None if row is None else dek_of(row)


def dek_of(row: VaultKey) -> bytes:
    """The key a row wraps. Raises CannotOpen."""
    return keyring().unwrap(Wrapped(row.kek, bytes(row.box)), row.case_id.bytes)


def _about(case_id: UUID, seq: int, label: str) -> bytes:
    return b"huiyin/vault/v1|" + case_id.bytes + b"|%d|" % seq + label.encode()


def put(dek: bytes, case_id: UUID, seq: int, label: str, value: str, salt: bytes) -> VaultItem:
    """An unsaved row that holds the value and its salt."""
    box = envelope.seal(dek, salt + value.encode(), _about(case_id, seq, label))
    return new_row(VaultItem, case_id=case_id, seq=seq, label=label, box=box)


def open_item(dek: bytes, item: VaultItem) -> Opening:
    """The words and the salt in one box. Raises CannotOpen."""
    plain = envelope.unseal(dek, bytes(item.box), _about(item.case_id, item.seq, item.label))
    return Opening(item.seq, item.label, plain[SALT:].decode(), plain[:SALT])


def openings(case_id: UUID, labels: Iterable[str] = ()) -> list[Opening]:
    """Every private field of a case that still exists, in order; all of them or only those with these labels."""
    dek = case_key(case_id)
    if dek is None:
        return []
    items = VaultItem.objects.filter(case_id=case_id).order_by("seq", "label")
    wanted = tuple(labels)
    if wanted:
        items = items.filter(label__in=wanted)
    return [open_item(dek, item) for item in items]


def words(case_id: UUID, labels: Iterable[str] = ()) -> dict[tuple[int, str], str]:
    """(seq, label) → words, for pages."""
    return {(o.seq, o.label): o.value for o in openings(case_id, labels)}


def first_words(case_ids: Iterable[UUID], labels: Iterable[str] = ("text",)) -> dict[UUID, dict[str, str]]:
    """For many cases at once: the fields of their first event. One query, whatever the number of cases."""
    found: dict[UUID, dict[str, str]] = {}
    rows = VaultItem.objects.filter(case_id__in=list(case_ids), seq=1, label__in=list(labels)).values_list(
        "case_id", "label", "box", "case__vault_key__kek", "case__vault_key__box"
    )
    for case_id, label, box, kek, key_box in rows:
        if key_box is not None:
            dek = keyring().unwrap(Wrapped(kek, bytes(key_box)), case_id.bytes)
            plain = envelope.unseal(dek, bytes(box), _about(case_id, 1, label))
            found.setdefault(case_id, {})[label] = plain[SALT:].decode()
    return found


def erase(case_id: UUID, labels: Iterable[str]) -> None:
    """Destroy words. Called inside the transaction that records the erasure.

    No labels: the case's key and every box go. Some labels: the others move under a new key and the old key goes, so
    that what was erased cannot be opened even from a copy of the database file.
    """
    wanted = frozenset(labels)
    keep: list[Opening] = [] if not wanted else [o for o in openings(case_id) if o.label not in wanted]
    VaultItem.objects.filter(case_id=case_id).delete()
    VaultKey.objects.filter(case_id=case_id).delete()
    if keep:
        row, dek = new_case_key(case_id)
        row.save(force_insert=True)
        VaultItem.objects.bulk_create([put(dek, case_id, o.seq, o.label, o.value, o.salt) for o in keep])


def rewrap(batch: int = 500) -> Mapping[str, int]:
    """Move up to `batch` keys that an older KEK wrapped under the current one; returns how many were moved and remain.

    Call it until nothing remains, then destroy the old KEK: what was erased under it is gone for good.
    """
    ring = keyring()
    current = ring.current
    moved = 0
    for row in VaultKey.objects.exclude(kek=current).order_by("case_id")[:batch]:
        wrapped = ring.wrap(dek_of(row), row.case_id.bytes)
        moved += VaultKey.objects.filter(pk=row.pk, kek=row.kek, box=row.box).update(kek=wrapped.kek, box=wrapped.box)
    for file in Attachment.objects.exclude(kek=current).order_by("id")[: max(0, batch - moved)]:
        key = ring.unwrap(Wrapped(file.kek, bytes(file.key_box)), file.id.bytes)
        wrapped = ring.wrap(key, file.id.bytes)
        moved += Attachment.objects.filter(pk=file.pk, kek=file.kek).update(kek=wrapped.kek, key_box=wrapped.box)
    remaining = VaultKey.objects.exclude(kek=current).count() + Attachment.objects.exclude(kek=current).count()
    return {"moved": moved, "remaining": remaining}
