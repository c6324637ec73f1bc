"""What a matter is probably about and whose it probably is, from the body's own models, its pack and its past.

The dispatch catalogue stays first for offices, and a category named by the pack's own keywords refines what the model
is sure of. Where neither is sure nothing is preselected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiyin.cases import suggest
from huiyin.cases.models import Case
from huiyin.organisation.catalogue import Catalogue, DutyMatch
from huiyin.suggestions import files, places
from huiyin.suggestions.reading import as_message, as_placed
from huiyin.understanding.category import CategoryModel, Choice, Suggestion
from huiyin.understanding.office import (
    CatalogueMatch,
    OfficeChoice,
    OfficeModel,
    OfficeSuggestion,
    Precedent,
    told_how_sure,
)
from huiyin.understanding.office import suggest as suggest_offices

#: Earlier matters of the same category and place that are looked at: the newest.
LOOKED_AT = 60
#: How far back they may lie: offices change.
BACK = timedelta(days=730)
#: From so many settled matters on a model of categories leads over the pack's keywords.
LEARNED = 100
#: With history: a keyword counts for a category the model thinks at least this likely.
SOMEWHAT = 0.2
#: Before history: a keyword's top category must be at least this likely; and the model alone speaks from here on.
POSSIBLE, SURE_ALONE = 0.05, 0.7


@dataclass(frozen=True, slots=True)
class CategoryIdea:
    """One category with why: the words that speak for it; `probability` is None when only the pack's words do."""

    code: str
    probability: float | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CategoryIdeas:
    """Categories to offer, best first. `answer` may be preselected; "" means: not sure, a human must look.

    `branch` is the coarser category that is sure when no fine one is. `version` names the model ("" before there is
    one: then only the pack's keywords speak).
    """

    answer: str
    branch: str
    ideas: tuple[CategoryIdea, ...]
    version: str

    @property
    def unsure(self) -> bool:
        return not self.answer

    @property
    def chance(self) -> float | None:
        """How likely the model thinks the answer; None when only the pack's words speak for it."""
        return next((idea.probability for idea in self.ideas if idea.code == self.answer), None)


def categories(text: str, subject: str, catalogue: Catalogue, limit: int = 3) -> CategoryIdeas:
    """What a text is about. About a millisecond; no statement."""
    return categories_by(files.model("category", catalogue.digest), text, subject, catalogue, limit)


def categories_by(
    model: CategoryModel | None, text: str, subject: str, catalogue: Catalogue, limit: int = 3
) -> CategoryIdeas:
    """The same by a given model, or by the pack's keywords alone."""
    text, subject = (places.without_names(said, catalogue) for said in (text, subject))
    named = suggest.categories(f"{subject}\n{text}", catalogue, 2 * limit)
    if model is None:
        plain = tuple(_named(idea) for idea in named[:limit])
        return CategoryIdeas(plain[0].code if plain else "", "", plain, "")
    title, body = as_message(subject, text)
    given = model.suggest(title, body)
    examples = model.card.get("examples")
    if isinstance(examples, int) and examples >= LEARNED:
        return _learned_first(given, named, catalogue, limit)
    chances = dict(zip(model.levels[0].codes, model.probabilities([(title, body)])[0].tolist(), strict=True))
    return _named_first(given, named, chances, catalogue, limit)


def _named_first(
    given: Suggestion,
    named: Sequence[suggest.CategoryIdea],
    chances: Mapping[str, float],
    catalogue: Catalogue,
    limit: int,
) -> CategoryIdeas:
    """Before there is history: the pack's own keywords lead, as far as the model thinks them possible at all.

    Measured on the demo town (342 matters): keywords alone 67 % right of 272, with the model's veto 74 % of 199, the
    model alone 50 % of 270.
    """

    def possible(idea: suggest.CategoryIdea) -> float:
        return chances.get(catalogue.category_path(idea.category.code)[0].code, 0.0)

    ranked = sorted(named, key=lambda idea: -idea.score * (possible(idea) + POSSIBLE))
    ideas = [_named(idea) for idea in ranked]
    if ranked and possible(ranked[0]) >= POSSIBLE:
        return CategoryIdeas(ideas[0].code, "", tuple(ideas[:limit]), given.version)
    own = _own(given, catalogue)
    if not ranked and given.probability >= SURE_ALONE and own and own[0].code == given.answer:
        return CategoryIdeas(own[0].code, "", tuple(own[:limit]), given.version)
    return CategoryIdeas("", "", _each([*ideas, *own])[:limit], given.version)


def _learned_first(
    given: Suggestion, named: Sequence[suggest.CategoryIdea], catalogue: Catalogue, limit: int
) -> CategoryIdeas:
    """With history the model leads; a keyword of the pack names the fine category where it is sure of a coarse one."""
    own, sure = _own(given, catalogue), given.answer or ""
    leaves = {category.code for category in catalogue.leaf_categories}
    likely = {choice.code: choice.probability for choice in given.choices}
    fitting = []
    for idea in named:
        above = [step.code for step in catalogue.category_path(idea.category.code)]
        chance = max((likely[code] for code in above if code in likely), default=0.0)
        if chance >= SOMEWHAT and (not sure or sure in above):
            fitting.append(CategoryIdea(idea.category.code, chance, idea.words))
    if sure in leaves:
        answer, branch = sure, ""
    else:
        answer, branch = (fitting[0].code if fitting else ""), sure
    ideas = _each([*(own if sure in leaves else fitting), *fitting, *own, *(_named(idea) for idea in named)])
    return CategoryIdeas(answer, branch, ideas[:limit], given.version)


