"""Roll-ups add up: from scratch, from parts, after changes; always exactly the same."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.figures import frames, rollups
from huiyin.figures.measures import Moment
from huiyin.figures.rollups import Rollup
from huiyin.figures.tests import lakes
from huiyin.figures.tests.reference import DISTRICTS, TOPS, Reference, asked, confirmed, disputed, said

MOMENT = Moment(lakes.NOW)


def counted(folder: Path, rows: lakes.Rows) -> Rollup:
    return Rollup.of(frames.duckdb(lakes.write(folder, rows)), MOMENT)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), cases=st.integers(0, 90))
def test_a_change_is_what_came_in_minus_what_left(
    tmp_path_factory: pytest.TempPathFactory, seed: int, cases: int
) -> None:
    random = Random(seed)
    before = lakes.random_lake(random, cases)
    other = lakes.random_lake(random, cases)
    changed = [number for number in range(cases) if random.random() < 0.3]
    after = {**before, "cases": [other["cases"][n] if n in changed else row for n, row in enumerate(before["cases"])]}
    removed = {**before, "cases": [before["cases"][n] for n in changed]}
    added = {**before, "cases": [other["cases"][n] for n in changed]}
    whole, gone, new, fresh = (
        counted(tmp_path_factory.mktemp("lake"), rows) for rows in (before, removed, added, after)
    )
    assert whole - gone + new == fresh
    assert Rollup.parse(fresh.text(7)) == (fresh, 7)


def test_cells_are_what_plain_loops_count(tmp_path: Path) -> None:
    rows = lakes.random_lake(Random(2), 300)
    rollup = counted(tmp_path, rows)
    reference = Reference(rows, lakes.NOW)
    for kind, by in (("body", ()), ("office", ("office",)), ("area", ("area",)), ("channel", ("channel",))):
        expected = reference.share(
            "cases", by, received=lambda r: True, asked=asked, answered=said, confirmed=confirmed, disputed=disputed
        )
        for group, numbers in expected.items():
            mine = rollup.counts(kind, "/".join(group), rollup.months())
            assert {name: mine[name] for name in numbers} == numbers
    strata = rollup.strata(rollup.months())
    total = sum(numbers[0] for office in strata.values() for numbers in office.values())
    assert total == sum(said(row) for row in rows["cases"])
    assert rollup.groups("category") == sorted(
        {f"{row['scheme']}/{TOPS.get(row['category'], '')}" for row in rows["cases"]}
    )
    assert set(rollup.groups("area")) <= {*DISTRICTS.values(), ""}


def test_a_rollup_of_another_program_is_not_read() -> None:
    text = Rollup({("body", "", "2026-10"): (1,) * len(rollups.names())}).text(3)
    assert Rollup.parse(text) is not None
    assert Rollup.parse(text.replace(f'"rollup":{rollups.VERSION}', '"rollup":99')) is None
    assert Rollup.parse("{") is None
    assert Rollup.parse('{"rollup": 1}') is None
