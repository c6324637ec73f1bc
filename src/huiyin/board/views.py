"""Public figures: the whole body, offices, other groups, and what the words mean. Everything shown is published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from huiyin.base.drawing.maps import Line, Shape, View
from huiyin.board import reading
from huiyin.board.meanings import meanings
from huiyin.checkup import queries, words
from huiyin.figures.protection import BASE, SMALLEST
from huiyin.figures.publishing import METHOD
from huiyin.lake import published
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue, OfficeInfo

#: looks of a row by its depth in the tree
INSETS = ("", "inset-one", "inset-two", "inset-three")
MAP_SIZE = (328, 300)

#: kind of group → heading and the question the page answers
GROUPS = {
    "area": (_("各片区"), _("住在哪里，结果一样吗？")),
    "channel": (_("怎么说的"), _("打电话、到窗口、上网，结果一样吗？")),
    "category": (_("哪一类事"), _("哪类事收到得多，结果怎样？")),
}


def _shared(request: HttpRequest) -> tuple[published.Page | None, dict[str, Any]]:
    """What every page with figures needs: the body's page, the period, the tabs."""
    body = published.latest("body")
    return body, {
        "body": body, "span": reading.span(request, body), "tabs": reading.TABS, "smallest": SMALLEST, "base": BASE,
        "groups": [(kind, words[0]) for kind, words in GROUPS.items()],
    }  # fmt: skip


def _one(page: published.Page | None, days: int) -> dict[str, Any]:
    """The figures of one group, ready to be drawn."""
    if page is None:
        return {}
    counts = reading.whole(page.gap(days))
    return {
        "counts": counts, "funnel": reading.told(counts), "listed": reading.listed(counts),
        "gap": reading.drawn(counts), "end": reading.shared([reading.row("", "", page, days)]),
        "figure": page.figure(reading.CONFIRMED, days), "points": reading.points(page),
        "others": reading.others(page, days),
    }  # fmt: skip


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Today's state of the whole body: counts, the gap, the share, its course, and ways on."""
    body, context = _shared(request)
    context |= _one(body, context["span"].days)
    return render(request, "board/home.html", context | {"history": reading.history(body) if body else None})


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """Every office in its tree with its counts and the gap. No rank, and no order by figure."""
    body, context = _shared(request)
    days = context["span"].days
    pages = {page.group: page for page in published.pages("office")} if body is not None else {}
    rows = [
        reading.row(
            office.names, reverse("board:office", args=[office.code]), pages.get(office.code), days,
            INSETS[min(depth, 3)],
        )
        for office, depth in _walk(store.current(), "", 0)
    ]  # fmt: skip
    whole = reading.row(None, "", body, days)
    return render(request, "board/offices.html", context | {"rows": rows, "whole": whole, "end": reading.shared(rows)})


def _walk(catalogue: Catalogue, parent: str, depth: int) -> list[tuple[OfficeInfo, int]]:
    found = []
    for office in catalogue.office_children(parent):
        found.append((office, depth))
        found.extend(_walk(catalogue, office.code, depth + 1))
    return found


@require_safe
def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office: what it is for, what it claims beside what people say, and the whole body beside it."""
    catalogue = store.current()
    info = catalogue.offices.get(code)
    if info is None:
        raise Http404
    body, context = _shared(request)
    days = context["span"].days
    page = published.latest("office", code) if body is not None else None
    context |= _one(page, days)
    context |= {
        "office": info, "path": catalogue.office_path(code)[:-1], "below": catalogue.office_children(code),
        "whole": body.figure(reading.CONFIRMED, days) if body is not None else None,
        "beside": page.beside(days) if page is not None else "", "checked": _checked(code, catalogue),
    }  # fmt: skip
    return render(request, "board/office.html", context)


def _checked(code: str, catalogue: Catalogue) -> dict[str, Any] | None:
    """What the newest look of the check-up asks this office, or that it asks nothing; None before the first look."""
    seen = queries.latest()
    if seen is None:
        return None
    return {
        "questions": [question for question in seen.asked if question.office == code],
        "state": words.STATES["nothing" if seen.looked_at_all(code) else "few"],
        "last": seen.until.astimezone(catalogue.tz).date() - timedelta(days=1),
    }


@require_safe
def group(request: HttpRequest, kind: str) -> HttpResponse:
    """Areas, channels or categories beside each other, in the pack's order; areas on the map, too."""
    body, context = _shared(request)
    days, catalogue = context["span"].days, store.current()
    pages = published.pages(kind) if body is not None else []
    rows = [reading.row(reading.names_of(kind, page.group, catalogue), "", page, days) for page in pages]
    heading, question = GROUPS[kind]
    context |= {
        "kind": kind, "heading": heading, "question": question, "rows": rows, "end": reading.shared(rows),
        "whole": reading.row(None, "", body, days),
    }  # fmt: skip
    if kind == "area":
        context["view"], context["shapes"], context["lines"] = _map(catalogue, pages, days)
    return render(request, "board/group.html", context)


def _map(catalogue: Catalogue, pages: list[published.Page], days: int) -> tuple[View | None, list[Shape], list[Line]]:
    """The published areas with the number of matters in each. No colour by figure: that would be a rank."""
    shapes, boxes = [], []
    for page in pages:
        info = catalogue.areas.get(page.group)
        if info is None or info.bbox is None:
            continue
        received = page.gap(days).received
        number = f"{received:,}" if received is not None else f"<{SMALLEST}"
        shapes.append(Shape(info.code, f"{info.names.local(reading.language())} {number}", info.rings))
        boxes.append(info.bbox)
    if not boxes:
        return None, [], []
    box = min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    return View.fit(box, *MAP_SIZE), shapes, [Line(line.points, line.kind) for line in catalogue.lines]


@require_safe
def group_file(request: HttpRequest, kind: str, code: str = "") -> JsonResponse:
    """The published figures of one group, period by period, for programs: what its page shows and nothing more."""
    page = published.latest(kind, code)
    if page is None:
        raise Http404
    data = {
        "kind": page.kind, "group": page.group, "as_of": page.as_of.isoformat(timespec="seconds"),
        "lake_version": page.lake_version, "method": METHOD, "smallest": SMALLEST, "rounded_to": BASE,
        "periods": page.data,
    }  # fmt: skip
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


@require_safe
def definitions(request: HttpRequest, more: bool = False) -> HttpResponse:
    """Every number: meaning, version, denominators, interval, bias, how it could be flattered. `more`: what is not
    published, with what is missing.
    """
    return render(request, "board/definitions.html", meanings(reading.language(), more=more))


@require_safe
def definitions_file(request: HttpRequest) -> JsonResponse:
    """All indicators and counts, published or not yet, in both languages, for programs."""
    from huiyin.figures import download

    return JsonResponse(download.definitions(), json_dumps_params={"ensure_ascii": False})
