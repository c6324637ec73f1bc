"""Who acts on a staff page, in which role. An account acts only in roles it holds; with several it picks one.

A form remembers the role it was shown to (`as`), so that changing the role in another window never changes who gives
the command that is being typed here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from huiyin.base.codes import BadCode, parse_number
from huiyin.cases.access import may_see
from huiyin.cases.actions import actor_of
from huiyin.cases.lifecycle import TABLE, Actor, Role
from huiyin.cases.models import Case
from huiyin.cases.vocabulary import ROLES as ROLE_WORDS
from huiyin.desk import words
from huiyin.organisation.guards import StaffRequest, staff_required
from huiyin.organisation.models import Staff
from huiyin.organisation.permissions import PAGES as OPEN_TO

ROLE_KEY = "desk_role"

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


def _roles(*pages: str) -> frozenset[Role]:
    return frozenset(Role(str(role)) for page in pages for role in OPEN_TO[page])


#: Page → roles that may stand at it. Drawn from the one table of permissions; whoever takes a matter in must also be
#: allowed to by the lifecycle.
PAGES: Mapping[str, frozenset[Role]] = {
    "inbox": _roles("inbox"),
    "intake": _roles("intake") & frozenset(TABLE["Receive"].roles),
    "board": _roles("dispatch"),
    "rulings": _roles("dispatch", "rulings"),
    "docket": _roles("docket"),
    "oversight": _roles("oversight"),
    "issues": _roles("issues"),
    "calls": _roles("callbacks"),
    "heard": _roles("office"),
    "pressure": _roles("oversight"),
    "checkup": _roles("checkup"),
    "case": _roles("case"),
}
#: Role → the page it begins the day with. Roles without one work by command or elsewhere.
FIRST_PAGE: Mapping[Role, str] = {
    Role.OPERATOR: "intake",
    Role.DISPATCHER: "board",
    Role.HANDLER: "inbox",
    Role.HEAD: "inbox",
    Role.REVIEWER: "docket",
    Role.SUPERVISOR: "oversight",
    Role.CALLER: "calls",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """One request of a member of staff: the account, the role it acts in, and when."""

    staff: Staff
    role: Role
    held: tuple[Role, ...]
    now: datetime

    @property
    def actor(self) -> Actor:
        return actor_of(self.staff, self.role)

    @property
    def office(self) -> str:
        return self.staff.office_id or ""

    @property
    def pages(self) -> list[str]:
        """Pages of the navigation for this role."""
        return [page for page in words.PAGES if self.role in PAGES[page]]


class DeskRequest(StaffRequest):
    """A request behind `desk_page`: `desk` is set. For type annotations."""

    desk: Desk


def desk_of(request: HttpRequest) -> Desk:
    """The desk behind a guarded request."""
    return cast(DeskRequest, request).desk


def sit_down(request: HttpRequest, wanted: str = "") -> Desk:
    """The desk for this request: the role a form names, else the one chosen in this session, else the first held."""
    staff = cast(StaffRequest, request).staff
    held = tuple(role for role in Role if role in staff.roles)
    if not held:
        raise PermissionDenied
    for name in (wanted, request.session.get(ROLE_KEY, "")):
        if name in held:
            return Desk(staff, Role(name), held, timezone.now())
    first = next((role for role in FIRST_PAGE if role in held), held[0])
    return Desk(staff, first, held, timezone.now())


def desk_page(page: str) -> Callable[[View[Parameters]], View[Parameters]]:
    """Guard a view: only roles of `PAGES[page]`, acting in one of them. Nothing of it is kept by a browser or a proxy.

    Somebody who holds a fitting role but acts in another one is asked to change (403 with a button). "any" lets in
    every member of staff.
    """
    roles = PAGES.get(page, frozenset())

    def decorate(view: View[Parameters]) -> View[Parameters]:
        @functools.wraps(view)
        def seated(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
            desk = sit_down(request, request.POST.get("as", ""))
            cast(DeskRequest, request).desk = desk
            if roles and desk.role not in roles:
                fitting = [role for role in desk.held if role in roles]
                context = {"fitting": choices(fitting), "next": request.get_full_path()}
                return show(request, "desk/switch.html", context, status=403)
            return view(request, *args, **kwargs)

        return never_cache(staff_required(*(str(role) for role in sorted(roles)))(seated))

    return decorate


def show(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Render a staff page with its navigation."""
    desk = desk_of(request)
    frame = {
        "desk": desk,
        "now": desk.now,
        "role_name": words.word(ROLE_WORDS, desk.role),
        "other_roles": choices([role for role in desk.held if role is not desk.role]),
        "nav": [(page, words.word(words.PAGES, page), f"desk:{page}") for page in desk.pages],
    }
    return render(request, template, {**frame, **context}, status=status)


def choices(roles: list[Role]) -> list[tuple[str, str]]:
    """(code, name) of roles, to be offered."""
    return [(str(role), words.word(ROLE_WORDS, role)) for role in roles]


def find_case(desk: Desk, number: str) -> Case:
    """The case with this public number. 404 when there is none, and also when this person may not see it."""
    try:
        case = Case.objects.filter(number=parse_number(number)).first()
    except BadCode as error:
        raise Http404("no such number") from error
    if case is None or not may_see(desk.actor, case):
        raise Http404("no such case")
    return case
