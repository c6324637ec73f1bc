"""One import from beginning to end. Every row read is taken in, there already, or in the rejects file: nothing else."""

from __future__ import annotations

import csv
import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from uuid import UUID

from django.db import IntegrityError

from huiyin.base.errors import Refusal
from huiyin.cases import bulk_history
from huiyin.cases.models import Case
from huiyin.imports.ahead import Batch, batches_ahead
from huiyin.imports.ahead import batches as batches_here
from huiyin.imports.convert import Converted, Converter, Rejected, as_text
from huiyin.imports.models import TakenRow
from huiyin.imports.reading import Row, Table
from huiyin.imports.storing import Store, storing
from huiyin.imports.words import REASONS

Pairs = list[tuple[Row, Converted]]

#: Rows written in one transaction: large enough to be quick, small enough to let others write in between.
BATCH = 200

#: How often a batch is written in all when it meets rows that are there.
TRIES = 5


@dataclass
class Summary:
    """The counts of a run: read = taken + already + rejected."""

    read: int = 0
    taken: int = 0
    already: int = 0
    rejected: int = 0
    flagged: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)
    rejects_file: str = ""
    dry_run: bool = False


class Rejects:
    """The rejects file: row, reason in both languages, and the whole row as it was. It appears when it is complete.

    It holds people's words, so only the owner of the process may read it. Without rejects there is no file.
    """

    def __init__(self, path: Path, header: tuple[str, ...]) -> None:
        self.path = path
        self.header = header
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._file: IO[str] | None = None
        self._writer: Any = None

    def add(self, row: Row, rejected: Rejected) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(descriptor, "w", encoding="utf-8-sig", errors="replace", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(["row", "code", "原因", "reason", *self.header, "original"])
        chinese, english = (text.format(**rejected.facts) for text in REASONS[rejected.code])
        more = {name: as_text(value) for name, value in row.cells.items() if name not in self.header}
        original = row.raw or "\t".join(more.values())
        cells = [as_text(row.cells.get(name)) for name in self.header]
        self._writer.writerow([row.number, rejected.code, chinese, english, *cells, original])

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()
            self._part.replace(self.path)  # even when the run was interrupted: what is known is kept
        elif kind is None:
            self.path.unlink(missing_ok=True)  # of an earlier run; now there are none


def run(
    table: Table,
    converter: Converter,
    rejects_path: Path,
    clock: Callable[[], datetime],
    *,
    dry_run: bool = False,
    limit: int = 0,
    progress: Callable[[int], None] = lambda read: None,
    ahead: bool = False,
) -> Summary:
    """Take in the rows of an opened table. Interrupted, it can simply be run again.

    `clock` gives the time of each transaction (a log entry must carry the time it was made). `limit` reads only so
    many rows. `progress` is told how many rows were taken care of. `ahead`: a second process reads and converts, and a
    thread writes (see there).
    """
    summary = Summary(dry_run=dry_run, unmapped=converter.unmapped)
    converter.epoch = table.epoch
    seen: dict[UUID, UUID] = {}
    with ExitStack() as stack:
        stack.enter_context(_seldom_collecting())
        batches: Iterator[Batch]
        if ahead:
            batches = stack.enter_context(batches_ahead(table, converter, BATCH, limit))
        else:
            batches = batches_here(table, converter, BATCH, limit)
        rejects = stack.enter_context(Rejects(rejects_path, table.header))
        store = stack.enter_context(storing(beside=ahead))
        take = _Taking(converter.map.name, seen, clock, summary, rejects, progress, store)
        stack.callback(take.finish)  # whatever ends the loop, what was handed to the database is counted
        for batch in batches:
            take.on(batch)
    if summary.rejected:
        summary.rejects_file = str(rejects_path)
    return summary


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """An import makes many objects that live for one batch and hardly any cycles; looking for cycles after every 700
    of them took an eighth of its time."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@dataclass(slots=True)
class _OnItsWay:
    """A batch that was handed to the database."""

    read: int
    fresh: Pairs
    already: int
    turned_away: list[tuple[Row, Rejected]]
    stored: Future[bulk_history.Result]


class _Taking:
    """Takes batches in one after the other: each is made ready while the database still writes the one before it."""

    def __init__(
        self,
        name: str,
        seen: dict[UUID, UUID],
        clock: Callable[[], datetime],
        summary: Summary,
        rejects: Rejects,
        progress: Callable[[int], None],
        store: Store,
    ) -> None:
        self.name, self.seen, self.clock = name, seen, clock
        self.summary, self.rejects, self.progress = summary, rejects, progress
        self.store = store
        self.waiting: _OnItsWay | None = None

    def on(self, batch: Batch) -> None:
        """Make a batch ready, count the one before it, hand this one over. Raises what the one before it raised."""
        converted = [(row, found) for row, found in batch if isinstance(found, Converted)]
        turned_away = [(row, found) for row, found in batch if isinstance(found, Rejected)]
        fresh, already, rejected = _sort_out(converted, self.seen)
        ready = self._ready(fresh)
        self.finish()
        self.waiting = _OnItsWay(len(batch), fresh, already, turned_away + rejected, self.store(ready))

    def finish(self) -> None:
        """Wait for the batch on its way and count it. What could not be written is looked at again: somebody importing
        the same file at once took it in, or a public number was drawn that is taken (35 random bits)."""
        batch, self.waiting = self.waiting, None
        if batch is None:
            return
        for tries in range(1, TRIES + 1):
            try:
                refusals = batch.stored.result().refusals
                break
            except IntegrityError:
                if tries == TRIES:
                    raise
            batch.fresh, already, rejected = _sort_out(batch.fresh, {})
            batch.already += already
            batch.turned_away += rejected
            batch.stored = self.store(self._ready(batch.fresh))
        self._count(batch, refusals)

    def _ready(self, fresh: Pairs) -> Callable[[], bulk_history.Result]:
        """What is left to do for a batch: write it, or only say what came of it in a dry run."""
        histories, now = [item.history for _, item in fresh], self.clock()
        if self.summary.dry_run:
            found = bulk_history.Result(refusals=bulk_history.refusals(histories, now))
            return lambda: found
        return bulk_history.prepare(histories, now, also=_taken_row(fresh, self.name, now)).store

    def _count(self, batch: _OnItsWay, refusals: Mapping[int, Refusal]) -> None:
        summary = self.summary
        for place, (row, item) in enumerate(batch.fresh):
            refusal = refusals.get(place)
            if refusal is not None:
                facts = {"rule": refusal.code, **refusal.facts}
                code = refusal.code if refusal.code in REASONS else "refused"
                batch.turned_away.append((row, Rejected(code, facts)))
                continue
            summary.taken += 1
            summary.flagged += bool(item.flags)
            summary.flags.update(item.flags)
        for row, rejected in sorted(batch.turned_away, key=lambda pair: pair[0].number):
            self.rejects.add(row, rejected)
            summary.reasons[rejected.code] += 1
        summary.rejected += len(batch.turned_away)
        summary.already += batch.already
        summary.read += batch.read
        self.progress(summary.read)


def _taken_row(fresh: Pairs, name: str, now: datetime) -> Callable[[int, Case], TakenRow]:
    def row(place: int, case: Case) -> TakenRow:
        item = fresh[place][1]
        return TakenRow(key=item.key, content=item.content, map=name, case_id=case.id, taken_at=now)

    return row


def _sort_out(converted: Pairs, seen: dict[UUID, UUID]) -> tuple[Pairs, int, list[tuple[Row, Rejected]]]:
    """(new ones, how many are there already, those whose id is known with other content). `seen` are the rows of this
    file before these, key → content; these are added to it."""
    keys = [item.key for _, item in converted]
    known = dict(TakenRow.objects.filter(key__in=keys).values_list("key", "content"))
    fresh: Pairs = []
    rejected: list[tuple[Row, Rejected]] = []
    already = 0
    for row, item in converted:
        before = seen.get(item.key)
        if before is not None and before != item.content:
            rejected.append((row, Rejected("id_repeated")))
        elif before is not None or known.get(item.key) == item.content:
            already += 1
        elif item.key in known:
            rejected.append((row, Rejected("row_changed")))
        else:
            fresh.append((row, item))
        seen.setdefault(item.key, item.content)
    return fresh, already, rejected
