"""What is indexed can be found again, as a phrase, in Chinese, English and both mixed."""

from __future__ import annotations

import sqlite3

import pytest

from huiyin.understanding.search import fts5_query, index_tokens, query_phrase, stem, tsquery


def test_chinese_is_indexed_in_pairs_and_english_in_stems() -> None:
    assert index_tokens("路灯不亮！Broken street-lights A3区") == "路灯 灯不 不亮 亮 broken street light a3 区"


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("lights", "light"),
        ("parking", "parked"),
        ("complaints", "complaint"),
        ("cities", "city"),
        ("stopped", "stopping"),
    ],
)
def test_forms_of_a_word_share_a_stem(word: str, other: str) -> None:
    assert stem(word) == stem(other)


@pytest.mark.parametrize("word", ["bus", "gas", "street", "noise", "string", "red", "king"])
def test_short_words_are_not_cut_to_stumps(word: str) -> None:
    assert len(stem(word)) >= 3


def test_a_query_becomes_one_phrase_per_run() -> None:
    assert query_phrase("路灯不亮 broken lights") == ["路灯 灯不 不亮", "broken", "light"]
    assert query_phrase("灯") == ["灯*"]
    assert query_phrase("the light is out") == ["light", "out"]
    assert query_phrase("the") == ["the"]
    assert query_phrase("，。！ \x00") == []


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("路灯", {1, 2}),
        ("路灯不亮", {1}),
        ("灯", {1, 2}),
        ("lights", {3}),
        ("灯。不", {1, 2}),
        ("噪聲", {4}),
        ('"路灯" OR *', {1, 2}),
        ("亮", {1, 2}),
    ],
)
def test_sqlite_finds_what_was_indexed(query: str, hits: set[int]) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table words using fts5(tokens)")
    texts = {1: "门口的路灯不亮了", 2: "路灯。不亮", 3: "street light broken", 4: "夜间施工噪声扰民"}
    for key, text in texts.items():
        database.execute("insert into words(rowid, tokens) values (?, ?)", (key, index_tokens(text)))
    found = {row[0] for row in database.execute("select rowid from words where words match ?", (fts5_query(query),))}
    assert found == hits


def test_the_postgresql_query_uses_followed_by_and_prefixes() -> None:
    assert tsquery("路灯不亮 灯 light") == "(路灯 <-> 灯不 <-> 不亮) & 灯:* & (light)"
    assert tsquery("'; drop") == "(drop)"
