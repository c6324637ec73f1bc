"""A log of its own for every test: its own home folder, made-up times, and quick ways to fill it."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiyin.ledger import actions
from huiyin.ledger.models import Entry

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path, log_name="voices.example/log")
    actions.forget_cache()
    return tmp_path


class Log:
    """Appends events at made-up times and seals them."""

    def __init__(self) -> None:
        self.now = START
        self.openings: list[tuple[int, str, bytes, bytes]] = []
        self.streams: dict[uuid.UUID, tuple[str, bytes, int]] = {}

    def later(self, **kwargs: float) -> datetime:
        self.now += timedelta(**kwargs)
        return self.now

    def event(
        self, kind: str = "received", at: datetime | None = None, stream: uuid.UUID | None = None, **more
    ) -> Entry:
        stream = stream or uuid.uuid4()
        tag, salt, seq = self.streams.get(stream) or (*actions.new_tag(stream), 0)
        self.streams[stream] = (tag, salt, seq + 1)
        prepared = actions.prepare(
            stream=stream,
            seq=seq + 1,
            tag=tag,
            kind=kind,
            at=at or self.now,
            actor=more.pop("actor", {"role": "resident"}),
            body=more.pop("body", {"category": "noise"}),
            pub=more.pop("pub", {"category": "noise"}),
            private=more.pop("private", {"text": b"the lamp is broken"}),
        )
        self._private = (prepared.salts, {"text": b"the lamp is broken"})
        return prepared.entry

    def add(self, count: int, every: float = 1.0) -> None:
        rows = []
        for _ in range(count):
            rows.append(self.event())
            self.later(seconds=every)
        Entry.objects.bulk_create(rows, batch_size=500)

    def seal(self) -> actions.Sealed | None:
        actions.forget_cache()
        sealed = actions.seal(self.now)
        actions.forget_cache()
        return sealed


@pytest.fixture
def log(home: Path, db: None) -> Log:
    return Log()


@pytest.fixture
def filled(log: Log) -> Callable[[int], Log]:
    """A log of so many events, sealed at every two hundredth."""

    def fill(count: int) -> Log:
        for start in range(0, count, 200):
            log.add(min(200, count - start))
            log.seal()
        return log

    return fill
