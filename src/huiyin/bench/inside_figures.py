"""Inside a process of its own: twelve aggregations over a large lake, by indicators and by hand; and the board."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from huiyin.bench import invented
from huiyin.bench.by_hand import SUITE
from huiyin.figures import frames
from huiyin.figures.evaluate import Moment, count
from huiyin.figures.indicators import indicator
from huiyin.figures.lakefiles import Lake
from huiyin.figures.rollups import Rollup
from huiyin.lake import published, rollup
from huiyin.lake.sync import Changes, Synced


def _folder() -> Path:
    folder: Path = settings.CONFIG.home / "lake"
    return folder


def fill_lake(cases: int) -> dict[str, Any]:
    started = time.perf_counter()
    lake = invented.fill(_folder(), cases)
    size = sum(part.bytes for name in lake.manifest.tables for part in lake.manifest.parts(name))
    return {"seconds": time.perf_counter() - started, "bytes": size, "cases": lake.manifest.rows("cases")}


def aggregate(rounds: int) -> dict[str, Any]:
    """Every round: the suite by indicators and by hand in turn, after one look at the files that is not measured."""
    lake = Lake.open(_folder())
    engine = frames.duckdb(lake)
    raw = engine.connection.con
    moment = Moment(invented.AS_OF)
    files = {name: _read(lake, name) for name in ("cases", "answers", "areas", "offices")}
    sql = [text.format(**files) for _, _, text in SUITE]
    wrong: list[str] = []
    ours: list[float] = []
    hand: list[float] = []
    single: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        mine = theirs = 0.0
        for (code, by, _), text in zip(SUITE, sql, strict=True):
            took, counts = _timed(lambda code=code, by=by: count(engine, indicator(code), moment, by))  # type: ignore[misc]
            took_by_hand, rows = _timed(lambda text=text: raw.execute(text).fetchall())  # type: ignore[misc]
            mine, theirs = mine + took, theirs + took_by_hand
            single.setdefault(f"{code} {'/'.join(by)}", []).append(took / took_by_hand)
            if turn == 0 and _numbers(counts) != _numbers(rows):
                wrong.append(f"{code} by {by or 'nothing'} is not what the query by hand gives")
        if turn:
            ours.append(mine)
            hand.append(theirs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"ours": ours, "hand": hand, "peak": peak, "wrong": wrong, "single": single}


def _read(lake: Lake, name: str) -> str:
    return f"read_parquet([{', '.join(repr(path) for path in lake.paths(name))}], hive_partitioning=false)"


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _numbers(data: Any) -> int:
    """The sum of all whole numbers in an answer, groups left out: equal for equal counts, whatever the shape."""
    if isinstance(data, dict):
        keys = sum(key for key in data if isinstance(key, int))
        return keys + sum(_numbers(value) for value in data.values())
    if isinstance(data, list | tuple):
        return sum(_numbers(value) for value in data)
    return int(data) if isinstance(data, int | float) else 0


def _every_office() -> list[Any]:
    return [(page.gap(90), page.figure("confirmed", 90)) for page in published.pages("office")]


def board(rounds: int, changed: int) -> dict[str, Any]:
    """The published pages from roll-ups: first time, after a change of `changed` matters, and one page's reading."""
    lake = Lake.open(_folder())
    now = invented.AS_OF
    scratch, exact = _timed(lambda: Rollup.of(frames.duckdb(lake), Moment(now)))
    rollup.store(lake.folder, exact, lake.manifest.version - 1)  # as if it were of the version before
    newest = lake.manifest.months("cases")[-1]
    rows = lake.read("cases", [newest]).slice(0, changed)
    changes = Changes()
    changes.removed["cases"].append(rows)
    changes.added["cases"].append(rows)
    refreshed: list[float] = []
    wrong: list[str] = []
    for _ in range(rounds):
        rollup.store(lake.folder, exact, lake.manifest.version - 1)
        synced = Synced(lake, changed, whole=False, wrote=True, changes=changes)
        took, _pages = _timed(lambda synced=synced: rollup.refresh(synced, now))  # type: ignore[misc]
        refreshed.append(took)
        kept = rollup.kept(lake.folder)
        if kept is None or kept[0] != exact:
            wrong.append("the roll-up after a change is not what counting from scratch gives")
    reads: list[float] = []
    for _ in range(rounds):
        took, pages = _timed(
            lambda: [(page.gap(90), page.figure("confirmed", 90)) for page in published.pages("office")]
        )
        reads.append(took * 1000)
        if len(pages) != len(invented.OFFICES):
            wrong.append(f"{len(pages)} office pages")
    one: list[float] = []
    for _ in range(rounds):
        took, _page = _timed(lambda: published.latest("office", invented.OFFICES[0]))
        one.append(took * 1000)
    return {"scratch": scratch, "refresh": refreshed, "all_offices": reads, "one_office": one, "wrong": wrong}
