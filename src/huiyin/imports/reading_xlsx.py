"""Reading .xlsx files row by row: merged cells, formulas without results, wrong sizes. Pure: no Django."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from huiyin.imports.dates import EPOCH_1900, EPOCH_1904
from huiyin.imports.reading import HEADER_ROWS, Row, Table, header_names, trimmed
from huiyin.imports.words import FileProblem

#: A workbook may unpack to so many MB; more is a bomb or the wrong tool.
MOST_MB = 1_024

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]+)(\d+)"[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*)</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def open_xlsx(path: Path, columns: Sequence[str], sheet: str = "") -> Table:
    """Open a sheet (the named one, else the first that has the header). Raises FileProblem, OSError."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(item.file_size for item in packed.infolist())
            if size > MOST_MB * 1_000_000:
                raise FileProblem("file_too_large", limit=MOST_MB)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, ParseError, EOFError) as error:
        raise FileProblem("not_a_spreadsheet") from error
    names = [page.title for page in book.worksheets]
    if sheet and sheet not in names:
        raise FileProblem("sheet_missing", sheet=sheet, found=", ".join(names))
    epoch = EPOCH_1904 if book.epoch.year == EPOCH_1904.year else EPOCH_1900
    for page in [book[sheet]] if sheet else book.worksheets:
        size_known = page.max_row or 0
        page.reset_dimensions()  # some programs write a wrong size, which would hide cells
        found = _find_header(page, columns)
        if found is None:
            continue
        header, row = found
        odd = _Oddities(path, page)
        rows = _rows(page, header, row, odd)
        return Table(header, rows, max(0, size_known - row), epoch, {"sheet": page.title})
    raise FileProblem("columns_missing", rows=HEADER_ROWS, columns=", ".join(columns))


def _find_header(page: Any, columns: Sequence[str]) -> tuple[tuple[str, ...], int] | None:
    """(column names, number of the header's row): the first row that names all columns."""
    wanted = set(columns)
    looked = 0
    try:
        for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
            filled = trimmed(cells)
            if not filled:
                continue
            names = header_names(filled)
            if wanted <= set(names):
                return names, number
            looked += 1
            if looked == HEADER_ROWS:
                break
    except (ParseError, ValueError, KeyError) as error:
        raise FileProblem("not_a_spreadsheet") from error
    return None


class _Oddities:
    """What a row-by-row reader does not tell: merged areas, and formulas whose result was never stored."""

    def __init__(self, path: Path, page: Any) -> None:
        #: (row, column) → the cell that holds the value of the merged area, both counted from 1.
        self.merged: dict[tuple[int, int], tuple[int, int]] = {}
        self.formulas: dict[int, dict[int, str]] = {}
        with zipfile.ZipFile(path) as packed:
            data = packed.read(page._worksheet_path.lstrip("/"))
        for match in _MERGE.finditer(data):
            west, north, east, south = range_boundaries(match[1].decode())
            if (south - north + 1) * (east - west + 1) > 100_000:
                continue  # a whole column or row: a way to draw, not to say the same of each row
            for row in range(north, south + 1):
                for column in range(west, east + 1):
                    if (row, column) != (north, west):
                        self.merged[row, column] = (north, west)
        if b"<f" in data or b":f" in data:
            for match in _FORMULA.finditer(data):
                column = column_index_from_string(match[1].decode())
                text = html.unescape((match[3] or b"").decode("utf-8", "replace"))
                self.formulas.setdefault(int(match[2]), {})[column] = f"={text}"
        self.rows_with_merges = {row for row, _ in self.merged}
        self.origins = frozenset(self.merged.values())


def _rows(page: Any, header: tuple[str, ...], header_row: int, odd: _Oddities) -> Iterator[Row]:
    width = len(header)
    held: dict[tuple[int, int], Any] = {}
    origins = {row for row, _ in odd.origins}
    for number, values in enumerate(page.iter_rows(values_only=True), start=1):
        if number in origins:
            held.update({(number, c): v for c, v in enumerate(values, start=1) if (number, c) in odd.origins})
        if number <= header_row:
            continue
        cells = list(values[:width]) + [None] * (width - len(values))
        beyond = trimmed(values[width:])
        merged = False
        if number in odd.rows_with_merges:
            for column in range(1, width + 1):
                origin = odd.merged.get((number, column))
                # A heading merged over the table says nothing about the rows; an area that only spans columns of its
                # own row has its one value where it stands.
                if origin is not None and origin[0] > header_row:
                    merged = True
                    if origin[0] != number:
                        cells[column - 1] = held.get(origin)
        formulas = odd.formulas.get(number, {})
        missing = set()
        for column, text in formulas.items():
            if column <= width:
                cells[column - 1] = text
                missing.add(header[column - 1])
        if not beyond and all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        named = dict(zip(header, cells, strict=True))
        for place, value in enumerate(beyond, start=width + 1):
            if value is not None:
                named[f"column {place}"] = value
        yield Row(number, named, merged=merged, formulas=frozenset(missing))
