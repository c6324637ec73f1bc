"""Who may read which case. The writes have their own table (`lifecycle.table`); this is the same question for reading.

A handler sees the cases their office leads or supports. A head sees those of the offices below too, and those of which
a delay was reported to one of these heads. Operators, dispatchers, reviewers, supervisors and callers work for the
whole body. Administrators keep the machine, no case.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from huiyin.cases.lifecycle import Actor, Role, told_as
from huiyin.cases.models import Case
from huiyin.organisation import store

WHOLE_BODY = frozenset({Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.REVIEWER, Role.CALLER})


def offices_of(actor: Actor) -> tuple[str, ...]:
    """The offices whose cases this actor may read: their own; for a head also all below it."""
    if not actor.office or actor.role not in (Role.HANDLER, Role.HEAD):
        return ()
    if actor.role is Role.HANDLER:
        return (actor.office,)
    catalogue = store.current()
    found, queue = [actor.office], [actor.office]
    while queue:
        below = [office.code for office in catalogue.office_children(queue.pop(0))]
        found.extend(below)
        queue.extend(below)
    return tuple(found)


def visible(actor: Actor) -> QuerySet[Case]:
    """The cases this actor may read."""
    if actor.role in WHOLE_BODY:
        return Case.objects.all()
    offices = offices_of(actor)
    if not offices:
        return Case.objects.none()
    first = Q(phase="dispatched", details__first_owner__in=list(offices))
    mine = Q(lead__in=offices) | Q(pk__in=_supported(offices)) | first
    if actor.role is Role.HEAD:
        mine |= Q(escalation__gt=0, details__escalated_to__in=_told(offices))
    return Case.objects.filter(mine)


def _told(offices: tuple[str, ...]) -> list[str]:
    return [name for office in offices for name in told_as(Actor(Role.HEAD, office))]


def _supported(offices: tuple[str, ...]) -> QuerySet[Case, object]:
    from huiyin.cases.models import CaseSupport

    return CaseSupport.objects.filter(office__in=offices).values("case")  # type: ignore[return-value]


def may_see(actor: Actor, case: Case) -> bool:
    """Whether this actor may open the page of this case."""
    if actor.role in WHOLE_BODY:
        return True
    offices = offices_of(actor)
    if not offices:
        return False
    involved = {case.lead_id, *case.details.get("support", ())}
    if case.phase == "dispatched":  # until the next office has taken it on, the first one is still responsible
        involved.add(case.details.get("first_owner"))
    if not involved.isdisjoint(offices):
        return True
    return actor.role is Role.HEAD and case.details.get("escalated_to") in _told(offices)


def sees_own_words(actor: Actor) -> bool:
    """Whether this role reads what the person wrote. Callers never do: they ask, they do not check an answer."""
    return actor.role is not Role.CALLER
