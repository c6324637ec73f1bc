"""The cause model: the same seed gives the same town, one behaviour changes one office, and truth follows the work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from huiyin.town import behaviours
from huiyin.town.course import DONE, Course
from huiyin.town.simulate import simulate
from huiyin.town.world import World, deadline, invented, office_hours

SIZE = 6_000


def course(**changes: str) -> tuple[World, Course]:
    world = invented(seed=4, offices=12, areas=8, days=100).behaving(changes)
    return world, simulate(world, SIZE)


def of(world: World, found: Course, code: str) -> np.ndarray:
    """Rows of one office's own matters, those raised once more left out."""
    place = [office.code for office in world.offices].index(code)
    return np.flatnonzero((found.facts.office == place) & (found.facts.again < 0))


def test_the_same_seed_gives_the_same_town_and_another_seed_another() -> None:
    _, first = course()
    _, second = course()
    assert np.array_equal(first.rounds[0].at, second.rounds[0].at)
    assert np.array_equal(first.rounds[1].verdict_at, second.rounds[1].verdict_at, equal_nan=True)
    other = simulate(invented(seed=5, offices=12, areas=8, days=100), SIZE)
    assert not np.array_equal(first.facts.received[:100], other.facts.received[:100])


def test_one_office_that_cheats_changes_nothing_of_the_others() -> None:
    world, fair = course()
    _, unfair = course(O02="false_closer")
    for office in world.offices:
        mine = of(world, fair, office.code)
        same = np.array_equal(fair.rounds[0].truth[mine], unfair.rounds[0].truth[mine])
        assert same is (office.code != "O02")
    assert np.array_equal(fair.facts.received[:SIZE], unfair.facts.received[:SIZE])


@pytest.mark.parametrize("trick", [trick.name for trick in behaviours.tricks()])
def test_no_trick_solves_more_than_the_same_office_does_honestly(trick: str) -> None:
    world, fair = course()
    _, unfair = course(O02=trick)
    mine = of(world, fair, "O02")
    honest, cheating = ((found.rounds[0].truth[mine] == DONE).mean() for found in (fair, unfair))
    assert cheating <= honest + 0.01


def test_overloaded_is_late_and_as_true_as_anybody() -> None:
    world, fair = course()
    _, slow = course(O02="overloaded")
    mine = of(world, fair, "O02")
    first, other = fair.rounds[0], slow.rounds[0]
    assert (other.at[mine] > other.due[mine]).mean() > (first.at[mine] > first.due[mine]).mean() + 0.2
    assert np.array_equal(first.truth[mine], other.truth[mine])


def test_nothing_happens_before_what_it_follows_from() -> None:
    _, found = course(O02="returner", O03="batch_closer", O04="deadline_stuffer", O05="push_downer")
    assert (found.dispatched > found.facts.received).all()
    assert (found.acknowledged > found.dispatched).all()
    assert (found.rounds[0].at > found.acknowledged).all()
    for turn in found.rounds:
        spoken = turn.verdict > 0
        assert (turn.verdict_at[spoken] > turn.at[spoken]).all()
        sent = ~np.isnan(turn.returned_at)
        assert (turn.returned_at[sent] >= turn.verdict_at[sent]).all()


def test_a_matter_raised_once_more_is_one_that_was_not_solved() -> None:
    _, found = course(O02="false_closer")
    again = found.facts.again
    rows = np.flatnonzero(again >= 0)
    assert len(rows) > 50
    assert (found.rounds[0].truth[again[rows]] != DONE).all()
    assert (found.facts.received[rows] > found.rounds[0].at[again[rows]]).all()
    assert np.array_equal(found.facts.category[rows], found.facts.category[again[rows]])


def test_office_hours_and_deadlines_know_the_weekend() -> None:
    # Day 0 is a Monday; day 5 a Saturday.
    at = np.array([0.5, 0.9, 4.9, 5.5, 6.0])
    moved = office_hours(at, 0)
    assert np.floor(moved).tolist() == [0, 1, 7, 7, 7]
    assert (moved >= at).all()
    assert moved[0] == 0.5
    assert ((moved % 1 >= 9 / 24) & (moved % 1 <= 17.5 / 24)).all()
    days = np.array([0.4, 3.4, 4.4])
    assert np.floor(deadline(days, np.array([5.0, 1.0, 1.0]), 0)).tolist() == [7.0, 4.0, 7.0]


def test_every_behaviour_speaks_both_languages_and_names_known_signatures() -> None:
    from huiyin.figures.signatures import signatures

    codes = {signature.code for signature in signatures()}
    assert {"honest", "overloaded"} == {b.name for b in behaviours.known().values() if b.honest}
    assert len(behaviours.tricks()) == 11
    for behaviour in behaviours.known().values():
        assert behaviour.zh
        assert behaviour.en
        assert set(behaviour.leaves) <= codes


def test_somebody_can_add_a_behaviour_of_their_own(tmp_path: Path) -> None:
    own = tmp_path / "sleeper.py"
    own.write_text(
        "TITLE_ZH, TITLE_EN, HONEST, LEAVES = '睡着', 'Sleeps', False, ()\n"
        "def decide(world, facts, draft, rng):\n    draft.position[:] = 3\n",
        encoding="utf-8",
    )
    assert behaviours.add(own).name == "sleeper"
    world, found = course(O02="sleeper")
    mine = of(world, found, "O02")
    assert (found.rounds[0].at[mine] > found.rounds[0].due[mine]).mean() > 0.9
    (tmp_path / "empty.py").write_text("x = 1\n")
    (tmp_path / "broken.py").write_text("def decide(:\n")
    with pytest.raises(behaviours.NoBehaviour, match="lacks TITLE_ZH"):
        behaviours.add(tmp_path / "empty.py")
    with pytest.raises(behaviours.NoBehaviour, match="could not be read"):
        behaviours.add(tmp_path / "broken.py")
    with pytest.raises(behaviours.NoBehaviour, match="not a Python file"):
        behaviours.add(tmp_path / "nowhere.py")
    with pytest.raises(behaviours.NoBehaviour, match="no behaviour is called"):
        behaviours.get("nobody")
