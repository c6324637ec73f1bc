"""Many cases with their past at once go through the same rules as one case at a door."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from huiyin.cases import bulk_history, jobs, projection, vault
from huiyin.cases import check as checking
from huiyin.cases.bulk_history import History, refusals, take_in
from huiyin.cases.lifecycle import Actor, Claim, Event, Role, evolve
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.state import CaseState
from huiyin.cases.models import Case, Posting
from huiyin.ledger import actions as ledger
from huiyin.ledger.models import Entry
from huiyin.organisation import pack, store
from huiyin.worker.models import Task

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
THEN = NOW - timedelta(days=400)
IMPORTER = Actor(Role.IMPORTER)


@pytest.fixture(autouse=True)
def body(tmp_path, settings):
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path, log_name="voices.example/log")
    ledger.forget_cache()
    found = pack.read(Path(__file__).parents[4] / "packs" / "yunting", date(2026, 3, 2)).catalogue
    assert found is not None
    store.load(found, NOW)


def _history(*commands, first=None, **more):
    first = first or c.Receive("import", "the lamp is broken", imported=True, **more)
    return History([(first, IMPORTER, THEN), *((k, IMPORTER, THEN) for k in commands)], {"source": "{}"})


ANSWER = (c.AnswerOnRecord("city", Claim.SOLVED, "mended"), c.RestOnSilence())


def test_a_claimed_solution_rests_as_unknown_never_as_solved():
    case = take_in([_history(*ANSWER)], NOW).cases[0]
    assert (case.claim, case.outcome, case.verdict) == ("solved", "unknown", "")


def test_replaying_the_events_gives_the_row():
    case = take_in([_history(*ANSWER)], NOW).cases[0]
    state = CaseState()
    for entry in Entry.objects.filter(stream=case.pk).order_by("seq"):
        state = evolve(state, Event(entry.kind, entry.body), entry.at)
    assert projection.state_of(Case.objects.get()) == state
    assert not state.clocks
    assert checking.check().clean


def test_the_log_carries_the_time_of_the_import_and_the_body_the_time_it_happened():
    take_in([_history(*ANSWER)], NOW)
    for entry in Entry.objects.all():
        assert entry.at == NOW
        assert entry.body["at"] == "2025-01-26T09:00:00.000Z"


def test_a_refused_history_leaves_nothing_and_stops_no_other():
    histories = [_history(), _history(first=c.Receive("import", " ", imported=True)), _history(c.RestOnSilence())]
    result = take_in(histories, NOW)
    assert set(result.cases) == {0}
    assert {place: refusal.code for place, refusal in result.refusals.items()} == {1: "nothing_said", 2: "not_now"}
    assert refusals(histories, NOW).keys() == {1, 2}
    assert Case.objects.count() == Entry.objects.count() == 1


def test_only_an_imported_beginning_is_a_history():
    with pytest.raises(ValueError, match="imported"):
        take_in([_history(first=c.Receive("import", "text"))], NOW)
    with pytest.raises(ValueError, match="imported"):
        take_in([History([])], NOW)


def test_the_importer_can_give_no_verdict():
    from huiyin.cases.lifecycle import Verdict

    result = take_in([_history(ANSWER[0], c.GiveVerdict(Verdict.SOLVED))], NOW)
    assert result.refusals[0].code == "not_your_role"


def test_the_original_row_is_kept_with_the_first_event_and_nobody_is_notified():
    case = take_in([_history(*ANSWER)], NOW).cases[0]
    assert vault.words(case.pk, ["source"]) == {(1, "source"): "{}"}
    assert set(Task.objects.values_list("kind", flat=True)) == {"cases.index"}


def test_a_point_goes_on_the_row_only_when_it_may_be_listed():
    place = {"point": "30.123456,124.123456"}
    listed = take_in([_history(**place)], NOW).cases[0]
    outside = take_in([dataclasses.replace(_history(**place), listed=False)], NOW).cases[0]
    assert (listed.lat, listed.lon) == (30.1235, 124.1235)
    assert (outside.lat, outside.lon) == (None, None)
    assert vault.words(outside.pk, ["point"])[1, "point"] == place["point"]


def test_one_task_makes_all_of_a_batch_findable_and_again_changes_nothing(monkeypatch):
    monkeypatch.setattr(bulk_history, "INDEXED", 2)
    taken = take_in([_history(*ANSWER) for _ in range(3)], NOW)
    tasks = list(Task.objects.filter(kind="cases.index"))
    assert sorted(len(task.payload["cases"]) for task in tasks) == [1, 2]
    for _ in range(2):
        for task in tasks:
            jobs.index(task.payload, NOW)
        found = Posting.objects.values_list("case_id", flat=True)
        assert sorted(found) == sorted(case.pk for case in taken.cases.values())
