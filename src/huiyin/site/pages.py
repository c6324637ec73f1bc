"""The pages of the house itself: help by phone, privacy, and what the figures cannot tell."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """What these figures cannot tell you."""
    return render(request, "site/limits.html")


@require_safe
def help_by_phone(request: HttpRequest) -> HttpResponse:
    """A human's number, and what to have ready."""
    return render(request, "site/help.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who can see what."""
    return render(request, "site/privacy.html")
