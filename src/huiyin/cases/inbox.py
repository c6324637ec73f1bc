"""What lies on an office's table, and the lists of the dispatch desk, the reviewer and the supervisor.

Every page reads a bounded number of rows through an index in the order it shows them, so that it costs the same with
ten thousand cases as with a million. Counts stop at `MOST`: beyond that a page says "299+".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from huiyin.cases import vault
from huiyin.cases.lifecycle import Actor, Role, told_as
from huiyin.cases.models import Case
from huiyin.organisation import store

PAGE = 25
#: Counts are exact up to here and say "at least" beyond. Counting is the dearest part of a page, and nobody acts
#: differently on the three hundredth.
MOST = 299
#: letters of a person's own words that a list shows
FIRST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a list. Empty means all. `categories` and `areas` are codes, a chosen branch and all below it."""

    phase: str = ""
    urgency: str = ""
    categories: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    redo: bool = False
    waiting: bool = False
    overdue: bool = False

    def apply(self, rows: QuerySet[Case], now: datetime) -> QuerySet[Case]:
        if self.phase:
            rows = rows.filter(phase=self.phase)
        if self.urgency:
            rows = rows.filter(urgency=self.urgency)
        if self.categories:
            rows = rows.filter(category__in=self.categories)
        if self.areas:
            rows = rows.filter(area__in=self.areas)
        if self.redo:
            rows = rows.filter(round__gt=1)
        if self.waiting:
            rows = rows.filter(Q(phase="parked") | Q(due_purpose="resident_reply"))
        if self.overdue:
            rows = rows.filter(due_at__lt=now)
        return rows


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: the case and the first words of what the person said."""

    case: Case
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """At most `PAGE` lines; `after` is the mark the next page starts behind, empty on the last one."""

    rows: tuple[Row, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the first `MOST` + 1 cases of a list have each property. `more` when there are further ones."""

    total: int = 0
    more: bool = False
    overdue: int = 0
    redo: int = 0
    waiting: int = 0
    phases: Mapping[str, int] = field(default_factory=dict)
    urgencies: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    areas: Mapping[str, int] = field(default_factory=dict)


# --- which cases ----------------------------------------------------------------------------------


def led(office: str) -> QuerySet[Case]:
    """Cases this office leads in which somebody still has a duty, by what is due."""
    return Case.objects.filter(lead=office, due_at__isnull=False)


def supported(office: str) -> QuerySet[Case]:
    """The same for cases the office only supports."""
    return Case.objects.filter(supporting__office=office, due_at__isnull=False)


def answered(office: str) -> QuerySet[Case]:
    """Cases this office leads where nobody in an office has a duty: they wait for the person's word."""
    return Case.objects.filter(lead=office, rested_at=None, due_at=None)


def rested(office: str) -> QuerySet[Case]:
    """Cases this office led that are at rest."""
    return Case.objects.filter(lead=office, rested_at__isnull=False)


def reported(office: str, now: datetime) -> QuerySet[Case]:
    """Cases of which a delay was reported to the head of this office and is one still: somebody is late, and nothing
    moved. A deadline that was met since leaves a row whose next duty is not due yet, and the row leaves this list.

    The office that is late is this one or stands right below it, so both arms are read through an index; until the
    next office has taken a case on, that office need not be the one that leads it.
    """
    below = [office, *(info.code for info in store.current().office_children(office))]
    led_here = Q(lead__in=below, due_at__lt=now)
    first_here = Q(phase__in=("dispatched", "objected"), due_at__lt=now)
    return Case.objects.filter(led_here | first_here, told_to(Actor(Role.HEAD, office)))


def told_to(actor: Actor) -> Q:
    """What narrows a list to cases of which a delay was reported to this actor."""
    return Q(escalation__gt=0, details__escalated_to__in=told_as(actor))


def number_of(rows: QuerySet[Case]) -> tuple[int, bool]:
    """How many cases a list holds, counted up to `MOST`, and whether there are more."""
    found = rows.order_by().values("pk")[: MOST + 1].count()
    return min(found, MOST), found > MOST


def in_phase(phase: str) -> QuerySet[Case]:
    """Open cases of the whole body in one phase: the dispatcher's and the reviewer's lists."""
    return Case.objects.filter(phase=phase, rested_at=None)


def dated(phase: str) -> QuerySet[Case]:
    """The same, those with a deadline only: what is shown by what is due."""
    return Case.objects.filter(phase=phase, due_at__isnull=False)


# --- pages of them --------------------------------------------------------------------------------


