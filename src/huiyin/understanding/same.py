"""Same matter: which earlier messages a new one belongs with. Keys for the look-up, then a score for each pair.

Three questions are kept apart: is it a copy (`PairScore.copied`), the same matter (`PairScore.probability`), or from
the same sender (the caller's knowledge, for that sender's own page only; it plays no part here).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .cleaning import fold
from .features import found_topics, topic_count, topic_spots
from .hashing import Codes, bucket, codes, grams

KEYS = 32
"""Keys stored per message. In tests on real messages 24 lost two hundredths of the siblings, 48 won nothing."""

COPY = 0.7
"""From this share of common trigrams on, a message is called a verbatim copy (research on 4,326 messages)."""

_BODY_FOR_KEYS = 250
_BODY = 600
_BITS = 17
_TITLE = 1.4
# Parts title and body while both are folded in one go.
_SPLIT = "|"
_NO_SPLIT = {ord("|"): " ", ord("｜"): " "}
_EDGES = " ,.!?;:()[]\"'，。！？；：、（）“”…的了是在有和与也都我们到被把从对就于"
Row = TypeVar("Row")
Weights = NDArray[np.float64]
Reason = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare trigrams are, counted on other messages: a table of weights by hash. It holds no text.

    Counting it on the messages that are searched would be wrong: the trigrams of a hot issue would look common.
    """

    table: Weights
    pairs: Weights
    version: str

    def pair_weights(self, hashes: Codes) -> Weights:
        """The weight of each trigram when two messages are compared.

        A trigram nobody used before says little about one message (it may be chance) but much about two that share it:
        it is how the name of a place or a company looks.
        """
        return self.pairs[bucket(hashes, _BITS)]

    def weights(self, hashes: Codes) -> Weights:
        """The weight of each trigram, about 10 for the rarest and 0 for those in every message."""
        return self.table[bucket(hashes, _BITS)]


@lru_cache(maxsize=1)
def rarity() -> Rarity:
    """The table that comes with the program (see `data/README.md` for its source)."""
    with resources.files(__package__).joinpath("data", "rarity.npz").open("rb") as stored:
        loaded = np.load(stored)
        steps = loaded["steps"]
        return Rarity(weigh(steps), weigh(steps, 0.7, 12.0), f"rarity-{loaded['version']!s}")


def weigh(steps: NDArray[np.uint8], slope: float = 0.5, unseen: float = 7.0) -> Weights:
    """Weights from counts in half-octaves: 0 stands for a trigram that was not seen often enough to be counted."""
    return np.where(steps > 0, np.maximum(10.0 - steps * slope, 0.1), unseen)


def keys(title: str, body: str, idf: Rarity | None = None) -> list[int]:
    """Up to 32 numbers (31 bits) under which a message is filed and looked up, rarest first.

    They are hashes of the rarest trigrams of the title and the first 250 characters of the body; the title counts more.
    Store one row (key, time, message) per key. A short message has fewer keys, an empty one none.
    """
    return [key for key, _ in weighted_keys(title, body, idf)]


def weighted_keys(title: str, body: str, idf: Rarity | None = None) -> list[tuple[int, float]]:
    """The keys with their weights: what `candidates` ranks by."""
    idf = idf or rarity()
    head = np.unique(grams(codes(fold(title[:200])), 3))
    rest = np.setdiff1d(grams(codes(fold(body[:_BODY_FOR_KEYS])), 3), head)
    hashes = np.concatenate([head, rest])
    weights = idf.weights(hashes)
    weights[: len(head)] *= _TITLE
    order = np.argsort(-weights, kind="stable")[:KEYS]
    return list(zip((hashes[order] >> np.uint64(33)).tolist(), weights[order].tolist(), strict=True))


def candidates(
    weighted: Sequence[tuple[int, float]],
    look_up: Callable[[Sequence[int]], Iterable[tuple[int, Row]]],
    limit: int = 40,
) -> list[Row]:
    """The earlier messages that share most of the weight, best first, at most `limit`.

    `look_up` gets the keys and gives (key, message) rows: the newest hundred or so of each key, limited to the time and
    area that matter. Messages must be hashable. Equal weights keep the order in which the rows came.
    """
    weight = dict(weighted)
    totals: dict[Row, float] = {}
    for key, message in look_up([key for key, _ in weighted]):
        totals[message] = totals.get(message, 0.0) + weight.get(key, 0.0)
    return sorted(totals, key=lambda message: -totals[message])[:limit]


