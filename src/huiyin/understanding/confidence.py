"""How often suggestions of a certain strength were right: counted, never assumed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_MEASURED = 30
"""A calibration that rests on fewer matters is not made: then nothing is said of how sure an office is."""
_MOST_BANDS = 8


@dataclass(frozen=True, slots=True)
class Band:
    """Suggestions whose `strength` reached `least` (and not the next band): `right` of `matters` were right."""

    least: float
    matters: int
    right: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How often the first office of a suggestion was right, by its strength: bands, weakest first, that never fall.

    Counted on matters that no model behind those suggestions had seen; each band rests on thirty of them or more.
    """

    bands: tuple[Band, ...]

    @property
    def matters(self) -> int:
        """How many matters it rests on."""
        return sum(band.matters for band in self.bands)

    def chance(self, strong: float) -> float | None:
        """The share that was right at this strength, with one right and one wrong added: it is never certain.

        None for what is weaker than anything that was counted.
        """
        band = next((band for band in reversed(self.bands) if strong >= band.least), None)
        return None if band is None else (band.right + 1) / (band.matters + 2)


def calibrate(seen: Sequence[tuple[float, bool]]) -> Calibration | None:
    """Bands from (strength, was it right) of matters no model had seen; None for fewer than thirty.

    Isotonic regression over bands of at least thirty: a stronger band that was not more often right
    is joined to the one before.
    """
    if len(seen) < LEAST_MEASURED:
        return None
    ordered = sorted(seen, key=lambda one: one[0])
    count = min(_MOST_BANDS, len(ordered) // LEAST_MEASURED)
    cuts = [round(at * len(ordered) / count) for at in range(count + 1)]
    bands: list[Band] = []
    for start, end in itertools.pairwise(cuts):
        part = ordered[start:end]
        bands.append(Band(math.floor(part[0][0] * 1000) / 1000, len(part), sum(right for _, right in part)))
        while len(bands) > 1 and _is_no_better(bands[-1], bands[-2]):
            last, before = bands.pop(), bands.pop()
            bands.append(Band(before.least, before.matters + last.matters, before.right + last.right))
    return Calibration(tuple(bands))


def _is_no_better(later: Band, earlier: Band) -> bool:
    same = later.least <= earlier.least  # equal strengths fell into both
    return same or later.right * earlier.matters <= earlier.right * later.matters
