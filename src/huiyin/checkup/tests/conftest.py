"""Each test has a body of six offices, and a folder, keys and a log of its own."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from huiyin.checkup.tests import planted
from huiyin.ledger import actions


@pytest.fixture(autouse=True)
def _home(db: None, tmp_path: Path, settings: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path / "home")
    actions.forget_cache()
    planted.load()
