"""Reading .csv files as they come: any usual encoding and delimiter, with broken rows kept whole. Pure: no Django."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from huiyin.imports.reading import HEADER_ROWS, Row, Table, header_names, trimmed
from huiyin.imports.words import FileProblem

DELIMITERS = (",", ";", "\t", "|")
#: A quoted cell may run over so many lines; a mark that is still open then was never meant to open one.
MOST_LINES = 200
#: Characters in one row, at most.
LONGEST_ROW = 1_000_000
#: Part of the letters beyond ASCII that must be common Chinese before a file is taken for GB 18030.
COMMON = 0.9

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_csv(path: Path, columns: Sequence[str], encoding: str = "", delimiter: str = "") -> Table:
    """Open a .csv in which a header names at least `columns`. Raises FileProblem, OSError."""
    text, used = decode(path.read_bytes(), encoding)
    lines = _lines(text)
    header, start, mark = _find_header(lines, columns, delimiter)
    about = {"encoding": used, "delimiter": {"\t": "tab"}.get(mark, mark)}
    return Table(header, _rows(lines, start, header, mark), max(0, len(lines) - start), about=about)


def decode(data: bytes, encoding: str = "") -> tuple[str, str]:
    """The text and the encoding it was read with.

    The rule: a named encoding must fit. Otherwise a byte order mark decides; then UTF-8 if every byte fits; then
    GB 18030 if every byte fits and nine in ten of the letters beyond ASCII are common Chinese (GB 2312); else Latin-1,
    in which every byte has a letter. Raises FileProblem when a named encoding does not fit.
    """
    if encoding:
        try:
            return data.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError) as error:
            raise FileProblem("encoding_wrong", encoding=encoding) from error
    for mark, name in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(name), name
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"
    beyond = [letter for letter in text[:200_000] if letter > "\x7f"]
    common = sum(1 for letter in beyond if _is_common(letter))
    if beyond and common >= COMMON * len(beyond):
        return text, "gb18030"
    return data.decode("latin-1"), "latin-1"


def _is_common(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _lines(text: str) -> list[str]:
    """Lines by CR and LF only: other separators of Unicode may stand inside a cell."""
    return list(io.StringIO(text, newline=""))


def _find_header(lines: list[str], columns: Sequence[str], delimiter: str) -> tuple[tuple[str, ...], int, str]:
    """(column names, index of the first line after the header, delimiter): the first line that names all columns."""
    wanted = set(columns)
    tried = (delimiter,) if delimiter else DELIMITERS
    for mark in tried:
        looked = 0
        for start, end, cells in _records(lines, 0, mark, 0):
            if isinstance(cells, str):
                continue
            if not any(cell.strip() for cell in cells):
                continue
            names = header_names(trimmed(cells))
            if wanted <= set(names):
                return names, end, mark
            looked += 1
            if looked == HEADER_ROWS or start > 10 * HEADER_ROWS:
                break
    raise FileProblem("columns_missing", rows=HEADER_ROWS, columns=", ".join(columns))


def _records(lines: list[str], start: int, delimiter: str, expected: int) -> Iterator[tuple[int, int, list[str] | str]]:
    """(first line, line after the last, cells or the reason why not), one for each record from `start` on.

    `expected` is the number of cells of a whole record (0: any); it decides when one line could be read in two ways.
    """
    place = start
    while place < len(lines):
        record, end = lines[place], place + 1
        if record.count('"') % 2:
            # An odd number of marks: the record goes on, until the marks are even.
            while end < len(lines) and end - place < MOST_LINES and len(record) < LONGEST_ROW and record.count('"') % 2:
                record += lines[end]
                end += 1
            if record.count('"') % 2 or (expected and len(_cells(record, delimiter) or ()) != expected):
                # It never closes, or swallows what follows: the first line stands alone.
                record, end = lines[place], place + 1
                alone = _plain_cells(record, delimiter)
                yield place, end, alone if expected and len(alone) == expected else "quote_not_closed"
                place = end
                continue
        if len(record) > LONGEST_ROW:
            yield place, end, "line_too_long"
        else:
            yield place, end, _cells(record, delimiter) or "quote_not_closed"
        place = end


def _cells(record: str, delimiter: str) -> list[str] | None:
    """The cells of one record; None when it is not one."""
    csv.field_size_limit(LONGEST_ROW + 1)
    try:
        found = list(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    if len(found) != 1:
        return [""] if not record.strip() else None
    return found[0] or [""]


def _plain_cells(record: str, delimiter: str) -> list[str]:
    """The cells when quotation marks are letters like others (an inch sign in a cell without quotes)."""
    line = record.rstrip("\r\n")
    return [""] if delimiter + '"' in delimiter + line else line.split(delimiter)


def _rows(lines: list[str], start: int, header: tuple[str, ...], delimiter: str) -> Iterator[Row]:
    width = len(header)
    for first, end, cells in _records(lines, start, delimiter, width):
        raw = "".join(lines[first:end])
        if isinstance(cells, str):
            yield Row(first + 1, {}, cells, {"limit": LONGEST_ROW}, raw)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > width:
            cells = cells[:width] + trimmed(cells[width:])
        if len(cells) != width:
            yield Row(first + 1, {}, "cells", {"found": len(cells), "expected": width}, raw)
            continue
        yield Row(first + 1, dict(zip(header, cells, strict=True)))
