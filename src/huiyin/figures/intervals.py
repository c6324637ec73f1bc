"""Intervals for shares, and how far the truth may lie when not everybody answered."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

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
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # min and max with p: rounding must never put the value outside its own interval
    return Share(p, max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)), n)


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
