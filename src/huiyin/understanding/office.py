"""Suggests the office for a matter: the dispatch catalogue first, then what was learned, then precedents; explained."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .category import CategoryModel, Choice, Example, Reason, SheetRow
from .learning import train


@dataclass(frozen=True, slots=True)
class CatalogueMatch:
    """A row of the dispatch catalogue that fits: the office, its kind, whether it leads, and how closely it fits.

    `category_steps` and `area_steps` say how many levels above the asked category and area the row stands (0 = exact).
    """

    office: str
    kind: str
    leads: bool
    category_steps: int
    area_steps: int
    row: int


@dataclass(frozen=True, slots=True)
class Precedent:
    """How many earlier matters like this one an office settled, and how many it was wrongly given.

    `objected` counts objections that were ruled right: the office was not competent.
    """

    office: str
    settled: int = 0
    objected: int = 0


@dataclass(frozen=True, slots=True)
class OfficeChoice:
    """An office with its share of confidence and the reasons.

    Reasons: (`catalogue`, {row, category_steps, area_steps, leads}), (`learned`, {kind, probability}),
    (`precedents`, {settled}), (`objected`, {times}).
    """

    office: str
    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class OfficeSuggestion:
    """Offices, best first; the second is always worth showing. `sure` is false when a person should look closely."""

    choices: tuple[OfficeChoice, ...]
    sure: bool
    version: str


SURE = 0.5
_EXACT, _LEADS, _CATEGORY_STEP, _AREA_STEP = 2.0, 1.5, 0.6, 0.4


def train_kinds(kinds: Sequence[SheetRow], settled: Sequence[Example]) -> CategoryModel:
    """A model of which kind of office answers what: from the kinds of a pack and messages with the kind that settled.

    Give a message whose first office objected and was right with the kind that took it in the end: that is how the
    model learns from objections. The names and keywords of a kind (the categories it handles) are its first examples.
    """
    return train(kinds, settled, balance=0.3, name="office")


def suggest(
    matches: Sequence[CatalogueMatch],
    kinds: Sequence[Choice],
    serving: Callable[[str], Sequence[str]],
    precedents: Sequence[Precedent] = (),
    limit: int = 3,
    version: str = "",
) -> OfficeSuggestion:
    """The offices to offer for a matter.

    `matches` come from the dispatch catalogue, `kinds` from the kind model (best first), `serving` gives the offices
    of a kind that serve the place, nearest first, and `precedents` the record of similar matters. Each source adds to
    the score of an office; an exact row of the catalogue outweighs all the others together unless its office has
    objected and been ruled right more often than it settled.
    """
    scores: dict[str, float] = {}
    reasons: dict[str, list[Reason]] = {}

    def add(office: str, points: float, code: str, facts: dict[str, object]) -> None:
        scores[office] = scores.get(office, 0.0) + points
        reasons.setdefault(office, []).append((code, facts))

    seen: set[str] = set()
    for match in matches:
        if match.office in seen:
            continue
        seen.add(match.office)
        points = _EXACT + _LEADS * match.leads
        points -= _CATEGORY_STEP * match.category_steps + _AREA_STEP * match.area_steps
        facts: dict[str, object] = {
            "row": match.row, "category_steps": match.category_steps, "area_steps": match.area_steps,
            "leads": match.leads,
        }  # fmt: skip
        add(match.office, max(points, 0.3), "catalogue", facts)
    for kind in kinds[:5]:
        if kind.probability < 0.02:
            break
        for rank, office in enumerate(serving(kind.code)[:3]):
            # From 0 for a chance of 2 % to 2 for certainty; offices further from the place count half, then a third.
            points = 2.0 * (1.0 + math.log(kind.probability) / math.log(50.0)) / (1 + rank)
            add(office, points, "learned", {"kind": kind.code, "probability": round(kind.probability, 2)})
    for record in precedents:
        if record.settled:
            points = min(1.5, 0.5 * math.log1p(record.settled))
            add(record.office, points, "precedents", {"settled": record.settled})
        if record.objected:
            add(record.office, -1.5 * math.log1p(record.objected), "objected", {"times": record.objected})
    ranked = sorted(scores, key=lambda office: (-scores[office], office))
    total = sum(math.exp(scores[office]) for office in ranked) or 1.0
    choices = tuple(
        OfficeChoice(office, math.exp(scores[office]) / total, tuple(reasons[office])) for office in ranked[:limit]
    )
    return OfficeSuggestion(choices, bool(choices) and choices[0].probability >= SURE, version)


def objections(records: Mapping[str, tuple[int, int]]) -> tuple[Precedent, ...]:
    """Precedents from counts by office: (settled, objected and ruled right)."""
    return tuple(Precedent(office, settled, objected) for office, (settled, objected) in sorted(records.items()))
