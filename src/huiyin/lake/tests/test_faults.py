"""Whatever is wrong with a lake is said plainly, and nothing that was there is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiyin.figures import schema
from huiyin.figures.lakefiles import MANIFEST, Lake, LakeError
from huiyin.figures.lakewriting import locked
from huiyin.lake import check, sync
from huiyin.lake.tests.test_sync import NOW, matter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_body(db: None) -> None:
    from huiyin.cases.tests import body

    body.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def parts(folder: Path) -> list[Path]:
    return sorted((folder / "cases").rglob("*.parquet"))


def codes(folder: Path) -> set[str]:
    return {finding.code for finding in check.check(NOW, folder=folder).findings}


def test_a_sound_lake_has_no_findings(folder: Path) -> None:
    matter("a")
    sync.sync(NOW, folder=folder)
    report = check.check(NOW, folder=folder)
    assert (report.clean, report.sampled, report.behind) == (True, 1, 0)
    matter("b")
    report = check.check(NOW, folder=folder)
    assert (report.clean, report.behind) == (True, 3)


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda part: part.unlink(), "missing"),
        (lambda part: part.write_bytes(part.read_bytes()[:-9]), "truncated"),
        (lambda part: part.write_bytes(b"PAR1" + part.read_bytes()[4:-4] + b"XXXX"), "unreadable"),
    ],
)
def test_a_harmed_file_is_found_and_the_lake_made_anew(folder: Path, harm: object, code: str) -> None:
    matter("a")
    sync.sync(NOW, folder=folder)
    harm(parts(folder)[0])  # type: ignore[operator]
    assert codes(folder) == {code}
    report = check.check(NOW, repair=True, folder=folder)
    assert (report.clean, report.repaired) == (True, "rebuilt")


def test_another_content_of_the_same_size_is_found(folder: Path) -> None:
    matter("a")
    sync.sync(NOW, folder=folder)
    part = parts(folder)[0]
    data = bytearray(part.read_bytes())
    data[len(data) // 4] ^= 1
    part.write_bytes(bytes(data))
    assert codes(folder) <= {"changed", "unreadable"} != set()
    assert not check.check(NOW, folder=folder).clean


def test_a_foreign_file_is_told_and_not_touched(folder: Path) -> None:
    matter("a")
    sync.sync(NOW, folder=folder)
    foreign = folder / "cases" / "month=2026-03" / "mine.parquet"
    foreign.write_bytes(parts(folder)[0].read_bytes())
    assert codes(folder) == {"stranger"}
    check.check(NOW, repair=True, folder=folder)
    assert foreign.exists()
    assert len(Lake.open(folder).paths("cases")) == 1


def test_rows_of_another_month_are_found(folder: Path) -> None:
    matter("a")
    sync.sync(NOW, folder=folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["tables"]["cases"]["2026-02"] = manifest["tables"]["cases"].pop("2026-03")
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert codes(folder) == {"other_month"}


def test_a_lake_from_the_future_is_refused_and_left_alone(folder: Path) -> None:
    matter("a")
    sync.sync(NOW, folder=folder)
    text = (folder / MANIFEST).read_text().replace(f'"schema": {schema.VERSION}', f'"schema": {schema.VERSION + 1}')
    (folder / MANIFEST).write_text(text)
    for attempt in (sync.sync, sync.rebuild, check.check):
        with pytest.raises(LakeError) as refused:
            attempt(NOW, folder=folder)
        assert refused.value.code == "from_the_future"
    assert (folder / MANIFEST).read_text() == text


@pytest.mark.parametrize(("text", "code"), [("{", "unreadable_manifest"), ('{"format": "x"}', "other_format")])
def test_a_manifest_nobody_can_read_is_told_and_rebuilt(folder: Path, text: str, code: str) -> None:
    matter("a")
    sync.sync(NOW, folder=folder)
    (folder / MANIFEST).write_text(text)
    with pytest.raises(LakeError):
        sync.sync(NOW, folder=folder)
    assert codes(folder) == {code}
    assert check.check(NOW, repair=True, folder=folder).clean


def test_a_case_that_was_changed_behind_our_back_is_found(folder: Path) -> None:
    from huiyin.ledger.models import Entry

    matter("a")
    sync.sync(NOW, folder=folder)
    entry = Entry.objects.get(kind="dispatched")
    Entry.objects.filter(pk=entry.pk).update(body={**entry.body, "lead": "water"})
    assert codes(folder) == {"row_differs"}


def test_two_writers_do_not_meet(folder: Path) -> None:
    with locked(folder), pytest.raises(LakeError) as refused:
        sync.sync(NOW, folder=folder)
    assert refused.value.code == "busy"


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import pyarrow as pa
from huiyin.figures import lakewriting, schema
from huiyin.figures.lakefiles import Lake, LakeError, to_arrow
folder, wanted, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
seen = 0
def step(name):
    global seen
    seen += name == wanted
    if seen == count:
        os.kill(os.getpid(), signal.SIGKILL)
lakewriting.step = step
try:
    base = Lake.open(folder)
except LakeError:
    base = None
with lakewriting.locked(folder):
    writing = lakewriting.Writing(folder, base and base.manifest)
    for name in ("offices", "areas", "categories"):
        kind = schema.table(name)
        row = {name: "x" for name in kind.columns} | {"level": 1, "active": True}
        writing.replace(name, "", to_arrow(kind, [row]))
    writing.commit(as_of="later")
"""


@pytest.mark.parametrize(
    ("point", "count"),
    [("before_part", 1), ("before_part", 2), ("after_part", 1), ("after_part", 3), ("before_manifest", 1),
     ("before_rename", 1), ("after_manifest", 1)],
)  # fmt: skip
@pytest.mark.parametrize("before", [True, False])
def test_a_writer_killed_at_any_point_leaves_a_lake_that_is_accepted_or_repaired(
    folder: Path,
    point: str,
    count: int,
    before: bool,
) -> None:
    matter("a")
    if before:
        sync.sync(NOW, folder=folder)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), point, str(count)], capture_output=True, text=True, check=False,
        env={**os.environ},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    if before:
        lake = Lake.open(folder)
        assert lake.manifest.as_of == ("later" if point == "after_manifest" else sync.stamp(NOW))
        assert {problem.code for problem in lake.problems()} <= {"left_over"}
    elif point != "after_manifest":
        assert codes(folder) == {"no_lake"}
    matter("b")
    # the next run does its work whatever was left behind, and tidies it up
    synced = sync.rebuild(NOW + timedelta(days=1), folder=folder) if point == "after_manifest" else sync.sync(
        NOW + timedelta(days=1), folder=folder
    )  # fmt: skip
    assert synced.lake.manifest.rows("cases") == 2
    assert check.check(NOW, folder=folder).clean


def test_a_case_closed_before_it_was_opened_gives_a_row_and_no_negative_time(folder: Path) -> None:
    """A machine whose clock was set back: the row says what was recorded, figures count such a time as none."""
    from random import Random

    from huiyin.figures import frames
    from huiyin.figures.evaluate import Moment, count
    from huiyin.figures.indicators import indicator
    from huiyin.figures.tests import lakes

    rows = lakes.random_lake(Random(1), 40)
    for case in rows["cases"]:
        if case["answered_at"]:
            case["answered_at"] = case["received_at"] - timedelta(hours=5)
    lake = lakes.write(folder, rows)
    found = count(frames.duckdb(lake), indicator("time_gross_half"), Moment(datetime(2026, 11, 1, tzinfo=UTC)))
    assert set(found[()]) <= {0, -1}
