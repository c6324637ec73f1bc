"""The lake says exactly what the events say: after late events, after erasures, however often it is brought up to
date.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from huiyin.cases.actions import perform, receive
from huiyin.cases.lifecycle import Actor, Claim, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.tests import body
from huiyin.figures.lakefiles import Lake
from huiyin.lake import sync

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HEAD = Actor(Role.HEAD, "light", "1")
DESK = Actor(Role.DISPATCHER, "city", "2")
RESIDENT = Actor(Role.RESIDENT)


@pytest.fixture(autouse=True)
def _small_body(db: None) -> None:
    body.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def matter(key: str, at: datetime = NOW) -> UUID:
    case = receive(c.Receive("web", "lamp", area="east", category="street.lamp"), RESIDENT, at, door="web", key=key)
    perform(case.case_id, c.Dispatch("light"), DESK, at + timedelta(hours=1))
    perform(case.case_id, c.Acknowledge(), HEAD, at + timedelta(hours=2))
    return case.case_id


def rows(lake: Lake, table: str) -> list[dict[str, object]]:
    return sorted(
        lake.read(table).to_pylist(), key=lambda row: (str(row["case_id"]), row.get("seq", row.get("number", 0)))
    )


def same_as_fresh(lake: Lake, at: datetime, folder: Path) -> None:
    fresh = sync.rebuild(at, folder=folder.with_name("fresh")).lake
    for table in ("cases", "answers", "events"):
        assert rows(lake, table) == rows(fresh, table)
        assert set(lake.manifest.months(table)) >= set(fresh.manifest.months(table))


def test_a_first_run_writes_every_case_its_answers_and_events(folder: Path) -> None:
    case = matter("a")
    perform(case, c.Answer(Claim.SOLVED, "done"), HEAD, NOW + timedelta(hours=5))
    perform(case, c.GiveVerdict(Verdict.SOLVED), RESIDENT, NOW + timedelta(hours=6))
    lake = sync.sync(NOW + timedelta(days=1), folder=folder).lake
    [row] = rows(lake, "cases")
    assert (row["case_id"], row["lead"], row["verdict"], row["outcome"]) == (str(case), "light", "solved", "solved")
    assert (row["scheme"], row["asked"], row["staff_steps"]) == ("1", True, 3)
    [answer] = rows(lake, "answers")
    assert (answer["number"], answer["claim"], answer["evidence"]) == (1, "solved", True)
    assert answer["started_at"] == NOW
    assert [event["kind"] for event in rows(lake, "events")] == [
        "received", "dispatched", "acknowledged", "answered", "verdict_given",
    ]  # fmt: skip


def test_bringing_it_up_to_date_gives_what_a_fresh_export_gives(folder: Path) -> None:
    cases = [matter(str(number), NOW - timedelta(days=20 * number)) for number in range(6)]
    sync.sync(NOW, folder=folder)
    for number, case in enumerate(cases[:4]):
        perform(case, c.Answer(Claim.SOLVED, "done"), HEAD, NOW + timedelta(days=number))
    sync.sync(NOW + timedelta(days=5), folder=folder)
    perform(cases[0], c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT, NOW + timedelta(days=6))
    perform(cases[0], c.Dispute("dark"), RESIDENT, NOW + timedelta(days=6))
    matter("late", NOW - timedelta(days=70))
    synced = sync.sync(NOW + timedelta(days=7), folder=folder)
    assert (synced.whole, synced.cases) == (False, 2)
    same_as_fresh(synced.lake, NOW + timedelta(days=7), folder)


def test_nothing_new_writes_nothing(folder: Path) -> None:
    matter("a")
    first = sync.sync(NOW, folder=folder)
    again = sync.sync(NOW + timedelta(hours=1), folder=folder)
    assert (again.wrote, again.lake.manifest.version) == (False, first.lake.manifest.version)


def test_an_erased_case_keeps_its_countable_facts(folder: Path) -> None:
    case = matter("a")
    perform(case, c.Answer(Claim.SOLVED, "done"), HEAD, NOW + timedelta(hours=5))
    sync.sync(NOW, folder=folder)
    perform(case, c.Erase("resident_asked"), RESIDENT, NOW + timedelta(days=1))
    lake = sync.sync(NOW + timedelta(days=1), folder=folder).lake
    [row] = rows(lake, "cases")
    assert (row["erased"], row["lead"], row["claim"], row["reachable"]) == (True, "light", "solved", False)


def test_a_look_at_a_contact_becomes_idle_when_its_day_has_passed(folder: Path) -> None:
    receipt = receive(c.Receive("web", "lamp", contact="13800000000"), RESIDENT, NOW, door="web", key="a")
    perform(receipt.case_id, c.Dispatch("light"), DESK, NOW)
    perform(receipt.case_id, c.Acknowledge(), HEAD, NOW)
    perform(receipt.case_id, c.RevealContact("ask_detail"), HEAD, NOW + timedelta(hours=1))
    early = sync.sync(NOW + timedelta(hours=2), folder=folder).lake
    assert [(row["reveals"], row["idle_reveals"]) for row in rows(early, "cases")] == [(1, 0)]
    late = sync.sync(NOW + timedelta(hours=26), folder=folder)
    assert [(row["reveals"], row["idle_reveals"]) for row in rows(late.lake, "cases")] == [(1, 1)]
    assert sync.sync(NOW + timedelta(hours=27), folder=folder).wrote is False
