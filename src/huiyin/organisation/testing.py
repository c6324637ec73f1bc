"""The demo city for tests of every room: parsed once per process, never reading the wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from huiyin.organisation.catalogue import Catalogue
from huiyin.organisation.pack import read

PACKS = Path(__file__).resolve().parents[3] / "packs"
DEMO = PACKS / "yunting"
#: A day the demo's calendars cover on both sides.
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@cache
def demo() -> Catalogue:
    """The demo city's catalogue, without a database."""
    catalogue = read(DEMO, TODAY).catalogue
    if catalogue is None:
        raise ValueError(f"{DEMO} has errors: run `huiyin pack check {DEMO}`")
    return catalogue


def load_demo() -> Catalogue:
    """Load the demo city into the test's database and give its catalogue."""
    from huiyin.organisation import store

    store.load(demo(), NOW)
    return demo()
