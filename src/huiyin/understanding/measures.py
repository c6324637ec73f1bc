"""Figures by which suggestions are measured: small, exact, the same everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Figures = dict[str, object]


def rounded(value: float, digits: int = 3) -> float:
    """A figure as it is printed."""
    return round(float(value), digits)


def macro_f1(answers: Sequence[str], given: Sequence[str]) -> float:
    """The F1 of each class that occurs in `answers`, averaged without weights."""
    scores = []
    for name in sorted(set(answers)):
        both = sum(1 for a, g in zip(answers, given, strict=True) if a == g == name)
        total = sum(1 for a in answers if a == name) + sum(1 for g in given if g == name)
        scores.append(2 * both / total)
    return sum(scores) / len(scores) if scores else 0.0


def calibration_error(sure: Numbers, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, over equal bins of confidence."""
    at = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = 0.0
    for one in range(bins):
        inside = at == one
        if inside.any():
            gaps += float(inside.mean() * abs(right[inside].mean() - sure[inside].mean()))
    return gaps


def accuracy_at(sure: Numbers, right: NDArray[np.bool_], share: float) -> float:
    """Accuracy on the surest `share` of the answers."""
    order = np.argsort(-sure, kind="stable")
    kept = order[: max(1, int(len(order) * share))]
    return float(right[kept].mean())


def auc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """The chance that a positive one scores above a negative one; ties count half."""
    yes = np.array([s for s, p in zip(scores, positive, strict=True) if p])
    no = np.array([s for s, p in zip(scores, positive, strict=True) if not p])
    if not len(yes) or not len(no):
        return float("nan")
    return float((yes[:, None] > no).mean() + 0.5 * (yes[:, None] == no).mean())


def folds(labels: Sequence[str], keys: Sequence[str], count: int = 5) -> list[list[int]]:
    """Places of the test items of each fold, classes spread evenly, order decided by a hash of the keys."""
    parts: list[list[int]] = [[] for _ in range(count)]
    turn = 0
    for name in sorted(set(labels)):
        mine = [at for at, label in enumerate(labels) if label == name]
        mine.sort(key=lambda at: hashlib.sha256(keys[at].encode()).digest())
        for at in mine:
            parts[turn % count].append(at)
            turn += 1
    return parts


def interval(successes: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share."""
    if not total:
        return 0.0, 1.0
    z, share = 1.959964, successes / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * ((share * (1 - share) + z * z / (4 * total)) / total) ** 0.5 / (1 + z * z / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def average(repeats: Sequence[Figures]) -> Figures:
    """Each figure averaged over repeats, and its lowest and highest under `repeats` (lists item by item)."""
    found: Figures = {}
    spread: dict[str, object] = {}
    for name, first in repeats[0].items():
        values = [np.asarray(one[name], dtype=np.float64) for one in repeats]
        mean = np.mean(values, axis=0)
        found[name] = [rounded(v) for v in mean.tolist()] if isinstance(first, list) else rounded(float(mean))
        if not isinstance(first, list):
            spread[name] = [rounded(float(min(values))), rounded(float(max(values)))]
    return found | {"repeats": len(repeats), "lowest_and_highest": spread}
