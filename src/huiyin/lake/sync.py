"""Database → lake. Only what changed is replayed and only files that hold it are written anew.

The export follows the ledger (`reading.Horizon`). Each case touched is replayed whole, so a late event or an erasure
gives exactly the row a fresh export would give. What other rooms add comes through `figures.sources`; what changes by
time alone is remembered under `wake`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from huiyin.figures import schema, sources
from huiyin.figures.lakefiles import (
    ALL,
    Lake,
    LakeError,
    Manifest,
    arrow_schema,
    month_of,
    to_arrow,
)
from huiyin.figures.lakewriting import Writing, locked
from huiyin.lake import reading
from huiyin.lake.replay import Rows
from huiyin.organisation.models import PackVersion

#: With more changed cases than this a lake is written anew: copying files around many changes costs more.
MANY = 200_000
#: Rows gathered before they are handed to the files.
BUFFER = 20_000
#: A month with more parts than this gets its small ones joined, small meaning fewer rows than that.
PARTS, SMALL = 8, 50_000
Progress = Callable[[int], None]


def _silent(done: int) -> None: ...


@dataclass(slots=True)
class Changes:
    """Which rows left the lake and which came in, by table: what the rollups need to follow."""

    removed: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    added: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    #: Offices, areas or categories were written anew: what rows are counted under may have changed.
    organisation: bool = False


@dataclass(slots=True)
class Synced:
    """What a run did. `changes` is None when the lake was written anew as a whole."""

    lake: Lake
    cases: int
    whole: bool
    wrote: bool
    changes: Changes | None


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def opened(folder: Path | None = None) -> Lake:
    """This deployment's lake. LakeError when there is none or it cannot be read."""
    return Lake.open(folder or reading.folder())


def sync(now: datetime, *, progress: Progress = _silent, folder: Path | None = None) -> Synced:
    """Bring the lake up to date; make it when there is none. LakeError: busy, from_the_future, …"""
    where = folder or reading.folder()
    reading.discover()
    with locked(where):
        try:
            lake = Lake.open(where)
        except LakeError as error:
            if error.code not in ("no_lake", "from_the_past"):
                raise
            return _export(where, None, now, progress)
        changed = _changed(lake.manifest, now)
        if changed is None:
            return _export(where, lake.manifest, now, progress)
        return _update(lake, changed, now, progress)


def rebuild(now: datetime, *, progress: Progress = _silent, folder: Path | None = None) -> Synced:
    """Write the lake anew from the database. Refuses only a lake from the future."""
    where = folder or reading.folder()
    reading.discover()
    with locked(where):
        base = None
        try:
            base = Lake.open(where).manifest
        except LakeError as error:
            if error.code == "from_the_future":
                raise
        return _export(where, base, now, progress)


# --- what changed --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Changed:
    """What the lake does not show yet. `events` holds the new ones by case: their places in it."""

    horizon: reading.Horizon
    cases: set[UUID]
    events: dict[UUID, set[int]]
    cursor: dict[str, Any]
    row_months: dict[str, list[str]]
    dims: bool


def _changed(manifest: Manifest, now: datetime) -> _Changed | None:
    """What must be replayed; None when it is so much that everything may as well be."""
    known, horizon = manifest.cursor, reading.Horizon.now()
    before = reading.Horizon.of(known)
    if len(horizon.waiting) > MANY:
        return None
    events: dict[UUID, set[int]] = defaultdict(set)
    for stream, seq in horizon.beyond(before):
        events[stream].add(seq)
        if len(events) > MANY:
            return None
    cursor = horizon.as_cursor()
    cases = set(events)
    cursor["facts"] = {}
    for name, source in sources.fact_sources().items():
        cursor["facts"][name], touched = source.changed(known.get("facts", {}).get(name, ""))
        cases.update(touched)
    cursor["wake"] = {}
    for case, when in known.get("wake", {}).items():
        if when <= stamp(now):
            cases.add(UUID(case))
        else:
            cursor["wake"][case] = when
    cursor["rows"], months = {}, {}
    for table, rows in sources.row_sources().items():
        read = known.get("rows", {}).get(table, "")
        cursor["rows"][table] = rows.cursor()
        months[table] = sorted(rows.months(read)) if cursor["rows"][table] != read else []
    cursor["organisation"] = _organisation()
    dims = cursor["organisation"] != known.get("organisation")
    return None if len(cases) > MANY else _Changed(horizon, cases, events, cursor, months, dims)


def _organisation() -> str:
    """A text that changes when a pack is loaded."""
    newest = PackVersion.objects.order_by("-pk").values_list("pk", "digest").first()
    return "" if newest is None else f"{newest[0]} {newest[1]}"


# --- the whole -----------------------------------------------------------------------------------


