"""How often the first office of a suggestion is right, measured while a model is made.

Models of the older matters are asked about the newest, in the very way the product asks (`ideas`), with what had
happened by then. So the figure is that of a model which has not seen the matter, and it goes with the time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from huiyin.organisation.catalogue import Catalogue
from huiyin.suggestions import ideas
from huiyin.suggestions.reading import Settled
from huiyin.understanding.category import CategoryModel
from huiyin.understanding.confidence import Calibration, calibrate
from huiyin.understanding.office import OfficeModel, Precedent, strength

#: One in so many of the newest matters is asked about.
HELD_OUT = 4
#: At most so many: enough for a share within two points.
MOST_HELD_OUT = 500


def split(learned: Sequence[Settled], least: int) -> tuple[Sequence[Settled], Sequence[Settled]] | None:
    """(older to learn from, newest to be asked about); None when there are too few of them."""
    held = min(MOST_HELD_OUT, max(least, len(learned) // HELD_OUT))
    if len(learned) < 3 * least:
        return None
    return learned[:-held], learned[-held:]


def measure(
    older: Sequence[Settled], newest: Sequence[Settled], categories: CategoryModel, offices: OfficeModel,
    catalogue: Catalogue,
) -> dict[str, Calibration]:  # fmt: skip
    """By how the category is come by, `guessed` or `filed`: how often the first office was right.

    Both models are of the `older` matters only.
    """
    past = _Past()
    for one in older:
        past.add(one)
    seen: dict[str, list[tuple[float, bool]]] = {"guessed": [], "filed": []}
    for one in newest:
        guess = ideas.categories_by(categories, one.text, one.subject, catalogue)
        for way, category, sure in (("guessed", guess.answer, guess.chance), ("filed", one.category, None)):
            if category:
                record = past.record(category, one.area)
                found = ideas.offices_by(offices, record, one.text, one.subject, category, one.area, catalogue)
                if found.choices:
                    best = found.choices[0]
                    seen[way].append((strength(best, sure), best.office == one.office))
        past.add(one)
    curves = {way: calibrate(rows) for way, rows in seen.items()}
    return {way: curve for way, curve in curves.items() if curve is not None}


class _Past:
    """What `ideas.record` finds in the cases, as of a moment in the past."""

    def __init__(self) -> None:
        self._matters: defaultdict[tuple[str, str], list[Settled]] = defaultdict(list)

    def add(self, one: Settled) -> None:
        self._matters[one.category, one.area].append(one)

    def record(self, category: str, area: str) -> tuple[Precedent, ...]:
        counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for one in self._matters.get((category, area), [])[-ideas.LOOKED_AT :]:
            counts[one.office][0] += 1
            for office in one.refused:
                counts[office][1] += 1
        return tuple(Precedent(office, settled, objected) for office, (settled, objected) in sorted(counts.items()))
