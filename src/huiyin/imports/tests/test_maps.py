"""Maps are checked whole, and every problem names its line."""

from __future__ import annotations

import pytest

from huiyin.imports import maps

from .conftest import MAP


def _problems(tmp_path, text):
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(maps.BadMap) as caught:
        maps.load(path)
    return {(p.line, p.code) for p in caught.value.problems}


def test_every_ready_map_is_in_order():
    names = sorted(path.stem for path in maps.READY.glob("*.toml"))
    assert len(names) == 4
    for name in names:
        assert maps.load(maps.find(name)).name == name


def test_all_problems_are_found_at_once_with_their_lines(tmp_path):
    text = (
        'timezone = "Mars/Base"\nchannle = "web"\nchannel = "pigeon"\n[columns]\ntext = 3\n'
        '[values.claim]\n"done" = "promised"\n'
    )
    assert _problems(tmp_path, text) == {
        (1, "bad_timezone"),
        (2, "key_unknown"),
        (3, "not_allowed"),
        (0, "key_missing"),
        (5, "wrong_type"),
        (7, "not_allowed"),
    }


def test_toml_that_is_none_says_where(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text("name = \n", encoding="utf-8")
    with pytest.raises(maps.BadMap, match="line 1"):
        maps.load(path)


def test_a_map_names_every_column_it_needs(book_map):
    assert maps.load(book_map).needed == ("no", "subject", "words", "came", "reply", "replied", "target")
    assert "closed_before_opened" in MAP
