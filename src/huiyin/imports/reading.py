"""Spreadsheets as rows with named cells, whatever wrote them: .xlsx and .csv. Pure: no Django.

Nothing is dropped silently: a row that cannot be taken apart comes out whole, with the reason.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from huiyin.imports.dates import EPOCH_1900
from huiyin.imports.words import FileProblem

#: A header is looked for in so many rows that are not empty.
HEADER_ROWS = 20


@dataclass(slots=True)
class Row:
    """One row. `number` counts from 1 as the spreadsheet (or a text editor) shows it.

    `problem` is a reason code when the row could not be taken apart; `raw` then holds it as it was.
    """

    number: int
    cells: dict[str, Any]
    problem: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    raw: str = ""
    merged: bool = False
    #: Columns whose formula has no stored result.
    formulas: frozenset[str] = frozenset()


@dataclass(slots=True)
class Table:
    """An opened file. `rows` can be gone through once; `about` says how it was read (encoding, delimiter, sheet)."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    #: About how many rows there are, for a progress bar; 0 when unknown.
    estimate: int
    epoch: datetime = EPOCH_1900
    about: dict[str, str] = field(default_factory=dict)


def open_table(
    path: Path, columns: Sequence[str], *, sheet: str = "", encoding: str = "", delimiter: str = ""
) -> Table:
    """Open a file in which a header names at least `columns`. Raises FileProblem, OSError."""
    from huiyin.imports import reading_csv, reading_xlsx

    kind = path.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        return reading_xlsx.open_xlsx(path, columns, sheet)
    if kind in (".csv", ".tsv", ".txt"):
        if zipfile.is_zipfile(path):  # a workbook under a wrong name
            return reading_xlsx.open_xlsx(path, columns, sheet)
        return reading_csv.open_csv(path, columns, encoding, delimiter)
    raise FileProblem("unknown_kind")


def header_names(cells: Sequence[object]) -> tuple[str, ...]:
    """Column names: trimmed, made different where two are equal, "column N" where there is none."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(str(cell).split()) if cell is not None else ""
        name = name or f"column {place}"
        count = 2
        unique = name
        while unique in names:
            unique = f"{name} ({count})"
            count += 1
        names.append(unique)
    return tuple(names)


def trimmed(cells: Sequence[Any]) -> list[Any]:
    """The cells without the empty ones at the end."""
    end = len(cells)
    while end and (cells[end - 1] is None or cells[end - 1] == ""):
        end -= 1
    return list(cells[:end])
