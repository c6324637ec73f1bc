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

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from huiyin.figures import schema

FORMAT = "huiyin-lake"
MANIFEST = "manifest.json"
#: Rows in one group of a file: what a reader holds in memory at a time.
GROUP_ROWS = 120_000
#: Month of a table that is kept in one file.
ALL = ""

PART_NAME = re.compile(r"^(?P<table>[a-z]+)/(?:month=(?P<month>\d{4}-\d{2})/)?(?P<version>\d{6})-\d+\.parquet$")


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
        found: list[str] = []
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
    found = PART_NAME.match(path)
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
