"""Whoever has the download can make every published figure again, and sees each one that was touched."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from huiyin.figures import download, publishing
from huiyin.figures.download import DownloadError
from huiyin.figures.rollups import Rollup
from huiyin.figures.tests.test_protection import AS_OF, GROUPS, random_rollup

KEY = bytes(range(32))


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Rollup]:
    monkeypatch.setattr(publishing, "MONTHS_SHOWN", 12)
    rollup = random_rollup(Random(1), scale=30)
    told = publishing.public_counts(rollup, AS_OF, GROUPS)
    folder = tmp_path / "download"
    download.write(
        folder, told, as_of=AS_OF, lake_version=3, names={}, compared=publishing.compared(rollup, AS_OF, told),
        sealed=download.seal(rollup.text(3), KEY), groups=GROUPS,
    )  # fmt: skip
    return folder, rollup


def test_every_figure_can_be_made_again(given: tuple[Path, Rollup]) -> None:
    found = download.recompute(given[0])
    assert found.differences == []
    assert found.numbers > 1000
    assert "confirmed" in (given[0] / "figures.csv").read_text()


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("figures.csv", "body,,12m,confirmed,1,", "body,,12m,confirmed,1,9", "n is published as"),
        ("figures.csv", "body,,12m,confirmed,", "body,,99m,confirmed,", "no counts for it"),
        ("counts.csv", "body,,12m,received,", "body,,12m,received,1", "not the file the manifest names"),
    ],
)
def test_a_touched_number_is_named(given: tuple[Path, Rollup], name: str, before: str, after: str, words: str) -> None:
    path = given[0] / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    assert any(words in difference for difference in download.recompute(given[0]).differences)


@pytest.mark.parametrize("measure", ["answered", "confirmed"])
def test_how_an_office_stands_is_told_only_where_its_share_is(measure: str) -> None:
    months = publishing.periods(AS_OF)["12m"]
    shares = {"a": (60, 10, 80), "b": (60, 50, 80), "c": (60, 45, 80)}
    rollup = Rollup({("strata", f"{office}|1|lamp|normal", months[-1]): counts for office, counts in shares.items()})
    told: dict[publishing.Cell, int | None] = {
        ("office", office, period, name): 50
        for office in shares for period in publishing.COMPARED for name in ("answered", "confirmed")
    }  # fmt: skip
    found = publishing.compared(rollup, AS_OF, told)
    assert found["a", "12m"] == "below"
    assert set(publishing.compared(rollup, AS_OF, told | {("office", "a", "12m", measure): None})) == set(found) - {
        ("a", "12m")
    }


def test_no_row_is_ordered_by_figure(given: tuple[Path, Rollup]) -> None:
    rows = [line.split(",") for line in (given[0] / "figures.csv").read_text().splitlines()[1:]]
    offices = [row[1] for row in rows if row[0] == "office"]
    assert list(dict.fromkeys(offices)) == list(GROUPS["office"])


def test_an_auditor_with_the_key_checks_the_exact_counts(given: tuple[Path, Rollup]) -> None:
    folder, rollup = given
    assert download.unseal(folder, KEY) == rollup
    assert download.audit(folder, KEY).differences == []
    text = (folder / "counts.csv").read_text()
    line = next(line for line in text.splitlines() if line.startswith("body,,12m,received,"))
    (folder / "counts.csv").write_text(text.replace(line, "body,,12m,received,5000"))
    assert any("body 12m received" in difference for difference in download.audit(folder, KEY).differences)


def test_without_the_key_nothing_opens(given: tuple[Path, Rollup]) -> None:
    with pytest.raises(DownloadError, match="does not open"):
        download.unseal(given[0], bytes(32))
    data = bytearray((given[0] / "sealed.bin").read_bytes())
    data[40] ^= 1
    (given[0] / "sealed.bin").write_bytes(bytes(data))
    with pytest.raises(DownloadError, match="does not open"):
        download.audit(given[0], KEY)


@pytest.mark.parametrize(
    ("text", "words"), [("{", "cannot be read"), ("{}", "not a download"), ('{"format": "huiyin-figures"}', "method")]
)
def test_what_is_no_download_is_refused(given: tuple[Path, Rollup], text: str, words: str) -> None:
    (given[0] / "manifest.json").write_text(text)
    with pytest.raises(DownloadError, match=words):
        download.recompute(given[0])


def test_a_folder_with_something_else_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DownloadError, match="Nothing was written"):
        download.write(tmp_path, {}, as_of=AS_OF, lake_version=1, names={}, compared={})
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_definitions_are_given_whole(given: tuple[Path, Rollup]) -> None:
    data = json.loads((given[0] / "definitions.json").read_text())
    assert len({one["number"] for one in data["indicators"]}) == 31
    assert {one["code"] for one in data["counts"]} == {"history", "history_solved", *publishing.FUNNEL_NAMES}
