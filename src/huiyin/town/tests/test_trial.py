"""The trial at small scale: cheating does not pay, is seen, and honest towns are left in peace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from huiyin.town import behaviours
from huiyin.town.commands import town
from huiyin.town.trial import contest, report
from huiyin.town.trial.contest import Scale
from huiyin.town.trial.coverage import Covered, coverage
from huiyin.town.trial.figures import KINDS, Published, better, gain


@pytest.fixture(scope="module")
def result() -> report.Result:
    return report.run(behaviours.tricks(), Scale.small())


def test_no_trick_makes_an_outcome_figure_look_better_beyond_its_interval(result: report.Result) -> None:
    for grade in result.graded:
        for code in report.outcomes():
            assert grade.compared[code] > 0
            assert not report.flattered(grade, code), (grade.name, code)
    # Two intervals part by luck in fewer than one comparison in forty.
    pairs = [(grade.improved[code], grade.compared[code]) for grade in result.graded for code in report.outcomes()]
    assert sum(better for better, _ in pairs) <= 0.025 * sum(compared for _, compared in pairs)


def test_every_trick_that_leaves_a_trace_is_asked_about_by_its_own_signature(result: report.Result) -> None:
    for grade in result.graded:
        if grade.leaves:
            assert grade.flagged == grade.trials, grade.name
            assert grade.by[grade.leaves[0]] == grade.trials, grade.by


def test_what_leaves_no_trace_is_caught_by_the_callbacks_all_the_same(result: report.Result) -> None:
    (grade,) = (grade for grade in result.graded if not grade.leaves)
    assert grade.name == "visit_photographer"
    assert grade.flagged == 0
    assert (grade.mean_gain("confirmed_callback") or 0) < -0.02


def test_honest_offices_are_left_in_peace_alone_and_beside_others_who_cheat(result: report.Result) -> None:
    assert result.honest.towns_flagged == 0
    assert result.honest.offices > 200
    assert all(grade.bystanders == 0 for grade in result.graded)


def test_what_can_be_improved_by_a_trick_is_named_with_what_exposes_it(result: report.Result) -> None:
    page = report.markdown(result)
    for kind in KINDS:
        assert kind.en in page
        assert kind.outcome or kind.beside
    assert "days until an answer (median) | " in page
    assert "false_closer (6 of 6)" in page
    assert json.loads(json.dumps(report.as_json(result)))["ok"] is (not result.shortfalls)


def test_a_trial_that_falls_short_says_where(result: report.Result) -> None:
    grade = contest.Graded("blinder", "", "", ("false_closing",), trials=40, flagged=3)
    grade.compared["returned"], grade.improved["returned"] = 40, 9
    alarms = contest.Honest(towns=200, towns_flagged=9)
    short = report.Result(Scale(), (grade,), alarms, (Covered("wilson", "", "", held=850, of=1_000),))
    assert len(short.shortfalls) == 4
    assert "9 of 40" in short.shortfalls[0]


def test_better_means_beyond_both_intervals() -> None:
    more, less = KINDS[0], next(kind for kind in KINDS if not kind.more_is_better)
    low, high = Published(0.5, 0.4, 0.6, 50), Published(0.8, 0.7, 0.9, 50)
    assert better(more, high, low)
    assert not better(more, low, high)
    assert better(less, low, high)
    assert not better(more, Published(0.62, 0.55, 0.7, 50), low)
    assert gain(less, low, high) == pytest.approx(0.3)


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    for one in coverage(40):
        assert one.of >= 60
        spread = 3 * (0.95 * 0.05 / one.of) ** 0.5
        assert 0.93 - spread < one.share < 0.97 + spread, one


def test_a_behaviour_of_ones_own_is_tried_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scale, "small", classmethod(lambda cls: cls(seeds=1, honest_towns=1, coverage_seeds=1)))
    own = tmp_path / "idler.py"
    own.write_text(
        "TITLE_ZH, TITLE_EN, HONEST, LEAVES = '不做', 'Does nothing', False, ('false_closing',)\n"
        "def decide(world, facts, draft, rng):\n    draft.done[:] = 0\n    draft.claim[:] = 0\n",
        encoding="utf-8",
    )
    told = CliRunner().invoke(town, ["trial", "--small", "--behaviour", str(own), "--json"])
    found = json.loads(told.stdout)
    assert [trick["name"] for trick in found["tricks"]] == ["idler"]
    assert found["tricks"][0]["flagged"] == 2
    missing = CliRunner().invoke(town, ["trial", "--small", "--behaviour", str(tmp_path / "none.py")])
    assert missing.exit_code == 1
    assert "not a Python file" in missing.output


def test_the_behaviours_are_listed_in_both_languages() -> None:
    told = CliRunner().invoke(town, ["behaviours"]).output
    assert "false_closer" in told
    assert "虚假办结" in told