def _named(idea: suggest.CategoryIdea) -> CategoryIdea:
    return CategoryIdea(idea.category.code, None, idea.words)


def _own(given: Suggestion, catalogue: Catalogue) -> list[CategoryIdea]:
    """The model's fine choices. The words it quotes speak for the first one only."""
    leaves = {category.code for category in catalogue.leaf_categories}
    spoken = next((facts.get("words") for code, facts in given.reasons if code == "words"), ())
    words = tuple(str(word) for word in spoken) if isinstance(spoken, tuple) else ()
    return [
        CategoryIdea(choice.code, choice.probability, words if choice is given.choices[0] else ())
        for choice in given.choices
        if choice.code in leaves
    ]


def _each(ideas: Sequence[CategoryIdea]) -> tuple[CategoryIdea, ...]:
    """Every category once, as it first stands."""
    found: dict[str, CategoryIdea] = {}
    for idea in ideas:
        found.setdefault(idea.code, idea)
    return tuple(found.values())


def offices(
    text: str,
    subject: str,
    category: str,
    area: str,
    catalogue: Catalogue,
    now: datetime,
    *,
    guess: CategoryIdeas | None = None,
) -> OfficeSuggestion:
    """Offices to offer, best first, with reasons: the dispatch catalogue, what was learned, what happened before.

    `guess` is given when `category` is what a model answered and nobody has filed the matter yet. The first office has
    a probability when that was measured on at least thirty matters. One statement with a category, none without.
    """
    model = files.ranking(catalogue.digest)
    past = record(category, area, now) if category else ()
    found = offices_by(model, past, text, subject, category, area, catalogue)
    if model is None or not category:
        return found
    measured = model.measured.get("guessed" if guess else "filed") if text else None
    return told_how_sure(found, measured, guess.chance if guess else None)


def offices_by(
    model: OfficeModel | None,
    past: Sequence[Precedent],
    text: str,
    subject: str,
    category: str,
    area: str,
    catalogue: Catalogue,
) -> OfficeSuggestion:
    """The same by a given model and record, without a probability. No statement."""
    matches = catalogue.duty_for(category, area or None) if category else []
    kinds: Sequence[Choice] = ()
    if model is not None and text:
        kinds = model.rank(*as_placed(subject, text, catalogue), category)
    seen = [CatalogueMatch(m.office.code, m.office.kind, m.lead, m.category_steps, m.area_steps, m.row)
            for m in matches if m.lead]  # fmt: skip
    version = model.version if model is not None else ""
    found = suggest_offices(seen, kinds, lambda target: serving(target, area, catalogue), past, version=version)
    lead = next((m.office.code for m in matches if m.lead), "")
    return _catalogue_first(found, lead)


def _catalogue_first(found: OfficeSuggestion, lead: str) -> OfficeSuggestion:
    """The office of the catalogue stays first unless it has objected here before and been ruled right."""
    choices = list(found.choices)
    at = next((n for n, choice in enumerate(choices) if choice.office == lead), 0)
    if at and not any(code == "objected" for code, _ in choices[at].reasons):
        choices.insert(0, choices.pop(at))
    return OfficeSuggestion(tuple(choices), found.sure, found.version)


def serving(target: str, area: str, catalogue: Catalogue) -> Sequence[str]:
    """The offices a row of the dispatch catalogue means in this place."""
    if not target.startswith("kind:"):
        return [target] if target in catalogue.offices else []
    kind = target.removeprefix("kind:")
    by_area = {office.area: office.code for office in catalogue.offices.values() if office.kind == kind}
    return [by_area[step.code] for step in reversed(catalogue.area_path(area)) if step.code in by_area]


def record(category: str, area: str, now: datetime) -> tuple[Precedent, ...]:
    """What became of the newest matters of this category in this place: settled by whom, objected by whom and rightly.

    An office that stands in the trail of a matter and does not lead it in the end, after an objection, was ruled right.
    """
    rows = Case.objects.filter(
        category=category, area=area or None, received_at__gte=now - BACK, received_at__lte=now, lead__isnull=False
    )
    counts: dict[str, list[int]] = {}
    for lead, answered_at, details in rows.order_by("-received_at").values_list("lead", "answered_at", "details")[
        :LOOKED_AT
    ]:
        if answered_at is not None:
            counts.setdefault(lead, [0, 0])[0] += 1
        if details.get("objections"):
            for office in {code for code in details.get("trail", ()) if code != lead}:
                counts.setdefault(office, [0, 0])[1] += 1
    return tuple(Precedent(office, settled, objected) for office, (settled, objected) in sorted(counts.items()))


def support(category: str, area: str, catalogue: Catalogue) -> tuple[DutyMatch, ...]:
    """Offices that help, by the dispatch catalogue."""
    return suggest.offices(category, area, catalogue).support


def first(found: OfficeSuggestion) -> OfficeChoice | None:
    """The office to preselect: the first when the catalogue names it or the ranking is sure; else None."""
    if not found.choices:
        return None
    best = found.choices[0]
    named = any(code == "catalogue" for code, _ in best.reasons)
    return best if named or found.sure else None
