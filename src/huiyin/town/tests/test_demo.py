"""The demo command keeps its hands off what it did not make, and knows what it made."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import click
import pytest

from huiyin.organisation.testing import DEMO, demo
from huiyin.town import cli, home
from huiyin.town.cast import stage
from huiyin.town.simulation import Hours
from huiyin.town.stories import WORDS, stories


def test_a_folder_with_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "huiyin.sqlite3").write_bytes(b"theirs")
    with pytest.raises(home.NotTheDemos):
        home.claim(tmp_path)
    with pytest.raises(home.NotTheDemos):
        home.clear(tmp_path)
    assert (tmp_path / "huiyin.sqlite3").read_bytes() == b"theirs"


def test_a_fresh_start_removes_the_old_town_but_the_secret_this_process_has_read(tmp_path: Path) -> None:
    home.claim(tmp_path)
    (tmp_path / "huiyin.sqlite3").write_bytes(b"old")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret").write_text("kept")
    (tmp_path / "keys" / "vault").mkdir()
    (tmp_path / "keys" / "vault" / "0001").write_text("gone")
    home.clear(tmp_path)
    left = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert left == ["demo.json", "keys/secret"]


def test_an_interrupted_build_is_known_as_not_ready(tmp_path: Path) -> None:
    assert home.read(tmp_path) is None
    home.claim(tmp_path)
    note = home.read(tmp_path)
    assert note is not None
    assert not note.ready
    home.write(tmp_path, home.Note(ready=True, matters=3, follow=[["k", "answered", "urban1"]]))
    assert home.read(tmp_path) == home.Note(ready=True, matters=3, follow=[["k", "answered", "urban1"]])


def test_the_pack_that_came_with_the_program_is_found() -> None:
    assert home.shipped_pack() == DEMO


def test_a_taken_port_is_refused_before_anything_is_built() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(click.ClickException, match="--port"):
            cli._free("127.0.0.1", port)


def test_every_story_belongs_to_a_category_of_the_shipped_pack_and_has_an_office() -> None:
    catalogue = demo()
    told, all_of_them = stories(catalogue.categories), stories(_Everything())
    assert told == all_of_them
    assert sum(story.language == "zh" for story in told) >= 40
    assert sum(story.language == "en" for story in told) >= 15
    played = {story for pairs in stage(catalogue, told).leads.values() for story, _ in pairs}
    assert played == set(told)


class _Everything:
    def __contains__(self, _: object) -> bool:
        return True


def test_both_languages_have_words_for_the_same_occasions() -> None:
    assert WORDS["zh"].keys() == WORDS["en"].keys()


def test_open_hours_are_counted_over_a_weekend_and_end_with_the_history() -> None:
    until = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    hours = Hours(demo(), until)
    friday = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)  # 16:30 in the town
    assert hours.working(friday, 2) == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert hours.working(friday, 400) > until


def test_people_who_sleep_act_in_the_morning() -> None:
    hours = Hours(demo(), datetime(2026, 11, 24, tzinfo=UTC))
    night = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # three in the morning
    assert 7 <= hours.awake(night, Random(1)).astimezone(hours.tz).hour < 12
    day = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
    assert hours.awake(day, Random(1)) == day
