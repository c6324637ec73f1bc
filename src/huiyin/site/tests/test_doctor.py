"""The doctor finds what is wrong and says what to do, in both languages."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError

from huiyin.site import doctor
from huiyin.site.cli import doctor as command
from huiyin.site.doctor import Check, examine
from huiyin.site.doctor_machine import machine_checks
from huiyin.worker.models import Heartbeat, Periodic, Task

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with private keys, and sensible settings."""
    (tmp_path / "keys" / "vault").mkdir(parents=True)
    for name in ("secret", "vault/0001.key"):
        (tmp_path / "keys" / name).write_text("k")
        (tmp_path / "keys" / name).chmod(0o600)
    change(monkeypatch, home=tmp_path, origin="https://voices.example.org", second_factor="required", gateway="spool")
    return tmp_path


def change(monkeypatch: pytest.MonkeyPatch, **facts: Any) -> None:
    monkeypatch.setattr(settings, "CONFIG", dataclasses.replace(settings.CONFIG, **facts))


def states(checks: list[Check]) -> dict[str, str]:
    return {check.name: check.state for check in checks}


def machine(now: datetime = NOW) -> dict[str, str]:
    return {name: state for name, state, _, _ in machine_checks(settings.CONFIG, now)}


@pytest.mark.django_db
def test_every_check_says_something_in_both_languages(home: Path) -> None:
    checks = examine(NOW)
    assert len({check.name for check in checks}) == len(checks)
    for check in checks:
        assert any("一" <= letter <= "鿿" for letter in check.zh), check
        assert check.en.isascii() or "…" in check.en, check


@pytest.mark.django_db
def test_a_machine_set_up_well_has_nothing_to_mend(home: Path) -> None:
    assert set(machine().values()) == {"ok"}


def test_keys_that_others_can_read_are_found(home: Path) -> None:
    (home / "keys" / "vault" / "0001.key").chmod(0o644)
    assert machine()["keys"] == "fail"


def test_missing_keys_are_found(home: Path) -> None:
    (home / "keys" / "vault" / "0001.key").unlink()
    assert machine()["keys"] == "fail"


@pytest.mark.parametrize("year", [1970, 2025, 2101])
def test_a_clock_that_cannot_be_right_is_found(home: Path, year: int) -> None:
    assert machine(datetime(year, 6, 1, tzinfo=UTC))["clock"] == "fail"


@pytest.mark.parametrize(
    ("facts", "name", "state"),
    [
        ({"debug": True}, "debug", "fail"),
        ({"origin": "http://voices.example.org"}, "origin", "fail"),
        ({"origin": "http://127.0.0.1:8000"}, "origin", "warn"),
        ({"second_factor": "optional"}, "second-factor", "warn"),
    ],
)
def test_a_loose_setting_is_found(
    home: Path, monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any], name: str, state: str
) -> None:
    change(monkeypatch, **facts)
    assert machine()[name] == state


@pytest.mark.parametrize(("free", "state"), [(10**6, "fail"), (10**9, "warn"), (10**11, "ok")])
def test_a_full_disk_is_found_before_it_is_full(
    home: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    class Usage:
        def __init__(self) -> None:
            self.free = free

    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage())
    assert machine()["disk"] == state


def test_messages_nobody_picks_up_are_found(home: Path) -> None:
    (home / "spool").mkdir()
    (home / "spool" / "a.json").write_text("{}")
    os.utime(home / "spool" / "a.json", (NOW.timestamp() - 90_000, NOW.timestamp() - 90_000))
    assert machine()["spool"] == "warn"


@pytest.mark.django_db
def test_a_database_that_is_away_is_one_finding_and_ends_the_rest(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(sql: str) -> str:
        raise OperationalError

    monkeypatch.setattr(doctor, "_value", away)
    found = states(examine(NOW))
    assert found["database"] == "fail"
    assert "tasks" not in found


@pytest.mark.django_db
def test_a_silent_worker_is_found_and_a_beating_one_is_not(home: Path) -> None:
    assert states(examine(NOW))["worker"] == "fail"
    Heartbeat.objects.create(worker="w", started_at=NOW, seen_at=NOW - timedelta(seconds=30))
    assert states(examine(NOW))["worker"] == "ok"
    assert states(examine(NOW + timedelta(minutes=5)))["worker"] == "fail"


@pytest.mark.django_db
def test_failed_and_late_tasks_are_found(home: Path) -> None:
    assert states(examine(NOW))["tasks"] == "ok"
    Task.objects.create(kind="cases.notify", run_at=NOW - timedelta(hours=1), created_at=NOW)
    assert states(examine(NOW))["tasks"] == "warn"
    Task.objects.create(kind="cases.notify", run_at=NOW, created_at=NOW, failed_at=NOW, last_error="TimeoutError")
    found = {check.name: check for check in examine(NOW)}["tasks"]
    assert found.state == "fail"
    assert "cases.notify×1; TimeoutError" in found.en


@pytest.mark.django_db
def test_a_failing_periodic_job_is_found(home: Path) -> None:
    Periodic.objects.create(name="ledger.seal", failures=3, last_error="SealRefused")
    assert states(examine(NOW))["jobs"] == "fail"


@pytest.mark.django_db
def test_a_gateway_that_cannot_be_made_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(monkeypatch, gateway="smtp", smtp="")
    assert states(examine(NOW))["gateway"] == "fail"
    change(monkeypatch, gateway="console")
    assert states(examine(NOW))["gateway"] == "warn"


@pytest.mark.django_db
def test_a_place_without_a_pack_is_told_to_load_one(home: Path) -> None:
    from huiyin.organisation import store

    store.forget()
    assert states(examine(NOW))["pack"] == "fail"


@pytest.mark.django_db
def test_a_check_up_that_is_late_is_found_and_one_that_is_made_names_its_day(home: Path) -> None:
    from huiyin.checkup.models import Look
    from huiyin.checkup.tests import planted

    planted.load()
    assert states(examine(planted.NOW))["checkup"] == "warn"
    planted.looked(planted.nothing)
    made = next(check for check in examine(planted.NOW) if check.name == "checkup")
    assert (made.state, "2026-03-23" in made.zh, "2026-04-20" in made.en) == ("ok", True, True)
    next_moment = planted.UNTIL + timedelta(weeks=4)
    assert states(examine(next_moment + timedelta(hours=23)))["checkup"] == "ok"
    late = next(check for check in examine(next_moment + timedelta(hours=25)) if check.name == "checkup")
    assert (late.state, "2026-04-20" in late.en) == ("warn", True)
    assert Look.objects.count() == 1


@pytest.mark.django_db
def test_the_command_ends_with_an_error_when_something_fails_and_speaks_json(home: Path) -> None:
    call_command("createcachetable", verbosity=0)
    result = CliRunner().invoke(command, ["--json"])
    assert result.exit_code == 1
    assert {"name", "state", "zh", "en"} == set(json.loads(result.output)[0])
    words = CliRunner().invoke(command, ["--lang", "en"]).output
    assert "No worker runs" in words
    assert "没有" not in words
