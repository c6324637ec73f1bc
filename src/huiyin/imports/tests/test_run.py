"""An import loses nothing, doubles nothing, and says what it did."""
# ruff: noqa: DTZ001  a wall-clock time as a spreadsheet holds it

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from huiyin.cases import bulk_history, vault
from huiyin.cases import check as checking
from huiyin.cases.actions import perform
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.imports import run as running
from huiyin.imports.cli import import_
from huiyin.imports.models import TakenRow
from huiyin.ledger import actions as ledger
from huiyin.ledger.models import Entry

from .conftest import NOW

pytestmark = pytest.mark.django_db
ANSWERED = (1, "灯", "路灯坏了", "2019/4/25 9:32:09", "已修好", "2019/5/9 9:49:10", "2019/5/1")
OPEN = (2, "水", "停水了", datetime(2019, 4, 26, 8, 0), None, None, None)


def _rejects(home):
    with (home / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_answered_row_becomes_a_claim_that_rests_unknown_with_its_own_dates(take, workbook, book_map):
    summary = take(workbook(ANSWERED, OPEN), book_map)
    assert (summary.read, summary.taken, summary.already, summary.rejected) == (2, 2, 0, 0)
    case = Case.objects.get(phase="rested")
    assert (case.outcome, case.claim, case.verdict, case.imported) == ("unknown", "explained", "", True)
    assert case.received_at == datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)
    assert case.answered_at == datetime(2019, 5, 9, 1, 49, 10, tzinfo=UTC)
    assert case.lead_id == "city"
    assert case.wake_at is None
    kept = vault.words(case.pk)
    assert kept[1, "text"] == "路灯坏了"
    assert kept[2, "text"] == "已修好"
    assert json.loads(kept[1, "source"])["no"] == "1"
    assert set(Entry.objects.values_list("at", flat=True)) == {NOW}  # the log is never back-dated
    assert Entry.objects.get(stream=case.pk, kind="answered").body["at"] == "2019-05-09T01:49:10.000Z"


def test_a_row_without_a_reply_waits_with_the_dispatch_desk(take, workbook, book_map):
    take(workbook(OPEN), book_map)
    case = Case.objects.get()
    assert (case.phase, case.lead_id, case.due_at) == ("received", None, None)
    assert case.details["flags"] == ["no_target"]


def test_importing_the_same_file_again_changes_nothing(take, workbook, book_map):
    path = workbook(ANSWERED, OPEN)
    take(path, book_map)
    before = (Case.objects.count(), Entry.objects.count())
    summary = take(path, book_map)
    assert (summary.read, summary.taken, summary.already, summary.rejected) == (2, 0, 2, 0)
    assert (Case.objects.count(), Entry.objects.count()) == before


def test_a_changed_row_is_reported_and_the_case_left_as_it_was(take, workbook, book_map, home):
    take(workbook(OPEN), book_map)
    summary = take(workbook((2, "水", "停水两天了", *OPEN[3:])), book_map)
    assert (summary.taken, summary.reasons) == (0, {"row_changed": 1})
    assert _rejects(home)[0]["words"] == "停水两天了"
    assert vault.words(Case.objects.get().pk)[1, "text"] == "停水了"


def test_every_bad_row_is_whole_in_the_rejects_file_with_a_reason_in_both_languages(take, workbook, book_map, home):
    rows = [
        ANSWERED,
        (None, "no id", "x", "2019/4/25", None, None, "t"),
        (3, None, " \t\n", "2019/4/25", None, None, "t"),
        (4, "s", "x", None, None, None, "t"),
        (5, "s", "x", "25.4.2019", None, None, "t"),
        (6, "s", "x", "2031/4/25", None, None, "t"),
        (7, "s", "=A1&A2", "2019/4/25", None, None, "t"),
        (1, "灯", "别的话", "2019/4/25", None, None, "t"),
    ]
    summary = take(workbook(*rows), book_map)
    assert summary.read == 8 == summary.taken + summary.already + summary.rejected
    rejects = _rejects(home)
    assert [(r["row"], r["code"]) for r in rejects] == [
        ("3", "id_missing"),
        ("4", "nothing_said"),
        ("5", "time_missing"),
        ("6", "time_unreadable"),
        ("7", "time_in_future"),
        ("8", "formula_without_value"),
        ("9", "id_repeated"),
    ]
    assert all(r["原因"] and r["reason"] and r["target"] == "t" for r in rejects)
    assert rejects[3]["came"] == "25.4.2019"
    assert rejects[5]["words"] == "=A1&A2"
    assert (home / "rejects.csv").stat().st_mode & 0o077 == 0


def test_without_rejects_the_file_of_an_earlier_run_goes(take, workbook, book_map, home):
    take(workbook((None, "s", "x", "2019/4/25")), book_map)
    assert (home / "rejects.csv").exists()
    take(workbook(OPEN), book_map)
    assert not (home / "rejects.csv").exists()


