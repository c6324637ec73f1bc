"""The first page: one question."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.cases import public_queries
from huiyin.organisation import store
from huiyin.portal.matters import rows


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What brings you here? Say it, follow it, or look whether it is known already."""
    try:
        newest = rows(public_queries.newest(), store.current())
    except store.NoPackLoaded:
        newest = []
    return render(request, "portal/home.html", {"newest": newest})
