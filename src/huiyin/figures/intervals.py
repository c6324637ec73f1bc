"""Intervals for shares, quantiles, means, ratios and differences, and how far the truth may lie when not everybody
answered. Everything comes from whole counts; the floats begin here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, erfc, exp, expm1, floor, inf, lgamma, log, pi, sqrt, tan

#: two-sided 95 %
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval. `value`, `low`, `high` are fractions of 1; `n` is the denominator."""

    value: float
    low: float
    high: float
    n: int


def wilson(successes: int, n: int, z: float = Z) -> Share | None:
    """Wilson's score interval (Wilson 1927; recommended for general use by Brown, Cai and DasGupta 2001).

    None for n = 0: a share of nothing is not measurable, neither 0 nor 1. Raises ValueError for impossible counts.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n}")
    if n == 0:
        return None
    p = successes / n
    return Share(p, *wilson_around(p, n, z), n)


def wilson_around(p: float, n: float, z: float = Z) -> tuple[float, float]:
    """(low, high) of Wilson's interval around a share p; `n` > 0 may be an effective sample size, no whole number."""
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(max(0.0, p * (1 - p) / n + z * z / (4 * n * n)))
    # min and max with p: rounding must never put the value outside its own interval
    return max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half))


def student(degrees: float, z: float = Z) -> float:
    """Student's quantile for this many degrees of freedom (at least 1, no whole number needed) with the two-sided level
    that z has for the normal: 2.571 for 5 degrees and 95 %.

    Hill, Algorithm 396, Communications of the ACM 13 (1970), 619-620: four digits from 2 degrees on. Exact for 1 and 2;
    between them its logarithm follows 1/degrees, which is at most 3 % too wide. Raises ValueError below 1.
    """
    if degrees < 1:
        raise ValueError(f"{degrees} degrees of freedom")
    tail = erfc(z / sqrt(2))
    two = sqrt(2 / (tail * (2 - tail)) - 2)
    if degrees <= 2:
        one = 1 / tan(tail * pi / 2)
        return float(two * (one / two) ** (2 / degrees - 1))
    a = 1 / (degrees - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * sqrt(a * pi / 2) * degrees
    y = (d * tail) ** (2 / degrees)
    if y > 0.05 + a:
        x = -z
        y = x * x
        if degrees < 5:
            c += 0.3 * (degrees - 4.5) * (x + 0.6)
        c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = a * y * y
        y = expm1(y)
    else:
        y = ((1 / (((degrees + 6) / (degrees * y) - 0.089 * d - 0.822) * (degrees + 2) * 3)
              + 0.5 / (degrees + 4)) * y - 1) * (degrees + 1) / (degrees + 2) + 1 / y  # fmt: skip
    # Hill is three hundredths of a per cent too wide just above 2 degrees, where the quantile can only be smaller.
    return min(two, sqrt(degrees * y))


def nonresponse_bounds(successes: int, answered: int, asked: int) -> tuple[float, float] | None:
    """The lowest and highest share that is possible among all who were asked, whatever the silent ones think.

    With k of a answered among N asked: from k/N (nobody silent would agree) to (k + N - a)/N (everybody would).
    None when nobody was asked.
    """
    if not 0 <= successes <= answered <= asked:
        raise ValueError(f"{successes} of {answered} of {asked}")
    if asked == 0:
        return None
    return successes / asked, (successes + asked - answered) / asked


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval, in the unit of whatever was measured; `n` is how many it rests on."""

    value: float
    low: float
    high: float
    n: int


def order_ranks(n: int, share: float, z: float = Z) -> tuple[int, int, int]:
    """(rank, lowest rank, highest rank), from 1, of the value below which `share` of n values lie, and of its interval.

    The number of values below a quantile is binomial; up to 2,000 values its exact quantiles give the ranks, beyond
    that the normal approximation. Ranks 0 and n+1 mean that the interval is open on that side. ValueError for n < 1.
    """
    if n < 1 or not 0 < share < 1:
        raise ValueError(f"quantile {share} of {n}")
    rank = max(1, ceil(share * n - 1e-9))
    if n <= 2_000:
        low, high = _binomial_ranks(n, share, erfc(z / sqrt(2)) / 2)
    else:
        half = z * sqrt(n * share * (1 - share))
        low, high = floor(n * share - half), ceil(n * share + half) + 1
    return rank, min(max(low, 0), rank), max(min(high, n + 1), rank)


def _binomial_ranks(n: int, share: float, tail: float) -> tuple[int, int]:
    """The largest rank with P(B < rank) ≤ tail, the smallest with P(B ≥ rank) ≤ tail, B binomial(n, share)."""
    logs = [lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(share) + (n - k) * log(1 - share)
            for k in range(n + 1)]  # fmt: skip
    below, low = 0.0, 0
    for k in range(n + 1):
        below += exp(logs[k])
        if below > tail:
            low = k
            break
    above, high = 0.0, n + 1
    for k in range(n, -1, -1):
        above += exp(logs[k])
        if above > tail:
            high = k + 1
            break
    return low, high


def mean(counts: Mapping[int, int], z: float = Z) -> Estimate | None:
    """The mean of whole numbers given as value → how often, with a normal interval. None for nothing counted.

    Sums are whole numbers, so the same counts give the same digits whatever order they come in.
    """
    n = sum(counts.values())
    if n == 0:
        return None
    total = sum(value * often for value, often in counts.items())
    squares = sum(value * value * often for value, often in counts.items())
    average = total / n
    spread = sqrt(max(0, squares * n - total * total)) / n
    half = z * spread / sqrt(max(1, n - 1))
    return Estimate(average, average - half, average + half, n)


def ratio(first: int, second: int, z: float = Z) -> Estimate | None:
    """first ÷ second for two counts of the same stretch of time: given their sum, the first is binomial (Wilson).

    None when the second is 0: a ratio to nothing cannot be given.
    """
    share = wilson(first, first + second, z)
    if share is None or second == 0:
        return None
    high = share.high / (1 - share.high) if share.high < 1 else inf
    return Estimate(first / second, share.low / (1 - share.low), high, first + second)


def standard_difference(strata: Iterable[tuple[int, int, int, int]], z: float = Z) -> Estimate | None:
    """The difference of two shares over strata (n1, hits1, n2, hits2), each stratum weighted n1·n2/(n1+n2)
    (Mantel-Haenszel), with the interval of Greenland and Robins (1985). Strata with one side empty are left out.

    None when no stratum has both sides.
    """
    weights = 0.0
    total = 0.0
    variance = 0.0
    n = 0
    for n1, hits1, n2, hits2 in strata:
        if not n1 or not n2:
            continue
        both = n1 + n2
        weights += n1 * n2 / both
        total += (hits1 * n2 - hits2 * n1) / both
        variance += (hits1 * (n1 - hits1) * n2**3 + hits2 * (n2 - hits2) * n1**3) / (n1 * n2 * both**2)
        n += both
    if not weights:
        return None
    value = total / weights
    half = z * sqrt(variance) / weights
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half), n)
