"""The demo town is made by the real actions, so everything that holds for a real body holds for it."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from huiyin.cases import check
from huiyin.cases.models import Attachment, Case
from huiyin.ledger import actions, audit
from huiyin.ledger.models import Checkpoint, Entry
from huiyin.organisation.testing import load_demo
from huiyin.outcomes import periods
from huiyin.outcomes.cli import callbacks
from huiyin.outcomes.models import Attempt, Period
from huiyin.town import history
from huiyin.worker.models import Task

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path, settings, db) -> history.Made:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path, log_name="town.example/log")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    actions.forget_cache()
    load_demo()
    return history.build(NOW, matters=60, days=60)


@pytest.mark.django_db
def test_a_made_town_keeps_every_rule_of_cases_and_log_and_shows_every_state(town: history.Made) -> None:
    assert check.check().found == 0
    report = audit.verify(NOW)
    assert report.codes == set()
    assert report.entries == Entry.objects.count() > 600
    assert Checkpoint.objects.count() > 40

    phases = set(Case.objects.values_list("phase", flat=True))
    assert phases >= {"received", "dispatched", "objected", "working", "parked", "answered", "declined", "reviewing"}
    assert phases >= {"merged", "rested"}
    outcomes = set(Case.objects.exclude(outcome="").values_list("outcome", flat=True))
    assert outcomes == {"solved", "partly", "not_solved", "unknown", "declined", "withdrawn"}
    assert set(Case.objects.values_list("channel", flat=True)) == {"web", "phone", "counter", "visit", "letter"}
    assert set(Case.objects.values_list("confidentiality", flat=True)) == {"open", "office", "confidential"}
    assert Case.objects.filter(escalation__gt=0).exists()
    assert Case.objects.filter(supporters__gte=3).count() >= 3
    assert Attachment.objects.exclude(case=None).exists()
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert kinds >= {"contact_revealed", "message", "extended", "resident_asked", "reviewed", "disputed", "reopened"}

    # Time only goes forward, and nothing is left for the worker but what is due after now.
    times = list(Entry.objects.order_by("id").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] <= NOW
    assert not Task.objects.filter(done_at=None).exists()
    assert not Case.objects.filter(wake_at__lte=NOW).exists()
    assert len(town.refused) <= 3
    assert sum(town.refused.values()) <= town.matters // 20

    # The sample: last month is drawn and being called, this month and the next are announced.
    drawn = Period.objects.get(key="2026-10")
    assert drawn.drawn_at is not None
    assert drawn.closed_at is None
    assert list(Period.objects.filter(drawn_at=None).order_by("key").values_list("key", flat=True)) == [
        "2026-11",
        "2026-12",
    ]
    asked = drawn.drawn.exclude(disposition="")
    assert asked.filter(disposition="answered", mode="phone").exists()
    assert asked.exclude(result="").filter(voice=None).count() == 0
    assert Attempt.objects.filter(hours="night").count() == 0
    # When the calls are over everything about it can be checked from public data.
    later = NOW + timedelta(days=20)
    periods.go_on(later, {"role": "system"})
    actions.seal(later)
    checked = CliRunner().invoke(callbacks, ["verify", "--json"])
    assert checked.exit_code == 0, checked.output
    assert [one["period"] for one in json.loads(checked.output)] == ["2026-10"]
    assert set(town.behaviours.values()) >= {"honest", "overloaded", "false_closer", "rating_coach", "promiser"}
