"""Training the category models: ridge regression in the space of messages, exact, with leave-one-out for free.

Used when a model is made, never when it is asked. The same sheet and history give the same model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .category import CategoryModel, Example, Level, SheetRow, soften
from .features import IDF_POWER, TOPICS_AT, Bags, bags, block_values, topic_count

Numbers = NDArray[np.float64]

MOST = 6000
"""Examples used at most: the newest. The exact solution takes the cube of their number in time."""

SHEET_WEIGHT = 0.3
#: What is learned for a category that was tried and ruled wrong; one that was never tried counts -1, the right one 1.
RULED_WRONG = -3.0
RIDGE = 0.05
_BIAS = 0.3
SHEET_TEMPERATURE = 0.1
SHEET_DOUBT = 0.05
"""For models without history: what fitted 302 public messages a sheet-only model had never seen."""

MOST_SCALED = 60
"""Levels with more categories than this get one temperature for all: there are too few examples of each."""


@dataclass(frozen=True, slots=True)
class Common:
    """In how many of `texts` messages each feature occurs. Holds no text."""

    counts: NDArray[np.int64]
    texts: int


def count_common(messages: Sequence[tuple[str, str]]) -> Common:
    """Count features in (title, body) pairs that need no category: a body's whole history, say."""
    counts = np.zeros(TOPICS_AT + 2 * topic_count(), dtype=np.int64)
    for start in range(0, len(messages), 500):
        counts += np.bincount(bags(messages[start : start + 500]).ids, minlength=len(counts))
    return Common(counts, len(messages))


def train(
    sheet: Sequence[SheetRow], examples: Sequence[Example] = (), common: Common | None = None,
    balance: float = 1.0, name: str = "category",
) -> CategoryModel:  # fmt: skip
    """A model from a category sheet and, when there are any, messages with settled categories (oldest first).

    `common` was counted on messages without a category (`count_common`): it tells common n-grams from rare ones.
    `balance` says how far rare categories are lifted: 1 makes all count alike, 0 leaves them as often as they come.
    Raises ValueError when the sheet is empty or an example's category is not in it.
    """
    parents = {row.code: row.parent for row in sheet}
    if not parents:
        raise ValueError("the category sheet is empty")
    unknown = sorted({e.code for e in examples} - set(parents))
    if unknown:
        raise ValueError(f"categories that are not in the sheet: {', '.join(unknown[:5])}")
    examples = examples[-MOST:]
    documents = _sheet_documents(sheet, parents)
    many = bags([(e.title, e.body) for e in examples] + [(text, text) for text, _ in documents])
    labels = [e.code for e in examples] + [code for _, code in documents]
    idf = _idf(many, common)
    known, dense = _matrix(many, idf)
    kernel = dense @ dense.T
    levels, quality = [], []
    for depth in range(1 + max(len(_trail(code, parents)) for code in parents) - 1):
        level, found = _level(depth, labels, examples, kernel, dense, parents, balance)
        if level is None:
            break
        levels.append(level)
        quality.append(found)
    rows = np.full(TOPICS_AT + 2 * topic_count(), -1, dtype=np.int32)
    rows[known] = np.arange(len(known), dtype=np.int32)
    weighted = b"".join(np.round(level.weights, 3).astype(np.float16).tobytes() for level in levels)
    version = f"{name}-{len(examples)}-{hashlib.sha256(weighted).hexdigest()[:8]}"
    card: dict[str, object] = {
        "version": version,
        "method": "ridge regression on hashed n-grams of title and body and on topics, calibrated softmax",
        "examples": len(examples),
        "texts_without_category": common.texts if common else 0,
        "sheet_rows": len(sheet),
        "levels": quality,
        "holds_text": False,
    }
    return CategoryModel(rows, idf, tuple(levels), parents, version, card)


def _trail(code: str, parents: dict[str, str]) -> list[str]:
    """The codes from the top of the sheet down to this one. A loop in the sheet ends the trail."""
    trail: list[str] = []
    while code and code not in trail:
        trail.append(code)
        code = parents.get(code, "")
    return trail[::-1]


def _sheet_documents(sheet: Sequence[SheetRow], parents: dict[str, str]) -> list[tuple[str, str]]:
    """Every row as small texts: one per language of its name with the names above it, one with its keywords."""
    names = {row.code: row.names for row in sheet}
    found: list[tuple[str, str]] = []
    for row in sheet:
        trail = _trail(row.code, parents)
        for at in range(len(row.names)):
            words = dict.fromkeys(names[code][at] for code in trail if code in names and at < len(names[code]))
            found.append((" ".join(words), row.code))
        for start in range(0, len(row.keywords), 8):
            found.append((" ".join(row.keywords[start : start + 8]), row.code))
    return [(text, code) for text, code in found if text.strip()]


def _idf(many: Bags, common: Common | None) -> NDArray[np.float32]:
    counts = np.bincount(many.ids, minlength=TOPICS_AT + 2 * topic_count())
    total = len(many.texts)
    if common is not None:
        counts = counts + common.counts
        total += common.texts
    found: NDArray[np.float32] = (
        ((np.log((1.0 + total) / (1.0 + counts)) + 1.0) ** IDF_POWER).astype(np.float16).astype(np.float32)
    )
    return found


