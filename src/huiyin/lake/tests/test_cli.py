"""The commands: what they print, how they end, and that a refusal changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from huiyin.cases.tests import body
from huiyin.lake.cli import lake
from huiyin.lake.figures_cli import figures
from huiyin.lake.tests.test_sync import matter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    body.load()
    monkeypatch.setattr("huiyin.lake.reading.folder", lambda: tmp_path / "lake")
    yield
    assert not (settings.CONFIG.home / "lake").exists()


def run(command: object, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(command, arguments)  # type: ignore[arg-type]
    assert done.exit_code == code, done.output
    return done.output


def test_sync_check_and_rebuild_say_what_they_did(tmp_path: Path) -> None:
    matter("a")
    assert "no lake" in run(lake, "check", code=1)
    told = json.loads(run(lake, "sync", "--json"))
    assert (told["rows"]["cases"], told["whole"], told["version"]) == (1, True, 1)
    assert "Nothing new" in run(lake, "sync")
    assert json.loads(run(lake, "check", "--json"))["clean"] is True
    assert json.loads(run(lake, "rebuild", "--json"))["version"] == 2
    [part] = (tmp_path / "lake" / "cases").rglob("000002-*.parquet")
    part.unlink()
    assert json.loads(run(lake, "check", "--json", code=1))["findings"][0]["code"] == "missing"
    assert "Repaired (rebuilt)" in run(lake, "check", "--repair")


def test_a_lake_from_the_future_ends_with_two(tmp_path: Path) -> None:
    run(lake, "sync")
    manifest = tmp_path / "lake" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema": 1', '"schema": 99'))
    for command in ("sync", "rebuild", "check"):
        assert json.loads(run(lake, command, "--json", code=2))["refused"] == "from_the_future"


def test_figures_are_listed_shown_exported_and_made_again(tmp_path: Path) -> None:
    for number in range(12):
        matter(str(number))
    assert "paper_closure" in run(figures, "list", "--en")
    assert len(json.loads(run(figures, "list", "--json"))) > 31
    assert "no lake" in run(figures, "show", "confirmed", code=2)
    run(figures, "publish")
    [value] = json.loads(run(figures, "show", "right_first_time", "--json"))
    assert (value["n"], value["value"]) == (12, 1.0)
    assert "nothing to count" in run(figures, "show", "confirmed", "--en")
    assert "broken down" in run(figures, "show", "confirmed", "--by", "planet", code=2)
    assert "No indicator" in run(figures, "show", "happiness", code=2)
    download, key = str(tmp_path / "download"), str(tmp_path / "key")
    assert "--key" in run(figures, "export", download, "--sealed", code=2)
    run(figures, "export", download, "--sealed", "--key", key)
    assert json.loads(run(figures, "recompute", download, "--json"))["differences"] == []
    assert "0 differences" in run(figures, "audit", download, "--key", key)
    counts = tmp_path / "download" / "counts.csv"
    counts.write_text(counts.read_text() + "office,light,3m,received,99\n")
    run(figures, "recompute", download, code=1)
    assert "cannot be read" in run(figures, "recompute", str(tmp_path), code=2)
