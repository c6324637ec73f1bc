"""Offices beside each other, like with like: what an office would show if it had everybody's mix of matters.

Indirect standardisation: for each category and urgency (of one scheme) the body's own share says how many
confirmations would be expected of the office's matters; observed ÷ expected × the body's share is its standardised
share. Funnel limits say how far an office of that size strays by chance alone. No rank comes out of this: offices keep
the order they came in, and only `values.differ` (or lying outside the limits) says that something is more than chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from huiyin.figures.intervals import wilson
from huiyin.figures.values import SMALLEST

#: Two-sided 95 % and 99.8 %: the customary inner and outer limits of a funnel.
INNER, OUTER = 1.959963984540054, 3.090232306167813

Stratum = tuple[str, str, str]
#: (answered, confirmed) or more numbers, of which the first two count.
Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the share of an office with n answers lies by chance alone, around the body's share."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Standardised:
    """One office. Everything is None when it has fewer than ten answers, or nothing to be compared with (`why`)."""

    office: str
    n: int
    observed: int
    expected: float | None
    #: Share in the body's mix, with its interval.
    value: float | None
    low: float | None
    high: float | None
    inner: Limits | None
    outer: Limits | None
    why: str

    @property
    def strays(self) -> str:
        """`above` or `below` when it lies outside the outer limits; empty when chance may explain it."""
        if self.value is None or self.outer is None:
            return ""
        return "above" if self.value > self.outer.high else "below" if self.value < self.outer.low else ""


def limits(share: float, n: int, z: float) -> Limits:
    """Control limits around a share for n answers (score limits: they hold for small n and stay within 0 and 1)."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Limits(max(0.0, centre - half), min(1.0, centre + half))


def standardise(offices: Mapping[str, Mapping[Stratum, Numbers]]) -> list[Standardised]:
    """The offices in the order given. `offices`: office → (scheme, category, urgency) → (answered, confirmed).

    Categories of different schemes are never pooled: they are different strata. A stratum that only one office has
    compares it with nobody, so its expected share is its own and says nothing; such matters pull towards the middle.
    """
    whole: dict[Stratum, list[int]] = {}
    for strata in offices.values():
        for stratum, numbers in strata.items():
            mine = whole.setdefault(stratum, [0, 0])
            mine[0] += numbers[0]
            mine[1] += numbers[1]
    answered = sum(n for n, _ in whole.values())
    overall = sum(hit for _, hit in whole.values()) / answered if answered else 0.0
    return [_one(office, strata, whole, overall) for office, strata in offices.items()]


def _one(
    office: str, strata: Mapping[Stratum, Numbers], whole: Mapping[Stratum, list[int]], overall: float
) -> Standardised:
    n = sum(numbers[0] for numbers in strata.values())
    observed = sum(numbers[1] for numbers in strata.values())
    expected = sum(
        numbers[0] * whole[stratum][1] / whole[stratum][0] for stratum, numbers in sorted(strata.items()) if numbers[0]
    )
    share = wilson(observed, n)
    if n < SMALLEST or share is None or expected <= 0:
        why = "nothing" if n == 0 else "few" if n < SMALLEST else "no_comparison"
        return Standardised(office, n, observed, None, None, None, None, None, None, why)
    scale = n * overall / expected
    value, low, high = (min(1.0, part * scale) for part in (share.value, share.low, share.high))
    return Standardised(
        office, n, observed, expected, value, low, high, limits(overall, n, INNER), limits(overall, n, OUTER), ""
    )
