"""Each test has a small body, and a folder, keys and a log of its own."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from huiyin.cases.tests import body
from huiyin.ledger import actions as ledger


@pytest.fixture(autouse=True)
def _small_body(db: None, tmp_path: Path, settings: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path / "home")
    ledger.forget_cache()
    body.load()
