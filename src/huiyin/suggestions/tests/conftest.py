"""A folder of its own for model files, and nothing remembered from another test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from huiyin.suggestions import files, queries


@pytest.fixture(autouse=True)
def _own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "models")
    monkeypatch.setattr(files, "RECHECK", 0.0)
    files.forget()
    queries.forget()
    yield
    files.forget()
    queries.forget()
