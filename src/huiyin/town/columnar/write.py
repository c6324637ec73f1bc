"""A lake of any size from the town: district by district, each a town of its own, with bounded memory.

All matters of an office lie in one district, so that its callback sample is drawn over all of them. Districts are made
in other processes while this one writes.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from huiyin.figures import lakefiles, lakewriting, schema
from huiyin.town import behaviours
from huiyin.town.columnar.tables import places, tables, truth
from huiyin.town.simulate import simulate
from huiyin.town.world import World, invented

#: Matters of a district: what is in memory at a time, for each process.
DISTRICT = 250_000
OFFICES, AREAS, DAYS = 24, 24, 365
#: Of honest offices, how many are overloaded.
OVERLOADED = 0.2
ROOT = "ROOT"


class OutInTheWay(Exception):
    """Where the lake should go there is something already."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    cases: int
    rows: int
    districts: int
    offices: int


def write(
    out: Path,
    cases: int,
    seed: int,
    *,
    cheating: float = 0.25,
    truth_to: Path | None = None,
    jobs: int = 2,
    days: int = DAYS,
    step: Callable[[int], None] = lambda _: None,
) -> Written:
    """Write a lake of about so many matters into an empty or new folder. `step` is told how many are written so far.

    `truth_to` gets what is true of each matter and how each office behaves, as Parquet; it is refused inside the lake.
    Raises OutInTheWay, and ValueError for numbers that make no town.
    """
    if cases < 1 or not 0 <= cheating <= 1:
        raise ValueError("at least one matter, and a share of cheating offices from 0 to 1")
    if out.exists() and any(out.iterdir()):
        raise OutInTheWay(f"{out} is not empty: name another folder, or remove it first")
    if truth_to is not None and out.resolve() in (truth_to.resolve(), *truth_to.resolve().parents):
        raise OutInTheWay(f"{truth_to} lies in the lake: what is true must not")
    worlds = districts(cases, seed, cheating, days)
    share = -(-cases // len(worlds))
    # A few in a hundred come on top: matters raised once more.
    share = max(1, round(share / 1.02))
    done = rows = 0
    kept: list[pa.Table] = []
    with lakewriting.locked(out):
        writing = lakewriting.Writing(out)
        for made in _made([(world, share, n) for n, world in enumerate(worlds)], jobs, truth_to is not None):
            if truth_to is not None:
                kept.append(made.truth)
            for name, months in made.months.items():
                for month, table in months:
                    rows += table.num_rows
                    done += table.num_rows if name == "cases" else 0
                    writing.append(name, month, table)
            step(done)
        for name, table in _places(worlds).items():
            writing.append(name, lakefiles.ALL, table)
        end = worlds[0].start + timedelta(days=days)
        writing.commit(as_of=end.isoformat().replace("+00:00", "Z"), origin="town")
    if truth_to is not None:
        _keep_truth(truth_to, kept, worlds)
    return Written(done, rows, len(worlds), sum(len(world.offices) for world in worlds))


def districts(cases: int, seed: int, cheating: float, days: int) -> list[World]:
    """As many towns as the number of matters needs, with their offices' behaviours dealt out by the seed."""
    count = max(1, -(-cases // DISTRICT))
    rng = np.random.default_rng([seed, 71])
    tricks = [trick.name for trick in behaviours.tricks()]
    made = []
    for number in range(count):
        prefix = "" if count == 1 else f"D{number + 1:03d}"
        world = invented(seed=seed, offices=OFFICES, areas=AREAS, days=days, prefix=prefix)
        dealt = {}
        for place, office in enumerate(world.offices[1:]):
            dice = rng.random()
            trick = tricks[(place + number) % len(tricks)]
            dealt[office.code] = trick if dice < cheating else "overloaded" if rng.random() < OVERLOADED else "honest"
        made.append(_under_one_root(world.behaving(dealt), count))
    return made


def _under_one_root(world: World, count: int) -> World:
    if count == 1:
        return world
    hall = replace(world.offices[0], parent=ROOT)
    return replace(world, offices=(hall, *world.offices[1:]))


@dataclass(slots=True)
class _District:
    """One district's rows by table and month, and what is true of them when that was asked for."""

    months: dict[str, list[tuple[str, pa.Table]]]
    truth: pa.Table | None


def _make(world: World, size: int, batch: int, true_too: bool) -> _District:
    """One district (in another process)."""
    course = simulate(world, size, batch=batch)
    shapes = [(schema.table(name), table) for name, table in tables(world, course, batch=batch).items()]
    months = {shape.name: _divided(shape, table) for shape, table in shapes if shape.month_of}
    return _District(months, truth(world, course, batch) if true_too else None)


def _made(work: list[tuple[World, int, int]], jobs: int, true_too: bool) -> Iterator[_District]:
    """The districts in their order; one more than there are processes is being made ahead."""
    if jobs <= 1 or len(work) == 1:
        for world, size, batch in work:
            yield _make(world, size, batch, true_too)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: list[Future[_District]] = []
        for world, size, batch in work:
            waiting.append(pool.submit(_make, world, size, batch, true_too))
            if len(waiting) > jobs:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()


def _divided(shape: schema.Table, table: pa.Table) -> list[tuple[str, pa.Table]]:
    """The rows of each month, in the order of the batch."""
    day = table[shape.month_of].cast(pa.timestamp("s", "UTC"), safe=False).cast(pa.timestamp("s")).cast(pa.date32())
    month = day.combine_chunks().to_numpy(zero_copy_only=False).astype("datetime64[M]").astype(np.int64)
    order = np.argsort(month, kind="stable")
    ordered = month[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1)).tolist()
    rows = table.take(pa.array(order))
    return [
        (str(np.datetime64(int(ordered[begin]), "M")), rows.slice(begin, end - begin))
        for begin, end in zip(begins, [*begins[1:], len(ordered)], strict=True)
    ]


def _places(worlds: list[World]) -> dict[str, pa.Table]:
    """Offices, areas and categories of all districts; categories are the same everywhere."""
    parts = [places(world) for world in worlds]
    made = {name: pa.concat_tables([part[name] for part in parts]) for name in ("offices", "areas")}
    if len(worlds) > 1:
        top: dict[str, list[Any]] = {name: [made["offices"][name][0].as_py()] for name in made["offices"].column_names}
        top |= {"office": [ROOT], "parent": [""], "level": [0], "area": [""], "name_zh": ["全市"], "name_en": ["All"]}
        made["offices"] = pa.concat_tables([made["offices"], pa.table(top, schema=made["offices"].schema)])
    return {**made, "categories": parts[0]["categories"]}


def _keep_truth(folder: Path, kept: list[pa.Table], worlds: list[World]) -> None:
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.concat_tables(kept), folder / "cases.parquet", compression="zstd")
    rows = [(o.code, o.behaviour, behaviours.get(o.behaviour).honest) for world in worlds for o in world.offices]
    columns = dict(zip(("office", "behaviour", "honest"), map(list, zip(*rows, strict=True)), strict=True))
    pq.write_table(pa.table(columns), folder / "offices.parquet")
