"""Reads the folders that the evaluation runs on: spreadsheets of messages and the labels beside them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .category import SheetRow
from .cleaning import clean


@dataclass(frozen=True, slots=True)
class Record:
    """One public message of a test collection; `extra` holds the columns that belong to the task."""

    key: str
    sender: str
    title: str
    body: str
    at: datetime
    extra: Mapping[str, str]


def _time(value: object) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    for form in ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d"):
        try:
            return datetime.strptime(str(value).strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return datetime(1970, 1, 1, tzinfo=UTC)


def messages(path: Path) -> list[Record]:
    """The messages of a spreadsheet with the columns 留言编号, 留言用户, 留言主题, 留言时间, 留言详情 and others."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    rows: Iterator[tuple[object, ...]] = book.worksheets[0].iter_rows(values_only=True)
    head = [str(cell or "") for cell in next(rows)]
    found = []
    for row in rows:
        cells = dict(zip(head, row, strict=False))
        known = {name: str(cells.get(name) or "") for name in head}
        found.append(
            Record(
                known["留言编号"],
                known["留言用户"],
                clean(known["留言主题"]).text,
                clean(known["留言详情"]).core,
                _time(cells.get("留言时间")),
                known,
            )
        )
    book.close()
    return found


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by column name."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def taxonomy(path: Path, tops: frozenset[str] | None = None) -> list[SheetRow]:
    """A three-level category sheet (一级分类, 二级分类, 三级分类), limited to some top categories when given."""
    rows: dict[str, SheetRow] = {}
    for row in table(path):
        names = [row["一级分类"], row["二级分类"], row["三级分类"]]
        if tops is not None and names[0] not in tops:
            continue
        code = ""
        for name in names:
            if name in ("", "其他"):
                break
            parent, code = code, f"{code}/{name}" if code else name
            rows.setdefault(code, SheetRow(code, parent, (name,)))
    return list(rows.values())
