"""How often suggestions were right, and what other rooms read of this one. Every figure is a query over stored rows."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import TruncMonth

from huiyin.cases.models import Case, Posting, PublicMatter
from huiyin.figures.intervals import Share, wilson
from huiyin.figures.sources import ReplySigns
from huiyin.organisation.catalogue import Catalogue
from huiyin.suggestions.models import Issue, IssueMember, ReplySign, Suggestion

#: Fewer than this give no share: a handful says nothing.
SMALLEST = 10
#: So many times the issues that are listed are looked at closely: copies among them may change the order.
AHEAD = 3
#: Months that are drawn.
MONTHS = 12
#: Published figures may be this old, in seconds.
FRESH_FOR = 60.0


@dataclass(frozen=True, slots=True)
class Right:
    """How often suggestions were right: `n` suggestions that a human has decided since, `share` None under ten."""

    n: int
    right: int

    @property
    def share(self) -> Share | None:
        return wilson(self.right, self.n) if self.n >= SMALLEST else None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Everything the public page shows. Keys are codes of top categories, languages, first days of months.

    `top`: the first level was right; `exact`: the very category was right, of those the model was that fine about;
    `office`: the office that leads in the end. `silent` is how often nothing was suggested, `late` how many were made
    after a human had chosen.
    """

    top: Right
    exact: Right
    office: Right
    by_category: dict[str, Right]
    by_language: dict[str, Right]
    by_month: dict[datetime, Right]
    suggested: int
    silent: int
    late: int


_kept: dict[tuple[str, str], tuple[float, Accuracy]] = {}


def accuracy(catalogue: Catalogue, now: datetime) -> Accuracy:
    """The figures of the last twelve months. One statement, kept for a minute; no row of a case is read."""
    key = (catalogue.digest, str(Case.objects.db))
    kept = _kept.get(key)
    if kept is not None and time.monotonic() - kept[0] < FRESH_FOR:
        return kept[1]
    rows = (
        Suggestion.objects.filter(case__received_at__gte=now - timedelta(days=31 * MONTHS))
        .annotate(month=TruncMonth("case__received_at", tzinfo=catalogue.tz))
        .values_list("month", "language", "category", "office", "late", "case__category", "case__lead")
        .annotate(times=Count("pk"))
        .order_by()
    )
    found = _count(rows, catalogue)
    _kept[key] = (time.monotonic(), found)
    return found


def _count(
    rows: Iterable[tuple[datetime, str, str, str, bool, str | None, str | None, int]], catalogue: Catalogue
) -> Accuracy:
    totals: Counter[str] = Counter()
    groups: dict[str, Counter[object]] = {name: Counter() for name in ("category", "language", "month")}
    hits: dict[str, Counter[object]] = {name: Counter() for name in ("category", "language", "month")}
    leaves = {category.code for category in catalogue.leaf_categories}
    for month, language, category, office, late, chosen, lead, times in rows:
        totals["suggested"] += times
        totals["silent"] += 0 if category else times
        totals["late"] += times if late else 0
        if category and chosen:
            top = _top(category, catalogue)
            right = times if top == _top(chosen, catalogue) else 0
            totals["top"] += times
            totals["top right"] += right
            for name, value in (("category", top), ("language", language), ("month", month)):
                groups[name][value] += times
                hits[name][value] += right
            if category in leaves:
                totals["exact"] += times
                totals["exact right"] += times if category == chosen else 0
        if office and lead:
            totals["office"] += times
            totals["office right"] += times if office == lead else 0

    def rights(name: str) -> dict[object, Right]:
        return {value: Right(n, hits[name][value]) for value, n in groups[name].items()}

    by_month = {month: right for month, right in rights("month").items() if isinstance(month, datetime)}
    return Accuracy(
        top=Right(totals["top"], totals["top right"]),
        exact=Right(totals["exact"], totals["exact right"]),
        office=Right(totals["office"], totals["office right"]),
        by_category={str(code): right for code, right in rights("category").items()},
        by_language={str(code): right for code, right in rights("language").items()},
        by_month=dict(sorted(by_month.items())),
        suggested=totals["suggested"],
        silent=totals["silent"],
        late=totals["late"],
    )


def _top(category: str, catalogue: Catalogue) -> str:
    path = catalogue.category_path(category)
    return path[0].code if path else category


def forget() -> None:
    """Count anew at the next look (tests)."""
    _kept.clear()


# --- for other rooms --------------------------------------------------------------------------------


def reply_signs(case_ids: Iterable[UUID]) -> dict[tuple[UUID, int], ReplySigns]:
    """(case, number of the answer) → signs, for many cases at once. Answers not looked at yet are missing."""
    rows = ReplySign.objects.filter(case__in=list(case_ids)).defer("sketch")
    return {
        (row.case_id, row.number): ReplySigns(row.template, row.hollow, row.promise_only, row.other_matter)
        for row in rows
    }


