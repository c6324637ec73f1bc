"""Whoever watches over the others: objections to rule on, the reviewer's docket, what is stuck."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from huiyin.cases import inbox
from huiyin.cases import vocabulary as v
from huiyin.cases.lifecycle import Role
from huiyin.cases.lifecycle.state import OPEN_PHASES
from huiyin.cases.models import Case
from huiyin.cases.timeline import Step
from huiyin.desk import history
from huiyin.desk import words as w
from huiyin.desk.acting import Desk, desk_of, desk_page, find_case, show
from huiyin.desk.casepage import ground_of, steps_of
from huiyin.desk.fields import name_of, path_name
from huiyin.desk.inbox_views import as_told, line
from huiyin.desk.move_forms import FORMS
from huiyin.desk.words import word
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue

#: who decided something about the case before: a reviewer must see it at a glance
DECISIONS = frozenset({"dispatched", "objection_ruled", "answered", "declined", "reviewed", "extended", "parked"})
OFFICE_SAYS = frozenset({"answered", "declined", "objected", "noted", "site_checked", "contacted"})
PERSON_SAYS = frozenset({"received", "verdict_given", "disputed", "review_asked", "resident_replied", "called_back"})


@require_GET
@desk_page("rulings")
def rulings(request: HttpRequest) -> HttpResponse:
    """Objections, the first of a case for the dispatcher, the second for the dispatcher's superior."""
    desk, catalogue = desk_of(request), store.current()
    page = inbox.by_due(inbox.dated("objected"), request.GET.get("after", ""))
    rows = [line(row, catalogue) | _objection(row.case, desk) for row in page.rows]
    return show(request, "desk/rulings.html", {"rows": rows, "after": page.after})


def _objection(case: Case, desk: Desk) -> dict[str, Any]:
    second = int(case.details.get("rulings", 0)) >= 1
    trail = [name_of(store.current().offices, code) for code in case.details.get("trail", ())]
    return {"second": second, "mine": not second or desk.role is Role.SUPERVISOR, "trail": trail}


@require_GET
@desk_page("docket")
def docket(request: HttpRequest) -> HttpResponse:
    """Disputes in review. The chosen one shows what each side said, who decided before, and the ruling form."""
    desk, catalogue = desk_of(request), store.current()
    page = inbox.by_due(inbox.dated("reviewing"), request.GET.get("after", ""))
    chosen = request.GET.get("number", "")
    case = find_case(desk, chosen) if chosen else (page.rows[0].case if page.rows else None)
    owed = inbox.undated(Case.objects.filter(phase="answered", escalation__gt=0, rested_at=None))
    context: dict[str, Any] = {
        "rows": [line(row, catalogue) for row in page.rows],
        "after": page.after,
        "case": case,
        "owed": [line(row, catalogue) for row in owed.rows],
    }
    if case is not None:
        context |= _both_sides(case, desk, catalogue)
    return show(request, "desk/docket.html", context)


def _both_sides(case: Case, desk: Desk, catalogue: Catalogue) -> dict[str, Any]:
    steps = steps_of(case, desk)
    said = steps[0].words if steps else {}
    ground = ground_of(case, desk, said.get("text", ""))
    return {
        "said": said,
        "person": history.lines((s for s in steps if s.kind in PERSON_SAYS and s.kind != "received"), catalogue),
        "office": history.lines((s for s in steps if s.kind in OFFICE_SAYS), catalogue),
        "decided": history.lines((s for s in steps if s.kind in DECISIONS), catalogue),
        "took_part": took_part(steps, desk),
        "lead": name_of(catalogue.offices, case.lead_id),
        "category": path_name(catalogue.category_path(case.category_id or "")),
        "area": path_name(catalogue.area_path(case.area_id or "")),
        "form": FORMS["Review"](ground) if case.phase == "reviewing" else None,
    }


def took_part(steps: list[Step], desk: Desk) -> bool:
    """Whether this account, in another role, had a hand in the case, or works in an office that had it."""
    me, office = str(desk.staff.pk), desk.office
    return any(
        (step.actor.get("staff") == me and step.actor.get("role") != str(Role.REVIEWER))
        or (bool(office) and office in (step.body.get("lead"), step.body.get("office")))
        for step in steps
    )


@require_GET
@desk_page("oversight")
def oversight(request: HttpRequest) -> HttpResponse:
    """What is stuck: reported upwards, past its deadline, or parked. By what was due first."""
    desk, catalogue = desk_of(request), store.current()
    # What was reported to a reviewer waits for the resident's word and stands on the docket as a call that is owed.
    lists = [name for name in w.STUCK if name != "reported" or desk.role is Role.SUPERVISOR]
    asked = request.GET.get("list", "escalated")
    asked = asked if asked in lists else "escalated"
    phases = sorted(str(phase) for phase in OPEN_PHASES)
    after = request.GET.get("after", "")
    if asked == "parked":
        page = inbox.by_due(inbox.dated("parked"), after)
    else:
        page = inbox.by_due_in(phases, _narrowed(asked, desk), after)
    number = _number_told(phases, desk) if "reported" in lists else ""
    rows = []
    for row in page.rows:
        role, _sep, office = str(row.case.details.get("escalated_to", "")).partition("@")
        told = " · ".join(part for part in (name_of(catalogue.offices, office), word(v.ROLES, role)) if part)
        rows.append(line(row, catalogue) | {"told": told})
    return show(
        request,
        "desk/oversight.html",
        {
            "rows": rows,
            "after": page.after,
            "asked": asked,
            "lists": [(name, word(w.STUCK, name)) for name in lists],
            "number": number,
        },
    )


def _narrowed(asked: str, desk: Desk) -> Q:
    if asked == "reported":
        return Q(due_at__lt=desk.now) & inbox.told_to(desk.actor)
    return Q(escalation__gt=0) if asked == "escalated" else Q(due_at__lt=desk.now)


def _number_told(phases: list[str], desk: Desk) -> str:
    """How many delays were reported to this supervisor, as a tab shows it; empty when there are none."""
    rows = Case.objects.filter(phase__in=phases, due_at__isnull=False).filter(_narrowed("reported", desk))
    return as_told(*inbox.number_of(rows))
