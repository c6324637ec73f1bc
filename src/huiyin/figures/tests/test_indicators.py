"""Every indicator: the engine counts what plain loops count, judged figures hold their promises, definitions are
whole.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.figures import frames, schema
from huiyin.figures.evaluate import Moment, count, evaluate, judge
from huiyin.figures.indicators import INDICATORS, Indicator, indicator
from huiyin.figures.tests import lakes
from huiyin.figures.tests.reference import Reference
from huiyin.figures.values import REASONS, SMALLEST

MEASURED = [one for one in INDICATORS if one.measure is not None]
BREAKDOWNS: list[tuple[str, ...]] = [
    (), ("office",), ("area",), ("category",), ("month",), ("channel",), ("urgency",), ("office", "category", "month"),
]  # fmt: skip


def comparable(counts: dict[Any, Any]) -> dict[Any, Any]:
    """Counts without the groups and strata in which there is nothing: an engine need not deliver rows of noughts."""
    found = {}
    for group, mine in counts.items():
        if isinstance(mine, dict):
            mine = {key: value for key, value in mine.items() if value not in (0, (0, 0, 0))}
        if mine or group == ():
            found[group] = mine
    return found


def carried(one: Indicator, by: tuple[str, ...]) -> bool:
    assert one.measure is not None
    columns = schema.table(one.measure.table).columns
    return all(name not in by or name in columns for name in ("channel", "urgency"))


def breakdowns(one: Indicator) -> list[tuple[str, ...]]:
    return [by for by in BREAKDOWNS if carried(one, by)]


@pytest.mark.slow
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), cases=st.integers(0, 120), part=st.booleans(), chosen=st.sampled_from(BREAKDOWNS))
def test_the_engine_counts_what_plain_loops_count(
    tmp_path_factory: Any, seed: int, cases: int, part: bool, chosen: tuple[str, ...]
) -> None:
    rows = lakes.random_lake(Random(seed), cases)
    lake = lakes.write(tmp_path_factory.mktemp("lake"), rows)
    moment = Moment(lakes.NOW, *((lakes.NOW - timedelta(days=90), lakes.NOW - timedelta(days=10)) if part else ()))
    engine = frames.duckdb(lake)
    reference = Reference(rows, moment.as_of, moment.start, moment.end)
    for one in MEASURED:
        for by in {(), chosen} & set(breakdowns(one)):
            found, expected = count(engine, one, moment, by), reference.counts(one.code, by)
            assert comparable(found) == comparable(expected), (one.code, by)
            assert judge(one, found, by) == judge(one, {g: found[g] for g in reversed(list(found))}, by)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> frames.Frames:
    """A lake with enough in it for every figure."""
    return frames.duckdb(lakes.write(tmp_path_factory.mktemp("crowd"), lakes.random_lake(Random(7), 1500)))


@pytest.mark.parametrize("one", MEASURED, ids=lambda one: one.code)
def test_a_value_lies_in_its_interval_and_is_never_given_for_a_few(one: Indicator, crowd: frames.Frames) -> None:
    values = [value for by in ((), ("area", "month")) for value in evaluate(crowd, one, Moment(lakes.NOW), by)]
    assert any(value.measurable for value in values)
    for value in values:
        assert (value.code, value.version) == (one.code, one.version)
        if value.value is None or value.low is None or value.high is None:
            assert (value.value, value.low, value.high, value.bounds) == (None, None, None, None)
            assert value.why in REASONS
            assert value.reason("zh") != value.reason("en") != ""
            continue
        assert (value.n >= SMALLEST, value.why) == (True, "")
        assert value.low <= value.value <= value.high
        if value.bounds is not None:
            assert value.bounds[0] <= value.bounds[1]
            assert one.unit == "difference" or value.bounds[0] <= value.value <= value.bounds[1]


@pytest.mark.parametrize("cases", [0, 1])
def test_with_no_case_or_one_nothing_is_measurable(cases: int, tmp_path: Path) -> None:
    engine = frames.duckdb(lakes.write(tmp_path, lakes.random_lake(Random(3), cases)))
    for one in MEASURED:
        [value] = evaluate(engine, one, Moment(lakes.NOW))
        assert (one.code, value.value, value.low, value.high) == (one.code, None, None, None)
        assert value.why in ("nothing", "few", "nobody_asked", "nobody_answered", "needs_groups")


def test_when_nobody_answered_nothing_is_known_and_no_share_is_given(tmp_path: Path) -> None:
    rows = lakes.random_lake(Random(5), 300)
    for case in rows["cases"]:
        case.update(outcome="unknown" if case["answers"] else "", verdict="", disputes=0, reopened=0, reviews=0)
    engine = frames.duckdb(lakes.write(tmp_path, rows))
    for code in ("confirmed", "paper_closure"):
        [value] = evaluate(engine, indicator(code), Moment(lakes.NOW))
        assert (value.why, value.value, value.n) == ("nobody_answered", None, 0)
        assert value.unknown == value.counts["asked"] > 0


def test_imported_history_is_never_counted_as_asked(tmp_path: Path) -> None:
    rows = lakes.random_lake(Random(6), 300)
    for case in rows["cases"]:
        case.update(imported=True, asked=False)
    for answer in rows["answers"]:
        answer.update(started_at=None, due_at=None)
    rows["callbacks"] = []
    engine = frames.duckdb(lakes.write(tmp_path, rows))
    for one in MEASURED:
        if one.code == "idle_looks":  # looks at contacts are this office's own doing, whatever the matter
            continue
        for value in evaluate(engine, one, Moment(lakes.NOW)):
            assert (one.code, value.value) == (one.code, None)


def test_answers_that_were_not_checked_say_so(tmp_path: Path) -> None:
    engine = frames.duckdb(lakes.write(tmp_path, lakes.random_lake(Random(8), 200), origin="database"))
    for code in ("template", "promise_instead"):
        [value] = evaluate(engine, indicator(code), Moment(lakes.NOW))
        assert (value.why, value.value) == ("no_reply_check", None)


def test_there_are_thirty_one_and_each_is_whole() -> None:
    assert sorted({one.number for one in INDICATORS}) == list(range(1, 32))
    assert len({one.code for one in INDICATORS}) == len(INDICATORS)
    numbers = {one.number for one in INDICATORS}
    for one in INDICATORS:
        texts = [
            one.title,
            one.meaning,
            one.denominators,
            one.bias,
            one.gaming,
            *([one.missing] if one.missing else []),
        ]
        for text in texts:
            assert text.zh
            assert text.en
            assert text.zh != text.en
        assert set(one.read_with) <= numbers - {one.number}
        assert (one.method != "") == (one.measure is not None)


def test_what_the_data_do_not_carry_says_what_is_missing() -> None:
    missing = {one.number for one in INDICATORS if one.measure is None}
    assert missing == {7, 10, 15, 21, 22, 23, 27, 29, 30}
    [value] = judge(indicator("reach"), {})
    assert (value.why, value.measurable) == ("no_data_yet", False)


def test_reading_definitions_loads_no_engine() -> None:
    program = (
        "import sys, huiyin.figures.indicators, huiyin.figures.evaluate, huiyin.figures.publishing\n"
        "print([m for m in ('ibis', 'duckdb', 'pyarrow', 'pandas', 'numpy', 'django') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
