"""A home of its own, the example pack in force, and quick ways to make spreadsheets."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from huiyin.cases import vault
from huiyin.imports import maps
from huiyin.imports.convert import Converter
from huiyin.imports.reading import open_table
from huiyin.imports.run import Summary, run
from huiyin.ledger import actions as ledger
from huiyin.organisation import pack, store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[4]
SECRET = b"a secret of the tests"

MAP = """
name = "book"
timezone = "Asia/Shanghai"
confidentiality = "open"

[columns]
id = "no"
subject = "subject"
text = "words"
received_at = "came"

[reply]
text = "reply"
at = "replied"

[[flags]]
code = "closed_before_opened"
when = { column = "replied", before = "came" }

[[flags]]
code = "no_target"
when = { column = "target", empty = true }
"""
HEADER = ("no", "subject", "words", "came", "reply", "replied", "target")


@pytest.fixture
def home(tmp_path: Path, settings, db: None) -> Path:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path, log_name="voices.example/log")
    vault._rings.clear()
    ledger.forget_cache()
    catalogue = pack.read(ROOT / "packs" / "yunting", date(2026, 3, 2)).catalogue
    assert catalogue is not None
    store.load(catalogue, NOW)
    return tmp_path


@pytest.fixture
def book_map(tmp_path: Path) -> Path:
    path = tmp_path / "book.toml"
    path.write_text(MAP, encoding="utf-8")
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def make(*rows: tuple, header: tuple = HEADER, merge: str = "") -> Path:
        book = openpyxl.Workbook()
        page = book.active
        page.append(header)
        for row in rows:
            page.append(row)
        if merge:
            page.merge_cells(merge)
        path = tmp_path / "book.xlsx"
        book.save(path)
        return path

    return make


@pytest.fixture
def take(home: Path) -> Callable[..., Summary]:
    """Import a file by a map, at a made-up time; rejects go to rejects.csv in the home folder."""

    def work(file: Path, map_file: Path, **options) -> Summary:
        chosen = maps.load(map_file)
        converter = Converter(chosen, store.current(), NOW, SECRET)
        table = open_table(file, chosen.needed, sheet=chosen.sheet, encoding=chosen.encoding)
        return run(table, converter, home / "rejects.csv", lambda: NOW, **options)

    return work
