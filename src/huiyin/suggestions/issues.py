"""Recurring issues: matters about the same thing, gathered one at a time by the worker, with their history.

`understanding.issues` decides; this module keeps the clusters, and how alike matters are, from which `regather` goes
over the newest again. Candidates, scores and decisions are those that `huiyin understand evaluate` measures. Every step
is one transaction: killed at any point, a matter is in its issue with the history row that says so, or not yet, and the
task comes again. Heat counts matters, not people (`queries.hottest`): the product links no two matters of one person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from huiyin.base.transaction import write
from huiyin.cases import postings, similar, vault
from huiyin.cases.models import Case, Posting
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue
from huiyin.suggestions import changes, places
from huiyin.suggestions.models import Issue, IssueChange, IssueMember, Likeness
from huiyin.understanding import same
from huiyin.understanding.cleaning import clean
from huiyin.understanding.issues import COMPARED, FLOOR, FOUND, JOIN, Decision, Link, parts, place, shared_places
from huiyin.worker.outbox import enqueue

#: What remains of the likeness of two matters of different kinds; and of two in different places, which is never enough
#: to found an issue, to join one, or to join two of a few matters.
OTHER_KIND, ELSEWHERE = 0.3, 0.15
#: What remains of the latter where themes are gathered, from matters that belong to no place's issue (`regather`).
IN_A_THEME = 0.6
#: Members that are looked at when an issue is checked for falling apart.
CHECKED = 60
#: Members whose places and categories give an issue its name: the newest.
NAMED_BY = 200
#: The longest code of a place that is kept with an issue.
LONGEST = 40
#: Members, the newest, whose words are read for the road or building they name when they share no smallest area.
READ = 20


def profile_of(subject: str, text: str, area: str, at: datetime, catalogue: Catalogue) -> same.Profile:
    """A matter ready for comparing, with the places it is about."""
    text = clean(text).core or text  # greeting and thanks are alike everywhere
    title = subject or text[: similar.BEGINNING]
    return same.profile(same.Message(title, text, at, places.areas_of(f"{subject}\n{text}", area, catalogue)))


def _profiles(case_ids: Iterable[UUID], catalogue: Catalogue) -> dict[UUID, same.Profile]:
    """Profiles of cases whose words are still there. Two statements."""
    wanted = list(case_ids)
    facts = {pk: (area or "", at) for pk, area, at in Case.objects.filter(pk__in=wanted)
             .values_list("pk", "area_id", "received_at")}  # fmt: skip
    words = vault.first_words(wanted, ("text", "subject"))
    return {
        pk: profile_of(said.get("subject", ""), said.get("text", ""), *facts[pk], catalogue)
        for pk, said in words.items()
        if pk in facts and said.get("text")
    }


@dataclass(frozen=True, slots=True)
class _About:
    """What a matter is about as far as it is known: its category down to the second level, and its place."""

    kind: str
    area: str


def _about(case_ids: Iterable[UUID], catalogue: Catalogue) -> dict[UUID, _About]:
    """Categories as people filed them, else the likeliest one; places as filed. One statement."""
    rows = Case.objects.filter(pk__in=list(case_ids)).values_list(
        "pk", "category", "suggestion__category", "suggestion__second", "area"
    )
    return {
        pk: _About(_kind(filed or suggested or second or "", catalogue), area or "")
        for pk, filed, suggested, second, area in rows
    }


def _kind(category: str, catalogue: Catalogue) -> str:
    """The second level of a category; "" when it is coarser."""
    path = catalogue.category_path(category)
    return path[1].code if len(path) > 1 else ""


def _chance(
    one: same.Profile, other: same.Profile, here: _About | None, there: _About | None, elsewhere: float = ELSEWHERE
) -> float:
    """How likely two matters belong together. Wording alone does not tell a lamp from a pothole that is told in the
    same phrases, so another kind of matter or another place takes most of the likeness away. Two
    that name the same road, school or community are in one place wherever they are filed: a road crosses communities.
    """
    chance = same.score(one, other).probability
    if here is None or there is None:
        return chance
    if here.kind and there.kind and here.kind != there.kind:
        chance *= OTHER_KIND
    catalogue = store.current()
    if apart(here.area, there.area, catalogue):
        if places.spots_of(one.areas & other.areas, catalogue):
            return chance if chance > elsewhere else 0.0  # so that `regather` knows which were made less likely
        chance *= elsewhere
    return chance


def apart(here: str, there: str, catalogue: Catalogue) -> bool:
    """Whether two areas are known and neither lies in the other."""
    return bool(here and there) and not (catalogue.is_within(here, there) or catalogue.is_within(there, here))


def gather(case_id: UUID, now: datetime, *, again: bool = False) -> None:
    """Find the issue a new matter belongs to, if any, and store the decision. Again changes nothing.

    `again`: it is looked at once more, so it is compared with what came after it, too.
    """
    if IssueMember.objects.filter(case=case_id).exists() and Likeness.objects.filter(later=case_id).exists():
        return
    catalogue = store.current()
    case, chances = _alike(case_id, catalogue, again)
    if case is not None and chances:
        write(lambda: _decide(case, chances, now, catalogue))


def _alike(case_id: UUID, catalogue: Catalogue, again: bool) -> tuple[Case | None, dict[UUID, float]]:
    """How likely a matter belongs with those that share most of its keys. None when its words are gone.

    The first time the store is asked as it was when the matter came, so a worker that is late finds the same.
    """
    said = vault.first_words([case_id], ("text", "subject")).get(case_id, {})
    case = Case.objects.filter(pk=case_id, erased=False).first()
    if case is None or not said.get("text"):
        return None, {}
    # The place is left out of the look-up (a theme has none) and weighed in the comparison below.
    marks = postings.marks(same.keys(said.get("subject", ""), said["text"]))
    number = None if again else Posting.objects.filter(case=case_id).values_list("number", flat=True).first()
    likely = [one for one in postings.look_up(marks, 0, COMPARED + 1, number) if one != case_id][:COMPARED]
    profiles = _profiles(likely, catalogue)
    mine = profile_of(said.get("subject", ""), said["text"], case.area_id or "", case.received_at, catalogue)
    about = _about([case_id, *profiles], catalogue)
    chances = {pk: _chance(mine, profiles[pk], about.get(case_id), about.get(pk)) for pk in likely if pk in profiles}
    return case, {pk: chance for pk, chance in chances.items() if chance >= FLOOR}


def _keep(case: Case, chances: Mapping[UUID, float]) -> None:
    Likeness.objects.bulk_create(
        [Likeness(later=case, earlier_id=other, chance=round(chance, 6)) for other, chance in chances.items()],
        ignore_conflicts=True,
    )


def _decide(case: Case, chances: Mapping[UUID, float], now: datetime, catalogue: Catalogue) -> None:
    """Place a matter, with everything it may touch locked, always in the same order."""
    involved = sorted([case.pk, *chances])
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=involved, erased=False).order_by("pk")
    alive = {row.pk for row in rows}
    if case.pk not in alive:
        return
    _keep(case, {pk: chance for pk, chance in chances.items() if pk in alive})
    if IssueMember.objects.filter(case=case).exists():
        return
    member_of = dict(IssueMember.objects.filter(case__in=alive).values_list("case", "issue"))
    touched = sorted(set(member_of.values()))
    sizes = {str(i.pk): i.members for i in Issue.objects.select_for_update().filter(pk__in=touched).order_by("pk")}
    links = [
        Link(pk, str(member_of[pk]) if pk in member_of else "", chance) for pk, chance in chances.items() if pk in alive
    ]
    decision = place(links, sizes)
    if decision.action == "found":
        partners = [link.item for link in links if not link.cluster and link.probability >= FOUND]
        _found(case, partners, decision.confidence, now, catalogue)
    elif decision.action in ("join", "merge"):
        _join(case, decision, now, catalogue)


def _found(case: Case, partners: Sequence[UUID], confidence: float, now: datetime, catalogue: Catalogue) -> None:
    others = list(Case.objects.filter(pk__in=partners))
    issue = Issue.objects.create(founded_at=now, newest_at=max(c.received_at for c in [case, *others]))
    IssueMember.objects.bulk_create(
        [IssueMember(case=one, issue=issue, received_at=one.received_at, confidence=confidence)
         for one in [*others, case]]
    )  # fmt: skip
    changes.mark(one.pk for one in [*others, case])
    settle(issue, "founded", now, confidence, catalogue)


def _join(case: Case, decision: Decision, now: datetime, catalogue: Catalogue) -> None:
    issue = Issue.objects.get(pk=UUID(decision.cluster))
    IssueMember.objects.create(case=case, issue=issue, received_at=case.received_at, confidence=decision.confidence)
    changes.mark([case.pk])
    for name in decision.absorbed:
        other = Issue.objects.get(pk=UUID(name))
        changes.mark(IssueMember.objects.filter(issue=other).values_list("case", flat=True))
        IssueMember.objects.filter(issue=other).update(issue=issue)
        Issue.objects.filter(pk=other.pk).update(members=0, into=issue)
        Issue.objects.filter(into=other).update(into=issue)
        members = IssueMember.objects.filter(issue=issue).count()
        IssueChange.objects.create(
            issue=issue, other=other, kind="merged", at=now, members=members, confidence=decision.confidence
        )
    settle(issue, "joined", now, decision.confidence, catalogue)


def settle(
    issue: Issue, kind: str, now: datetime, confidence: float, catalogue: Catalogue, other: Issue | None = None
) -> None:
    """Bring the facts of an issue in line with its members, and write the history row."""
    newest = list(
        IssueMember.objects.filter(issue=issue)
        .order_by("-received_at", "case")
        .values_list("received_at", "case", "case__area", "case__category")[:NAMED_BY]
    )
    issue.members = IssueMember.objects.filter(issue=issue).count()
    issue.area, spot = _where([(case, area or "") for _, case, area, _ in newest], catalogue)
    issue.theme = bool(newest) and not spot
    issue.category = _most(Counter(category for _, _, _, category in newest if category))
    if newest:
        issue.newest_at = newest[0][0]
    issue.save()
    IssueChange.objects.create(
        issue=issue, other=other, kind=kind, at=now, members=issue.members, confidence=confidence
    )


def _where(filed: Sequence[tuple[UUID, str]], catalogue: Catalogue) -> tuple[str, bool]:
    """The place most of these matters share ("" for none, `place:…` for a road or building), and whether it is one
    place: as small as the pack knows. Matters, the newest first, with the area they are filed under.
    """
    shared = shared_places([places.spots_of([area] if area else [], catalogue) for _, area in filed])
    if not shared:
        some = dict(filed[:READ])
        words = vault.first_words(list(some), ("text", "subject"))
        told = {case: f"{said.get('subject', '')}\n{said.get('text', '')}" for case, said in words.items()}
        named = [places.areas_of(told.get(case, ""), area, catalogue) for case, area in some.items()]
        shared = shared_places([places.spots_of(codes, catalogue) for codes in named])
    # A school says more than the community it stands in.
    shared = sorted((code for code in shared if len(code) <= LONGEST), key=catalogue.areas.__contains__)
    if shared:
        return shared[0], True
    trails = [[step for step in catalogue.area_path(area) if step.level > 1] for _, area in filed]
    levels = {step.code: step.level for trail in trails for step in trail}
    larger = shared_places([frozenset(step.code for step in trail) for trail in trails])
    return max(larger, key=levels.__getitem__, default=""), False


def refile(case_id: UUID, now: datetime) -> None:
    """A human said what a case is about: when most of its issue was filed as another kind of matter, it leaves and
    looks for its own. Again changes nothing.
    """
    catalogue = store.current()
    row = IssueMember.objects.filter(case=case_id).values_list("case__category", "issue").first()
    if row is not None:
        mine, issue_id = row
        filed = IssueMember.objects.filter(issue=issue_id, case__category__isnull=False).exclude(case=case_id)
        others = Counter(filed.order_by("-received_at").values_list("case__category", flat=True)[:NAMED_BY])
        kinds: Counter[str] = Counter()
        for code, times in others.items():
            kinds[_kind(code or "", catalogue)] += times
        if not mine or kinds[_kind(mine, catalogue)] >= max(kinds.values(), default=0):
            named = _most(others + Counter((mine,))) if mine else _most(others)
            write(lambda: Issue.objects.filter(pk=issue_id).exclude(category=named).update(category=named))
            return
        write(lambda: leave(case_id, now, "refiled"))
    elif _was_expected(case_id, catalogue):
        return  # it was compared as this kind of matter when it came in; later ones were compared with it
    # What it is about is known better now, and with it how like the others it is.
    write(lambda: forget_likeness(case_id))
    gather(case_id, now, again=True)


def forget_likeness(case_id: UUID) -> None:
    """Take away how alike a case is to others."""
    Likeness.objects.filter(Q(later=case_id) | Q(earlier=case_id)).delete()


def _was_expected(case_id: UUID, catalogue: Catalogue) -> bool:
    """Whether a case was filed as the kind of matter it was taken for before. One statement."""
    row = Case.objects.filter(pk=case_id).values_list("category", "suggestion__category", "suggestion__second").first()
    if row is None:
        return False
    filed, first, second = row
    return bool(filed) and bool(first or second) and _kind(filed, catalogue) == _kind(first or second or "", catalogue)


def _most(counts: Mapping[str, int]) -> str:
    """The most frequent category; of several the first by its code; "" when there is none."""
    return min(counts, key=lambda code: (-counts[code], code), default="")


def leave(case_id: UUID, now: datetime, kind: str = "left") -> None:
    """Take a case out of its issue, inside a transaction. The rest may then fall apart: the worker looks."""
    issue_id = IssueMember.objects.filter(case=case_id).values_list("issue", flat=True).first()
    if issue_id is None:
        return
    issue = Issue.objects.select_for_update().get(pk=issue_id)
    IssueMember.objects.filter(case=case_id).delete()
    changes.mark([case_id])
    Issue.objects.filter(pk=issue.pk).update(members=F("members") - 1)
    IssueChange.objects.create(issue=issue, kind=kind, at=now, members=issue.members - 1)
    enqueue("suggestions.split", {"issue": issue.pk}, now=now)


def split(issue_id: UUID, now: datetime) -> None:
    """Take an issue apart when what held it together is gone; the largest piece keeps the name. Again changes nothing.

    Matters that belong to no piece of two stand alone again. Issues of more than `CHECKED` members stay whole: taking
    one away does not part so many.
    """
    catalogue = store.current()
    members = list(
        IssueMember.objects.filter(issue=issue_id).order_by("received_at", "case").values_list("case", flat=True)
    )
    if not members or len(members) > CHECKED:
        return
    profiles = _profiles(members, catalogue)
    about = _about(members, catalogue)
    theme = Issue.objects.filter(pk=issue_id, theme=True).exists()
    left = IN_A_THEME if theme else ELSEWHERE
    pairs = {
        (one, other): _chance(profiles[one], profiles[other], about.get(one), about.get(other), left)
        for at, one in enumerate(members)
        for other in members[at + 1 :]
        if one in profiles and other in profiles
    }
    pieces = parts(pairs, members, JOIN)
    if len(pieces) > 1 or len(members) < 2:
        write(lambda: _part(issue_id, members, pieces, now, catalogue))


def _part(
    issue_id: UUID, members: Sequence[UUID], pieces: Sequence[Sequence[UUID]], now: datetime, catalogue: Catalogue
) -> None:
    issue = Issue.objects.select_for_update().filter(pk=issue_id).first()
    known = set(IssueMember.objects.filter(issue=issue_id).values_list("case", flat=True))
    if issue is None or known != set(members):
        return  # it changed meanwhile; whoever changed it leaves it whole
    for piece in pieces if len(pieces[0]) < 2 else pieces[1:]:
        changes.mark(piece)
        if len(piece) < 2:
            IssueMember.objects.filter(case__in=piece).delete()
            continue
        other = Issue.objects.create(founded_at=now, newest_at=now)
        IssueMember.objects.filter(case__in=piece).update(issue=other)
        settle(other, "split", now, 0.0, catalogue, other=issue)
    settle(issue, "split", now, 0.0, catalogue)


def reasons(case_ids: Sequence[UUID], limit: int = 4) -> tuple[str, ...]:
    """Why these belong together: the wording most of them share, read from the vault for somebody who may read them.

    Give at most a dozen cases. Two statements.
    """
    profiles = list(_profiles(case_ids, store.current()).values())
    counts: Counter[str] = Counter()
    for at, one in enumerate(profiles):
        for other in profiles[at + 1 :]:
            counts.update(set(same.shared_words(one, other)))
    kept: list[str] = []
    for word, _ in counts.most_common():
        if len(kept) < limit and not any(word in other or other in word for other in kept):
            kept.append(word)
    return tuple(kept)
