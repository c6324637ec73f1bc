"""Suggests a category for a message: linear models over hashed n-grams, one per level of the category sheet.

The sheet itself is the first training set, so suggestions work before there is any history. A model never decides:
it offers, says how sure it is and which words made it so, and says nothing when it is unsure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .features import BITS, SIDE, TOPICS_AT, Bags, bags, block_values, found_topics, topic_count, topic_spots
from .hashing import bucket, codes, grams

FORMAT = 1
_FEWEST = 4
"""A message of which fewer features are known says too little."""
Reason = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a category sheet: code, parent (empty at the top), names and keywords in any language."""

    code: str
    parent: str
    names: tuple[str, ...]
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A message whose category people have settled on.

    `weight` says how much it counts, `against` names categories it was filed under first and that were ruled wrong.
    """

    title: str
    body: str
    code: str
    weight: float = 1.0
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A category with its calibrated probability."""

    code: str
    probability: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the model offers. `answer` is the deepest category it is sure of, or None: then nothing is preselected.

    `choices` are the likeliest of the level of the answer (of the top level when there is none), best first.
    Reasons: `words` {words} that spoke for the first choice, `backed_off` {to_level} when a finer level was unsure,
    `unsure` {} when the model abstains.
    """

    answer: str | None
    probability: float
    choices: tuple[Choice, ...]
    reasons: tuple[Reason, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Level:
    """One linear model: `codes` of its categories, a row of weights per kept feature, a constant, and the calibration.

    `at` leads from the model's row of a feature to the level's own: a level keeps only features that weigh something
    in it, and one last row of zeros for all others. That keeps a sheet of hundreds of categories small.
    `doubt` is the share of cases in which even a clear message was filed elsewhere, seen on held-out messages.
    """

    codes: tuple[str, ...]
    at: NDArray[np.int32] = field(repr=False)
    weights: NDArray[np.float32] = field(repr=False)
    constant: NDArray[np.float32] = field(repr=False)
    temperature: float
    doubt: float = 0.0

    def part(self, rows: NDArray[np.int32], columns: NDArray[np.int64]) -> NDArray[np.float32]:
        """The weights of some features for some categories."""
        if len(columns) == len(self.codes):
            return self.weights[self.at[rows]]
        found: NDArray[np.float32] = self.weights[self.at[rows][:, None], columns]
        return found


@dataclass(frozen=True, slots=True)
class CategoryModel:
    """A trained model: the features it knows (`rows` leads from feature number to row), their weights, the levels.

    `card` is the model card: version, what it was trained on, how well it did on messages it had not seen.
    """

    rows: NDArray[np.int32] = field(repr=False)
    idf: NDArray[np.float32] = field(repr=False)
    levels: tuple[Level, ...]
    parents: Mapping[str, str]
    version: str
    card: Mapping[str, object]
    sure: float = 0.5
    _below: dict[tuple[int, str], NDArray[np.int64]] = field(default_factory=dict, repr=False, compare=False)

    def _known(self, many: Bags) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
        """Owner, row of weights and value of every feature the model knows."""
        values = block_values(many, self.idf)
        rows = self.rows[many.ids]
        known = np.flatnonzero(rows >= 0)
        return many.owners[known], rows[known], values[known]

    def probabilities(self, messages: Sequence[tuple[str, str]], level: int = 0) -> NDArray[np.float64]:
        """Calibrated probabilities of many (title, body) pairs at a level: one row a message, one column a category."""
        chosen = self.levels[level]
        scores = np.tile(chosen.constant.astype(np.float64), (len(messages), 1))
        for start in range(0, len(messages), 128):
            owners, rows, values = self._known(bags(messages[start : start + 128]))
            if len(owners):
                given = chosen.weights[chosen.at[rows]] * values[:, None]
                first = np.flatnonzero(np.diff(owners, prepend=-1))
                scores[start + owners[first]] += np.add.reduceat(given, first, axis=0, dtype=np.float64)
        return soften(scores, chosen.temperature, chosen.doubt)

    def chances(self, title: str, body: str) -> NDArray[np.float64] | None:
        """Calibrated probabilities of the top level for one message; None when it says too little to judge."""
        level = self.levels[0]
        _, rows, values = self._known(bags([(title, body)]))
        if len(rows) < _FEWEST:
            return None
        given = values @ level.weights[level.at[rows]] + level.constant
        return soften(given.astype(np.float64), level.temperature, level.doubt)

    def suggest(self, title: str, body: str, limit: int = 3) -> Suggestion:
        """The category to offer for a message, with reasons. Takes under a millisecond."""
        one = bags([(title, body)])
        _, rows, values = self._known(one)
        if len(rows) < _FEWEST:
            return Suggestion(None, 0.0, (), (("unsure", {}),), self.version)
        best: tuple[int, NDArray[np.int64], NDArray[np.float64]] | None = None
        first: tuple[int, NDArray[np.int64], NDArray[np.float64]] | None = None
        trail, chance = "", 1.0
        for depth, level in enumerate(self.levels):
            # Below the top, only what lies under the category chosen so far is weighed: a finer answer never
            # contradicts the coarser one, and costs little even on a sheet of hundreds.
            columns = self.below(depth, trail)
            if not len(columns):
                break
            given = values @ level.part(rows, columns) + level.constant[columns]
            chances = chance * soften(given.astype(np.float64), level.temperature, level.doubt)
            first = first or (depth, columns, chances)
            if chances.max() < self.sure:
                break
            best = depth, columns, chances
            trail, chance = level.codes[int(columns[chances.argmax()])], float(chances.max())
        depth, columns, chances = best or first or (0, np.zeros(0, dtype=np.int64), np.zeros(0))
        order = np.argsort(-chances, kind="stable")[:limit].tolist()
        choices = tuple(Choice(self.levels[depth].codes[int(columns[n])], float(chances[n])) for n in order)
        reasons: list[Reason] = []
        words = self._words(one, values, depth, columns, order[0])
        if words:
            reasons.append(("words", {"words": words}))
        if best is None:
            reasons.append(("unsure", {}))
        elif depth + 1 < len(self.levels) and len(self.below(depth + 1, trail)):
            reasons.append(("backed_off", {"to_level": depth + 1}))
        return Suggestion(trail or None, choices[0].probability, choices, tuple(reasons), self.version)

    def below(self, depth: int, trail: str) -> NDArray[np.int64]:
        """The columns of a level that lie under a category (all of them when it is empty)."""
        key = depth, trail
        if key not in self._below:
            codes = self.levels[depth].codes
            found = [at for at, code in enumerate(codes) if not trail or self._within(code, trail)]
            self._below[key] = np.array(found, dtype=np.int64)
        return self._below[key]

    def _within(self, code: str, ancestor: str) -> bool:
        for _ in range(len(self.parents) + 1):
            if code == ancestor or not code:
                break
            code = self.parents.get(code, "")
        return code == ancestor

    def _words(
        self,
        one: Bags,
        values: NDArray[np.float32],
        depth: int,
        columns: NDArray[np.int64],
        choice: int,
        limit: int = 5,
    ) -> tuple[str, ...]:
        """The stretches of text that spoke most for a choice against the average of those beside it."""
        level = self.levels[depth]
        # The beginning is enough to quote from, and keeps explaining cheaper than classifying.
        cut = one.cuts[0]
        text = one.texts[0][: cut + 260]
        points = codes(text)
        rows = self.rows[one.ids]
        known = np.flatnonzero(rows >= 0)
        mine = level.part(rows[known], columns)
        push = np.zeros(len(rows))
        push[known] = (mine[:, choice] - mine @ np.full(len(columns), 1 / len(columns), np.float32)) * values
        push /= one.counts
        marks = np.zeros(len(text) + 1)
        pairs = grams(points, 2)
        for size in (1, 2, 3):
            ids = bucket(pairs if size == 2 else grams(points, size), BITS)
            ids[cut + 1 :] += SIDE
            given = _look_up(one.ids, push, ids) / size
            for shift in range(size):
                marks[shift : shift + len(given)] += given
        said = found_topics(text, topic_spots(pairs))
        if said:
            numbers = np.array([TOPICS_AT + topic + (0 if start < cut else topic_count()) for topic, start, _ in said])
            for (_, start, end), given_topic in zip(said, _look_up(one.ids, push, numbers).tolist(), strict=True):
                marks[start:end] += given_topic / (end - start)
        return _stretches(text, marks, limit, [(start, end) for _, start, end in said])


def _look_up(ids: NDArray[np.int64], values: NDArray[np.float64], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """The value of each wanted feature, 0 where the message does not have it (n-grams across title and body)."""
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    found: NDArray[np.float64] = np.where(ids[at] == wanted, values[at], 0.0)
    return found


# Words that may carry weight by chance and would make a silly reason.
_SAYS_NOTHING = frozenset(
    re.split(
        " ",
        "什么 怎么 为什么 为何 需要 请问 问题 咨询 希望 建议 投诉 反映 关于 领导 请求 好多 附近 有关 相关 "
        "解决 修建 完善 地方 "
        "the and for that with this please what when why how",
    )
)
_RUN = re.compile(r"[^\W_]+")
_AREA = re.compile(r"(?:[a-z]?\d*[省市区县])+.?")


# What may stand beside a whole word: without spaces, nothing else says where an unknown word begins.
_BESIDE = re.compile("[^一-龥]|[的了在是和与及或对把被将向从到给让请吗呢吧啊很太都也还就不没有无未已]")


def _is_apart(text: str, begin: int, end: int) -> bool:
    """Whether a stretch looks like a whole word although no list knows it: it stands apart, or comes back."""
    word = text[begin:end]
    before = begin == 0 or _BESIDE.match(text[begin - 1]) is not None
    after = end >= len(text) or _BESIDE.match(text[end]) is not None
    return (before and after) or (len(word) > 2 and text.count(word) > 1 and (before or after))


def _whole(text: str, begin: int, end: int, known: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """A Chinese stretch as whole words: those of the word list it covers most of, else itself if it stands apart."""
    inside = [(a, b) for a, b in known if 2 * (min(b, end) - max(a, begin)) > b - a]
    longest = [(a, b) for a, b in inside if not any(c <= a and b <= d and (c, d) != (a, b) for c, d in inside)]
    return sorted(set(longest)) or ([(begin, end)] if _is_apart(text, begin, end) else [])


def _stretches(
    text: str, marks: NDArray[np.float64], limit: int, known: Sequence[tuple[int, int]] = ()
) -> tuple[str, ...]:
    """Whole words that carry the most marks; `known` are words of the list in the text, as (start, end)."""
    if not len(text) or marks.max() <= 0:
        return ()
    good = marks[: len(text)] >= max(float(marks.max()) * 0.25, 1e-6)
    edges = np.flatnonzero(np.diff(good, prepend=False, append=False)).tolist()
    weight = marks.tolist()
    found: dict[str, float] = {}
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        for run in _RUN.finditer(text, left, right):
            begin, end = run.span()
            if text[begin].isascii():
                while begin > 0 and text[begin - 1].isascii() and text[begin - 1].isalnum():
                    begin -= 1
                while end < len(text) and text[end].isascii() and text[end].isalnum():
                    end += 1
                spans = [(begin, end)]
            else:
                if end - begin > 8:
                    begin = max(range(begin, end - 7), key=lambda n: sum(weight[n : n + 8]))
                    end = begin + 8
                spans = _whole(text, begin, end, known)
            for begin, end in spans:
                word = text[begin:end]
                if len(word) > (2 if word.isascii() else 1) and not word.isdigit() and word not in _SAYS_NOTHING:
                    found[word] = found.get(word, 0.0) + sum(weight[begin:end])
    chosen: list[str] = []
    for word in sorted(found, key=lambda word: (-found[word], word)):
        # A part of a word already told, or the code of an area, explains nothing more.
        if any(word in other or other in word for other in chosen) or _AREA.fullmatch(word):
            continue
        if len(chosen) == limit or (chosen and found[word] < 0.25 * found[chosen[0]]):
            break
        chosen.append(word)
    return tuple(chosen)


def soften(scores: NDArray[np.float64], temperature: float, doubt: float = 0.0) -> NDArray[np.float64]:
    """Scores as probabilities along the last axis: softmax at a temperature, a share `doubt` spread over all."""
    shifted = scores / temperature
    shifted = np.exp(shifted - shifted.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = shifted / shifted.sum(axis=-1, keepdims=True)
    result = result * (1.0 - doubt) + doubt / result.shape[-1]
    return result


def save(model: CategoryModel, path: Path) -> None:
    """Write a model file (.npz): arrays and a JSON head, no text of any message. The same model, the same bytes."""
    known = np.flatnonzero(model.rows >= 0).astype(np.int32)
    head = {
        "format": FORMAT,
        "version": model.version,
        "sure": model.sure,
        "parents": dict(model.parents),
        "levels": [
            {"codes": level.codes, "temperature": level.temperature, "doubt": level.doubt} for level in model.levels
        ],
        "card": dict(model.card),
    }
    arrays: dict[str, NDArray[np.generic]] = {
        "head": np.frombuffer(json.dumps(head, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8),
        "known": known,
        "idf": model.idf.astype(np.float16),
    }
    for at, level in enumerate(model.levels):
        arrays[f"at{at}"] = level.at
        arrays[f"weights{at}"] = level.weights.astype(np.float16)
        arrays[f"constant{at}"] = level.constant
    with path.open("wb") as out:
        np.savez_compressed(out, **arrays)  # type: ignore[arg-type]


def load(path: Path) -> CategoryModel:
    """Read a model file. Raises ValueError when it is of another format."""
    with np.load(path) as stored:
        head = json.loads(stored["head"].tobytes())
        if head.get("format") != FORMAT:
            raise ValueError(f"model format {head.get('format')} is not {FORMAT}")
        known = stored["known"]
        rows = np.full(TOPICS_AT + 2 * topic_count(), -1, dtype=np.int32)
        if len(stored["idf"]) != len(rows):
            raise ValueError("the model was made with another topic list: train it again")
        rows[known] = np.arange(len(known), dtype=np.int32)
        levels = tuple(
            Level(
                tuple(level["codes"]),
                stored[f"at{at}"],
                stored[f"weights{at}"].astype(np.float32),
                stored[f"constant{at}"],
                level["temperature"],
                level["doubt"],
            )
            for at, level in enumerate(head["levels"])
        )
        return CategoryModel(
            rows, stored["idf"].astype(np.float32), levels, head["parents"], head["version"], head["card"], head["sure"]
        )