@dataclass(frozen=True, slots=True)
class Message:
    """What is known of a message when pairs are judged. `areas` are codes of the places it names (`place.find`)."""

    title: str
    body: str
    at: datetime
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Profile:
    """A message made ready for comparing. Keep it while comparing, do not store it: it holds the folded text.

    `hashes` are its distinct trigrams in ascending order; the arrays beside them say how much each weighs (squared too)
    and whether it stands in the title and in the body. `norms` are the lengths of title, body and whole.
    """

    at: datetime
    areas: frozenset[str]
    text: str
    hashes: Codes = field(repr=False)
    weights: Weights = field(repr=False)
    squares: Weights = field(repr=False)
    in_title: NDArray[np.bool_] = field(repr=False)
    in_body: NDArray[np.bool_] = field(repr=False)
    norms: tuple[float, float, float] = field(repr=False)
    topics: Weights = field(repr=False)
    title_topics: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PairScore:
    """How likely two messages are about the same matter, how much one copies the other, and why.

    Reasons are codes with facts: `shared_words` {words}, `copied` {share}, `days_apart` {days}, `same_place` {areas},
    `different_places` {}. Words are folded text of the two messages: show them to people who may read both.
    """

    probability: float
    copied: float
    reasons: tuple[Reason, ...]
    version: str

    @property
    def is_copy(self) -> bool:
        """Whether this is a verbatim copy."""
        return self.copied >= COPY


def profile(message: Message, idf: Rarity | None = None) -> Profile:
    """Make a message ready for comparing: folded, cut to 600 characters of body, trigrams weighted."""
    idf = idf or rarity()
    text = fold(f"{message.title[:200].translate(_NO_SPLIT)} {_SPLIT} {message.body[:_BODY]}")
    points = codes(text)
    all_grams = grams(points, 3)
    cut = text.find(_SPLIT)
    title = max(0, cut - 3)
    every = np.concatenate([all_grams[:title], all_grams[cut + 2 :]])
    order = np.argsort(every, kind="stable")
    ordered = every[order]
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    group = np.cumsum(first) - 1
    count = int(group[-1]) + 1 if len(group) else 0
    from_title = order < title
    in_title = np.bincount(group[from_title], minlength=count) > 0
    in_body = np.bincount(group[~from_title], minlength=count) > 0
    hashes = ordered[first]
    weights = idf.pair_weights(hashes)
    squares = weights * weights
    norms = (float(squares[in_title].sum()), float(squares[in_body].sum()), float(squares.sum()))
    topics = np.zeros(topic_count())
    title_topics: set[int] = set()
    for topic, start, _ in found_topics(text, topic_spots(grams(points, 2))):
        topics[topic] += 3.0 if start < cut else 1.0
        if start < cut:
            title_topics.add(topic)
    topics = np.log1p(topics)
    shown = text.replace(f" {_SPLIT} ", "\n", 1)
    return Profile(
        message.at,
        message.areas,
        shown,
        hashes,
        weights,
        squares,
        in_title,
        in_body,
        norms,
        topics,
        frozenset(title_topics),
    )


FEATURES = ("all", "title", "body", "cross", "rarest", "rare_in_title", "days", "conflict", "topics", "other_topic")


def features(one: Profile, other: Profile) -> Weights:
    """The ten numbers the pair score is made of, each between 0 and about 1; symmetric in the two messages."""
    return _compare(one, other)[0]


def _compare(one: Profile, other: Profile) -> tuple[Weights, float]:
    """The features, and the share of common trigrams (Jaccard)."""
    values = np.zeros(len(FEATURES))
    values[6] = np.log1p(abs((one.at - other.at).total_seconds()) / 86400.0) / 6.0
    values[7] = bool(one.areas and other.areas and not one.areas & other.areas)
    if not len(one.hashes) or not len(other.hashes):
        return values, 0.0
    at = np.searchsorted(one.hashes, other.hashes)
    at[at == len(one.hashes)] = 0
    there = np.flatnonzero(one.hashes[at] == other.hashes)
    if not len(there):
        # Messages that share no wording at all are not compared by topic: two complaints about noise are two matters.
        return values, 0.0
    both = float(np.sqrt((one.topics @ one.topics) * (other.topics @ other.topics)))
    values[8] = float(one.topics @ other.topics) / both if both else 0.0
    values[9] = bool(one.title_topics and other.title_topics and not one.title_topics & other.title_topics)
    at = at[there]
    squares, weights = one.squares[at], one.weights[at]
    title_one, body_one = one.in_title[at], one.in_body[at]
    title_other, body_other = other.in_title[there], other.in_body[there]
    values[0] = squares.sum() / np.sqrt(one.norms[2] * other.norms[2])
    values[1] = _share(squares[title_one & title_other], one.norms[0], other.norms[0])
    values[2] = _share(squares[body_one & body_other], one.norms[1], other.norms[1])
    values[3] = max(
        _share(squares[title_one & body_other], one.norms[0], one.norms[0]),
        _share(squares[body_one & title_other], other.norms[0], other.norms[0]),
    )
    rare = weights if len(weights) <= 12 else np.partition(weights, len(weights) - 12)[-12:]
    values[4] = rare.sum() / 100.0
    values[5] = min(1.0, float(weights[title_one | title_other].sum()) / 60.0)
    smaller = min(len(one.hashes), len(other.hashes))
    union = len(one.hashes) + len(other.hashes) - len(there)
    return values, len(there) / union if smaller > 8 else 0.0


