"""The same matter, found while somebody still speaks: postings of rare letter groups in the product's own database.

Postings are keyed hashes, so the tables reveal no text. A look-up reads the postings of a text's keys
(`cases.postings`), in which a case of the same part of town counts more, then opens the words of the likeliest few and
compares them as `understanding.same` does. A different place takes most of the likeness away: the same words there are
another lamp.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from huiyin.cases import postings, vault
from huiyin.cases.lifecycle.state import OPEN_PHASES
from huiyin.cases.models import Case, PublicMatter
from huiyin.organisation import store
from huiyin.understanding import same

#: So many letters of a text without a title stand for it.
BEGINNING = 20
#: How many cases are opened and compared; the right one is among the first 12 in 98 of 100 (understanding.same).
COMPARED = 12
#: From this probability on a resident is asked "is it the same?". Asking once too often costs a tap.
OFFERED = 0.45
SHOWN_TO_STAFF = 0.3
#: A case in a different place keeps this part of its probability.
ELSEWHERE = 0.35

Reason = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Offer:
    """A public matter that may be the same. Only what everybody may read anyway."""

    number: str
    title: str
    area: str
    supporters: int
    probability: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that may be the same, for staff who may read it.

    `reasons` are codes with facts: those of `understanding.same` (copied, shared_words, days_apart), and same_place or
    different_places from the areas the cases are filed under.
    """

    case_id: UUID
    probability: float
    copied: bool
    reasons: tuple[Reason, ...]


def index(case_id: UUID, subject: str, text: str) -> None:
    """Store the postings of a case; again changes nothing."""
    index_many({case_id: (subject, text)})


def index_many(cases: Mapping[UUID, tuple[str, str]]) -> None:
    """Store the postings of many cases, given as (subject, text); again changes nothing. Call it inside `write`."""
    catalogue = store.current()
    areas = dict(Case.objects.filter(pk__in=list(cases)).values_list("pk", "area_id"))
    postings.add(
        [
            (case, postings.part_of(catalogue, areas[case] or ""), postings.marks(same.keys(*words)))
            for case, words in cases.items()
            if case in areas
        ]
    )


def _message(subject: str, text: str, at: datetime) -> same.Message:
    """What is compared. People who say something in one go give it no title; how they begin serves as one, because the
    pair score was learned on messages with titles and thinks little of bodies alone."""
    return same.Message(subject or text.strip()[:BEGINNING], text, at)


def _likely(subject: str, text: str, area: str, limit: int) -> list[UUID]:
    keys = same.keys(subject, text)
    return postings.look_up(postings.marks(keys), postings.part_of(store.current(), area), limit) if keys else []


def _compared(
    subject: str, text: str, area: str, at: datetime, cases: Sequence[tuple[UUID, str, datetime]], least: float
) -> list[Candidate]:
    """The given (case, area, received) that are likely enough the same, best first. Two statements: keys and words."""
    words = vault.first_words([case for case, _, _ in cases], ("text", "subject"))
    known = [(case, where, when) for case, where, when in cases if case in words]
    mine = same.profile(_message(subject, text, at))
    others = [
        same.profile(_message(words[case].get("subject", ""), words[case].get("text", ""), when))
        for case, _, when in known
    ]
    found = []
    for place, score in same.best(mine, others, least=least, limit=COMPARED):
        case, where, _ = known[place]
        factor, reason = _place(area, where)
        if score.probability * factor >= least or (score.is_copy and factor == 1):
            reasons = (*score.reasons, (reason, {})) if reason else score.reasons
            found.append(Candidate(case, round(score.probability * factor, 3), score.is_copy, reasons))
    return sorted(found, key=lambda candidate: (-candidate.probability, str(candidate.case_id)))


def _place(area: str, other: str) -> tuple[float, str]:
    """What the two places do to the probability, and the reason code ("" when a place is unknown)."""
    if not area or not other:
        return 1.0, ""
    catalogue = store.current()
    if catalogue.is_within(area, other) or catalogue.is_within(other, area):
        return 1.0, "same_place"
    return ELSEWHERE, "different_places"


def _still_open(cases: Iterable[UUID]) -> QuerySet[Case]:
    return Case.objects.filter(pk__in=list(cases), phase__in=[str(phase) for phase in OPEN_PHASES])


def candidates(text: str, area: str, at: datetime, limit: int = 3, subject: str = "") -> list[Offer]:
    """Listed, open matters that may be the same as what somebody is writing, best first. At most seven statements."""
    likely = _likely(subject, text, area, 200)
    if not likely:
        return []
    listed = {
        matter.case_id: matter
        for matter in PublicMatter.objects.filter(
            case__in=_still_open(likely), case__confidentiality="open"
        ).select_related("case")
    }
    first = [listed[case] for case in likely if case in listed][:COMPARED]
    rows = [(m.case_id, m.case.area_id or "", m.case.received_at) for m in first]
    found = _compared(subject, text, area, at, rows, OFFERED) if rows else []
    offers = [(listed[c.case_id], c.probability) for c in found[:limit]]
    return [Offer(m.case.number, m.title, m.case.area_id or "", m.case.supporters, chance) for m, chance in offers]


def candidates_for_staff(
    text: str,
    area: str,
    at: datetime,
    limit: int = 6,
    *,
    subject: str = "",
    without: UUID | None = None,
    open_only: bool = True,
) -> list[Candidate]:
    """Cases that may be the same, best first, with the reasons. At most seven statements.

    The caller shows only those the reader may see (`cases.access.visible`).
    """
    likely = [case for case in _likely(subject, text, area, 60) if case != without]
    if not likely:
        return []
    cases = _still_open(likely) if open_only else Case.objects.filter(pk__in=likely)
    rows = {pk: (pk, where or "", when) for pk, where, when in cases.values_list("pk", "area_id", "received_at")}
    first = [rows[case] for case in likely if case in rows][:COMPARED]
    return _compared(subject, text, area, at, first, SHOWN_TO_STAFF)[:limit] if first else []
