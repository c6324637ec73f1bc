"""Writing the lake: new files beside the old ones, and one rename that makes them count. See `lakefiles`.

Pure: no Django, no clock.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huiyin.base.files import flush
from huiyin.figures import schema
from huiyin.figures.lakefiles import (
    ALL,
    GROUP_ROWS,
    MANIFEST,
    PART_NAME,
    Lake,
    LakeError,
    Manifest,
    Part,
    arrow_schema,
    conform,
    digest,
    files_in,
    is_ours,
)

#: Rows in one file at most: what a change copies, and holds in memory, at a time.
PART_ROWS = 250_000


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


class _Appending:
    """Parts of one version that are being written: an open file for each month that rows were added to."""

    def __init__(self, folder: Path, version: int, numbered_from: int) -> None:
        self.folder, self._version, self._numbered_from = folder, version, numbered_from
        self._tables: dict[str, dict[str, list[Part]]] = {table.name: {} for table in schema.TABLES}
        self._open: dict[tuple[str, str], _PartWriter] = {}
        self._numbers: dict[tuple[str, str], int] = {}

    def append(self, table: str, month: str, rows: Any) -> None:
        """Add rows (a pyarrow Table with exactly the table's columns) to a month. LakeError: other_columns."""
        self.append_conformed(table, month, conform(schema.table(table), rows))

    def append_conformed(self, table: str, month: str, rows: Any) -> None:
        """`append` for rows that `conform` gave already: who divides many rows into months conforms them only once."""
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
        number = self._numbers[table, month] = self._numbers.get((table, month), self._numbered_from - 1) + 1
        where = f"{table}/month={month}" if month else table
        path = f"{where}/{self._version:06d}-{number}.parquet"
        step("before_part")
        return _PartWriter(self.folder, path, arrow_schema(schema.table(table)))

    def _close(self, key: tuple[str, str]) -> None:
        part = self._open.pop(key).finish()
        self._tables[key[0]].setdefault(key[1], []).append(part)
        step("after_part")


#: Of each month, the numbers of the parts a helper may write.
NUMBERS = 10_000


class Helping(_Appending):
    """Parts of the next version written by another process. They count once `Writing.take` has got what `close` gives,
    and its `commit` is done.
    """

    def __init__(self, folder: Path, version: int, helper: int) -> None:
        """`helper` counts from 0; no two of one version may be alike."""
        super().__init__(folder, version, (helper + 1) * NUMBERS)

    def close(self) -> dict[str, dict[str, list[Part]]]:
        """Close and flush all files; returns the parts by table and month."""
        for key in list(self._open):
            self._close(key)
        return self._tables


class Writing(_Appending):
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
        super().__init__(folder, (base.version if base else _highest_version(folder)) + 1, 0)
        self._base = base
        taken = base.tables if base and not fresh else {}
        for name, months in self._tables.items():
            months.update((month, list(parts)) for month, parts in taken.get(name, {}).items())
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

    def take(self, parts: Mapping[str, Mapping[str, list[Part]]]) -> None:
        """Add the parts that a helper of this version wrote."""
        for table, months in parts.items():
            for month, written in months.items():
                self._tables[table].setdefault(month, []).extend(written)

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
            flush(folder)
        step("before_manifest")
        write_durably(self.folder / MANIFEST, manifest.text().encode())
        step("after_manifest")
        return Lake(self.folder, manifest)


class _PartWriter:
    """One Parquet file being written, row groups of GROUP_ROWS."""

    def __init__(self, folder: Path, path: str, kind: Any) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.path, self._file = path, folder / path
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Measured: dictionaries of keys and moments, which hardly repeat, take a third of the space; the least and
        # greatest text of a group takes a fifth of the time, and nobody asks for a range of texts.
        self._writer = pq.ParquetWriter(
            self._file,
            kind,
            compression="zstd",
            compression_level=1,
            use_dictionary=[f.name for f in kind if f.name != "case_id" and not pa.types.is_timestamp(f.type)],
            write_statistics=[f.name for f in kind if not pa.types.is_string(f.type)],
        )
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
        flush(self._file)
        return Part(self.path, self.rows, self._file.stat().st_size, digest(self._file))


def sweep(folder: Path, manifest: Manifest | None) -> list[str]:
    """Remove what the version before left behind and what a stopped writer left; strangers are not touched."""
    if manifest is None:
        gone = [path for path in files_in(folder) if is_ours(path, 0)] if folder.exists() else []
    else:
        gone = _left_by(folder, manifest)
    for path in gone:
        (folder / path).unlink(missing_ok=True)
    return gone


def _left_by(folder: Path, manifest: Manifest) -> list[str]:
    gone = [path for path in manifest.garbage if (folder / path).exists()]
    gone += [
        str(problem.facts["path"]) for problem in Lake(folder, manifest).strangers() if problem.code == "left_over"
    ]
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
    flush(path.parent)


def _highest_version(folder: Path) -> int:
    """A lake made anew takes a version above every file that lies there, so that no name is used twice."""
    found = (PART_NAME.match(path) for path in files_in(folder)) if folder.exists() else iter(())
    return max((int(match["version"]) for match in found if match), default=0)
