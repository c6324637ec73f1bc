"""Recurring issues gone over again: the newest matters gathered anew, which puts right what came in an unlucky order.

Works on the likenesses that `issues.gather` kept; words are opened only to name the place of an issue that shares no
smallest area (`issues.settle`). One transaction: what was gathered is stored whole with its history, or not at all when
somebody changed one of its matters meanwhile; then the next hour does it.

First every place gathers its own issues. What then still stands alone is gathered into themes: the same told in many
places. Where no areas are filed the second step finds nothing that the first has not, so what is measured stays so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from huiyin.base.transaction import write
from huiyin.cases.models import Case
from huiyin.organisation import store
from huiyin.suggestions import changes, issues
from huiyin.suggestions.models import Gathering, Issue, IssueChange, IssueMember, Likeness
from huiyin.understanding.issues import NEWEST, Change, gather, reconcile, start, sureness

Pairs = dict[tuple[UUID, UUID], float]


def wanted() -> bool:
    """Whether a likeness was found since the last time."""
    newest = Likeness.objects.order_by("-pk").values_list("pk", flat=True).first()
    until = Gathering.objects.values_list("until", flat=True).first()
    return newest is not None and newest != until


def anew(now: datetime, newest: int = NEWEST) -> int:
    """Gather the newest so many matters anew; how many changed their issue. Again changes nothing."""
    last = Likeness.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return 0
    pairs, loose, movable = _pairs(newest)
    touched = IssueMember.objects.filter(case__in={case for pair in pairs for case in pair}).values("issue")
    before = {
        case: str(issue)
        for case, issue in IssueMember.objects.filter(issue__in=touched).order_by("case").values_list("case", "issue")
    }
    groups = _with_themes(gather(start(movable, before), pairs), set(movable), before, loose)
    after, history = reconcile(before, groups, lambda _: str(uuid4()))
    moved = sorted(case for case in {*before, *after} if before.get(case) != after.get(case))
    if moved and not write(lambda: _store(moved, before, after, history, loose, now)):
        return 0
    write(lambda: Gathering.objects.update_or_create(pk=1, defaults={"at": now, "until": last, "moved": len(moved)}))
    return len(moved)


def _with_themes(
    groups: Sequence[list[UUID]], movable: set[UUID], before: Mapping[UUID, str], loose: Pairs
) -> list[list[UUID]]:
    """The same groups, and those who stand alone gathered into themes with what is older of themes."""
    older = {UUID(name) for case, name in before.items() if case not in movable}
    themes = {str(pk) for pk in Issue.objects.filter(pk__in=older, theme=True).values_list("pk", flat=True)}

    def joins(group: Sequence[UUID]) -> bool:
        return len(group) == 1 or any(case not in movable and before.get(case) in themes for case in group)

    return [*(group for group in groups if not joins(group)), *gather([one for one in groups if joins(one)], loose)]


def _pairs(newest: int) -> tuple[Pairs, Pairs, list[UUID]]:
    """The likenesses that touch one of the newest matters; the same as themes are gathered, where another place says
    less; and those of the newest that have any, oldest first.
    """
    catalogue = store.current()
    times = Case.objects.order_by("-received_at", "-pk").values_list("received_at", flat=True)
    oldest = next(iter(times[newest - 1 : newest]), None)
    found = Likeness.objects.all() if oldest is None else Likeness.objects.filter(later__received_at__gte=oldest)
    pairs: Pairs = {}
    loose: Pairs = {}
    seen: dict[UUID, datetime] = {}
    rows = found.order_by("pk").values_list(
        "later", "earlier", "chance", "later__received_at", "earlier__received_at", "later__area", "earlier__area"
    )
    for later, earlier, chance, at, before, here, there in rows:
        pair = min(later, earlier), max(later, earlier)
        pairs[pair] = loose[pair] = chance
        if chance <= issues.ELSEWHERE and issues.apart(here or "", there or "", catalogue):
            loose[pair] = chance / issues.ELSEWHERE * issues.IN_A_THEME
        seen |= {later: at, earlier: before}
    movable = [case for case, at in seen.items() if oldest is None or at >= oldest]
    return pairs, loose, sorted(movable, key=lambda case: (seen[case], case))


def _store(
    moved: Sequence[UUID], before: Mapping[UUID, str], after: Mapping[UUID, str], history: Sequence[Change[UUID]],
    pairs: Pairs, now: datetime,
) -> bool:  # fmt: skip
    """Bring members, issues and history to what was gathered, all locked in the order `issues` locks them in."""
    cases = {
        case.pk: case
        for case in Case.objects.select_for_update(of=("self",)).filter(pk__in=moved, erased=False).order_by("pk")
    }
    names = {name for case in moved for name in (before.get(case), after.get(case)) if name}
    known = {
        str(issue.pk): issue
        for issue in Issue.objects.select_for_update().filter(pk__in=[UUID(name) for name in names]).order_by("pk")
    }
    now_in = {
        case: str(issue) for case, issue in IssueMember.objects.filter(case__in=moved).values_list("case", "issue")
    }
    if len(cases) != len(moved) or any(now_in.get(case) != before.get(case) for case in moved):
        return False
    fresh = {name: Issue.objects.create(founded_at=now, newest_at=now) for name in sorted(names - set(known))}
    of = known | fresh
    sure = _sure(after, names, pairs)
    IssueMember.objects.filter(case__in=moved).delete()
    IssueMember.objects.bulk_create(
        [
            IssueMember(
                case=cases[case], issue=of[after[case]], received_at=cases[case].received_at, confidence=sure[case]
            )
            for case in moved
            if case in after
        ]
    )
    staying = list(IssueMember.objects.filter(case__in=[case for case in sure if case not in cases]))
    for member in staying:
        member.confidence = sure[member.case_id]
    IssueMember.objects.bulk_update(staying, ["confidence"], batch_size=500)
    changes.mark(moved)
    _tell(of, before, after, moved, history, set(fresh), now)
    return True


def _sure(after: Mapping[UUID, str], names: set[str], pairs: Pairs) -> dict[UUID, float]:
    """How surely each member of the changed issues belongs."""
    members: dict[str, list[UUID]] = {}
    for case, name in after.items():
        if name in names:
            members.setdefault(name, []).append(case)
    within: dict[str, Pairs] = {}
    for (one, other), chance in pairs.items():
        if one in after and after[one] == after.get(other):
            within.setdefault(after[one], {})[one, other] = chance
    return {
        case: value for name, found in members.items() for case, value in sureness(found, within.get(name, {})).items()
    }


def _tell(
    of: Mapping[str, Issue], before: Mapping[UUID, str], after: Mapping[UUID, str], moved: Sequence[UUID],
    history: Sequence[Change[UUID]], fresh: set[str], now: datetime,
) -> None:  # fmt: skip
    """Write the history of every issue that changed, and bring its facts in line."""
    catalogue = store.current()
    came_from = {change.cluster: change.others for change in history if change.action == "split"}
    gone: set[str] = set()
    sizes = Counter(after.values())
    for change in history:
        for name in change.others if change.action == "merged" else ():
            gone.add(name)
            Issue.objects.filter(pk=of[name].pk).update(members=0, into=of[change.cluster])
            Issue.objects.filter(into=of[name]).update(into=of[change.cluster])
            IssueChange.objects.create(
                issue=of[change.cluster], other=of[name], kind="merged", at=now, members=sizes[change.cluster]
            )
    gained = {after[case] for case in moved if case in after}
    for name in sorted(set(of) - gone, key=lambda name: of[name].pk):
        others = came_from.get(name, ())
        if name in fresh:
            kind = "split" if others else "founded"
        else:
            kind = "joined" if name in gained else "split"
        other = of[others[0]] if kind == "split" and others else None
        issues.settle(of[name], kind, now, 0.0, catalogue, other=other)
