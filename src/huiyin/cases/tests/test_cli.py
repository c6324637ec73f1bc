"""The commands on cases and keys: what they find, what they refuse, and their exit codes."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from huiyin.cases import check as checking
from huiyin.cases import cli, vault
from huiyin.cases.bulk_history import History, take_in
from huiyin.cases.lifecycle import Actor, Claim, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case, CaseSupport, PublicMatter, VaultItem, VaultKey
from huiyin.ledger import actions as ledger
from huiyin.ledger.models import Entry
from huiyin.organisation import pack, people, store

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=400)
IMPORTER = Actor(Role.IMPORTER)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path, log_name="voices.example/log")
    ledger.forget_cache()
    found = pack.read(Path(__file__).parents[4] / "packs" / "yunting", date(2026, 3, 2)).catalogue
    assert found is not None
    store.load(found, NOW)
    return tmp_path


def _received(text="the lamp is broken"):
    return (c.Receive("import", text, imported=True), IMPORTER, BEFORE)


def _make(*commands, text="the lamp is broken"):
    steps = [_received(text), *((command, IMPORTER, BEFORE) for command in commands)]
    return take_in([History(steps, {"source": "{}"})], NOW).cases[0]


def _answered():
    return _make(c.AnswerOnRecord("city", Claim.EXPLAINED, "it is mended"))


def _run(*words):
    return CliRunner().invoke(cli.cases, list(words))


def _codes():
    return {finding.code for finding in checking.check().findings}


def test_what_is_stored_as_the_events_say_is_clean():
    _answered()
    _make()
    done = _run("check", "--json")
    facts = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (facts["clean"], facts["cases"], facts["entries"]) == (True, 2, 3)


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda case: Case.objects.update(claim="solved"), "row_differs"),
        (lambda case: Entry.objects.filter(seq=2).delete(), "row_differs"),
        (lambda case: Entry.objects.filter(seq=2).update(kind="no_such"), "cannot_replay"),
        (lambda case: Entry.objects.all().delete(), "no_entries"),
        (lambda case: CaseSupport.objects.create(case=case, office_id="hotline"), "support_differs"),
        (lambda case: PublicMatter.objects.create(case=case, title="x", listed_at=NOW), "listing_differs"),
        (lambda case: VaultItem.objects.filter(label="text", seq=1).delete(), "words_missing"),
        (lambda case: VaultItem.objects.create(case=case, seq=3, label="note", box=b""), "words_unknown"),
        (lambda case: VaultKey.objects.all().delete(), "words_without_key"),
        (lambda case: Case.objects.all().delete(), "entry_without_case"),
    ],
)
def test_every_kind_of_damage_is_found_and_the_exit_code_says_so(damage, code):
    case = _answered()
    assert checking.check().clean
    damage(case)
    assert code in _codes()
    assert _run("check").exit_code == 1


def test_words_changed_behind_the_vault_are_found_by_verify():
    case = _answered()
    ledger.seal(NOW)
    assert checking.verify(NOW).clean
    dek = vault.case_key(case.pk)
    old = next(o for o in vault.openings(case.pk) if o.label == "text")
    VaultItem.objects.filter(case=case, seq=old.seq, label="text").delete()
    vault.put(dek, case.pk, old.seq, "text", "something else", old.salt).save()
    report = checking.verify(NOW)
    assert report.codes == {"opening_wrong"}


def test_an_erasure_needs_an_administrator_and_leaves_everything_else_valid():
    case = _answered()
    people.add("root1", ["administrator"], None, NOW, password="long enough 123")
    people.add("seat1", ["operator"], "hotline", NOW, password="long enough 123")
    refused = _run("erase", case.number, "--ground", "court", "--by", "seat1", "--yes")
    assert refused.exit_code == 2
    assert vault.words(case.pk)
    wrong = _run("erase", case.number, "--labels", "colour", "--ground", "court", "--by", "root1", "--yes")
    assert wrong.exit_code == 2
    part = _run("erase", case.number, "--labels", "source", "--ground", "court", "--by", "root1", "--yes")
    assert part.exit_code == 0, part.output
    assert (1, "source") not in vault.words(case.pk)
    assert (1, "text") in vault.words(case.pk)
    assert checking.check().clean
    asked = CliRunner().invoke(cli.cases, ["erase", case.number, "--ground", "court", "--by", "root1"], input="n\n")
    assert asked.exit_code == 1
    assert vault.words(case.pk)
    assert _run("erase", case.number, "--ground", "court", "--by", "root1", "--yes", "--json").exit_code == 0
    assert not vault.words(case.pk)
    assert checking.check().clean
    assert checking.erased_fields() == {(case.pk, "1/text"), (case.pk, "1/source"), (case.pk, "2/text")}


def test_erased_words_that_come_back_are_found():
    case = _make()
    people.add("root1", ["administrator"], None, NOW, password="long enough 123")
    kept = list(VaultItem.objects.filter(case=case)), list(VaultKey.objects.filter(case=case))
    _run("erase", case.number, "--ground", "court", "--by", "root1", "--yes")
    VaultKey.objects.bulk_create(kept[1])
    VaultItem.objects.bulk_create([VaultItem(case=case, seq=i.seq, label=i.label, box=i.box) for i in kept[0]])
    assert "words_erased" in _codes()


def test_show_prints_facts_and_never_words():
    case = _answered()
    for options in ((), ("--json",)):
        done = _run("show", case.number.lower(), *options)
        assert done.exit_code == 0
        assert "lamp" not in done.output
        assert "answered" in done.output
    assert _run("show", "26-0000-0000").exit_code == 2


def test_a_callback_is_recorded_by_a_caller_only():
    case = _answered()
    people.add("caller9", ["caller"], None, NOW, password="long enough 123")
    people.add("seat1", ["operator"], "hotline", NOW, password="long enough 123")
    runner = CliRunner()
    base = ["record", case.number, "--disposition", "answered", "--verdict", "not_solved", "--pressed"]
    assert runner.invoke(cli.callback, [*base, "--by", "seat1"]).exit_code == 2
    done = runner.invoke(cli.callback, [*base, "--by", "caller9", "--json"])
    assert json.loads(done.stdout)["verdict"] == "not_solved"
    case.refresh_from_db()
    assert (case.verdict, case.verdict_by, case.details["pressed"]) == ("not_solved", "callback", 1)
    silly = runner.invoke(cli.callback, ["record", case.number, "--disposition", "no_contact", "--verdict", "solved",
                                         "--by", "caller9"])  # fmt: skip
    assert silly.exit_code == 1
    assert "verdict_only_when_answered" in silly.output


def test_rotation_moves_everything_and_old_keys_go_only_when_nothing_needs_them(home):
    case = _answered()
    runner = CliRunner()
    rotated = runner.invoke(cli.keys, ["rotate", "--json"])
    assert json.loads(rotated.stdout) == {"key": "0002", "moved": 1, "remaining": 0}
    rows = json.loads(runner.invoke(cli.keys, ["status", "--json"]).stdout)["keys"]
    assert [(row["key"], row["current"], row["cases"]) for row in rows] == [("0001", False, 0), ("0002", True, 1)]
    late = VaultKey.objects.get()
    VaultKey.objects.update(kek="0001")
    assert runner.invoke(cli.keys, ["destroy-old", "--yes"]).exit_code == 1
    assert (home / "keys" / "vault" / "0001.key").exists()
    VaultKey.objects.update(kek=late.kek)
    early = runner.invoke(cli.keys, ["destroy-old", "--yes", "--json"])
    assert early.exit_code == 1, "a key was destroyed while something may still be written under it"
    gone = runner.invoke(cli.keys, ["destroy-old", "--yes", "--at-once", "--json"])
    assert json.loads(gone.stdout) == {"destroyed": ["0001"], "current": "0002"}
    assert not (home / "keys" / "vault" / "0001.key").exists()
    assert vault.words(case.pk)[1, "text"] == "the lamp is broken"


def test_status_says_when_a_key_is_missing():
    _make()
    VaultKey.objects.update(kek="0007")
    assert CliRunner().invoke(cli.keys, ["status"]).exit_code == 1
