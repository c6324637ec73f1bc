"""Suggests the office for a matter: the dispatch catalogue first, then what was learned, then precedents; explained."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from .category import CategoryModel, Choice, Example, Reason, SheetRow, load, save, soften
from .confidence import Band, Calibration
from .learning import Common, train
from .measures import Numbers, folds


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
    """An office with the reasons. `probability` is how often such an office was right, measured; None: not measured.

    Only the first of a suggestion has one, and only from an office model with a `Calibration`.
    Reasons: (`catalogue`, {row, category_steps, area_steps, leads}), (`learned`, {kind, probability}),
    (`precedents`, {settled}), (`objected`, {times}).
    """

    office: str
    probability: float | None
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


@dataclass(frozen=True, slots=True)
class Settled:
    """A matter as it was settled in the end, for training.

    `kind` of the office that took it; `refused` are kinds whose objection was ruled right before. `in_title` and
    `in_body` are kinds that have an office of their own for a place named there (a street office for a street), and
    `category` is the category it was filed under ("" when unknown).
    """

    title: str
    body: str
    kind: str
    refused: tuple[str, ...] = ()
    in_title: frozenset[str] = frozenset()
    in_body: frozenset[str] = frozenset()
    category: str = ""


def strength(choice: OfficeChoice, category: float | None = None) -> float:
    """How much speaks for an office, in points that only put suggestions in order: the catalogue, what was learned, the
    chance of its category when that is a guess, matters it settled, and against it its objections that were right."""
    learned = points = 0.0
    for code, told in choice.reasons:
        if code == "catalogue":
            points += 2.0 - 0.5 * float(str(told["category_steps"]))
        elif code == "learned":
            learned = max(learned, float(str(told["probability"])))
        elif code == "precedents":
            points += 0.5 * math.log1p(float(str(told["settled"])))
        else:
            points -= 2.0 * math.log1p(float(str(told["times"])))
    return points + _odds(learned) + (0.0 if category is None else _odds(category))


def _odds(chance: float) -> float:
    """The logarithm of the odds, between 1 and 99 %."""
    inside = min(0.99, max(0.01, chance))
    return math.log(inside / (1.0 - inside))


OBJECTION = 2.0
"""A matter that found its office only after an objection counts as much as so many others."""
_LEAST = 30
_FOLDS = 4
_SMOOTH = 4.0


@dataclass(frozen=True, slots=True)
class OfficeModel:
    """Ranks kinds of offices by what a message says, the places it names, and where its category went before.

    `weights` belong to: the logarithm of the probability by words, a place of the kind's own in the title, one in the
    body, and the logarithm of the kind's share in the category. `shares` are counts of settled matters by category and
    kind. `measured` says how sure a suggestion made with it is, by how its category was come by: `guessed` by a model
    or `filed` by a person; a way that was not measured often enough is missing.
    """

    kinds: CategoryModel
    weights: tuple[float, float, float, float]
    shares: Mapping[str, Mapping[str, float]]
    measured: Mapping[str, Calibration] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Goes with every suggestion."""
        return self.kinds.version

    @property
    def card(self) -> Mapping[str, object]:
        """What it was trained on, and how well it did on matters it had not seen."""
        return self.kinds.card

    def rank(
        self, title: str, body: str, in_title: Collection[str] = (), in_body: Collection[str] = (), category: str = ""
    ) -> list[Choice]:
        """All kinds with their probabilities, likeliest first. What was not learned is not in it.

        Empty when the words say too little.
        """
        codes = self.kinds.levels[0].codes
        chances = self.kinds.chances(title, body)
        if chances is None:
            return []
        facts = _facts(codes, chances[None, :], [(in_title, in_body)], [self.shares.get(category, {})], [""])
        given = soften(facts[0] @ np.array(self.weights), 1.0)
        order = np.argsort(-given, kind="stable").tolist()
        return [Choice(codes[at], float(given[at])) for at in order]

    def words(self, title: str, body: str) -> tuple[str, ...]:
        """The words that spoke for the likeliest kind by words alone."""
        for code, facts in self.kinds.suggest(title, body).reasons:
            if code == "words":
                return tuple(str(word) for word in cast("Sequence[object]", facts["words"]))
        return ()


