"""Models: from the sheet alone on day one, from settled matters later; written whole and noticed by others."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from huiyin.organisation.signals import pack_loaded
from huiyin.suggestions import files, ideas, training
from huiyin.suggestions.cli import understand
from huiyin.suggestions.models import TrainedModel
from huiyin.suggestions.tests import body

pytestmark = pytest.mark.django_db


def settled(count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        text, category, lead = [(body.LAMP, "RD2.01", "light"), (body.BINS, "CL1.01", "clean")][n % 2]
        body.settle(body.receive(f"{text}第{n}次说", f"s{n}", found=False), category, lead)


def test_a_pack_alone_makes_a_model_and_suggestions_from_day_one() -> None:
    catalogue = body.load(trained=False)
    assert training.is_missing(catalogue)
    pack_loaded.send(None, catalogue=catalogue, now=body.NOON)
    assert not training.is_missing(catalogue)
    assert ideas.categories(body.LAMP, "", catalogue).answer == "RD2.01"
    row = TrainedModel.objects.get()
    assert (row.kind, row.examples, row.trained_until) == ("category", 0, None)


def test_training_twice_changes_nothing() -> None:
    catalogue = body.load()
    settled(4)
    first = training.train(catalogue, body.NOON)
    path = files.newest("category", catalogue.digest)
    assert path is not None
    written = path.read_bytes()
    again = training.train(catalogue, body.NOON + timedelta(days=1))
    assert [one.changed for one in first] == [True]
    assert [one.changed for one in again] == [False]
    assert files.newest("category", catalogue.digest) == path
    assert path.read_bytes() == written


def test_the_newest_file_is_used_and_old_ones_go() -> None:
    catalogue = body.load()
    versions = set()
    for n in range(1, 7):
        body.settle(body.receive(f"{body.LAMP}{n}", f"n{n}", found=False), "RD2.01", "light")
        versions.add(training.train(catalogue, body.NOON)[0].version)
        in_use = files.model("category", catalogue.digest)
        assert in_use is not None
        assert in_use.version == training.in_use(catalogue).version  # type: ignore[union-attr]
    assert len(versions) == 6
    assert len(list(files.folder().glob("category-*.npz"))) == files.KEPT + 1


def test_a_file_nobody_can_read_counts_as_missing_and_breaks_no_page() -> None:
    catalogue = body.load()
    path = files.newest("category", catalogue.digest)
    assert path is not None
    path.write_bytes(b"half a fi")
    files.forget()
    assert files.model("category", catalogue.digest) is None
    assert training.is_missing(catalogue)
    assert ideas.categories(body.LAMP, "", catalogue).answer == "RD2.01"  # the pack's own words still speak
    training.train(catalogue, body.NOON)
    assert not training.is_missing(catalogue)


def test_another_pack_asks_for_another_model() -> None:
    body.load()
    assert training.is_missing(body.load("2", trained=False))


def test_only_settled_matters_are_learned_from() -> None:
    catalogue = body.load()
    body.receive(body.LAMP, "open", category="RD2.01")
    body.settle(body.receive(body.BINS, "done"), "CL1.01", "clean")
    assert [(one.category, one.office) for one in training.history(catalogue)] == [("CL1.01", "clean")]


def test_offices_are_learned_as_the_catalogue_calls_them() -> None:
    catalogue = body.load()
    assert training.duty_target("street-e", catalogue) == "kind:street"
    assert training.duty_target("light", catalogue) == "light"
    assert {row.code for row in training.targets(catalogue)} == {"light", "kind:street", "clean", "water"}
    settled(training.FEWEST)
    made = training.train(catalogue, body.NOON)
    assert [one.kind for one in made] == ["category", "office"]
    found = ideas.offices(body.BINS, "", "", "e1", catalogue, body.NOON)
    assert found.choices[0].office == "clean"
    assert found.choices[0].reasons[0][0] == "learned"


def test_enough_new_history_is_counted_since_the_last_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "NEW_ENOUGH", 2)
    catalogue = body.load()
    settled(1)
    assert not training.enough_new(catalogue)
    settled(1, start=1)
    assert training.enough_new(catalogue)
    training.train(catalogue, body.NOON)
    assert not training.enough_new(catalogue)


def test_a_model_file_holds_no_words() -> None:
    catalogue = body.load()
    body.settle(body.receive("独角兽在广场上走来走去", "u"), "RD1.01", "street-e")
    training.train(catalogue, body.NOON)
    import numpy as np

    path = files.newest("category", catalogue.digest)
    assert path is not None
    with np.load(path) as stored:
        assert all("独角兽".encode() not in stored[name].tobytes() for name in stored.files)
    assert "独角兽" not in str(list(TrainedModel.objects.values_list("card", flat=True)))


def test_a_model_is_made_from_files_alone(tmp_path: Path) -> None:
    sheet, texts, out = tmp_path / "sheet.csv", tmp_path / "texts.csv", tmp_path / "model.npz"
    sheet.write_text("code,parent,name_zh,keywords_zh\nlight,,路灯,路灯|灯不亮\nschool,,教育,学校|学位\n", "utf-8")
    texts.write_text("title,body\n路灯,晚上很黑\n", "utf-8")
    done = CliRunner().invoke(understand, ["train", "--sheet", str(sheet), "--texts", str(texts), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["texts_without_category"] == 1
    shown = CliRunner().invoke(understand, ["explain", "小区路灯不亮，晚上一片漆黑", "--model", str(out)])
    assert json.loads(shown.output)["category_of_file"]["answer"] == "light"


def test_files_for_a_model_belong_together(tmp_path: Path) -> None:
    done = CliRunner().invoke(understand, ["train", "--out", str(tmp_path / "model.npz")])
    assert done.exit_code == 2
    assert "--sheet and --out belong together" in done.output
