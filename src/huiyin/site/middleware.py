"""What every request must satisfy before any page sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.organisation import store
from huiyin.portal.door import MAX_REQUEST


class BodyTime:
    """Show every time in the zone of the pack in force, in which deadlines are counted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(store.zone()):
            return self.get_response(request)


class BodyLimit:
    """Refuse a request that says it is larger than any form here can be, before a byte of it is read.

    The residents' forms have the same limit with a page of their own (`portal.door`), which says how to get back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if getattr(view, "csrf_exempt", False):
            return None
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if length.isascii() and length.isdigit() and int(length) <= MAX_REQUEST:
            return None
        words = _("发来的内容太大，没有接收。请少发几张照片再试。")
        return HttpResponse(words, status=413, content_type="text/plain; charset=utf-8")
