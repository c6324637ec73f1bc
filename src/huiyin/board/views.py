"""Public pages about offices: the tree, one office with its four denominators, and what the words mean."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from huiyin.board import queries
from huiyin.lake import published
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue, OfficeInfo

#: looks of a row by its depth in the tree
INSETS = ("", "inset-one", "inset-two", "inset-three")


def _days(request: HttpRequest) -> int:
    wanted = request.GET.get("days", "")
    return int(wanted) if wanted.isdecimal() and int(wanted) in queries.PERIODS else 90


def offices(request: HttpRequest) -> HttpResponse:
    """Every office in its tree with its counts. No rank, and no order by figure."""
    now, days, catalogue = timezone.now(), _days(request), store.current()
    rows = [
        {"office": office, "inset": INSETS[min(depth, 3)], "figures": queries.figures(office.code, days, now)}
        for office, depth in _walk(catalogue, "", 0)
    ]
    return render(request, "board/offices.html", {"rows": rows, "days": days, "periods": queries.PERIODS})


def _walk(catalogue: Catalogue, parent: str, depth: int) -> list[tuple[OfficeInfo, int]]:
    found = []
    for office in catalogue.office_children(parent):
        found.append((office, depth))
        found.extend(_walk(catalogue, office.code, depth + 1))
    return found


def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office: what it is for, and its four denominators."""
    catalogue = store.current()
    info = catalogue.offices.get(code)
    if info is None:
        raise Http404
    days, now = _days(request), timezone.now()
    return render(
        request,
        "board/office.html",
        {
            "office": info,
            "path": catalogue.office_path(code)[:-1],
            "below": catalogue.office_children(code),
            "figures": queries.figures(code, days, now),
            "days": days,
            "periods": queries.PERIODS,
            "smallest": queries.SMALLEST,
            "now": now,
        },
    )


def definitions(request: HttpRequest) -> HttpResponse:
    """Every published number: what it means, its version, what it cannot tell."""
    language = get_language() or "zh-hans"
    return render(request, "board/definitions.html", {"rows": published.definitions(language)})