def train_ranking(
    kinds: Sequence[SheetRow],
    settled: Sequence[Settled],
    common: Common | None = None,
    weights: tuple[float, float, float, float] | None = None,
) -> OfficeModel:
    """A model that ranks kinds of offices, from the kinds of a pack and settled matters (oldest first).

    Its four weights are fitted to what models trained on three quarters of the matters say of the fourth, so that
    words they know by heart do not look better than they are; `weights` that are known already are not fitted anew.
    With fewer than thirty matters, words alone decide.
    Raises ValueError when there are no kinds, or for a matter of an unknown kind.
    """
    codes = {row.code for row in kinds}
    examples = [
        Example(
            one.title, one.body, one.kind, OBJECTION if one.refused else 1.0,
            tuple(kind for kind in one.refused if kind in codes),
        )
        for one in settled
    ]  # fmt: skip
    model = train(kinds, examples, common, balance=0.3, name="office")
    shares: dict[str, dict[str, float]] = {}
    for one in settled:
        for category in ("", one.category) if one.category else ("",):
            share = shares.setdefault(category, {})
            share[one.kind] = share.get(one.kind, 0.0) + 1.0
    if weights is not None:
        return _told(OfficeModel(model, weights, shares), None, None)
    if len(settled) < _LEAST:
        return _told(OfficeModel(model, (1.0, 0.0, 0.0, 0.0), shares), None, None)
    names = model.levels[0].codes
    chances = np.zeros((len(settled), len(names)))
    for part in folds([one.kind for one in settled], [f"{one.title}\n{one.body}" for one in settled], _FOLDS):
        inside = set(part)
        rest = [example for at, example in enumerate(examples) if at not in inside]
        inner = train(kinds, rest, common, balance=0.3, name="office")
        columns = [names.index(code) for code in inner.levels[0].codes]
        chances[np.ix_(part, columns)] = inner.probabilities([(settled[at].title, settled[at].body) for at in part])
    named = [(one.in_title, one.in_body) for one in settled]
    own = [one.kind for one in settled]
    facts = _facts(names, chances, named, [shares.get(one.category, {}) for one in settled], own)
    answers = np.array([names.index(kind) for kind in own])
    fitted = _fit(facts, answers)
    given = facts @ fitted
    order = np.argsort(-given, axis=1, kind="stable")
    first = float((order[:, 0] == answers).mean())
    third = float((order[:, :3] == answers[:, None]).any(axis=1).mean())
    text, title, body, category = (round(weight, 4) for weight in fitted.tolist())
    found = OfficeModel(model, (text, title, body, category), shares)
    return _told(found, first, third)


def _told(model: OfficeModel, first: float | None, third: float | None) -> OfficeModel:
    """The model with the ranking in its card, and a version that covers it."""
    ranking = {"weights": list(model.weights), "shares": {k: dict(v) for k, v in model.shares.items()}}
    mark = hashlib.sha256(json.dumps(ranking, sort_keys=True).encode()).hexdigest()[:4]
    version = f"{model.kinds.version}-{mark}"
    told = {
        "method": "kinds of offices by words (ridge regression), places named and category; conditional logit on top",
        "version": version, "ranking": ranking,
        "left_out_first": None if first is None else round(first, 3),
        "left_out_first_three": None if third is None else round(third, 3),
    }  # fmt: skip
    return replace(model, kinds=replace(model.kinds, version=version, card={**model.kinds.card, **told}))


def with_measures(model: OfficeModel, measured: Mapping[str, Calibration]) -> OfficeModel:
    """The model with how sure its suggestions are, in its card and its version."""
    told = {name: [[b.least, b.matters, b.right] for b in one.bands] for name, one in sorted(measured.items())}
    mark = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:4]
    version = f"{model.version}{mark}" if told else model.version
    card = {**model.kinds.card, "version": version, "calibration": told}
    return replace(model, kinds=replace(model.kinds, version=version, card=card), measured=dict(measured))


