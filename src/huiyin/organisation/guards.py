"""The door of every staff page: signed in, still at the desk, second factor set, the right role. Typed text is kept.

A session ends after 30 minutes without a request and 12 hours after sign-in. A form sent after that is not lost: its
fields travel, encrypted, inside the sign-in page and come back in a form to send again.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from allauth.account.forms import LoginForm
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huiyin.organisation.accounts import STARTED_KEY, key_file
from huiyin.organisation.models import Staff
from huiyin.organisation.permissions import PAGES

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: The last-seen time is written at most this often, so that reading pages does not write to the database each time.
SEEN_STEP = timedelta(minutes=1)

#: What counts as a second factor (recovery codes alone do not).
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

SEEN_KEY = "staff_seen"
KEPT_KEY = "staff_kept"

#: Kept text can be taken up again for this long.
KEPT_FOR = timedelta(hours=12)
#: Fields that are never kept.
NEVER_KEPT = ("csrfmiddlewaretoken", "kept")
SECRET_WORDS = ("password", "secret", "token", "otp")

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


if TYPE_CHECKING:

    class AtWork(Staff):
        """Staff as `staff_of` reads them: with whether a second factor is set."""

        second_factor: bool

        class Meta:
            abstract = True


class StaffRequest(HttpRequest):
    """A request behind the guard: `staff` is set. For type annotations of staff views."""

    staff: Staff


def staff_required(*roles: str) -> Callable[[View[Parameters]], View[Parameters]]:
    """Let in only staff who hold one of `roles` (any staff when none is named).

    Sets `request.staff`. Strangers and ended sessions are sent to sign in (a POST keeps its text), people without a
    second factor or with a handed-out password are sent to set their own, everybody else without the role gets 403.
    """

    def decorate(view: View[Parameters]) -> View[Parameters]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
            staff = staff_of(request)
            if staff is None or ended(request, timezone.now()):
                return _sign_in(request)
            unfinished = missing_step(staff)
            if unfinished:
                return HttpResponseRedirect(reverse(unfinished))
            if roles and not staff.has_role(*roles):
                raise PermissionDenied
            cast(StaffRequest, request).staff = staff
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def still_there(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for signing in again when the timers have run out; for the account pages, which need no role."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and ended(request, timezone.now()):
            logout(request)
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


def staff_page(page: str) -> Callable[[View[Parameters]], View[Parameters]]:
    """Let in the roles that `permissions.PAGES` names for this page."""
    return staff_required(*PAGES[page])


def staff_of(request: HttpRequest) -> AtWork | None:
    """The person at work behind this request, or None for anyone else; one statement, asked on every page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    factors = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=SECOND_FACTORS)
    staff = (
        Staff.objects.filter(user_id=user.pk, active=True)
        .annotate(second_factor=Exists(factors))
        .order_by("pk")
        .first()
    )
    if staff is None:
        return None
    staff.user = user  # read already, for the session
    return cast("AtWork", staff)


def ended(request: HttpRequest, now: datetime) -> bool:
    """Whether the sign-in is too old or was idle too long; otherwise notes that the person is still there."""
    moment = int(now.timestamp())
    started = request.session.get(STARTED_KEY)
    seen = request.session.get(SEEN_KEY, started)
    if started is None or seen is None:
        return True
    if moment - started >= LONGEST.total_seconds() or moment - seen >= IDLE.total_seconds():
        return True
    if moment - seen >= SEEN_STEP.total_seconds():
        request.session[SEEN_KEY] = moment
    return False


def begin(request: HttpRequest, now: datetime) -> None:
    """Start both timers; called when somebody signs in."""
    request.session[STARTED_KEY] = request.session[SEEN_KEY] = int(now.timestamp())


def missing_step(staff: AtWork) -> str:
    """The url name of what this person must do before working: own password, then second factor. Empty when done."""
    if staff.must_change_password:
        return "account_change_password"
    if settings.CONFIG.second_factor == "required" and not staff.second_factor:
        return "mfa_activate_totp"
    return ""


# --- text typed into a session that had ended -------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A form that could not be taken: where it was going and what was typed. `files` counts uploads that were lost."""

    path: str
    fields: tuple[tuple[str, str], ...]
    user: int | None
    files: int

    @property
    def written(self) -> tuple[tuple[str, str], ...]:
        """The fields a person wrote by hand: several lines, or longer than a code."""
        return tuple((name, value) for name, value in self.fields if "\n" in value or len(value) > 12)

    @property
    def rest(self) -> tuple[tuple[str, str], ...]:
        """All other fields, to be sent again unseen."""
        shown = set(self.written)
        return tuple(field for field in self.fields if field not in shown)


def keep_typed(request: HttpRequest) -> HttpResponse:
    """A sign-in page that carries what was typed, encrypted, so that it can be sent again afterwards (status 401)."""
    user = getattr(request, "user", None)
    owner = user.pk if user is not None and user.is_authenticated else None
    kept = seal(request, owner)
    logout(request)
    context = {"form": LoginForm(request=request), "kept": kept}
    return render(request, "organisation/expired.html", context, status=401)


def seal(request: HttpRequest, owner: int | None) -> str:
    """The posted fields of `request` as encrypted text, bound to the user id `owner` when there was one."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NEVER_KEPT and not any(word in name.lower() for word in SECRET_WORDS)
        for value in values
        if isinstance(value, str)
    ]
    content = {"path": request.get_full_path(), "fields": fields, "user": owner, "files": len(request.FILES)}
    return Fernet(key_file("drafts")).encrypt(json.dumps(content).encode()).decode()


def unseal(text: str) -> Kept | None:
    """What `seal` made, or None when the text is foreign, damaged or older than KEPT_FOR."""
    try:
        content: dict[str, Any] = json.loads(
            Fernet(key_file("drafts")).decrypt(text.encode(), ttl=int(KEPT_FOR.total_seconds()))
        )
    except InvalidToken:
        return None
    fields = tuple((name, value) for name, value in content["fields"])
    return Kept(path=content["path"], fields=fields, user=content["user"], files=content["files"])


def _sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return keep_typed(request)
    if request.user.is_authenticated:
        logout(request)
    return _to_sign_in(request)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    target = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    query = f"?{urlencode({'next': target})}" if target else ""
    return HttpResponseRedirect(reverse("account_login") + query)
