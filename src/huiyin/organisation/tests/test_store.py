"""Loading packs and finding the one in force."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner

from huiyin.organisation import cli, people, staff_cli, store
from huiyin.organisation.models import Area, Category, Office, PackVersion, Staff
from huiyin.organisation.permissions import PAGES, clashes, may_open, pages_for
from huiyin.organisation.records import STAFF_ROLES, Role
from huiyin.organisation.testing import DEMO, NOW, demo, load_demo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    store.forget()


def test_without_a_pack_there_is_no_catalogue_and_the_error_says_what_to_do() -> None:
    with pytest.raises(store.NoPackLoaded, match="huiyin load"):
        store.current()


def test_loading_puts_the_pack_in_force() -> None:
    loaded = store.load(demo(), NOW)
    assert loaded.changed
    assert store.current() == demo()
    assert Office.objects.filter(active=True).count() == len(demo().offices)
    assert Area.objects.get(code="990101").parent_id == "9901"
    assert Category.objects.get(code="RD1.01").name("en") == "Pothole or broken road"


def test_loading_the_same_pack_again_changes_nothing() -> None:
    store.load(demo(), NOW)
    again = store.load(demo(), NOW + timedelta(days=1))
    assert not again.changed
    assert PackVersion.objects.count() == 1
    assert PackVersion.objects.get().loaded_at == NOW


def test_codes_that_vanish_become_inactive_and_come_back() -> None:
    store.load(demo(), NOW)
    smaller = replace(demo(), offices={k: v for k, v in demo().offices.items() if k != "bus"})
    assert store.load(smaller, NOW).retired == 1
    assert not Office.objects.get(code="bus").active
    assert "bus" not in store.current().offices
    store.load(demo(), NOW)
    assert Office.objects.get(code="bus").active
    assert PackVersion.objects.count() == 3


def test_another_process_sees_the_new_pack_within_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    store.load(demo(), NOW)
    clock = 100.0
    monkeypatch.setattr(store.time, "monotonic", lambda: clock)
    assert store.current().version == demo().version
    newer = replace(demo(), version="newer")
    PackVersion.objects.create(
        code=newer.code, version=newer.version, digest=newer.digest, content=newer.to_json(), loaded_at=NOW
    )
    assert store.current().version == demo().version
    clock += store.RECHECK_SECONDS
    assert store.current().version == "newer"


def test_the_catalogue_costs_no_query_while_it_is_fresh(django_assert_num_queries: object) -> None:
    load_demo()
    store.current()
    with django_assert_num_queries(0):  # type: ignore[operator]
        store.current()


def test_the_load_command_loads_and_says_so_as_json() -> None:
    with time_machine.travel(NOW, tick=False):
        result = CliRunner().invoke(cli.load, [str(DEMO), "--json"])
    assert result.exit_code == 0, result.output
    facts = json.loads(result.output)
    assert (facts["pack"], facts["changed"], facts["warnings"]) == ("yunting", True, 0)


def test_a_pack_with_errors_is_not_loaded(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "bad")
    (tmp_path / "bad" / "duties.csv").unlink()
    result = CliRunner().invoke(cli.load, [str(tmp_path / "bad")])
    assert result.exit_code == 1
    assert "duties.csv: error:" in result.output
    assert not PackVersion.objects.exists()


def test_the_check_command_names_file_and_line_in_both_languages(tmp_path: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(cli.pack, ["new", str(tmp_path / "mine")]).exit_code == 0
    with time_machine.travel("2026-03-20", tick=False):
        assert runner.invoke(cli.pack, ["check", str(tmp_path / "mine")]).exit_code == 0
        staff = tmp_path / "mine" / "staff.csv"
        staff.write_text(staff.read_text(encoding="utf-8").replace("handler", "king"), encoding="utf-8")
        result = runner.invoke(cli.pack, ["check", str(tmp_path / "mine")])
        as_json = json.loads(runner.invoke(cli.pack, ["check", "--json", str(tmp_path / "mine")]).output)
    assert result.exit_code == 1
    assert "staff.csv:4: error: roles 不能是“king”" in result.output
    assert "roles cannot be “king”" in result.output
    assert (as_json["ok"], as_json["problems"][0]["line"]) == (False, 4)


def test_a_new_pack_never_overwrites_a_folder_in_use(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert CliRunner().invoke(cli.pack, ["new", str(tmp_path)]).exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_staff_are_added_listed_reset_and_deactivated_from_the_command_line() -> None:
    load_demo()
    run = CliRunner().invoke
    added = run(staff_cli.staff, ["add", "dora", "--role", "handler", "--office", "urban", "--json"])
    password = json.loads(added.output)["password"]
    person = Staff.objects.get(user__username="dora")
    assert person.user.check_password(password)
    assert person.must_change_password
    assert person.acts_as("handler") == {"role": "handler", "staff": person.pk, "office": "urban"}
    assert "dora  handler  urban  active" in run(staff_cli.staff, ["list"]).output
    reset = json.loads(run(staff_cli.staff, ["reset", "dora", "--json"]).output)["password"]
    person.user.refresh_from_db()
    assert person.user.check_password(reset)
    assert reset != password
    assert run(staff_cli.staff, ["deactivate", "dora"]).exit_code == 0
    person.refresh_from_db()
    assert not person.active
    assert not person.has_role("handler")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--role", "handler"], "--office"),
        (["--role", "handler", "--office", "nowhere"], "no such office"),
        (["--role", "reviewer", "--role", "head", "--office", "urban"], "must not hold both"),
    ],
)
def test_staff_that_cannot_be_are_refused_with_advice(arguments: list[str], says: str) -> None:
    load_demo()
    result = CliRunner().invoke(staff_cli.staff, ["add", "emil", *arguments])
    assert result.exit_code == 1
    assert says in result.output
    assert not Staff.objects.exists()


def test_everybody_in_the_pack_gets_an_account_once() -> None:
    load_demo()
    first = json.loads(CliRunner().invoke(staff_cli.staff, ["add-pack", "--json"]).output)
    assert len(first) == len(demo().staff)
    assert json.loads(CliRunner().invoke(staff_cli.staff, ["add-pack", "--json"]).output) == {}


def test_one_time_passwords_differ_and_are_easy_to_read_out() -> None:
    passwords = {people.one_time_password() for _ in range(50)}
    assert len(passwords) == 50
    assert all(not set("l1o0i") & set(password) for password in passwords)


def test_every_role_has_a_page_and_no_role_has_all() -> None:
    for role in STAFF_ROLES:
        assert 0 < len(pages_for([role])) < len(PAGES)
    assert may_open(["handler"], "inbox")
    assert not may_open(["administrator"], "case")
    with pytest.raises(KeyError):
        may_open(["handler"], "no such page")


def test_whoever_judges_does_not_handle() -> None:
    assert clashes(["handler", "reviewer"]) == [(Role.HANDLER, Role.REVIEWER)]
    assert clashes(["operator", "dispatcher"]) == []
