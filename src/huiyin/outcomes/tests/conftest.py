"""Each test has a log, keys and folders of its own, and two languages to say things in."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from huiyin.ledger import actions


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path / "home")
    actions.forget_cache()
