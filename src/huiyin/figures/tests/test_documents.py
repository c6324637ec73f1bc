"""The documents say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiyin.figures import document, schema

DOCS = Path(__file__).resolve().parents[4] / "docs"


def test_the_page_of_figures_is_the_one_the_definitions_give() -> None:
    assert (DOCS / "figures.md").read_text(encoding="utf-8") == document.text()


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
def test_every_column_of_the_lake_is_explained_in_its_order(table: schema.Table) -> None:
    page = (DOCS / "lake.md").read_text(encoding="utf-8")
    section = page.split(f"### `{table.name}`", 1)[1].split("\n##", 1)[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)
    assert [(name, kind.strip()) for name, kind, _ in rows] == [
        (name, kind.replace("timestamp('UTC')", "timestamp")) for name, kind in table.columns.items()
    ]
