"""Reading a pack's files: CSV rows, TOML keys and GeoJSON features, each with its line number. Pure: no Django."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiyin.organisation.pack_problems import Problems
from huiyin.organisation.records import Names

#: file → its columns. "*" = must be filled, "?" = may be empty; "@" = one column per language (name_zh, name_en …);
#: "??" = the whole column may be missing.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "offices.csv": {
        "code": "*",
        "parent": "?",
        "level": "*",
        "kind": "*",
        "name": "@*",
        "area": "?",
        "phone": "?",
        "hours": "@?",
        "address": "@?",
        "functions": "@?",
    },
    "areas.csv": {"code": "*", "parent": "?", "level": "*", "name": "@*", "aliases": "?", "since": "?", "until": "?"},
    "categories.csv": {
        "code": "*",
        "parent": "?",
        "level": "*",
        "name": "@*",
        "keywords": "@?",
        "urgency": "?",
        "hint": "@?",
        "scope": "?",
        "route": "@?",
        "sensitive": "?",
    },
    "duties.csv": {"category": "*", "area": "*", "office": "*", "role": "*", "basis": "@*"},
    "clocks.csv": {
        "purpose": "*",
        "urgency": "?",
        "category": "?",
        "kind": "?",
        "amount": "*",
        "clock": "*",
        "calendar": "?",
        "count_from": "?",
        "late": "?",
        "roll": "?",
        "basis": "@*",
    },
    "urgency.csv": {
        "code": "*",
        "urgency": "*",
        "name": "@*",
        "phrases": "@*",
        "number": "?",
        "advice": "@?",
        "rules": "??",
    },
    "places.csv": {
        "code": "*",
        "kind": "*",
        "name": "@*",
        "aliases": "?",
        "area": "*",
        "lat": "*",
        "lon": "*",
    },
    "staff.csv": {"username": "*", "roles": "*", "office": "?", "title": "@*"},
}

CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells by column, stripped, and the line it starts on."""

    file: str
    line: int
    cells: Mapping[str, str]
    languages: tuple[str, ...]
    problems: Problems

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def problem(self, code: str, column: str = "", **facts: object) -> None:
        """Note a finding on this line."""
        self.problems.add(self.file, self.line, code, column, **facts)

    def names(self, column: str) -> Names:
        """The text of `column` in every language that has one."""
        found = {language: self[f"{column}_{language}"] for language in self.languages}
        return Names({language: text for language, text in found.items() if text})

    def list(self, column: str) -> tuple[str, ...]:
        """A cell of several values, separated by "|"."""
        return tuple(part.strip() for part in self[column].split("|") if part.strip())

    def lists(self, column: str) -> dict[str, tuple[str, ...]]:
        """Such a cell in every language."""
        return {language: self.list(f"{column}_{language}") for language in self.languages}

    def code(self, column: str = "code") -> str:
        """A cell that must be usable as a code."""
        value = self[column]
        if value and not CODE.fullmatch(value):
            self.problem("bad_code", column, value=value)
        return value

    def integer(self, column: str) -> int | None:
        """A whole number of at least 1, or None when empty or wrong (which is noted)."""
        value = self[column]
        if not value:
            return None
        if not value.isascii() or not value.isdigit() or not int(value):
            self.problem("not_a_number", column, value=value)
            return None
        return int(value)

    def decimal(self, column: str) -> float | None:
        """A number, or None when empty or wrong (which is noted)."""
        value = self[column]
        if not value:
            return None
        if not re.fullmatch(r"-?\d+(\.\d+)?", value, re.ASCII):
            self.problem("not_a_number", column, value=value)
            return None
        return float(value)

    def choice(self, column: str, allowed: Iterable[str], default: str) -> str:
        """One of `allowed`; `default` when empty or wrong (which is noted)."""
        value, options = self[column], list(allowed)
        if not value:
            return default
        if value not in options:
            self.problem("not_allowed", column, value=value, allowed=", ".join(o for o in options if o))
            return default
        return value


def columns_of(file: str, languages: Iterable[str]) -> dict[str, bool]:
    """Every column of a table as it stands in the header → whether it must be filled."""
    columns: dict[str, bool] = {}
    for name, kind in COLUMNS[file].items():
        for column in [f"{name}_{language}" for language in languages] if kind[0] == "@" else [name]:
            columns[column] = kind[-1] == "*"
    return columns