def issue_of(case_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Case → recurring issue, for many cases at once; cases that stand alone are missing."""
    return dict(IssueMember.objects.filter(case__in=list(case_ids)).values_list("case", "issue"))


# --- recurring issues -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hot:
    """An issue in a list: all its matters are `issue.members`, `recent` those of the last ninety days, `copies` those
    that are worded like another one of it.
    """

    issue: Issue
    recent: int
    copies: int


def hottest(theme: bool, now: datetime, *, least: int = 2, limit: int = 50) -> list[Hot]:
    """The hottest issues of the last ninety days first, of those with `least` different wordings. Three statements.

    Heat counts matters, not people, who are not known: each as far as it surely belongs, so that a heap that hardly
    hangs together is no hotter than a few that certainly do. Matters worded alike count once: somebody who sends the
    same words again and again does not fill an issue alone. Whoever joined one of its matters counts as well, as far
    as that matter belongs, because each of them joined with a matter of their own.
    """
    since = now - timedelta(days=90)
    late = Q(memberships__received_at__gte=since)
    rows = list(
        Issue.objects.filter(theme=theme, members__gte=least, newest_at__gte=now - timedelta(days=365))
        .annotate(
            recent=Count("memberships", filter=late), heat=Sum("memberships__confidence", filter=late, default=0.0)
        )
        .order_by("-heat", "-members", "pk")[: limit * AHEAD]
    )
    heard = _heard(rows, since)
    hot = []
    for issue in rows:
        voices, heat = heard[issue.pk]
        if voices >= least or least <= 2:  # whoever sees every matter sees a pair of copies, too
            hot.append((-heat, -issue.members, issue.pk, Hot(issue, issue.recent, issue.members - voices)))
    return [one for *_, one in sorted(hot, key=lambda entry: entry[:3])[:limit]]


def _heard(issues: Iterable[Issue], since: datetime) -> dict[UUID, tuple[int, float]]:
    """Issue → how many different wordings its matters have, and its heat since then. Two statements, no words opened:
    the marks under which a matter is looked up are the same when it begins with the same words (250 letters).
    """
    wanted = [issue.pk for issue in issues]
    worded: dict[UUID, set[object]] = {pk: set() for pk in wanted}
    heat: dict[UUID, dict[object, float]] = {pk: {} for pk in wanted}
    marks = Posting.objects.filter(case=OuterRef("case")).values("marks")[:1]
    own = IssueMember.objects.filter(issue__in=wanted).annotate(marks=Subquery(marks))
    for issue, case, at, sure, found in own.values_list("issue", "case", "received_at", "confidence", "marks"):
        voice = bytes(found) if found else case
        worded[issue].add(voice)
        if at >= since:
            heat[issue][voice] = max(sure, heat[issue].get(voice, 0.0))
    leader = F("merged_into__issue_member__issue")
    marks = Posting.objects.filter(case=OuterRef("pk")).values("marks")[:1]
    joined = (
        Case.objects.filter(merged_into__issue_member__issue__in=wanted, phase="merged", received_at__gte=since)
        .exclude(issue_member__issue=leader)
        .annotate(marks=Subquery(marks))
        .values_list("merged_into__issue_member__issue", "pk", "merged_into__issue_member__confidence", "marks")
    )
    for issue, case, sure, found in joined:
        voice = bytes(found) if found else case
        heat[issue][voice] = max(sure, heat[issue].get(voice, 0.0))
    return {pk: (len(worded[pk]), sum(heat[pk].values())) for pk in wanted}


def listed_in(issues: Iterable[Issue], each: int = 5) -> dict[UUID, list[PublicMatter]]:
    """The newest listed matters of each issue, each title once: all that anybody may read of them. One statement."""
    matters = (
        PublicMatter.objects.filter(
            case__issue_member__issue__in=[issue.pk for issue in issues],
            case__published=True, case__confidentiality="open",
        )
        .select_related("case__issue_member")
        .order_by("-listed_at", "pk")[:500]
    )  # fmt: skip
    found: dict[UUID, list[PublicMatter]] = {}
    for matter in matters:
        known = found.setdefault(matter.case.issue_member.issue_id, [])
        if len(known) < each and all(other.title != matter.title for other in known):
            known.append(matter)
    return found


def newest_of(issues: Iterable[Issue]) -> dict[UUID, UUID]:
    """Issue → its newest case. One statement."""
    rows = (
        IssueMember.objects.filter(issue__in=[issue.pk for issue in issues])
        .order_by("received_at", "case")
        .values_list("issue", "case")
    )
    return dict(rows)  # the last one of each issue stays