def test_an_interrupted_import_is_finished_by_running_it_again(take, workbook, book_map, monkeypatch):
    path = workbook(*[(n, "s", f"text {n}", "2019/4/25", None, None, "t") for n in range(10)])
    monkeypatch.setattr("huiyin.imports.run.BATCH", 3)
    real, calls = bulk_history.prepare, []

    def breaks(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(bulk_history, "prepare", breaks)
    with pytest.raises(KeyboardInterrupt):
        take(path, book_map)
    assert Case.objects.count() == 6
    monkeypatch.setattr(bulk_history, "prepare", real)
    summary = take(path, book_map)
    assert (summary.taken, summary.already) == (4, 6)
    assert Case.objects.count() == TakenRow.objects.count() == 10


def test_a_batch_that_fails_leaves_nothing_of_itself(take, workbook, book_map, monkeypatch):
    def fails(rows):
        real(rows)
        raise RuntimeError("the power goes")

    real = bulk_history._insert
    monkeypatch.setattr(bulk_history, "_insert", fails)
    with pytest.raises(RuntimeError):
        take(workbook(ANSWERED, OPEN), book_map)
    assert not Case.objects.exists()
    assert not Entry.objects.exists()


def test_two_imports_of_one_file_at_once_double_nothing(take, workbook, book_map, monkeypatch):
    path = workbook(ANSWERED, OPEN)
    take(path, book_map)
    real, calls = running._sort_out, []

    def sees_nothing_at_first(converted, seen):
        calls.append(1)
        return (list(converted), 0, []) if len(calls) == 1 else real(converted, seen)

    monkeypatch.setattr(running, "_sort_out", sees_nothing_at_first)
    summary = take(path, book_map)
    assert len(calls) == 2
    assert (summary.taken, summary.already) == (0, 2)
    assert Case.objects.count() == 2


def test_a_dry_run_counts_the_same_and_writes_no_case(take, workbook, book_map):
    path = workbook(ANSWERED, OPEN, (None, "s", "x", "2019/4/25"))
    dry = take(path, book_map, dry_run=True)
    assert not Case.objects.exists()
    wet = take(path, book_map)
    assert (dry.read, dry.taken, dry.rejected, dry.flags) == (wet.read, wet.taken, wet.rejected, wet.flags)


def test_closed_before_opened_is_kept_and_flagged(take, workbook, book_map):
    take(workbook((1, "s", "x", "2019/5/9", "done", "2019/5/1", "t")), book_map)
    case = Case.objects.get()
    assert "closed_before_opened" in case.details["flags"]
    assert case.answered_at < case.received_at


def test_five_styles_of_one_date_give_one_moment(take, workbook, book_map):
    styles = ["2019/4/25 9:32:09", "2019-04-25T09:32:09", "2019年4月25日 9:32:09", datetime(2019, 4, 25, 9, 32, 9),
              43580.39732638889]  # fmt: skip
    take(workbook(*[(n, "s", f"x{n}", style, None, None, "t") for n, style in enumerate(styles)]), book_map)
    assert set(Case.objects.values_list("received_at", flat=True)) == {datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)}


def test_what_was_imported_checks_clean_sealed_and_after_an_erasure(take, workbook, book_map):
    take(workbook(ANSWERED, OPEN), book_map)
    assert checking.check().clean
    ledger.seal(NOW)
    report = checking.verify(NOW)
    assert report.clean, report.findings
    assert report.openings == 7  # twice text, subject and the row as it was; one reply
    case = Case.objects.get(phase="rested")
    later = NOW + timedelta(minutes=1)
    perform(case.pk, c.Erase("resident_asked"), Actor(Role.ADMINISTRATOR, staff="1"), later)
    ledger.seal(later)
    report = checking.verify(later)
    assert report.clean, report.findings
    assert report.openings == 3
    assert checking.check().clean


def test_the_command_says_what_it_did_and_its_exit_code_tells(home, workbook, book_map):
    runner = CliRunner()
    path = workbook(ANSWERED, OPEN, (None, "s", "x", "2019/4/25"))
    done = runner.invoke(import_, [str(path), "--map", str(book_map), "--json"])
    facts = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (facts["read"], facts["taken_in"], facts["rejected"]) == (3, 2, 1)
    assert facts["reasons"] == {"id_missing": 1}
    again = runner.invoke(import_, [str(path), "--map", str(book_map), "--limit", "2"])
    assert again.exit_code == 0
    assert "早已在 already there" in again.output


def test_a_file_or_map_that_cannot_be_used_is_exit_code_2_with_the_line(home, workbook, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('timezone = "UTC"\nchannel = "pigeon"\n[columns]\ntext = "a"\nreceived_at = "b"\n', encoding="utf-8")
    runner = CliRunner()
    done = runner.invoke(import_, [str(workbook(OPEN)), "--map", str(bad)])
    assert done.exit_code == 2
    assert "bad.toml:2" in done.output