class Folder:
    """A pack's folder. Every method notes problems instead of raising."""

    def __init__(self, path: Path, problems: Problems) -> None:
        self.path = path
        self.problems = problems
        self.languages: tuple[str, ...] = ("zh",)

    def text(self, file: str, *, optional: bool = False) -> str | None:
        """The file's text, or None."""
        try:
            return (self.path / file).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            if not optional:
                self.problems.add(file, 0, "file_missing")
        except UnicodeDecodeError:
            self.problems.add(file, 0, "not_utf8")
        return None

    def toml(self, file: str) -> tuple[dict[str, Any], str]:
        """The parsed file and its text; empty when it cannot be read."""
        text = self.text(file)
        if text is None:
            return {}, ""
        try:
            return tomllib.loads(text), text
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"line (\d+)", str(error))
            self.problems.add(file, int(place[1]) if place else 0, "toml_syntax", detail=error)
            return {}, text

    def features(self, file: str, *, optional: bool = False) -> tuple[list[dict[str, Any]], str]:
        """The features of a GeoJSON file and its text."""
        text = self.text(file, optional=optional)
        if text is None:
            return [], ""
        try:
            content = json.loads(text)
        except json.JSONDecodeError as error:
            self.problems.add(file, error.lineno, "json_syntax", detail=error.msg)
            return [], text
        features = content.get("features") if isinstance(content, dict) else None
        if not isinstance(features, list):
            self.problems.add(file, 1, "json_syntax", detail="FeatureCollection expected")
            return [], text
        return features, text

    def rows(self, file: str, *, optional: bool = False) -> list[Row]:
        """The rows of a table. Rows with a wrong number of cells are noted and left out."""
        text = self.text(file, optional=optional)
        if text is None:
            return []
        reader = csv.reader(io.StringIO(text, newline=""))
        header = [name.strip() for name in next(reader, [])]
        known = columns_of(file, self.languages)
        for column in known:
            if column not in header and COLUMNS[file].get(column) != "??":
                self.problems.add(file, 1, "column_missing", column)
        for column in header:
            if column not in known:
                self.problems.add(file, 1, "column_unknown", column)
        rows = []
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
                continue
            if len(cells) != len(header):
                self.problems.add(file, line, "cells", found=len(cells), expected=len(header))
                continue
            row = Row(
                file=file,
                line=line,
                cells=dict(zip(header, (cell.strip() for cell in cells), strict=True)),
                languages=self.languages,
                problems=self.problems,
            )
            self._filled(row, {column: must for column, must in known.items() if column in header})
            rows.append(row)
        return rows

    def _filled(self, row: Row, columns: Mapping[str, bool]) -> None:
        translated = {name: kind for name, kind in COLUMNS[row.file].items() if kind[0] == "@"}
        for name, kind in translated.items():
            texts = {language: row[f"{name}_{language}"] for language in self.languages}
            if kind == "@*" or any(texts.values()):
                for language, value in texts.items():
                    if not value:
                        row.problem("language_missing", f"{name}_{language}", language=language)
        for column, must in columns.items():
            if must and not row[column] and column in COLUMNS[row.file]:
                row.problem("value_missing", column)


def toml_line(text: str, *keys: str) -> int:
    """The line of a key in TOML text (tables written as [a.b]); the line of the nearest table above it, else 0."""
    table: list[str] = []
    nearest = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        header = re.fullmatch(r"\[\[?([^\]]+)\]\]?\s*(#.*)?", line)
        if header:
            table = [part.strip().strip("\"'") for part in header[1].split(".")]
            if table == list(keys):
                return number
            if table == list(keys[: len(table)]):
                nearest = number
            continue
        key = re.match(r"""["']?([^"'=\s]+)["']?\s*=""", line)
        if key and [*table, *key[1].split(".")] == list(keys):
            return number
    return nearest


def json_line(text: str, key: str, value: str) -> int:
    """The line where `"key": "value"` stands in JSON text; 0 when it does not."""
    found = re.search(rf'"{re.escape(key)}"\s*:\s*"{re.escape(value)}"', text)
    return text.count("\n", 0, found.start()) + 1 if found else 0
