"""Every refusal has a sentence in both languages, and every code has a word."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from huiyin.base.errors import Refusal
from huiyin.cases import lifecycle, texts, timeline, vocabulary
from huiyin.cases.lifecycle import situation
from huiyin.cases.lifecycle.evolve import known_kinds

ROOM = Path(texts.__file__).parent


def codes_raised() -> set[str]:
    """Codes written as literals: Refusal("code") and the code arguments of the small checks."""
    found = set()
    for path in ROOM.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                at = {"Refusal": 0, "one_of": 2, "words": 1}.get(node.func.id)
                if at is not None and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                    found.add(str(node.args[at].value))
    return found


def test_every_refusal_has_a_sentence() -> None:
    assert codes_raised() <= texts.SENTENCES.keys()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_refusal_with_facts_reads_as_a_sentence(language: str) -> None:
    with override(language):
        text = texts.sentence(Refusal("text_too_long", length=30000, limit=20000))
        late = texts.sentence(Refusal("extension_too_long", limit="2026-03-02T09:30:00.000Z"))
    assert "20000" in text
    assert "%(" not in text + late
    assert "2026" in late
    assert text.isascii() == (language == "en")


def test_every_code_has_a_word() -> None:
    pairs = [
        (vocabulary.KINDS, situation.KINDS),
        (vocabulary.URGENCIES, situation.URGENCIES),
        (vocabulary.CHANNELS, situation.CHANNELS),
        (vocabulary.FIRST_CONTACT_WAYS, situation.FIRST_CONTACT_WAYS),
        (vocabulary.SITE_FINDINGS, situation.SITE_FINDINGS),
        (vocabulary.OBJECTION_REASONS, situation.OBJECTION_REASONS),
        (vocabulary.PARK_REASONS, situation.PARK_REASONS),
        (vocabulary.DECLINE_REASONS, situation.DECLINE_REASONS),
        (vocabulary.REVIEW_RULINGS, situation.REVIEW_RULINGS),
        (vocabulary.DISPOSITIONS, situation.DISPOSITIONS),
        (vocabulary.REVEAL_PURPOSES, situation.REVEAL_PURPOSES),
        (vocabulary.ERASURE_GROUNDS, situation.ERASURE_GROUNDS),
        (vocabulary.CLAIMS, lifecycle.Claim),
        (vocabulary.VERDICTS, lifecycle.Verdict),
        (vocabulary.OUTCOMES, lifecycle.Outcome),
        (vocabulary.ROLES, lifecycle.Role),
        (vocabulary.CONFIDENTIALITY, lifecycle.Confidentiality),
        (vocabulary.PHASES, set(lifecycle.Phase) - {lifecycle.Phase.NEW}),
        (vocabulary.STAFF_PHASES, set(lifecycle.Phase) - {lifecycle.Phase.NEW}),
        (vocabulary.EVENTS, known_kinds()),
    ]
    for words, codes in pairs:
        assert set(words) == {str(code) for code in codes}


def test_who_reads_what_is_decided_for_every_event_with_words() -> None:
    assert timeline.READERS.keys() <= known_kinds()
    assert known_kinds() >= timeline.PUBLIC_EVENTS
