"""The sign of life, and the pages for when something went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

#: Never shown again, whatever form they were typed into.
SECRET_FIELDS = ("csrfmiddlewaretoken", "password", "code", "key", "token")
#: Fields shown again at most, and characters of each.
FIELDS, CHARACTERS = 100, 20_000


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" when this process answers and reaches its database, else 503. For proxies and supervisors."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        connection.close()
        return HttpResponse("database not reachable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token (cookies off, page open for days). Shows what was typed, ready to be sent again.

    Only for a form of our own: a foreign page could otherwise fill in fields and let the reader press the button.
    """
    fields = list(_typed(request)) if _is_our_form(request) else []
    context = {"fields": fields, "action": request.get_full_path() if fields else request.path}
    return render(request, "csrf.html", context, status=403)


def _is_our_form(request: HttpRequest) -> bool:
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    return bool(origin.netloc) and origin.netloc == request.get_host()


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """(name, value) of what was typed, without secrets."""
    try:
        posted = list(request.POST.lists())
    except (UnreadablePostError, SuspiciousOperation):  # too large, or cut off
        return
    for name, values in posted[:FIELDS]:
        if not any(secret in name.lower() for secret in SECRET_FIELDS):
            for value in values:
                yield name, str(value)[:CHARACTERS]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be understood."""
    return _page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this person."""
    return _page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page."""
    return _page(request, "404.html", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. The page asks nothing of the database, which may be what is broken."""
    return HttpResponse(render_to_string("500.html"), status=500)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    try:
        return render(request, template, status=status)
    except DatabaseError:
        return broken(request)
