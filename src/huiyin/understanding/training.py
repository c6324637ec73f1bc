"""Making the model files: the rarity table and the pair weights. Deterministic, and used only when training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .cleaning import fold
from .hashing import bucket, codes, grams
from .same import _BITS


def count_rarity(texts: Iterable[tuple[str, str]], least: int = 3) -> NDArray[np.uint8]:
    """Counts of trigrams in half-octaves by hash, from (title, body) pairs; those of fewer than `least` texts stay out.

    What stays in is therefore never the wording of one person. The table has 2**17 places.
    """
    counts: Counter[int] = Counter()
    for title, body in texts:
        counts.update(np.unique(grams(codes(fold(f"{title}\n{body}")), 3)).tolist())
    kept = np.array([(gram, count) for gram, count in counts.items() if count >= least], dtype=np.uint64)
    steps = np.zeros(1 << _BITS, dtype=np.uint8)
    if len(kept):
        values = np.clip(np.round(np.log2(kept[:, 1].astype(np.float64)) * 2), 1, 255).astype(np.uint8)
        np.maximum.at(steps, bucket(kept[:, 0], _BITS), values)
    return steps


def fit_logistic(
    rows: NDArray[np.float64],
    labels: NDArray[np.float64],
    penalty: float = 1.0,
    sample: Sequence[float] | NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], float]:
    """Weights and constant of a logistic regression with an L2 penalty, by Newton's method in double precision."""
    design = np.column_stack([rows, np.ones(len(rows))])
    weight = np.ones(len(rows)) if sample is None else np.asarray(sample, dtype=np.float64)
    solution = np.zeros(design.shape[1])
    ridge = np.full(design.shape[1], penalty)
    ridge[-1] = 1e-6
    for _ in range(60):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ solution, -35, 35)))
        slope = design.T @ (weight * (chance - labels)) + ridge * solution
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        solution -= step
        if np.abs(step).max() < 1e-10:
            break
    return solution[:-1], float(solution[-1])
