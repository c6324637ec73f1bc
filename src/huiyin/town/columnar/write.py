"""A lake of any size from the town: district by district, each a town of its own, with bounded memory.

All matters of an office lie in one district, so that its callback sample is drawn over all of them. Other processes
make quarters of a few districts and write their files; this one puts them together under one manifest.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
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
DISTRICT = 60_000
OFFICES, AREAS, DAYS = 24, 24, 365
#: Districts that share their files: at most so many, and so few that there are so many quarters to share out.
MOST, LEAST = 8, 8
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
        work = [
            _Quarter(out, writing.version, number, part, share, truth_to is not None)
            for number, part in enumerate(_quarters(worlds))
        ]
        for made in _made(work, jobs):
            writing.take(made.parts)
            kept.extend(made.truths)
            rows += made.rows
            done += made.cases
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


@dataclass(frozen=True, slots=True)
class _Quarter:
    """Neighbouring districts, whose rows go into the same files: one process's work. `worlds` are (world, number)."""

    out: Path
    version: int
    number: int
    worlds: list[tuple[World, int]]
    size: int
    true_too: bool


@dataclass(slots=True)
class _Made:
    """What became of a quarter: its files, how many rows, and what is true of them when that was asked for."""

    parts: dict[str, dict[str, list[lakefiles.Part]]]
    cases: int
    rows: int
    truths: list[pa.Table]


def _quarters(worlds: list[World]) -> list[list[tuple[World, int]]]:
    """The same whatever the number of processes, so that the same seed gives the same files."""
    numbered = [(world, number) for number, world in enumerate(worlds)]
    size = min(MOST, -(-len(worlds) // LEAST))
    return [numbered[begin : begin + size] for begin in range(0, len(worlds), size)]


def _make(quarter: _Quarter) -> _Made:
    """Make the districts one after the other and write them: rows never travel between processes."""
    helping = lakewriting.Helping(quarter.out, quarter.version, quarter.number)
    made = _Made({}, 0, 0, [])
    for world, batch in quarter.worlds:
        course = simulate(world, quarter.size, batch=batch)
        for name, table in tables(world, course, batch=batch).items():
            shape = schema.table(name)
            if shape.month_of:
                made.rows += table.num_rows
                made.cases += table.num_rows if name == "cases" else 0
                for month, rows in _divided(shape, table):
                    helping.append_conformed(name, month, rows)
        if quarter.true_too:
            made.truths.append(truth(world, course, batch))
    made.parts = helping.close()
    return made


def _made(work: list[_Quarter], jobs: int) -> Iterator[_Made]:
    """The quarters in their order."""
    if jobs <= 1 or len(work) == 1:
        yield from map(_make, work)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_alone) as pool:
        yield from pool.map(_make, work)


def _alone() -> None:
    """One thread for each process: there are as many processes as were asked for."""
    pa.set_cpu_count(1)


def _divided(shape: schema.Table, table: pa.Table) -> list[tuple[str, pa.Table]]:
    """The rows of each month, in the order of the batch, with exactly the columns of the schema."""
    day = table[shape.month_of].cast(pa.timestamp("s")).cast(pa.date32())
    month = day.combine_chunks().to_numpy(zero_copy_only=False).astype("datetime64[M]").astype(np.int64)
    order = np.argsort(month, kind="stable")
    ordered = month[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1)).tolist()
    sorted_ = lakefiles.conform(shape, table.take(pa.array(order)))
    return [
        (str(np.datetime64(int(ordered[begin]), "M")), sorted_.slice(begin, end - begin))
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
