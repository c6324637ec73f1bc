"""The same matter, found while somebody still speaks: postings of rare letter groups in the product's own database.

Postings are keyed hashes, so the table reveals no text. A look-up reads the `NEWEST` postings of each of a text's keys
(so it costs the same with a thousand cases and with a million), then opens the words of the likeliest few and compares
them as `understanding.same` does. A different place takes most of the likeness away: the same words there are another
lamp.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from huiyin.cases import vault
from huiyin.cases.lifecycle.state import OPEN_PHASES
from huiyin.cases.models import Case, Gram, PublicMatter
from huiyin.organisation import store
from huiyin.understanding import same

NEWEST = 120
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


def _posting(key: int) -> int:
    secret = settings.SECRET_KEY.encode()
    digest = hmac.new(secret, b"huiyin/gram/v2\0%d" % key, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def index(case_id: UUID, subject: str, text: str) -> None:
    """Store the postings of a case; again changes nothing."""
    rows = [Gram(gram=_posting(key), case_id=case_id) for key in same.keys(subject, text)]
    Gram.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _look_up(keys: Sequence[int]) -> Iterable[tuple[int, UUID]]:
    """(key, case) for the newest cases of each key; one statement."""
    posted = {_posting(key): key for key in keys}
    one = (
        f"SELECT * FROM (SELECT gram, case_id FROM {Gram._meta.db_table} WHERE gram = %s"  # noqa: S608  our own table
        f" ORDER BY case_id DESC LIMIT {NEWEST}) AS one"
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(posted)), list(posted))
        rows = cursor.fetchall()
    return [(posted[gram], case_id if isinstance(case_id, UUID) else UUID(case_id)) for gram, case_id in rows]


def _message(subject: str, text: str, at: datetime) -> same.Message:
    """What is compared. People who say something in one go give it no title; how they begin serves as one, because the
    pair score was learned on messages with titles and thinks little of bodies alone."""
    return same.Message(subject or text.strip()[:BEGINNING], text, at)


def _likely(subject: str, text: str, limit: int) -> list[UUID]:
    weighted = same.weighted_keys(subject, text)
    return same.candidates(weighted, _look_up, limit) if weighted else []


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
    """Listed, open matters that may be the same as what somebody is writing, best first. At most four statements."""
    likely = _likely(subject, text, 200)
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
    """Cases that may be the same, best first, with the reasons. At most four statements.

    The caller shows only those the reader may see (`cases.access.visible`).
    """
    likely = [case for case in _likely(subject, text, 60) if case != without]
    if not likely:
        return []
    cases = _still_open(likely) if open_only else Case.objects.filter(pk__in=likely)
    rows = {pk: (pk, where or "", when) for pk, where, when in cases.values_list("pk", "area_id", "received_at")}
    first = [rows[case] for case in likely if case in rows][:COMPARED]
    return _compared(subject, text, area, at, first, SHOWN_TO_STAFF)[:limit] if first else []
