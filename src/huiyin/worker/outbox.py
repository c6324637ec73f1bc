"""Put something into the outbox, in the same transaction as the change it follows from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from huiyin.worker.models import Task

#: Longest string in a payload. Long enough for identifiers and codes, too short (and ASCII only) for people's words.
LONGEST = 100


def task(
    kind: str, payload: Mapping[str, object], *, now: datetime, run_at: datetime | None = None, key: str = ""
) -> Task:
    """An unsaved task, to be inserted together with what it follows from (`huiyin.base.bulk.insert_together`).

    `payload` holds identifiers, codes and numbers only; UUIDs become text. `run_at` defaults to `now`. With a `key` the
    insert raises IntegrityError when a task of that kind and key exists. Raises ValueError for text in the payload.
    """
    return Task(kind=kind, key=key, payload=_plain(payload), run_at=run_at or now, created_at=now)


def enqueue(
    kind: str, payload: Mapping[str, object], *, now: datetime, run_at: datetime | None = None, key: str = ""
) -> Task:
    """Save a task; call it inside `write`. With a `key` that is taken, nothing changes and the existing task is
    returned.

    A done task keeps its key until it is pruned (`huiyin.worker.jobs.KEYED_KEPT`).
    """
    new = task(kind, payload, now=now, run_at=run_at, key=key)
    if not key:
        new.save(force_insert=True)
        return new
    Task.objects.bulk_create([new], ignore_conflicts=True)
    return Task.objects.get(kind=kind, key=key)


def _plain(payload: Mapping[str, object]) -> dict[str, object]:
    return {name: _value(name, value) for name, value in payload.items()}


def _value(name: str, value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_value(name, item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str) and len(value) <= LONGEST and value.isascii():
        return value
    raise ValueError(f"payload[{name!r}]: identifiers, codes and numbers only")
