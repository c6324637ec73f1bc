"""Small exact statistics: tails of counts, ranks and heterogeneity, and a correction for looking many times. Pure."""

from __future__ import annotations

from functools import lru_cache
from math import erfc, exp, lgamma, log, sqrt

import numpy as np
from numpy.typing import NDArray

from huiyin.figures.intervals import Z, order_ranks
from huiyin.figures.sampling import Stratum, estimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Above this many trials the normal approximation with continuity correction is used.
EXACT = 4_000


@lru_cache(maxsize=1)
def _log_factorials() -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, EXACT + 1)))])


def at_least(k: int, n: int, p: float) -> float:
    """The chance of k or more of n when each happens with chance p. Raises ValueError for impossible counts."""
    if not 0 <= k <= n or not 0 <= p <= 1:
        raise ValueError(f"{k} of {n} at {p}")
    if k == 0 or p == 1:
        return 1.0
    if p == 0:
        return 0.0
    if n > EXACT:
        return 0.5 * erfc((k - 0.5 - n * p) / sqrt(2 * n * p * (1 - p)))
    log_of = _log_factorials()
    i = np.arange(k, n + 1)
    terms = log_of[n] - log_of[i] - log_of[n - i] + i * log(p) + (n - i) * log(1 - p)
    return float(min(1.0, np.exp(terms).sum()))


def at_most(k: int, n: int, p: float) -> float:
    """The chance of k or fewer of n when each happens with chance p."""
    return at_least(n - k, n, 1 - p)


def chi_square_tail(x: float, degrees: int) -> float:
    """The chance of a chi-square of so many degrees of freedom being x or more (Numerical Recipes §6.2)."""
    if x <= 0 or degrees <= 0:
        return 1.0
    a, x = degrees / 2, x / 2
    if x < a + 1:
        term = total = 1 / a
        n = a
        while term > total * 1e-15:
            n += 1
            term *= x / n
            total += term
        return max(0.0, 1 - total * exp(-x + a * log(x) - lgamma(a)))
    b = x + 1 - a
    c, d = 1e300, 1 / b
    h = d
    for i in range(1, 1_000):
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b or 1e-300)
        c = b + an / c or 1e-300
        step = d * c
        h *= step
        if abs(step - 1) < 1e-14:
            break
    return min(1.0, exp(-x + a * log(x) - lgamma(a)) * h)


def ranks(values: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[place]


def groups_differ(values: Floats, groups: Ints) -> tuple[float, float]:
    """Kruskal and Wallis (1952): the p-value for "all groups alike", and their part of the variation (0 to 1)."""
    n = len(values)
    known, place = np.unique(groups, return_inverse=True)
    if len(known) < 2 or n < 10:
        return 1.0, 0.0
    r = ranks(values)
    sizes = np.bincount(place)
    means = np.bincount(place, weights=r) / sizes
    spread = ((r - (n + 1) / 2) ** 2).sum()
    if spread == 0:
        return 1.0, 0.0
    between = (sizes * (means - (n + 1) / 2) ** 2).sum()
    h = (n - 1) * between / spread
    return chi_square_tail(float(h), len(known) - 1), float(between / spread)


def expected(hit: NDArray[np.bool_], office: Ints, stratum: Ints, offices: int) -> tuple[Ints, Ints, Floats]:
    """Hits and rows of each office, and the share its mix of strata would have had elsewhere in the body.

    Elsewhere means all other offices, stratum by stratum (a stratum nobody else has takes the others' overall share).
    When more than half of the offices are below that, the others pull it up; it is scaled down to the median office
    then, so that those who cheat cannot hide each other.
    """
    strata = int(stratum.max()) + 1 if len(stratum) else 1
    cell = office * strata + stratum
    n = np.bincount(cell, minlength=offices * strata).reshape(offices, strata)
    k = np.bincount(cell, weights=hit, minlength=offices * strata).reshape(offices, strata)
    total_n, total_k = n.sum(axis=1), k.sum(axis=1)
    others_n, others_k = n.sum(axis=0) - n, k.sum(axis=0) - k
    all_n = np.maximum(n.sum() - total_n, 1)
    overall = (k.sum() - total_k) / all_n
    # A stratum with few rows elsewhere leans on the overall share: as much as ten rows would.
    share = (others_k + 10 * overall[:, None]) / (others_n + 10)
    wanted = (n * share).sum(axis=1) / np.maximum(total_n, 1)
    enough = total_n >= 10
    if enough.sum() >= 4:
        ratio = np.median(total_k[enough] / np.maximum(total_n[enough] * wanted[enough], 1e-9))
        wanted = wanted * min(1.0, float(ratio))
    return total_k.astype(np.int64), total_n.astype(np.int64), wanted


def order_statistic(values: Floats, share: float, z: float = Z) -> tuple[float, float, float] | None:
    """A percentile with its distribution-free interval, as it is published (`intervals.order_ranks`).

    Returns (value, low, high), or None when there are too few values for such an interval.
    """
    n = len(values)
    if n == 0:
        return None
    rank, low, high = order_ranks(n, share, z)
    if low < 1 or high > n:
        return None
    ordered = np.sort(values)
    return float(ordered[rank - 1]), float(ordered[low - 1]), float(ordered[high - 1])


def stratified(k: Ints, n: Ints, size: Ints, z: float = Z) -> tuple[float, float, float] | None:
    """A share of the whole from a sample of each stratum with its interval, as it is published (`sampling.estimate`).

    k of n answers say yes in a stratum of `size`. Strata without an answer are left out; None when all are.
    """
    strata = zip(size.tolist(), n.tolist(), k.tolist(), strict=True)
    found = estimate([Stratum(of, heard, heard, yes) for of, heard, yes in strata], z)
    return None if found is None else (found.value, found.low, found.high)
