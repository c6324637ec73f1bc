"""The lake on disk: Parquet files by month and one manifest that says which of them count.

    lake/manifest.json                              written last, by one rename: what it names is the lake
    lake/cases/month=2026-10/000007-0.parquet       version of the lake that wrote it, number of the part
    lake/offices/000007-0.parquet                   small tables have no month

Nothing is ever changed in place. A writer killed at any moment leaves files that no manifest names; `Lake.strangers`
finds them and the next writer sweeps its own away. Files replaced by a new version stay until the version after it, so
that a reader who opened the lake before is not cut off.

Pure: no Django, no clock. pyarrow is imported when the first file is touched.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from huiyin.figures import schema

FORMAT = "huiyin-lake"
MANIFEST = "manifest.json"
#: Rows in one file at most, and rows in one group of a file: what a reader holds in memory at a time.
PART_ROWS = 1_000_000
GROUP_ROWS = 120_000
#: Month of a table that is kept in one file.
ALL = ""

_PART = re.compile(r"^(?P<table>[a-z]+)/(?:month=(?P<month>\d{4}-\d{2})/)?(?P<version>\d{6})-\d+\.parquet$")


class LakeError(Exception):
    """Something about the lake that cannot be read or trusted. `code` names it, `facts` say where."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(WORDS[code].format(**facts))


