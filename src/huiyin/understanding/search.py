"""Words for full-text search in both databases: pairs of characters for Chinese, light stems for Latin script."""

from __future__ import annotations

import re

from .cleaning import fold

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003134f"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_FIRST_CJK = "\u3040"
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "has",
        "have",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "that",
        "the",
        "this",
        "to",
        "was",
        "were",
        "will",
        "with",
    ]
)


def stem(word: str) -> str:
    """A light English stem: plural, -ing and -ed endings off long enough words. Digits and short words stay."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            root = word[: -len(ending)]
            if not any(c in "aeiouy" for c in root):
                return word
            if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
                return root[:-1]
            return root
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _pairs(run: str) -> list[str]:
    # The last character also stands alone: it ends the run for phrases, and one character finds it as a prefix.
    return [run[at : at + 2] for at in range(len(run))]


def index_tokens(text: str) -> str:
    """The tokens of a text in reading order, separated by single spaces: store this in FTS5 or in a `simple` tsvector.

    Every token is letters and digits only, lower case, so neither engine splits or stems it again.
    """
    tokens: list[str] = []
    for run in _RUN.findall(fold(text, keep_blanks=True)):
        if run[0] >= _FIRST_CJK:
            tokens.extend(_pairs(run))
        else:
            tokens.append(stem(run[:40]))
    return " ".join(tokens)


def query_phrase(text: str, limit: int = 12) -> list[str]:
    """What to look for: one phrase (tokens separated by spaces, to stand next to each other) per run of the query.

    A single Chinese character comes back as a prefix, with a star after it. English filler words are left out unless
    nothing else remains. At most `limit` phrases of at most 20 tokens each. Empty when there is nothing to search for.
    """
    phrases: list[str] = []
    filler: list[str] = []
    for run in _RUN.findall(fold(text[:2000], keep_blanks=True)):
        if run[0] >= _FIRST_CJK:
            phrase = f"{run}*" if len(run) == 1 else " ".join(_pairs(run)[:-1][:20])
        else:
            phrase = stem(run[:40])
            if run in _STOP:
                filler.append(phrase)
                continue
        if phrase not in phrases:
            phrases.append(phrase)
    return (phrases or filler)[:limit]


def fts5_query(text: str) -> str:
    """The query in SQLite FTS5's language; empty when there is nothing to search for. All phrases must occur."""
    return " AND ".join(
        f'"{phrase[:-1]}" *' if phrase.endswith("*") else f'"{phrase}"' for phrase in query_phrase(text)
    )


def tsquery(text: str) -> str:
    """The query in PostgreSQL's language, for `to_tsquery('simple', …)`; empty when there is nothing to search for."""
    return " & ".join(
        f"{phrase[:-1]}:*" if phrase.endswith("*") else "(" + " <-> ".join(phrase.split()) + ")"
        for phrase in query_phrase(text)
    )