def _share(squares: Weights, one: float, other: float) -> float:
    return float(squares.sum()) / (one * other) ** 0.5 if one and other else 0.0


@dataclass(frozen=True, slots=True)
class PairModel:
    """Weights of the pair score: one per feature and a constant, with the version stored beside a suggestion."""

    weights: tuple[float, ...]
    constant: float
    version: str


@lru_cache(maxsize=1)
def pair_model() -> PairModel:
    """The weights that come with the program (see `data/README.md` for their source)."""
    stored = json.loads(resources.files(__package__).joinpath("data", "pairs.json").read_text("utf-8"))
    return PairModel(tuple(stored["weights"][name] for name in FEATURES), stored["constant"], stored["version"])


def probability(values: Weights, model: PairModel) -> float:
    """The chance that two messages are about the same matter, from their features."""
    return float(1.0 / (1.0 + np.exp(-(float(values @ np.array(model.weights)) + model.constant))))


def score(one: Profile, other: Profile, model: PairModel | None = None) -> PairScore:
    """How likely two messages are about the same matter, and the reasons a person can check."""
    model = model or pair_model()
    values, copied = _compare(one, other)
    return PairScore(probability(values, model), copied, _reasons(one, other, copied), model.version)


def best(
    one: Profile, others: Sequence[Profile], least: float = 0.3, limit: int = 5, model: PairModel | None = None
) -> list[tuple[int, PairScore]]:
    """The likeliest of `others`: their places in the list with their scores, best first, none below `least`.

    Copies always count. Give the dozen best candidates: the right one is among the first 12 in 98 of 100 cases.
    """
    model = model or pair_model()
    found = []
    for at, other in enumerate(others):
        values, copied = _compare(one, other)
        chance = probability(values, model)
        if chance >= least or copied >= COPY:
            found.append((chance, at, copied))
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    return [
        (at, PairScore(chance, copied, _reasons(one, others[at], copied), model.version))
        for chance, at, copied in found[:limit]
    ]


def _reasons(one: Profile, other: Profile, copied: float) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if copied >= COPY:
        reasons.append(("copied", {"share": round(copied, 2)}))
    words = shared_words(one, other)
    if words:
        reasons.append(("shared_words", {"words": words}))
    reasons.append(("days_apart", {"days": abs((one.at - other.at).days)}))
    common = one.areas & other.areas
    if common:
        reasons.append(("same_place", {"areas": tuple(sorted(common))}))
    elif one.areas and other.areas:
        reasons.append(("different_places", {}))
    return tuple(reasons)


def shared_words(one: Profile, other: Profile, limit: int = 4) -> tuple[str, ...]:
    """The rarest pieces of text that stand in both messages, longest stretches first, as folded text."""
    idf = rarity()
    text = one.text
    hashes = grams(codes(text), 3)
    common = np.isin(hashes, other.hashes)
    if not common.any():
        return ()
    weights = idf.pair_weights(hashes) * common
    edges = np.flatnonzero(np.diff(np.concatenate([[0], common.astype(np.int8), [0]])))
    found: dict[str, float] = {}
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        for piece in text[start : end + 2].split("\n"):
            word = piece.strip(_EDGES)[:24]
            if len(word) >= 3:
                found[word] = max(found.get(word, 0.0), float(weights[start:end].sum()))
    ranked = sorted(found, key=lambda word: (-found[word], word))
    return tuple(word for at, word in enumerate(ranked) if not any(word in w for w in ranked[:at]))[:limit]