WORDS = {
    "no_lake": "There is no lake at {folder}. `huiyin lake sync` makes one.",
    "unreadable_manifest": "{folder}/manifest.json cannot be read ({why}). Nothing was changed; `huiyin lake rebuild` "
    "makes the lake anew from the database.",
    "other_format": "{folder}/manifest.json is not a lake's ({found}). Nothing was changed.",
    "from_the_future": "The lake was written with schema {found}; this program knows {known}. Update the program, or "
    "move the lake away and run `huiyin lake rebuild`. Nothing was changed.",
    "from_the_past": "The lake was written with schema {found}; this program writes {known}. `huiyin lake rebuild` "
    "makes it anew.",
    "missing": "{path} is named in the manifest and is not there. `huiyin lake check --repair` makes it anew.",
    "truncated": "{path} has {found} bytes, the manifest says {expected}.",
    "changed": "{path} does not have the content it was written with.",
    "unreadable": "{path} cannot be read as Parquet: {why}.",
    "other_columns": "{path} has other columns than schema {known} says: {which}.",
    "other_rows": "{path} has {found} rows, the manifest says {expected}.",
    "other_month": "{path} holds rows of another month.",
    "stranger": "{path} is in the folder, and the manifest does not name it.",
    "left_over": "{path} was left by a writer that was stopped; it is not part of the lake.",
    "busy": "Another process is writing the lake at {folder}.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file as the manifest names it."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What the lake consists of. `tables` maps table → month → parts ("" for the small tables)."""

    version: int = 0
    schema: int = schema.VERSION
    #: "database" when it was exported, "town" when a simulation wrote it.
    origin: str = "database"
    #: The moment the rows describe, ISO 8601 in UTC.
    as_of: str = ""
    #: How far the export has read: whatever the writer needs to go on.
    cursor: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, dict[str, list[Part]]] = field(default_factory=dict)
    #: Files of the version before, removed by the next writer.
    garbage: list[str] = field(default_factory=list)

    def parts(self, table: str, month: str | None = None) -> list[Part]:
        """The files of a table, months in order; of one month when it is named."""
        months = self.tables.get(table, {})
        return [part for key in sorted(months) if month is None or key == month for part in months[key]]

    def months(self, table: str) -> list[str]:
        return sorted(month for month, parts in self.tables.get(table, {}).items() if parts)

    def rows(self, table: str) -> int:
        return sum(part.rows for part in self.parts(table))

    def text(self) -> str:
        data = {"format": FORMAT, **asdict(self)}
        return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def parse(cls, text: str, folder: Path) -> Manifest:
        """Raises LakeError: unreadable_manifest, other_format, from_the_future, from_the_past."""
        try:
            data = json.loads(text)
            found = data.pop("format")
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise LakeError("unreadable_manifest", folder=folder, why=type(error).__name__) from error
        if found != FORMAT:
            raise LakeError("other_format", folder=folder, found=str(found)[:40])
        version = data.get("schema")
        if not isinstance(version, int):
            raise LakeError("unreadable_manifest", folder=folder, why="schema")
        if version > schema.VERSION:
            raise LakeError("from_the_future", found=version, known=schema.VERSION)
        if version < schema.VERSION:
            raise LakeError("from_the_past", found=version, known=schema.VERSION)
        try:
            tables = data.pop("tables")
            manifest = cls(**data)
            manifest.tables = {
                name: {month: [Part(**part) for part in parts] for month, parts in months.items()}
                for name, months in tables.items()
            }
        except (TypeError, KeyError, AttributeError) as error:
            raise LakeError("unreadable_manifest", folder=folder, why=str(error)) from error
        return manifest


class Lake:
    """A lake opened for reading: one version of it, whatever is written meanwhile."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @classmethod
    def open(cls, folder: Path) -> Lake:
        """Raises LakeError: no_lake, unreadable_manifest, other_format, from_the_future, from_the_past."""
        try:
            text = (folder / MANIFEST).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise LakeError("no_lake", folder=folder) from error
        except (OSError, UnicodeDecodeError) as error:
            raise LakeError("unreadable_manifest", folder=folder, why=type(error).__name__) from error
        return cls(folder, Manifest.parse(text, folder))

    def paths(self, table: str, months: Iterable[str] | None = None) -> list[str]:
        """The files of a table as absolute paths; of these months when they are named."""
        wanted = None if months is None else set(months)
        found = []
        for month in self.manifest.months(table):
            if wanted is None or month in wanted:
                found.extend(str(self.folder / part.path) for part in self.manifest.tables[table][month])
        return found

    def read(self, table: str, months: Iterable[str] | None = None, columns: Sequence[str] | None = None) -> Any:
        """The rows as a pyarrow Table (memory grows with them). LakeError: missing, unreadable."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        kind = arrow_schema(schema.table(table))
        if columns is not None:
            kind = pa.schema([kind.field(name) for name in columns])
        pieces = []
        for path in self.paths(table, months):
            try:
                pieces.append(pq.read_table(path, columns=columns, partitioning=None).cast(kind))
            except FileNotFoundError as error:
                raise LakeError("missing", path=path) from error
            except (pa.ArrowInvalid, OSError) as error:
                raise LakeError("unreadable", path=path, why=str(error)[:120]) from error
        return pa.concat_tables(pieces) if pieces else kind.empty_table()

    def problems(self, *, thorough: bool = True) -> Iterator[LakeError]:
        """Everything that is wrong with the files: missing, truncated, changed, other columns, rows or months; and
        files that no manifest names. `thorough` reads every byte, otherwise only sizes and footers.
        """
        for name in self.manifest.tables:
            for month in self.manifest.months(name):
                for part in self.manifest.tables[name][month]:
                    problem = self._part_problem(name, month, part, thorough)
                    if problem is not None:
                        yield problem
        yield from self.strangers()

    def _part_problem(self, name: str, month: str, part: Part, thorough: bool) -> LakeError | None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / part.path
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return LakeError("missing", path=part.path)
        if size != part.bytes:
            return LakeError("truncated", path=part.path, found=size, expected=part.bytes)
        try:
            with pq.ParquetFile(path) as file:
                rows, columns = file.metadata.num_rows, file.schema_arrow
                stray = thorough and _rows_elsewhere(file, schema.table(name).month_of, month)
        except (pa.ArrowInvalid, OSError) as error:
            return LakeError("unreadable", path=part.path, why=str(error)[:120])
        expected = arrow_schema(schema.table(name))
        which = sorted(set(expected.names) ^ set(columns.names)) or [
            field.name for field in expected if columns.field(field.name).type != field.type
        ]
        if which:
            return LakeError("other_columns", path=part.path, known=schema.VERSION, which=", ".join(which))
        if rows != part.rows:
            return LakeError("other_rows", path=part.path, found=rows, expected=part.rows)
        if stray:
            return LakeError("other_month", path=part.path)
        if thorough and digest(path) != part.sha256:
            return LakeError("changed", path=part.path)
        return None

    def strangers(self) -> Iterator[LakeError]:
        """Files in the folder that this manifest does not know: foreign ones, and what a stopped writer left."""
        known = {part.path for name in self.manifest.tables for part in self.manifest.parts(name)}
        known.update(self.manifest.garbage)
        for path in sorted(files_in(self.folder)):
            if path not in known:
                yield LakeError("left_over" if is_ours(path, self.manifest.version) else "stranger", path=path)


def files_in(folder: Path) -> list[str]:
    """Every file below the folder, as the manifest would name it; without manifest and lock."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [path for path in found if path not in (MANIFEST, "lock") and not path.startswith("rollups")]


def is_ours(path: str, version: int) -> bool:
    """Whether a file nobody names was left by a writer of this lake that was stopped (a later version's name)."""
    if path.startswith("."):
        return path.startswith(f".{MANIFEST}.")
    found = _PART.match(path)
    return found is not None and int(found["version"]) > version


def digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def month_of(at: Any) -> str:
    """The month of a UTC time or of a date: "2026-10"."""
    return f"{at.year:04d}-{at.month:02d}"


def arrow_schema(table: schema.Table) -> Any:
    """The columns as pyarrow knows them. Times are whole seconds, kept in Parquet's milliseconds."""
    import pyarrow as pa

    kinds = {
        "string": pa.string(),
        "timestamp('UTC')": pa.timestamp("ms", "UTC"),
        "date": pa.date32(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "boolean": pa.bool_(),
    }
    return pa.schema([(name, kinds[kind]) for name, kind in table.columns.items()])


def to_arrow(table: schema.Table, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows → a pyarrow Table with the table's columns. KeyError for a column that a row lacks."""
    import pyarrow as pa

    kind = arrow_schema(table)
    columns = [pa.array([row[field.name] for row in rows], field.type) for field in kind]
    return pa.Table.from_arrays(columns, schema=kind)


def conform(table: schema.Table, rows: Any) -> Any:
    """A pyarrow Table brought to the table's columns and types, times cut to whole seconds, no null strings.

    Raises LakeError other_columns when a column is missing or one too many is there.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = arrow_schema(table)
    wrong = sorted(set(kind.names) ^ set(rows.column_names))
    if wrong:
        raise LakeError("other_columns", path=table.name, known=schema.VERSION, which=", ".join(wrong))
    columns = []
    for field_ in kind:
        column = rows.column(field_.name)
        if pa.types.is_timestamp(field_.type):
            column = pc.floor_temporal(column.cast(pa.timestamp("us", "UTC")), unit="second").cast(field_.type)
        elif pa.types.is_string(field_.type):
            column = pc.fill_null(column.cast(field_.type), "")
        columns.append(column.cast(field_.type))
    return pa.Table.from_arrays(columns, schema=kind)


def _rows_elsewhere(file: Any, column: str, month: str) -> bool:
    if not column:
        return False
    import pyarrow.compute as pc

    for batch in file.iter_batches(columns=[column], batch_size=GROUP_ROWS):
        low, high = pc.min_max(batch.column(0)).as_py().values()
        if low is None or month_of(low) != month or month_of(high) != month:
            return bool(batch.num_rows)
    return False


# --- writing -------------------------------------------------------------------------------------


def _no_step(name: str) -> None:
    """Called at each point between two effects on the disk. The kill tests put their own function here."""


step: Callable[[str], None] = _no_step


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer at a time; raises LakeError busy. The lock goes with its process, whatever ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LakeError("busy", folder=folder) from error
        yield


class Writing:
    """The next version of a lake. Months not touched are taken over; nothing counts before `commit`.

        with locked(folder):
            writing = Writing(folder)                       # or Writing(folder, Lake.open(folder).manifest)
            writing.append("cases", "2026-10", arrow_table) # as often as wanted; more months may be open
            writing.replace("offices", ALL, arrow_table)
            writing.commit(as_of="2026-11-01T00:00:00Z")

    Memory: one row group for each month that is being appended to.
    """

    def __init__(self, folder: Path, base: Manifest | None = None, *, fresh: bool = False) -> None:
        """`fresh`: take over nothing of `base`, whose files become garbage. Without a base whatever part files lie in
        the folder belong to nobody and are swept away.
        """
        self.folder = folder
        self._base = base
        taken = base.tables if base and not fresh else {}
        self._version = (base.version if base else _highest_version(folder)) + 1
        self._tables: dict[str, dict[str, list[Part]]] = {
            name: {month: list(parts) for month, parts in taken.get(name, {}).items()}
            for name in (table.name for table in schema.TABLES)
        }
        self._open: dict[tuple[str, str], _PartWriter] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        sweep(folder, base)

    @property
    def version(self) -> int:
        return self._version

    def parts(self, table: str, month: str) -> list[Part]:
        """The parts of a month as they stand, those being appended to left out."""
        return list(self._tables[table].get(month, ()))

    def drop(self, table: str, month: str, part: Part | None = None) -> None:
        """Leave a part, or the whole month, out of the next version."""
        kept = [] if part is None else [other for other in self.parts(table, month) if other != part]
        self._tables[table][month] = kept

    def replace(self, table: str, month: str, rows: Any) -> None:
        """These rows (a pyarrow Table) instead of whatever the month had."""
        self.drop(table, month)
        self.append(table, month, rows)

    def append(self, table: str, month: str, rows: Any) -> None:
        """Add rows (a pyarrow Table with exactly the table's columns) to a month. LakeError: other_columns."""
        rows = conform(schema.table(table), rows)
        key = (table, month)
        while rows.num_rows:
            writer = self._open.get(key)
            if writer is None:
                writer = self._open[key] = self._new_part(table, month)
            taken = rows.slice(0, PART_ROWS - writer.rows)
            writer.write(taken)
            rows = rows.slice(taken.num_rows)
            if writer.rows >= PART_ROWS:
                self._close(key)

    def _new_part(self, table: str, month: str) -> _PartWriter:
        number = self._numbers[table, month] = self._numbers.get((table, month), -1) + 1
        where = f"{table}/month={month}" if month else table
        path = f"{where}/{self._version:06d}-{number}.parquet"
        step("before_part")
        return _PartWriter(self.folder, path, arrow_schema(schema.table(table)))

    def _close(self, key: tuple[str, str]) -> None:
        part = self._open.pop(key).finish()
        self._tables[key[0]].setdefault(key[1], []).append(part)
        step("after_part")

    def commit(self, *, as_of: str, cursor: Mapping[str, Any] | None = None, origin: str = "database") -> Lake:
        """Close all files, flush them to the disk, and switch the manifest by one rename."""
        for key in list(self._open):
            self._close(key)
        for name in (table.name for table in schema.TABLES if not table.month_of):
            if not any(self._tables[name].values()):
                self.append(name, ALL, arrow_schema(schema.table(name)).empty_table())
        tables = {
            name: {month: parts for month, parts in months.items() if parts} for name, months in self._tables.items()
        }
        kept = {part.path for months in tables.values() for parts in months.values() for part in parts}
        before = self._base.tables if self._base else {}
        manifest = Manifest(
            version=self._version, origin=origin, as_of=as_of, cursor=dict(cursor or {}), tables=tables,
            garbage=sorted({p.path for m in before.values() for parts in m.values() for p in parts} - kept),
        )  # fmt: skip
        for folder in {(self.folder / path).parent for path in kept if f"/{self._version:06d}-" in path}:
            _flush(folder)
        step("before_manifest")
        write_durably(self.folder / MANIFEST, manifest.text().encode())
        step("after_manifest")
        return Lake(self.folder, manifest)


class _PartWriter:
    """One Parquet file being written, row groups of GROUP_ROWS."""

    def __init__(self, folder: Path, path: str, kind: Any) -> None:
        import pyarrow.parquet as pq

        self.path, self._file = path, folder / path
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(self._file, kind, compression="zstd", compression_level=1)
        self._waiting: list[Any] = []
        self._waiting_rows = 0
        self.rows = 0

    def write(self, rows: Any) -> None:
        self.rows += rows.num_rows
        self._waiting.append(rows)
        self._waiting_rows += rows.num_rows
        if self._waiting_rows >= GROUP_ROWS:
            self._write_waiting()

    def _write_waiting(self) -> None:
        import pyarrow as pa

        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=GROUP_ROWS)
        self._waiting, self._waiting_rows = [], 0

    def finish(self) -> Part:
        self._write_waiting()
        self._writer.close()
        _flush(self._file)
        return Part(self.path, self.rows, self._file.stat().st_size, digest(self._file))


def sweep(folder: Path, manifest: Manifest | None) -> list[str]:
    """Remove what the version before left behind and what a stopped writer left; strangers are not touched."""
    if manifest is None:
        gone = [path for path in files_in(folder) if _PART.match(path)] if folder.exists() else []
    else:
        gone = _left_by(folder, manifest)
    for path in gone:
        (folder / path).unlink(missing_ok=True)
    return gone


def _left_by(folder: Path, manifest: Manifest) -> list[str]:
    gone = [path for path in manifest.garbage if (folder / path).exists()]
    gone += [str(problem.facts["path"]) for problem in Lake(folder, manifest).strangers() if problem.code == "left_over"]
    return gone


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that a power cut leaves the old content or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    step("before_rename")
    temporary.replace(path)
    _flush(path.parent)


def _highest_version(folder: Path) -> int:
    """A lake made anew takes a version above every file that lies there, so that no name is used twice."""
    found = (_PART.match(path) for path in files_in(folder)) if folder.exists() else iter(())
    return max((int(match["version"]) for match in found if match), default=0)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
