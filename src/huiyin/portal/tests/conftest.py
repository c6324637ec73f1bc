"""The small town in force, and limits that begin full, for every test of this room that uses a database."""

from __future__ import annotations

import pytest
from django.test import Client

from huiyin.base.limits import Bucket
from huiyin.portal import door
from huiyin.portal.tests import town


@pytest.fixture
def here(db: None) -> Client:
    town.load()
    return Client()


@pytest.fixture(autouse=True)
def full_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SENDING", "PHOTOS", "WRONG_CODES", "WRONG_CODES_OF_ALL", "SEARCHES"):
        full: Bucket = getattr(door, name)
        monkeypatch.setattr(door, name, Bucket(capacity=full.capacity, per_second=full.per_second))