def _matrix(many: Bags, idf: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Feature numbers that occur (often enough, when there are many messages), and a dense matrix over them."""
    size = len(many.texts)
    seen = np.bincount(many.ids, minlength=len(idf))
    known = np.flatnonzero(seen >= (1 if size < 1500 else 2 if size < 3000 else 4))
    column = np.full(len(idf), -1, dtype=np.int64)
    column[known] = np.arange(len(known))
    dense = np.zeros((size, len(known)), dtype=np.float32)
    where = column[many.ids]
    kept = where >= 0
    dense[many.owners[kept], where[kept]] = block_values(many, idf)[kept]
    return known, dense


def _level(
    depth: int, labels: Sequence[str], examples: Sequence[Example], kernel: NDArray[np.float32],
    dense: NDArray[np.float32], parents: dict[str, str], balance: float,
) -> tuple[Level | None, dict[str, object]]:  # fmt: skip
    trails = [_trail(code, parents) for code in labels]
    used = np.array([at for at, trail in enumerate(trails) if len(trail) > depth], dtype=np.int64)
    names = sorted({trails[at][depth] for at in used.tolist()})
    if not names:
        return None, {}
    place = {name: at for at, name in enumerate(names)}
    answers = np.array([place[trails[at][depth]] for at in used.tolist()])
    weight = np.full(len(used), SHEET_WEIGHT)
    real = used < len(examples)
    weight[real] = [examples[at].weight for at in used[real].tolist()]
    per_class = np.bincount(answers, weights=weight, minlength=len(names))
    weight = weight * (per_class.mean() / per_class[answers]) ** balance
    targets = np.eye(len(names))[answers] * 2.0 - 1.0
    for row, at in enumerate(used[real].tolist()):
        for wrong in examples[at].against:
            trail = _trail(wrong, parents)
            column = place.get(trail[depth]) if len(trail) > depth else None
            if column is not None and column != answers[row]:
                targets[row, column] = RULED_WRONG
    inverse = np.linalg.inv(kernel[np.ix_(used, used)].astype(np.float64) + _BIAS + np.diag(RIDGE / weight))
    dual = inverse @ targets
    # Leaving one out costs nothing more for ridge regression: the error is the dual weight over the diagonal.
    left_out = targets - dual / np.diag(inverse)[:, None]
    stretch, lift = np.ones(len(names)), np.zeros(len(names))
    if real.sum() >= 30 and len(names) > 1:  # with one category there is nothing to choose at this level
        temperature, doubt = _calibrate(left_out[real], answers[real])
        if len(names) <= MOST_SCALED:
            temperature, doubt, stretch, lift = _scale(left_out[real], answers[real], temperature)
        right = float((left_out[real].argmax(axis=1) == answers[real]).mean())
        quality: dict[str, object] = {"categories": len(names), "left_out_right": round(right, 3)}
    else:
        temperature, doubt = SHEET_TEMPERATURE, SHEET_DOUBT
        quality = {"categories": len(names), "left_out_right": None}
    quality |= {"temperature": round(temperature, 3), "doubt": doubt}
    weights = (dual.T @ dense[used]).T * stretch
    constant = _BIAS * dual.sum(axis=0) * stretch + lift
    weighty = np.flatnonzero(np.abs(weights).max(axis=1) > 0)
    own_row = np.full(len(weights), len(weighty), dtype=np.int32)
    own_row[weighty] = np.arange(len(weighty), dtype=np.int32)
    kept = np.vstack([weights[weighty], np.zeros((1, len(names)))]).astype(np.float16).astype(np.float32)
    level = Level(tuple(names), own_row, kept, constant.astype(np.float32), temperature, doubt)
    return level, quality


def _calibrate(scores: NDArray[np.float64], answers: NDArray[np.int64]) -> tuple[float, float]:
    """The temperature and doubt that make held-out answers likeliest, from a fixed grid."""
    best = (np.inf, 1.0, 0.0)
    for doubt in (0.0, 0.02, 0.05, 0.1, 0.15):
        for temperature in np.exp(np.linspace(np.log(0.05), np.log(3.0), 83)).tolist():
            chances = soften(scores, temperature, doubt)
            loss = float(-np.log(chances[np.arange(len(answers)), answers] + 1e-12).mean())
            best = min(best, (loss, temperature, doubt))
    return best[1], best[2]


def _scale(scores: Numbers, answers: NDArray[np.int64], start: float) -> tuple[float, float, Numbers, Numbers]:
    """Temperature, doubt (none), and for each category a factor and a constant to be put into its weights.

    Vector scaling (Guo et al. 2017) with a normal prior of variance 1/2 on the logarithm of each factor and on each
    constant, fitted to held-out scores by gradient descent with halving steps: always the same steps, same result.
    """
    count, width = scores.shape
    hit = np.eye(width)[answers]

    def loss(point: Numbers) -> tuple[float, Numbers]:
        stretched = scores * np.exp(point[1 : 1 + width] - point[0])
        shifted = stretched + point[1 + width :]
        shifted = shifted - shifted.max(axis=1, keepdims=True)
        chances = np.exp(shifted)
        total = chances.sum(axis=1, keepdims=True)
        miss = chances / total - hit
        lost = -((shifted - np.log(total)) * hit).sum() + (point[1:] ** 2).sum()
        by_class = (miss * stretched).sum(axis=0)
        slope = np.concatenate([[-by_class.sum()], by_class, miss.sum(axis=0)])
        slope[1:] += 2.0 * point[1:]
        return float(lost), slope

    point = np.zeros(1 + 2 * width)
    point[0] = np.log(start)
    value, slope = loss(point)
    step = 1.0 / count
    for _ in range(400):
        ahead = point - step * slope
        found, next_slope = loss(ahead)
        if found < value:
            point, value, slope, step = ahead, found, next_slope, step * 1.5
        else:
            step /= 2.0
    temperature = float(np.exp(point[0]))
    return temperature, 0.0, np.exp(point[1 : 1 + width]), point[1 + width :] * temperature
