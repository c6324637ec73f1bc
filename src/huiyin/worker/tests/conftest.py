"""A registry of its own for each test."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from huiyin.worker import registry

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(registry, "_jobs", {})
    monkeypatch.setattr(registry, "discover", lambda: None)
