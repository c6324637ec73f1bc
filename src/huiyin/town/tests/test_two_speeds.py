"""Told step by step through the real actions, or written as columns: the same cause model gives compatible towns."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiyin.figures import lakefiles
from huiyin.figures.signatures.statistics import chi_square_tail
from huiyin.lake.sync import sync
from huiyin.ledger import actions
from huiyin.organisation import store
from huiyin.organisation.testing import load_demo
from huiyin.town import history
from huiyin.town.cast import stage
from huiyin.town.columnar.tables import tables
from huiyin.town.demo_world import world_of
from huiyin.town.simulate import simulate
from huiyin.town.stories import stories

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
DAYS, MATTERS, SEED = 60, 150, 7


@pytest.fixture
def lived(tmp_path: Path, settings, db) -> history.Made:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path, log_name="town.example/log")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    actions.forget_cache()
    load_demo()
    return history.build(NOW, matters=MATTERS, days=DAYS, seed=SEED, specials_too=False)


def alike(one: Iterable[str], other: Iterable[str]) -> float:
    """Chance of two samples differing this much when they come from one and the same town."""
    first, second = Counter(one), Counter(other)
    n, m = first.total(), second.total()
    x, cells = 0.0, 0
    for name in first.keys() | second.keys():
        both = first[name] + second[name]
        if both < 8:
            continue
        cells += 1
        for count, size in ((first[name], n), (second[name], m)):
            usual = both * size / (n + m)
            x += (count - usual) ** 2 / usual
    return chi_square_tail(x, max(1, cells - 1))


@pytest.mark.slow
@pytest.mark.django_db
def test_both_speeds_tell_of_the_same_town(lived: history.Made, tmp_path: Path) -> None:
    catalogue = store.current()
    world = world_of(catalogue, stage(catalogue, stories(catalogue.categories)), NOW, DAYS, SEED)
    # Many times the size, so that only the lived town has noise.
    columns = tables(world, simulate(world, 6_000), until=(NOW - world.start) / timedelta(days=1))["cases"]
    rows = [row for row in columns.to_pylist() if row["answers"]]
    sync(NOW, folder=tmp_path / "lake")
    exported = lakefiles.Lake.open(tmp_path / "lake").read("cases").to_pylist()
    cases = [row for row in exported if row["answers"]]
    assert len(cases) > MATTERS * 0.6

    for column in ("lead", "channel", "disputes", "reopened", "reviews", "objections", "parks"):
        assert alike((str(row[column]) for row in cases), (str(row[column]) for row in rows)) > 1e-3, column
    # A solution is told from an explanation by the story there and by the kind of matter here: taken together.
    known = {"explained": "solved"}
    claims = [[known.get(row["claim"], row["claim"]) for row in part] for part in (cases, rows)]
    assert alike(*claims) > 1e-3
    own = [[row["verdict"] for row in part if row["verdict_by"] == "resident"] for part in (cases, rows)]
    assert alike(*own) > 1e-3
    share, wanted = len(own[0]) / len(cases), len(own[1]) / len(rows)
    assert abs(share - wanted) < 4 * (wanted * (1 - wanted) / len(cases)) ** 0.5

    waits = [
        sorted((row["first_answered_at"] - row["received_at"]) / timedelta(days=1) for row in part)
        for part in (cases, rows)
    ]
    middle = [part[len(part) // 2] for part in waits]
    assert middle[0] == pytest.approx(middle[1], rel=0.35)
