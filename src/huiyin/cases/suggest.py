"""Suggestions for whoever sorts and sends: category, office, precedents, alarms. Each one says what it rests on.

Nothing here decides. The pack's own words (category keywords, the dispatch catalogue, urgency phrases) are the ground,
so that every suggestion can be checked by reading the pack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from huiyin.cases import inbox
from huiyin.cases.models import Case
from huiyin.organisation.catalogue import Catalogue, CategoryInfo, DutyMatch, UrgencyRule
from huiyin.understanding.cleaning import fold

#: letters of a text that are looked at; what matters is said at the beginning
LOOKED_AT = 3000


@dataclass(frozen=True, slots=True)
class CategoryIdea:
    """A category and the words of the text that speak for it, longest first."""

    category: CategoryInfo
    words: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class OfficeIdea:
    """Who should lead and who should help, each with its row of the dispatch catalogue. `lead` None: no row fits."""

    lead: DutyMatch | None
    support: tuple[DutyMatch, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A phrase of the pack's urgency rules that was said, with the rule (number to call, advice)."""

    rule: UrgencyRule
    phrase: str


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier matter of the same kind, as this reader may see it."""

    case: Case
    words: str


def categories(text: str, catalogue: Catalogue, limit: int = 3) -> list[CategoryIdea]:
    """Categories whose keywords occur in the text, the best first. Longer words say more; each counts once."""
    said = _flat(text)
    if not said:
        return []
    ideas = []
    for category in catalogue.leaf_categories:
        found = {word for words in category.keywords.values() for word in words if _said(word, said)}
        if found:
            kept = _without_parts(found)
            ideas.append(CategoryIdea(category, tuple(kept), sum(_weight(word) for word in kept)))
    ideas.sort(key=lambda idea: (-idea.score, idea.category.code))
    return ideas[:limit]


def offices(category: str, area: str, catalogue: Catalogue) -> OfficeIdea:
    """Who the dispatch catalogue names for this category in this area."""
    if not category:
        return OfficeIdea(None, ())
    matches = catalogue.duty_for(category, area or None)
    lead = next((match for match in matches if match.lead), None)
    support: dict[str, DutyMatch] = {}
    for match in matches:
        if not match.lead and (lead is None or match.office.code != lead.office.code):
            support.setdefault(match.office.code, match)
    return OfficeIdea(lead, tuple(support.values()))


def alarms(text: str, catalogue: Catalogue) -> list[Alarm]:
    """Urgency rules of the pack that the text touches, emergencies first, each rule once."""
    said = _flat(text)
    found = []
    for rule in catalogue.urgency_rules:
        phrases = [phrase for phrases in rule.phrases.values() for phrase in phrases if _said(phrase, said)]
        if phrases:
            found.append(Alarm(rule, max(phrases, key=len)))
    return sorted(found, key=lambda alarm: alarm.rule.urgency != "emergency")


def urgency(text: str, catalogue: Catalogue, category: str = "") -> str:
    """The urgency the pack's phrases and the category ask for; "normal" when nothing does."""
    ranks = ("normal", "urgent", "emergency")
    wanted = [str(alarm.rule.urgency) for alarm in alarms(text, catalogue)]
    if category in catalogue.categories:
        wanted.append(str(catalogue.categories[category].urgency))
    return max(wanted, key=ranks.index, default="normal")


def precedents(case: Case, readable: QuerySet[Case], limit: int = 5) -> list[Precedent]:
    """The newest answered matters of the same category, same area first, out of `readable`: what the reader may see."""
    if not case.category_id:
        return []
    same = readable.filter(category=case.category_id, answered_at__isnull=False).exclude(pk=case.pk)
    found: list[Case] = []
    if case.area_id:
        found = list(same.filter(area=case.area_id).order_by("-received_at")[:limit])
    if len(found) < limit:
        known = {earlier.pk for earlier in found}
        nearby = same.filter(area__in=_siblings(case)) if case.area_id else same
        more = nearby.exclude(pk__in=known).order_by("-received_at")[: limit - len(found)]
        found.extend(more)
    words = inbox.first_words([earlier.pk for earlier in found]) if found else {}
    return [Precedent(earlier, words.get(earlier.pk, "")) for earlier in found]


def _siblings(case: Case) -> list[str]:
    """Areas under the same parent as the case's: near enough to learn from, few enough for the index."""
    from huiyin.organisation import store

    catalogue = store.current()
    area = catalogue.areas.get(case.area_id or "")
    return [sister.code for sister in catalogue.area_children(area.parent)] if area else []


def known(case_ids: Iterable[UUID], readable: QuerySet[Case]) -> list[Precedent]:
    """These cases in the given order, as far as the reader may see them."""
    wanted = list(case_ids)
    rows = {case.pk: case for case in readable.filter(pk__in=wanted)}
    words = inbox.first_words(list(rows)) if rows else {}
    return [Precedent(rows[pk], words.get(pk, "")) for pk in wanted if pk in rows]


def _flat(text: str) -> str:
    return fold(text[:LOOKED_AT])


@lru_cache(maxsize=8192)
def _sought(word: str) -> tuple[str, re.Pattern[str] | None]:
    """How a word of the pack is looked for: anywhere; a Latin word only from its beginning (not "ate" in "water")."""
    plain = fold(word)
    return plain, re.compile(r"(?<![a-z0-9])" + re.escape(plain)) if plain[:1].isascii() else None


def _said(word: str, said: str) -> bool:
    plain, pattern = _sought(word)
    # A plain look first: nearly all of a pack's thousand words are not there.
    return bool(plain) and plain in said and (pattern is None or pattern.search(said) is not None)


def _weight(word: str) -> float:
    """A Chinese word of two signs says about as much as a Latin word of five letters."""
    return float(sum(1.0 if sign > "\u2e7f" else 0.4 for sign in word))


def _without_parts(words: set[str]) -> list[str]:
    """Words that are not part of a longer one that was found too, longest first."""
    kept: list[str] = []
    for word in sorted(words, key=lambda w: (-len(w), w)):
        if not any(_flat(word) in _flat(longer) for longer in kept):
            kept.append(word)
    return kept
