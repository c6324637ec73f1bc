"""The documents say what there is: every command, every variable, every link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiyin.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "packs" / "README.md", *DOCS]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_documents(command: str) -> None:
    assert any(f"huiyin {command}" in _text(page) for page in PAGES)


def test_every_variable_is_in_the_operations_page() -> None:
    config = (ROOT / "src" / "huiyin" / "site" / "config.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.get\("(HUIYIN_[A-Z_]+)"', config))
    assert len(read) >= 10
    told = set(re.findall(r"HUIYIN_[A-Z_]+", _text(ROOT / "docs" / "operations.md")))
    assert read <= told, sorted(read - told)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(_FENCE.sub("", _text(page))):
        if target.startswith(("http://", "https://", "mailto:", "#")):
            continue
        path, _, _ = target.partition("#")
        assert (page.parent / path).exists(), f"{_name(page)}: {target}"


def test_the_index_leads_to_every_document() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for target in _LINK.findall(_text(index))}
    missing = [_name(page) for page in DOCS if page != index and page.resolve() not in linked]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_document_names_a_folder_of_somebodys_machine(page: Path) -> None:
    assert not re.search(r"(?<![\w.])/(home|root|Users|work|tmp)/", _text(page))
