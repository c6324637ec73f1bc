"""Reading and converting a file's rows, batch by batch; on request in a process of its own that works ahead.

The child reads, converts and computes. It never touches the database: every transaction is the parent's. Batches come
in the order of the file. An error in the child is raised in the parent at its place in that order; a child that
vanishes is an error too, never an early end of the file. When the parent ends, however it ends, the child's next batch
finds nobody there and the child ends as well.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from multiprocessing.connection import Connection

from huiyin.imports.convert import Converted, Converter, Rejected
from huiyin.imports.reading import Row, Table
from huiyin.imports.words import FileProblem

Batch = list[tuple[Row, Converted | Rejected]]

#: Below so many rows a second process costs more than it saves.
WORTH_IT = 500


def batches(table: Table, converter: Converter, size: int, limit: int = 0) -> Iterator[Batch]:
    """The rows of an opened table with what they mean, `size` at a time; at most `limit` rows when it is not 0."""
    rows: Iterator[Row] = islice(table.rows, limit) if limit else table.rows
    while batch := list(islice(rows, size)):
        yield [(row, converter.convert(row)) for row in batch]


def can_work_ahead(table: Table, limit: int = 0) -> bool:
    """Whether this system can fork, and the file is long enough to be worth it."""
    count = min(table.estimate, limit) if limit else table.estimate
    return count >= WORTH_IT and "fork" in multiprocessing.get_all_start_methods()


@contextmanager
def batches_ahead(table: Table, converter: Converter, size: int, limit: int = 0) -> Iterator[Iterator[Batch]]:
    """The same, made by a child process. Fork, because an opened table cannot be sent: call it from a process with one
    thread only. Counts of values without a counterpart are in `converter.unmapped` once the last batch was taken.
    """
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(here, there, table, converter, size, limit), daemon=True)
    child.start()
    there.close()
    try:
        with closing(here):
            yield _received(here, converter)
    finally:
        child.terminate()
        child.join()


def _received(here: Connection, converter: Converter) -> Iterator[Batch]:
    while True:
        try:
            kind, content = here.recv()
        except EOFError:
            raise FileProblem("reader_ended") from None
        if kind == "batch":
            yield content
        elif kind == "end":
            converter.unmapped.update(content)
            return
        elif kind == "problem":
            code, facts = content
            raise FileProblem(code, **facts)
        else:
            raise content


def _work(here: Connection, there: Connection, table: Table, converter: Converter, size: int, limit: int) -> None:
    """The child. Interrupts reach the whole group: the parent decides, and then this process is ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    here.close()
    try:
        for batch in batches(table, converter, size, limit):
            there.send(("batch", batch))
        there.send(("end", converter.unmapped))
    except BrokenPipeError:
        pass
    except FileProblem as problem:
        there.send(("problem", (problem.code, problem.facts)))
    except Exception as error:  # noqa: BLE001  whatever it is belongs to the parent, as if it had read by itself
        there.send(("error", error))