def by_due(rows: QuerySet[Case], after: str = "", size: int = PAGE) -> Page:
    """The cases that are due first, behind the mark `after`. A broken mark starts from the beginning."""
    mark = _read_mark(after)
    if mark is not None:
        due_at, case_id = mark
        rows = rows.filter(due_at__gte=due_at).filter(Q(due_at__gt=due_at) | Q(pk__gt=case_id))
    found = list(_light(rows).order_by("due_at", "pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return _page(found[:size], _mark(last.due_at, last.pk) if last is not None and last.due_at else "")


def newest(rows: QuerySet[Case], after: str = "", size: int = PAGE) -> Page:
    """The cases that came in last, behind the mark `after`."""
    mark = _read_mark(after)
    if mark is not None:
        received, case_id = mark
        rows = rows.filter(received_at__lte=received).filter(Q(received_at__lt=received) | Q(pk__lt=case_id))
    found = list(_light(rows).order_by("-received_at", "-pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return _page(found[:size], _mark(last.received_at, last.pk) if last is not None else "")


def undated(rows: QuerySet[Case], after: str = "", size: int = PAGE) -> Page:
    """Cases without any deadline (history that was imported), oldest first, behind the mark `after`."""
    mark = _read_mark(after)
    rows = rows.filter(due_at=None)
    if mark is not None:
        rows = rows.filter(pk__gt=mark[1])
    found = list(_light(rows).order_by("pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return _page(found[:size], _mark(last.received_at, last.pk) if last is not None else "")


def by_due_in(phases: Iterable[str], narrow: Q, after: str = "", size: int = PAGE) -> Page:
    """`by_due` over several phases of the whole body: one indexed look per phase, merged, words read once."""
    mark = _read_mark(after)
    found: list[Case] = []
    for phase in phases:
        rows = dated(phase).filter(narrow)
        if mark is not None:
            due_at, case_id = mark
            rows = rows.filter(due_at__gte=due_at).filter(Q(due_at__gt=due_at) | Q(pk__gt=case_id))
        found.extend(_light(rows).order_by("due_at", "pk")[: size + 1])
    found.sort(key=lambda case: (case.due_at or datetime.max.replace(tzinfo=UTC), case.pk))
    last = found[size - 1] if len(found) > size else None
    return _page(found[:size], _mark(last.due_at, last.pk) if last is not None and last.due_at else "")


def count(rows: QuerySet[Case], now: datetime) -> Counts:
    """Counts for every filter of a list in one statement over at most `MOST` + 1 rows."""
    # Asked as yes or no: reading three hundred times of day costs more than the rest of their rows.
    late = ExpressionWrapper(Q(due_at__lt=now), output_field=BooleanField())
    lines = list(
        rows.order_by("due_at", "pk").values_list(
            "phase", "urgency", "category_id", "area_id", "round", "due_purpose", late
        )[: MOST + 1]
    )
    return Counts(
        total=min(len(lines), MOST),
        more=len(lines) > MOST,
        overdue=sum(1 for line in lines if line[6]),
        redo=sum(1 for line in lines if line[4] > 1),
        waiting=sum(1 for line in lines if line[0] == "parked" or line[5] == "resident_reply"),
        phases=Counter(line[0] for line in lines),
        urgencies=Counter(line[1] for line in lines),
        categories=Counter(line[2] or "" for line in lines),
        areas=Counter(line[3] or "" for line in lines),
    )


def first_words(case_ids: Sequence[UUID], letters: int = FIRST_LETTERS) -> dict[UUID, str]:
    """The beginning of what each person said, on one line; two statements. Erased words are simply absent."""
    spoken = vault.first_words(case_ids, ("subject", "text"))
    return {
        case_id: shortened(said.get("subject") or said.get("text", ""), letters) for case_id, said in spoken.items()
    }


def shortened(text: str, letters: int = FIRST_LETTERS) -> str:
    """At most `letters` signs on one line, with an ellipsis when there were more."""
    line = " ".join(text.split())
    return line if len(line) <= letters else line[: letters - 1].rstrip() + "…"


def _page(cases: list[Case], after: str) -> Page:
    words = first_words([case.pk for case in cases]) if cases else {}
    return Page(tuple(Row(case, words.get(case.pk, "")) for case in cases), after)


def _light(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.defer("claim_hash", "tag")


def _mark(moment: datetime, case_id: UUID) -> str:
    return f"{int(moment.timestamp() * 1_000_000)}.{case_id.hex}"


def _read_mark(text: str) -> tuple[datetime, UUID] | None:
    moment, _, case_id = text.partition(".")
    try:
        return datetime.fromtimestamp(int(moment) / 1_000_000, UTC), UUID(hex=case_id)
    except (ValueError, OverflowError, OSError):
        return None
