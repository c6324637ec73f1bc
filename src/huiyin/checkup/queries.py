"""The check-up as anybody may read it: coarse numbers, no matter, nothing a few people said.

    look = queries.latest()                       # Seen of the newest look; None before the first
    look.state("formalism", "urban")              # "asked", "nothing", "few" or "not_measurable"
    queries.questions()                           # every public question of the newest look
    queries.questions("urban")                    # of one office; "" is the whole body

Counts are rounded to multiples of five; below ten, or with fewer than ten on the other side, a count is not told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from huiyin.checkup import access, words
from huiyin.checkup.models import Look, Question
from huiyin.figures.intervals import wilson
from huiyin.figures.protection import BASE, SLACK, SMALLEST, rounded

Both = Mapping[str, str]

#: Shares of another part of the same office may rest on few matters: they are told in steps of five per cent.
_COARSE = frozenset({"equity"})


@dataclass(frozen=True, slots=True)
class Said:
    """One public answer. `text` is empty once it was erased."""

    number: int
    text: str
    at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One public question. `share`, `low`, `high` (between 0 and 1) are None where `k` is not told."""

    id: UUID
    office: str
    ailment: str
    signature: str
    version: int
    weeks: int
    title: Both
    definition: Both
    seen: Both
    innocent: Sequence[Both]
    next: Both
    n: int
    k: int | None
    share: float | None
    low: float | None
    high: float | None
    usual: float
    p_adjusted: float
    answers: tuple[Said, ...]

    @property
    def span(self) -> str:
        """How far back one looked, as a sentence in the language of the page."""
        return words.span(self.weeks)


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. Offices are given by code; "" is the whole body."""

    until: datetime
    since: datetime
    looked_at: datetime
    offices: int
    alpha: float
    commitment: str
    signatures: Mapping[str, Any]
    not_measurable: Mapping[str, Both]
    asked: tuple[Asked, ...]

    def looked(self, ailment: str, office: str | None = None) -> bool:
        """Whether there was enough to look at: anywhere, or for one office."""
        return any(
            (bool(one["looked"]) if office is None else office in one["looked"])
            for one in self.signatures.values()
            if one["ailment"] == ailment
        )

    def of(self, ailment: str, office: str | None = None) -> tuple[Asked, ...]:
        """The public questions about an ailment, of one office when it is named."""
        return tuple(q for q in self.asked if q.ailment == ailment and office in (None, q.office))

    def state(self, ailment: str, office: str | None = None) -> str:
        """asked, nothing (looked at, no public question), few (too few matters), not_measurable."""
        if self.of(ailment, office):
            return "asked"
        if ailment in self.not_measurable:
            return "not_measurable"
        return "nothing" if self.looked(ailment, office) else "few"

    def looked_at_all(self, office: str) -> bool:
        """Whether anything could be said of this office."""
        return any(office in one["looked"] for one in self.signatures.values())


def latest(before: datetime | None = None) -> Seen | None:
    """The newest look (made up to `before`, when given); None when there is none."""
    row = (_looks() if before is None else _looks().filter(until__lte=before)).first()
    return None if row is None else _seen(row)


def ended(since: datetime, until: datetime) -> list[Seen]:
    """The looks whose weeks ended from `since` up to before `until`, newest first. Three statements, or one."""
    return [_seen(row) for row in _looks().filter(until__gte=since, until__lt=until)]


def questions(office: str | None = None) -> tuple[Asked, ...]:
    """The public questions of the newest look; of one office ("" : the whole body) when it is named."""
    found = latest()
    return () if found is None else tuple(q for q in found.asked if office in (None, q.office))


def _looks() -> QuerySet[Look]:
    """Looks, newest first, each with its public questions and their answers in `questions.all()`."""
    open_to_all = Question.objects.filter(access.open_to_all()).prefetch_related("answers")
    return Look.objects.prefetch_related(Prefetch("questions", open_to_all))


def _seen(row: Look) -> Seen:
    order = {code: place for place, code in enumerate(words.AILMENTS)}
    rows = sorted(row.questions.all(), key=lambda q: (order.get(q.ailment, 99), q.signature, q.office, q.strong))
    return Seen(
        row.until, row.since, row.looked_at, row.offices, row.alpha, row.commitment, row.signatures,
        row.not_measurable, tuple(public(question) for question in rows),
    )  # fmt: skip


def public(question: Question) -> Asked:
    """A question with numbers that give nobody away."""
    words = question.words
    n, k = coarse(question.n, question.k)
    share = low = high = None
    if k is not None:
        share = min(k, n) / n
        low, high = _interval(k, n)
    step = 0.05 if question.ailment in _COARSE else 0.01
    usual = round(round(question.usual / step) * step, 2)
    return Asked(
        id=question.pk,
        office=question.office,
        ailment=question.ailment,
        signature=question.signature,
        version=question.version,
        weeks=question.weeks,
        title=words["title"],
        definition=words["definition"],
        seen={
            language: _told(words["pattern"][language], language, n, k, question, usual) for language in ("zh", "en")
        },
        innocent=words["innocent"],
        next=words["next"],
        n=n,
        k=k,
        share=share,
        low=low,
        high=high,
        usual=usual,
        p_adjusted=question.p_adjusted,
        answers=said(question),
    )


def said(question: Question) -> tuple[Said, ...]:
    """The public answers to a question, oldest first."""
    return tuple(Said(a.number, a.text, a.at, a.erased_at) for a in question.answers.all())


def coarse(n: int, k: int) -> tuple[int, int | None]:
    """n rounded, and k rounded or None when either side of it is fewer than ten."""
    shown = rounded(n) or SMALLEST
    return shown, (rounded(k) if k >= SMALLEST and n - k >= SMALLEST else None)


def _interval(k: int, n: int) -> tuple[float, float]:
    """Wilson's interval, widened by what rounding may hide."""
    fewest, most = wilson(max(0, k - SLACK), n + SLACK), wilson(min(k + SLACK, n - SLACK), n - SLACK)
    assert fewest is not None  # noqa: S101  n is at least twenty
    assert most is not None  # noqa: S101
    return fewest.low, most.high


#: A space the pattern has before its number, and Chinese does not want before a word.
_GAP = re.compile(r"(?<=[\u4e00-\u9fff，；]) (?=约|不到|至少)|(?<= ) ")
_LIMITS = {
    "zh": ("不到 {k} ", "低于 {share:.0%}", "至少 {k} ", "{share:.0%} 以上"),
    "en": ("fewer than {k}", "below {share:.0%}", "at least {k}", "above {share:.0%}"),
}


def _told(pattern: str, language: str, n: int, k: int | None, question: Question, usual: float) -> str:
    about = "约 {n} " if language == "zh" else "about {n}"
    fewer, below, at_least, above = _LIMITS[language]
    if k is not None:
        told, share = about.format(n=k), f"{min(k, n) / n:.0%}"
    elif question.k < SMALLEST:
        told, share = fewer.format(k=SMALLEST), below.format(share=SMALLEST / max(SMALLEST, n - SLACK))
    else:
        # All but fewer than ten, and n itself may be off by what rounding hides: said in multiples of five.
        least = max(SMALLEST, (n - SLACK - SMALLEST + 1) // BASE * BASE)
        told, share = at_least.format(k=least), above.format(share=least / (n + SLACK))
    text = pattern.format(n=about.format(n=n), k=told, share=share, usual=f"{usual:.0%}")
    return _GAP.sub("", text) if language == "zh" else text
