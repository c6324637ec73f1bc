"""Models: from the sheet alone on day one, from settled matters later; written whole and noticed by others."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from huiyin.cases import actions
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.organisation.signals import pack_loaded
from huiyin.suggestions import files, ideas, reading, training
from huiyin.suggestions.cli import understand
from huiyin.suggestions.models import TrainedModel
from huiyin.suggestions.tests import body
from huiyin.understanding.office import train_kinds

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


def test_an_objection_that_was_ruled_right_is_learned_from_and_one_that_was_not_is_not() -> None:
    catalogue = body.load()
    for key, sustained in (("yes", True), ("no", False)):
        case = body.receive(body.LAMP, key, category="RD2.01", found=False)
        light, at = Actor(Role.HANDLER, "light", "2"), body.NOON + timedelta(minutes=5)
        actions.perform(case.pk, c.Dispatch("light"), body.DISPATCHER, at)
        actions.perform(case.pk, c.Object("not_our_duty", "不归我们"), light, at)
        actions.perform(
            case.pk, c.RuleOnObjection(sustained, "看过", "street-e" if sustained else ""), body.DISPATCHER, at
        )
        last = Actor(Role.HANDLER, "street-e", "3") if sustained else light
        actions.perform(case.pk, c.Acknowledge(), last, at)
        body.reply(case, last.office, "换好了", at)
    learned = {one.office: one for one in training.history(catalogue)}
    assert {office: one.refused for office, one in learned.items()} == {"street-e": ("light",), "light": ()}
    matters = training._matters(list(learned.values()), training.targets(catalogue), catalogue)
    assert {one.kind: (one.refused, one.category) for one in matters} == {
        "kind:street": (("light",), "RD2.01"),
        "light": ((), "RD2.01"),
    }


def test_an_area_or_a_neighbourhood_names_its_offices_kind_and_a_road_does_not() -> None:
    catalogue = body.load()
    assert reading.kinds_named("东一社区的路灯坏了", catalogue) == {"kind:street"}
    assert reading.kinds_named("东街道的路灯坏了", catalogue) == {"kind:street"}
    assert reading.kinds_named("中山路和小镇的路灯坏了", catalogue) == frozenset()


def test_how_sure_an_office_is_was_measured_on_matters_the_model_had_not_seen() -> None:
    catalogue = body.load()
    settled(2 * training.FEWEST)
    training.train(catalogue, body.NOON)
    few = files.ranking(catalogue.digest)
    assert few is not None
    assert few.measured == {}
    assert ideas.offices(body.BINS, "", "CL1.01", "e1", catalogue, body.NOON).choices[0].probability is None
    settled(training.FEWEST + 10, start=2 * training.FEWEST)
    training.train(catalogue, body.NOON)
    files.forget()
    model = files.ranking(catalogue.digest)
    assert model is not None
    assert {way: one.matters for way, one in model.measured.items()} == {"filed": 30, "guessed": 30}
    best, *others = ideas.offices(body.BINS, "", "CL1.01", "e1", catalogue, body.NOON).choices
    assert (best.office, best.probability) == ("clean", 31 / 32)
    assert all(other.probability is None for other in others)
    guess = ideas.categories(body.BINS, "", catalogue)
    told = ideas.offices(body.BINS, "", guess.answer, "e1", catalogue, body.NOON, guess=guess)
    assert told.choices[0].probability == 31 / 32


def test_a_model_of_offices_of_an_older_program_is_made_anew() -> None:
    catalogue = body.load()
    files.store("office", catalogue.digest, train_kinds(training.targets(catalogue), []))
    files.forget()
    assert files.ranking(catalogue.digest) is None
    assert training.is_missing(catalogue)


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