def save_ranking(model: OfficeModel, path: Path) -> None:
    """Write a model file. It holds no text of any message; the same model gives the same bytes."""
    save(model.kinds, path)


def load_ranking(path: Path) -> OfficeModel:
    """Read a model file. Raises ValueError when it is not one of an office ranking."""
    kinds = load(path)
    ranking = kinds.card.get("ranking")
    if not isinstance(ranking, dict):
        raise ValueError("this is not a model of offices: make one with train-office")
    text, title, body, category = (float(weight) for weight in ranking["weights"])
    told = cast("Mapping[str, Sequence[tuple[float, int, int]]]", kinds.card.get("calibration") or {})
    measured = {name: Calibration(tuple(Band(*band) for band in bands)) for name, bands in told.items() if bands}
    return OfficeModel(kinds, (text, title, body, category), ranking["shares"], measured)


def _facts(
    codes: Sequence[str],
    chances: Numbers,
    named: Sequence[tuple[Collection[str], Collection[str]]],
    shares: Sequence[Mapping[str, float]],
    own: Sequence[str],
) -> Numbers:
    """Four numbers for every message and kind. A message's `own` kind is taken out of the shares once, because it is
    in there itself while training."""
    facts = np.zeros((len(chances), len(codes), 4))
    facts[:, :, 0] = np.log(np.maximum(chances, 1e-4))
    place = {code: at for at, code in enumerate(codes)}
    for row, ((title, body), share, mine) in enumerate(zip(named, shares, own, strict=True)):
        for kind in title:
            if kind in place:
                facts[row, place[kind], 1] = 1.0
        for kind in body:
            if kind in place:
                facts[row, place[kind], 2] = 1.0
        counts = np.array([share.get(code, 0.0) - (code == mine) for code in codes])
        facts[row, :, 3] = np.log((np.maximum(counts, 0.0) + _SMOOTH / len(codes)) / (counts.sum() + _SMOOTH))
    return facts


def _fit(facts: Numbers, answers: NDArray[np.int64]) -> Numbers:
    """Weights of a conditional logit with a weak prior around words alone, by Newton's method."""
    weights = prior = np.array([1.0, 0.0, 0.0, 0.0])
    rows = np.arange(len(answers))
    for _ in range(50):
        chances = soften(facts @ weights, 1.0)
        mean = np.einsum("nk,nkf->nf", chances, facts)
        slope = (mean - facts[rows, answers]).sum(axis=0) + 2.0 * (weights - prior)
        curve = np.einsum("nk,nkf,nkg->fg", chances, facts, facts) - mean.T @ mean + 2.0 * np.eye(4)
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return weights


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
    objected and been ruled right more often than it settled. The points order offices and say nothing of how often
    they are right: that is measured (`calibrate`).
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
    choices = tuple(OfficeChoice(office, None, tuple(reasons[office])) for office in ranked[:limit])
    sure = bool(ranked) and math.exp(scores[ranked[0]]) / total >= SURE
    return OfficeSuggestion(choices, sure, version)


def told_how_sure(
    found: OfficeSuggestion, measured: Calibration | None, category: float | None = None
) -> OfficeSuggestion:
    """The suggestion with a probability for its first office, when that was measured; `category` is the chance of a
    guessed category. Where a probability is known it says, too, whether the suggestion is sure."""
    if measured is None or not found.choices:
        return found
    best, *others = found.choices
    chance = measured.chance(strength(best, category))
    if chance is None:
        return found
    return replace(found, choices=(replace(best, probability=chance), *others), sure=chance >= SURE)


def objections(records: Mapping[str, tuple[int, int]]) -> tuple[Precedent, ...]:
    """Precedents from counts by office: (settled, objected and ruled right)."""
    return tuple(Precedent(office, settled, objected) for office, (settled, objected) in sorted(records.items()))
