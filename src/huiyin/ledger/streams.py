"""Events that belong to no case: each room that has some keeps them in a stream of its own, under a public name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Max

from huiyin.ledger import events
from huiyin.ledger.models import Entry


def stream_of(name: str) -> UUID:
    """The stream of a room's own events, the same in every deployment."""
    return uuid5(NAMESPACE_URL, f"https://huiyin.invalid/{name}")


def tag_of(name: str) -> str:
    """Its public tag; the salt is known to everybody, for there is nothing to hide."""
    return events.tag_of(stream_of(name), bytes(32))


def append(name: str, kind: str, at: datetime, actor: Mapping[str, Any], facts: Mapping[str, Any]) -> Entry:
    """Add an event whose facts are all public. Call it inside `write`; of two at once the second fails as a whole
    (IntegrityError) and may be tried again.
    """
    last = Entry.objects.filter(stream=stream_of(name)).aggregate(last=Max("seq"))["last"] or 0
    prepared = events.prepare(
        stream=stream_of(name),
        seq=int(last) + 1,
        tag=tag_of(name),
        kind=kind,
        at=at,
        actor=actor,
        body=facts,
        pub=facts,
        private={},
    )
    prepared.entry.save()
    return prepared.entry
