"""From matters to public pages: rounded, protected, in the pack's order, and the same by change as from scratch."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiyin.cases.actions import perform, receive
from huiyin.cases.lifecycle import Actor, Claim, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.tests import body
from huiyin.figures import frames
from huiyin.figures.measures import Moment
from huiyin.figures.rollups import Rollup
from huiyin.lake import published, rollup, sync

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, tzinfo=UTC)
HEAD = Actor(Role.HEAD, "light", "1")
DESK = Actor(Role.DISPATCHER, "city", "2")
RESIDENT = Actor(Role.RESIDENT)


@pytest.fixture(autouse=True)
def _small_body(db: None) -> None:
    body.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def matters(count: int, verdict: Verdict | None, prefix: str) -> None:
    for number in range(count):
        receipt = receive(
            c.Receive("web", "lamp", area="east", category="street.lamp"), RESIDENT, FEBRUARY, door="web",
            key=f"{prefix}{number}",
        )  # fmt: skip
        at = FEBRUARY + timedelta(hours=number)
        perform(receipt.case_id, c.Dispatch("light"), DESK, at)
        perform(receipt.case_id, c.Acknowledge(), HEAD, at)
        perform(receipt.case_id, c.Answer(Claim.SOLVED, "done"), HEAD, at)
        if verdict is not None:
            perform(receipt.case_id, c.GiveVerdict(verdict), RESIDENT, at)


def refresh(now: datetime, folder: Path) -> rollup.Rollup:
    synced = sync.sync(now, folder=folder)
    rollup.refresh(synced, now)
    stored = rollup.kept(folder)
    assert stored is not None
    return stored[0]


def test_a_page_says_what_is_claimed_and_what_is_confirmed(folder: Path) -> None:
    matters(21, Verdict.SOLVED, "s")
    matters(12, Verdict.NOT_SOLVED, "n")
    matters(4, None, "u")
    refresh(NOW, folder)
    page = published.latest("office", "light")
    assert page is not None
    assert page.months(30) == ("2026-02",)
    gap = page.gap(30)
    assert (gap.received, gap.claimed, gap.confirmed, gap.disputed, gap.unknown) == (35, 35, 20, 10, None)
    figure = page.figure("confirmed", 30)
    assert figure is not None
    assert figure.value == round(20 / 35, 3)
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < 21 / 33 < figure.high
    assert [month for month, _ in page.trend("confirmed")] == ["2026-02"]
    assert [one.group for one in published.pages("office")] == ["light"]
    assert published.latest("body") is not None
    assert published.latest("category", "1/street") is not None
    assert published.latest("office", "atlantis") is None


def test_few_matters_are_not_told(folder: Path) -> None:
    matters(9, Verdict.SOLVED, "s")
    refresh(NOW, folder)
    page = published.latest("office", "light")
    assert page is not None
    assert set(page.counts(365).values()) == {None}
    figure = page.figure("confirmed", 365)
    assert figure is not None
    assert (figure.value, figure.why) == (None, "few")


def test_after_a_change_the_roll_up_is_what_counting_from_scratch_gives(folder: Path) -> None:
    matters(12, Verdict.SOLVED, "s")
    refresh(NOW, folder)
    matters(3, Verdict.NOT_SOLVED, "n")
    later = NOW + timedelta(hours=1)
    synced = sync.sync(later, folder=folder)
    assert synced.changes is not None
    changed = rollup.current(synced.lake, later, synced)
    assert changed == Rollup.of(frames.duckdb(synced.lake), Moment(later))
    assert changed.counts("body", "", changed.months())["received"] == 15


def test_a_lost_or_foreign_roll_up_is_counted_anew(folder: Path) -> None:
    matters(12, Verdict.SOLVED, "s")
    first = refresh(NOW, folder)
    (folder / rollup.FILE).write_text("{", encoding="utf-8")
    assert refresh(NOW + timedelta(hours=1), folder) == first
    (folder / rollup.FILE).unlink()
    assert refresh(NOW + timedelta(hours=2), folder) == first


def test_pages_are_due_after_a_change_and_after_the_end_of_a_month(folder: Path) -> None:
    matters(10, Verdict.SOLVED, "s")
    synced = sync.sync(NOW, folder=folder)
    assert rollup.is_due(synced.lake, NOW)
    rollup.refresh(synced, NOW)
    assert not rollup.is_due(synced.lake, NOW)
    assert rollup.is_due(synced.lake, NOW + timedelta(days=31))


def test_definitions_are_whole_in_both_languages() -> None:
    zh, en = published.definitions("zh-hans"), published.definitions("en")
    assert [one.code for one in zh] == [one.code for one in en]
    assert {"received", "unknown", "confirmed", "paper_closure"} <= {one.code for one in zh}
    for one, other in zip(zh, en, strict=True):
        assert one.title
        assert one.meaning
        assert one.meaning != other.meaning


def test_pages_are_read_without_any_engine() -> None:
    program = (
        "import sys; from huiyin.cli import prepare_django; prepare_django(); import huiyin.board.views\n"
        "print([m for m in ('ibis', 'duckdb', 'pyarrow', 'pandas', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
