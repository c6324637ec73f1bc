"""Spark gives the same figures as DuckDB, to the last digit. `make test-spark` installs it and runs this file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from huiyin.figures import frames
from huiyin.figures.evaluate import Moment, count, judge
from huiyin.figures.indicators import INDICATORS
from huiyin.figures.rollups import Rollup
from huiyin.figures.tests import lakes
from huiyin.figures.tests.test_indicators import comparable

if os.environ.get("HUIYIN_SPARK") != "1":
    pytest.skip("a Java machine of its own: make test-spark", allow_module_level=True)
pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.fail("Spark needs Java 17", pytrace=False)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("huiyin")
    for name, value in {
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.memory": "2g",
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }.items():  # fmt: skip
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def both(session: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[frames.Frames, frames.Frames]:
    folder: Path = tmp_path_factory.mktemp("lake")
    lake = lakes.write(folder, lakes.random_lake(Random(11), 800))
    return frames.duckdb(lake), frames.spark(lake, session)


@pytest.mark.parametrize("by", [(), ("office",), ("area", "month")], ids=str)
def test_every_indicator_is_the_same_to_the_last_digit(
    both: tuple[frames.Frames, frames.Frames], by: tuple[str, ...]
) -> None:
    moment = Moment(lakes.NOW)
    for one in INDICATORS:
        if one.measure is None:
            continue
        duck, spark = (count(engine, one, moment, by) for engine in both)
        assert comparable(duck) == comparable(spark), one.code
        assert judge(one, duck, by) == judge(one, spark, by), one.code


def test_roll_ups_are_the_same(both: tuple[frames.Frames, frames.Frames]) -> None:
    assert Rollup.of(both[0], Moment(lakes.NOW)) == Rollup.of(both[1], Moment(lakes.NOW))