class _Buffer:
    """Rows by table and month, handed to the files when many have gathered."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self._count = 0

    def add(self, rows: Rows) -> None:
        month = month_of(rows.case["received_at"])
        self._rows["cases", month].append(rows.case)
        self._rows["answers", month].extend(rows.answers)
        for event in rows.events:
            self._rows["events", month_of(event["at"])].append(event)
        self._count += 1 + len(rows.answers) + len(rows.events)
        if self._count >= BUFFER:
            self.flush()

    def flush(self) -> None:
        for (table, month), rows in sorted(self._rows.items()):
            if rows:
                self._writing.append(table, month, to_arrow(schema.table(table), rows))
        self._rows.clear()
        self._count = 0


def _export(folder: Path, base: Manifest | None, now: datetime, progress: Progress) -> Synced:
    # The horizon is read first: what comes in meanwhile waits for the next run.
    horizon = reading.Horizon.now()
    cursor = horizon.as_cursor()
    cursor["facts"] = {name: source.changed("\uffff")[0] for name, source in sources.fact_sources().items()}
    cursor["rows"] = {table: source.cursor() for table, source in sources.row_sources().items()}
    cursor["organisation"] = _organisation()
    cursor["wake"] = {}
    writing = Writing(folder, base, fresh=True)
    buffer = _Buffer(writing)
    schemes = reading.Schemes.read()
    done = 0
    for page in reading.every_case():
        for rows in reading.rows_for(page, now, schemes, horizon):
            buffer.add(rows)
            _wake(cursor, rows)
        done += len(page)
        progress(done)
    buffer.flush()
    for table, source in sources.row_sources().items():
        _source_months(writing, table, source.months(""), None)
    _dimensions(writing)
    lake = writing.commit(as_of=stamp(now), cursor=cursor)
    return Synced(lake, done, whole=True, wrote=True, changes=None)


def _wake(cursor: dict[str, Any], rows: Rows) -> None:
    if rows.until is not None:
        cursor["wake"][rows.case["case_id"]] = stamp(rows.until)


def _dimensions(writing: Writing) -> None:
    for name, rows in (
        ("offices", reading.offices()),
        ("areas", reading.areas()),
        ("categories", reading.categories()),
    ):
        writing.replace(name, ALL, to_arrow(schema.table(name), rows))


def _source_months(writing: Writing, table: str, months: Iterable[str], changes: Changes | None) -> None:
    source = sources.row_sources()[table]
    for month in months:
        new = to_arrow(schema.table(table), list(source.rows(month)))
        if changes is not None:
            changes.removed[table].extend(_read(writing, part.path, table) for part in writing.parts(table, month))
            changes.added[table].append(new)
        writing.replace(table, month, new)


# --- what changed only ---------------------------------------------------------------------------


def _update(lake: Lake, changed: _Changed, now: datetime, progress: Progress) -> Synced:
    if not changed.cases and not changed.dims and not any(changed.row_months.values()):
        return Synced(lake, 0, whole=False, wrote=False, changes=Changes())
    writing = Writing(lake.folder, lake.manifest)
    changes = Changes(organisation=changed.dims)
    new: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    done = 0
    schemes = reading.Schemes.read()
    for page in reading.pages(sorted(changed.cases)):
        for rows in reading.rows_for(page, now, schemes, changed.horizon):
            month = month_of(rows.case["received_at"])
            new["cases", month].append(rows.case)
            new["answers", month].extend(rows.answers)
            fresh = changed.events.get(UUID(rows.case["case_id"]), ())
            for event in rows.events:
                if event["seq"] in fresh:
                    new["events", month_of(event["at"])].append(event)
            _wake(changed.cursor, rows)
        done += len(page)
        progress(done)
    for month in sorted(month for table, month in new if table == "cases"):
        mine = sorted(row["case_id"] for row in new["cases", month])
        for table in ("cases", "answers"):
            _replace_rows(writing, table, month, mine, new.get((table, month), []), changes)
    for table, month in sorted(key for key in new if key[0] == "events"):
        _join_small(writing, table, month)
        writing.append(table, month, to_arrow(schema.table(table), new[table, month]))
    for table, touched in changed.row_months.items():
        _source_months(writing, table, touched, changes)
    if changed.dims:
        _dimensions(writing)
    lake = writing.commit(as_of=stamp(now), cursor=changed.cursor)
    return Synced(lake, done, whole=False, wrote=True, changes=changes)


def _read(writing: Writing, path: str, table: str) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(writing.folder / path, partitioning=None).cast(arrow_schema(schema.table(table)))


def _replace_rows(
    writing: Writing, table: str, month: str, cases: list[str], rows: list[dict[str, Any]], changes: Changes
) -> None:
    """New rows of these cases instead of their old ones; files without any of them stay as they are."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    mine = pa.array(cases, pa.string())
    for part in writing.parts(table, month):
        keys = pq.read_table(writing.folder / part.path, columns=["case_id"], partitioning=None).column(0)
        gone = pc.is_in(keys, value_set=mine)
        if not pc.any(gone).as_py():
            continue
        whole = _read(writing, part.path, table)
        changes.removed[table].append(whole.filter(gone))
        writing.drop(table, month, part)
        writing.append(table, month, whole.filter(pc.invert(gone)))
    _join_small(writing, table, month)
    if rows:
        added = to_arrow(schema.table(table), rows)
        changes.added[table].append(added)
        writing.append(table, month, added)


def _join_small(writing: Writing, table: str, month: str) -> None:
    """Many small files become one, so that a month does not fall to pieces."""
    parts = writing.parts(table, month)
    if len(parts) <= PARTS:
        return
    for part in parts:
        if part.rows < SMALL:
            rows = _read(writing, part.path, table)
            writing.drop(table, month, part)
            writing.append(table, month, rows)
