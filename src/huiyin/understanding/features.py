"""Texts as numbers for the linear models: hashed n-grams of title and body, and topics from a small word list."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from .cleaning import fold
from .hashing import bucket, codes, grams
from .search import stem

BITS = 18
SIDE = 1 << BITS
TOPICS_AT = 2 * SIDE
"""Where the topic features begin: first the n-grams of the title, then those of the body, then topics of both."""

_TITLE = 200
_BODY = 1200
_SPLIT = "|"
_END = "\n"
_OWNER = 20
TITLE_SHARE = 1.6
TOPIC_SHARE = 0.45
IDF_POWER = 0.7
_SHARES = np.array((TITLE_SHARE, 1.0, TITLE_SHARE * TOPIC_SHARE, TOPIC_SHARE))
_LOGS = (1.0 + np.log(np.maximum(np.arange(256), 1))).astype(np.float32)
_NO_SPLIT = {ord("|"): " ", ord("｜"): " "}
_WORD = re.compile(r"[a-z][a-z0-9]{1,30}")
_MIX = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Bags:
    """Messages as features: for every message its feature numbers (ascending) and how often each occurs.

    `texts` are title and body folded, with a bar at `cuts` between them. `owners` says which message an entry is of.
    """

    texts: tuple[str, ...]
    cuts: tuple[int, ...]
    owners: NDArray[np.int64]
    ids: NDArray[np.int64]
    counts: NDArray[np.int64]


@lru_cache(maxsize=1)
def topics() -> Mapping[str, tuple[str, ...]]:
    """The word list that comes with the program: topic name to folded words, Chinese and English."""
    found: dict[str, tuple[str, ...]] = {}
    for line in resources.files(__package__).joinpath("data", "topics.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, words = line.split(":", 1)
            found[name] = tuple(dict.fromkeys(fold(word) for word in words.split()))
    return found


@lru_cache(maxsize=1)
def topic_count() -> int:
    """How many topics there are."""
    return len(topics())


@lru_cache(maxsize=1)
def _topic_words() -> tuple[NDArray[np.bool_], dict[str, tuple[tuple[str, int], ...]], dict[str, tuple[int, ...]]]:
    """A table of the first two characters of every Chinese word, the words by these, and English stems."""
    starts: dict[str, list[tuple[str, int]]] = {}
    english: dict[str, list[int]] = {}
    for at, words in enumerate(topics().values()):
        for word in words:
            if word.isascii():
                english.setdefault(stem(word), []).append(at)
            else:
                starts.setdefault(word[:2], []).append((word, at))
    table = np.zeros(1 << 16, dtype=np.bool_)
    for first in starts:
        table[bucket(grams(codes(first), 2), 16)] = True
    return table, {k: tuple(v) for k, v in starts.items()}, {k: tuple(v) for k, v in english.items()}


def found_topics(text: str, spots: Sequence[int]) -> list[tuple[int, int, int]]:
    """(topic, start, end) of every topic word in a folded text; Chinese ones can only begin at `spots`."""
    _, starts, english = _topic_words()
    found = []
    for at in spots:
        for word, topic in starts.get(text[at : at + 2], ()):
            if text.startswith(word, at):
                found.append((topic, at, at + len(word)))
    for match in _WORD.finditer(text):
        for topic in english.get(stem(match[0]), ()):
            found.append((topic, match.start(), match.end()))
    return found


def bags(messages: Sequence[tuple[str, str]]) -> Bags:
    """(title, body) pairs as features. Reads 200 characters of each title and 1,200 of each body.

    One message and a thousand go the same way, so the result for a message never depends on its company.
    """
    texts = [fold(f"{title[:_TITLE].translate(_NO_SPLIT)} {_SPLIT} {body[:_BODY]}") + _END for title, body in messages]
    cuts = [text.find(_SPLIT) for text in texts]
    points = codes("".join(texts))
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    owner = np.repeat(np.arange(len(texts)), lengths)
    # The zone of a character is the title or the body of one message; the bar and the end belong to none.
    cut = starts + np.array(cuts, dtype=np.int64)
    zone = 2 * owner + (np.arange(len(points)) > np.repeat(cut, lengths))
    zone[cut] = -1
    zone[starts + lengths - 1] = -1
    parts: list[NDArray[np.int64]] = []
    pairs = grams(points, 2)
    for size in (1, 2, 3):
        hashes = pairs if size == 2 else grams(points, size)
        first, last = zone[: len(hashes)], zone[size - 1 :]
        whole = np.flatnonzero((first == last) & (first >= 0))
        where = first[whole]
        parts.append((where >> 1 << _OWNER) | ((where & 1) << BITS) | bucket(hashes[whole], BITS))
    extra: list[int] = []
    count = topic_count()
    spots = np.flatnonzero(_topic_words()[0][bucket(pairs, 16)])
    by_text = np.searchsorted(spots, np.append(starts, len(points))).tolist()
    for at, (text, bar) in enumerate(zip(texts, cuts, strict=True)):
        high = at << _OWNER
        for match in _WORD.finditer(text):
            hashed = zlib.crc32(stem(match[0]).encode()) * _MIX % 2**64
            extra.append(high | (hashed >> (64 - BITS)) | (0 if match.start() < bar else SIDE))
        here = (spots[by_text[at] : by_text[at + 1]] - starts[at]).tolist()
        for topic, start, _ in found_topics(text, here):
            extra.append(high | TOPICS_AT + topic + (0 if start < bar else count))
    if extra:
        parts.append(np.array(extra, dtype=np.int64))
    every = np.concatenate(parts)
    every.sort()
    new = np.ones(len(every), dtype=np.bool_)
    np.not_equal(every[1:], every[:-1], out=new[1:])
    first_at = np.flatnonzero(new)
    counts = np.empty(len(first_at), dtype=np.int64)
    counts[:-1] = first_at[1:] - first_at[:-1]
    counts[-1:] = len(every) - first_at[-1:]
    distinct = every[first_at]
    return Bags(tuple(texts), tuple(cuts), distinct >> _OWNER, distinct & ((1 << _OWNER) - 1), counts)


def topic_spots(pairs: NDArray[np.uint64]) -> list[int]:
    """Where a topic word may begin, from the hashes of a text's two-character runs."""
    found: list[int] = np.flatnonzero(_topic_words()[0][bucket(pairs, 16)]).tolist()
    return found


def block_values(many: Bags, idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """Feature values: (1 + ln count) × idf, each of a message's four blocks brought to its own fixed length."""
    values = _LOGS[np.minimum(many.counts, 255)] * idf[many.ids]
    block = (many.ids >= SIDE).astype(np.int64) + (many.ids >= TOPICS_AT) + (many.ids >= TOPICS_AT + topic_count())
    block += many.owners * 4
    squares = np.bincount(block, weights=values * values, minlength=4 * len(many.texts))
    scale = np.tile(_SHARES, len(many.texts)) / np.sqrt(np.maximum(squares, 1e-12))
    return values * scale.astype(np.float32)[block]
