"""An event and its public leaf, made ready to be stored by the command it belongs to."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from huiyin.base.bulk import new_row
from huiyin.ledger import canonical, commitments, tree
from huiyin.ledger.models import Checkpoint, Entry

LEAF_VERSION = 1
#: An entry bundle writes a leaf's length in 2 bytes (C2SP tlog-tiles).
LARGEST_LEAF = 0xFFFF
#: For how long the root of the last checkpoint may be taken from memory, seconds. Older is allowed: it only widens the
#: proof "not before" by as much.
CACHE_SECONDS = 2.0

_cache_lock = threading.Lock()
_cached: tuple[float, object, str] | None = None


@dataclass(frozen=True)
class Prepared:
    """An event ready to be stored (`entry` is unsaved) and the fresh salt of every private label."""

    entry: Entry
    salts: dict[str, bytes]


def timestamp(at: datetime) -> str:
    """How a leaf writes a time: UTC, always six decimals. ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def prepare(
    *,
    stream: UUID,
    seq: int,
    tag: str,
    kind: str,
    at: datetime,
    actor: Mapping[str, Any],
    body: Mapping[str, Any],
    pub: Mapping[str, Any],
    private: Mapping[str, bytes],
) -> Prepared:
    """Build the event and its public leaf; the caller saves `entry` in the transaction of its command.

    `body` and `actor` are committed to, `pub` is published, `private` values are committed to under fresh salts that
    the caller keeps beside the values in the vault (erasing both erases all that is left of the value). None of `body`,
    `actor`, `pub` may hold personal text. Raises ValueError (CanonicalError for a value without a canonical form) when
    a label is reserved or empty, or the leaf is larger than 65,535 bytes.
    """
    if not commitments.RESERVED.isdisjoint(private):
        raise ValueError(f"reserved labels: {', '.join(sorted(commitments.RESERVED))}")
    # One call to the system for all that must be random here; no byte is used twice.
    random = os.urandom(16 + commitments.SALT_BYTES * (len(private) + 1))
    pieces = [
        random[start : start + commitments.SALT_BYTES] for start in range(16, len(random), commitments.SALT_BYTES)
    ]
    secret = pieces.pop()
    salts = dict(zip(private, pieces, strict=True))
    digests = {label: commitments.commit(label, value, salts[label]).hex() for label, value in private.items()}
    digests.update(facts_commitments(secret, actor=actor, body=body))
    leaf = canonical.encode(
        {
            "v": LEAF_VERSION,
            "kind": kind,
            "at": timestamp(at),
            "case": tag,
            "seq": seq,
            "n": random[:16].hex(),
            "prev_cp": _last_root(),
            "c": digests,
            "pub": dict(pub),
        }
    )
    if len(leaf) > LARGEST_LEAF:
        raise ValueError("the public part of an event is larger than 65,535 bytes")
    entry = new_row(
        Entry,
        stream=stream,
        seq=seq,
        kind=kind,
        at=at,
        actor=dict(actor),
        body=dict(body),
        body_salt=secret,
        leaf=leaf.decode(),
        leaf_hash=tree.leaf_hash(leaf),
    )
    return Prepared(entry, salts)


def facts_commitments(secret: bytes, *, actor: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, str]:
    """The commitments every leaf has: to the canonical JSON of the facts and of who acted."""
    return {
        label: commitments.commit(label, text, commitments.derived_salt(secret, label)).hex()
        for label, text in ((commitments.BODY, canonical.encode(dict(body))), (commitments.ACTOR, _actor_text(actor)))
    }


def _actor_text(actor: Mapping[str, Any]) -> bytes:
    """The canonical form of who acted; the few who act again and again are remembered."""
    facts = tuple(actor.items())
    return _remembered(facts) if all(type(value) is str for _, value in facts) else canonical.encode(dict(actor))


@lru_cache(maxsize=256)
def _remembered(facts: tuple[tuple[str, str], ...]) -> bytes:
    return canonical.encode(dict(facts))


def new_tag(stream: UUID) -> tuple[str, bytes]:
    """The public name of a case (64 hexadecimal digits) and the salt that links it to the case.

    Without the salt nobody can tell which case the tag belongs to; the resident's receipt carries it.
    """
    salt = commitments.new_salt()
    return tag_of(stream, salt), salt


def tag_of(stream: UUID, salt: bytes) -> str:
    """The tag `new_tag` made for this stream with this salt."""
    return commitments.commit(commitments.CASE, str(stream).encode(), salt).hex()


def _last_root() -> str:
    """Root of the newest checkpoint in hexadecimal, at most CACHE_SECONDS old; the empty root before the first."""
    global _cached
    now, place = time.monotonic(), settings.CONFIG.home
    cached = _cached
    if cached is not None and cached[1] == place and now - cached[0] < CACHE_SECONDS:
        return cached[2]
    with _cache_lock:
        root = Checkpoint.objects.order_by("-size", "-at").values_list("root", flat=True).first()
        text = bytes(root).hex() if root is not None else tree.EMPTY_ROOT.hex()
        _cached = (now, place, text)
    return text


def forget_cache() -> None:
    """Read the newest checkpoint anew at the next `prepare`."""
    global _cached
    _cached = None
