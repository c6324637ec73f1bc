"""Suggestions for whoever sorts and sends: category, office, precedents, alarms. Each one says what it rests on.

Nothing here decides. The pack's own words (category keywords, the dispatch catalogue, urgency phrases) are the ground,
so that every suggestion can be checked by reading the pack. Alarms rest on the program's own rules of urgency, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from huiyin.cases import inbox
from huiyin.cases.models import Case
from huiyin.organisation.catalogue import Catalogue, CategoryInfo, DutyMatch, Names, Urgency, UrgencyRule
from huiyin.understanding import urgency as signs
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
    """What sounds dangerous: a row of the pack (number to call, advice) and the words it rests on.

    The row is made up here when a rule of the program speaks that no row of the pack names.
    """

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
    """What sounds dangerous by the pack's phrases or the program's rules, emergencies first, each row once.

    This is the one door to both: pages, suggestions and what is stored ask here.
    """
    said = _flat(text)
    found: dict[str, Alarm] = {}
    for row, phrases in _dangers(catalogue):
        # A plain look first: nearly all of a pack's phrases are not there.
        hits = [(phrase, plain) for phrase, plain, pattern in phrases if plain in said and _matches(pattern, said)]
        if row.rules:
            hits = [(phrase, plain) for phrase, plain in hits if not signs.excused(said, plain, row.rules)]
        if hits:
            found[row.code] = Alarm(row, max((phrase for phrase, _ in hits), key=len))
    for code, facts in signs.judge("", text[:LOOKED_AT]).reasons:
        row = _row_for(code, catalogue, found)
        words = facts["words"]
        earlier = found.get(row.code)
        made_up = row.code.startswith(_MADE_UP)
        if made_up and not row.number and any(alarm.rule.urgency == row.urgency for alarm in found.values()):
            continue  # the pack has said as much, with its own advice
        if earlier is None:
            found[row.code] = Alarm(row, "…".join(words) if isinstance(words, tuple) else "")
        elif earlier.rule.urgency != row.urgency:
            found[row.code] = Alarm(row, earlier.phrase)
    return sorted(found.values(), key=lambda alarm: alarm.rule.urgency != "emergency")


def urgency(text: str, catalogue: Catalogue, category: str = "") -> str:
    """The urgency that alarms and the category ask for; "normal" when nothing does."""
    wanted = [str(alarm.rule.urgency) for alarm in alarms(text, catalogue)]
    if category in catalogue.categories:
        wanted.append(str(catalogue.categories[category].urgency))
    return max(wanted, key=_RANKS.index, default="normal")


_RANKS = ("normal", "urgent", "emergency")

#: how the code of a row begins that no pack has
_MADE_UP = "rule."

#: a row of the pack and its phrases: as written, folded, and how a Latin one is looked for
_Danger = tuple[UrgencyRule, tuple[tuple[str, str, re.Pattern[str] | None], ...]]
_latest: tuple[str, tuple[_Danger, ...]] = ("", ())


def _dangers(catalogue: Catalogue) -> tuple[_Danger, ...]:
    """The pack's rows with their phrases made ready, once per pack: there are hundreds."""
    global _latest
    digest, rows = _latest
    if digest != catalogue.digest:
        rows = tuple(
            (row, tuple(_ready(phrase) for phrases in row.phrases.values() for phrase in phrases if fold(phrase)))
            for row in catalogue.urgency_rules
        )
        _latest = (catalogue.digest, rows)
    return rows


def _ready(phrase: str) -> tuple[str, str, re.Pattern[str] | None]:
    """A Latin phrase is sought as whole words, singular or plural: "dam" is not in "damaged"."""
    plain = fold(phrase)
    before = r"(?<![a-z0-9])" if re.match("[a-z0-9]", plain) else ""
    after = r"s?(?![a-z0-9])" if re.search("[a-z0-9]$", plain) else ""
    return phrase, plain, re.compile(before + re.escape(plain) + after) if before or after else None


def _matches(pattern: re.Pattern[str] | None, said: str) -> bool:
    return pattern is None or pattern.search(said) is not None


def _row_for(code: str, catalogue: Catalogue, found: Mapping[str, Alarm]) -> UrgencyRule:
    """The pack's row for a rule of the program, raised to the rule's level; else a row with the rule's own name.

    Of several rows one whose phrases were said is taken. The number is that of the row, else of the first row that
    names a rule of the same service, else none: then pages show the pack's general emergency notice.
    """
    rule = signs.by_code()[code]
    rows = [row for row in catalogue.urgency_rules if code in row.rules]
    row = next((row for row in rows if row.code in found), rows[0] if rows else None)
    number = row.number if row else ""
    if rule.service and not number:
        same = {other.code for other in signs.rules() if other.service == rule.service}
        number = next((row.number for row in catalogue.urgency_rules if row.number and same & {*row.rules}), "")
    if row is None:
        return UrgencyRule(_MADE_UP + code, Urgency(rule.level), Names(rule.names), {}, number)
    return replace(row, urgency=max(row.urgency, Urgency(rule.level), key=_RANKS.index), number=number)


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
