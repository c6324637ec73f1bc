"""Public matters: a list, a map, a search, a file to take away, and the page of one of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.base.codes import BadCode, parse_number
from huiyin.base.drawing import maps
from huiyin.cases import public_queries, search, timeline, vocabulary
from huiyin.cases.models import Case, PublicMatter
from huiyin.cases.projection import state_of
from huiyin.cases.search import Wish
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue
from huiyin.portal import door, places, story
from huiyin.portal.receipt import language
from huiyin.understanding import personal

#: rows of the file; whoever needs more takes the open data
EXPORTED = 10_000
MAP_WIDTH, MAP_HEIGHT = 640, 420


@dataclass(frozen=True, slots=True)
class Row:
    """One matter in a list."""

    title: str
    case: Case
    place: str


def rows(matters: list[PublicMatter], catalogue: Catalogue) -> list[Row]:
    """Matters ready for the card template."""
    return [Row(m.title, m.case, places.area_words(catalogue, m.case.area_id or "", language())) for m in matters]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; codes that do not exist ask for nothing."""

    q: str
    area: str
    category: str
    stage: str

    @classmethod
    def of(cls, request: HttpRequest, catalogue: Catalogue) -> Chosen:
        area, category = request.GET.get("area", ""), request.GET.get("category", "")
        stage = request.GET.get("stage", "")
        return cls(
            request.GET.get("q", "")[:200].replace("\x00", ""),
            area if area in catalogue.areas else "",
            category if category in catalogue.categories else "",
            stage if stage in search.STAGES else "",
        )

    def wish(self, catalogue: Catalogue) -> Wish:
        areas = [code for code in catalogue.areas if self.area and catalogue.is_within(code, self.area)]
        below = [
            code
            for code in catalogue.categories
            if self.category and any(step.code == self.category for step in catalogue.category_path(code))
        ]
        return Wish(self.q, tuple(areas), tuple(below), self.stage)

    def query(self, **more: str) -> str:
        """As the query of an address."""
        values = {"q": self.q, "area": self.area, "category": self.category, "stage": self.stage, **more}
        return urlencode({name: value for name, value in values.items() if value})


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """The list, newest first, with a map of what has a spot."""
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return render(request, "portal/not_yet.html", status=503)
    chosen = Chosen.of(request, catalogue)
    number = _is_number(chosen.q)
    if number and public_queries.listed(number):
        return HttpResponseRedirect(reverse("portal:matter", args=[number]))
    wait = door.SEARCHES.take(door.client(request), timezone.now()) if chosen.q else 0.0
    wish = chosen.wish(catalogue)
    page = search.Page([], "") if wait else search.page(wish, request.GET.get("after", "")[:80])
    found = 0 if wait else search.count(wish)
    context: dict[str, Any] = {
        "chosen": chosen,
        "rows": rows(page.rows, catalogue),
        "count": found,
        "many": found >= search.COUNTED,
        "next": chosen.query(after=page.next) if page.next else "",
        "not_first": bool(request.GET.get("after")),
        "begin": chosen.query(),
        "groups": _areas(catalogue),
        "categories": [(c.code, c.names.local(language())) for c in catalogue.category_children("")],
        "stages": _stages(),
        "wait": door.wait_words(wait) if wait else 0,
        "file": chosen.query(),
    }
    context |= {} if wait else _map(wish, catalogue)
    return render(request, "portal/matters.html", context, status=429 if wait else 200)


def _is_number(text: str) -> str:
    try:
        return parse_number(text)
    except BadCode:
        return ""


def _areas(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Areas above the smallest ones: enough to narrow a list down, few enough to read."""
    small = places.leaves(catalogue)
    above = [a for code, a in catalogue.areas.items() if code not in small and a.parent and a.until is None]
    return [(a.code, a.names.local(language())) for a in above]


def _stages() -> list[tuple[str, object]]:
    return [("open", _("还在办")), ("answered", _("已答复，等本人说结果"))] + [
        (code, words) for code, words in vocabulary.OUTCOMES.items()
    ]


def _map(wish: Wish, catalogue: Catalogue) -> dict[str, Any]:
    view = places.whole(catalogue, MAP_WIDTH, MAP_HEIGHT)
    if view is None:
        return {}
    points = [
        (lat, lon, title, reverse("portal:matter", args=[number])) for lat, lon, title, number in search.points(wish)
    ]
    return {
        "view": view,
        "shapes": places.shapes(catalogue, language()),
        "marks": places.marks(points),
        "lines": places.lines(catalogue),
        "shown": len(points),
    }


@require_safe
def matters_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same list as a CSV file (UTF-8 with the mark that spreadsheets look for)."""
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return render(request, "portal/not_yet.html", status=503)
    wish = Chosen.of(request, catalogue).wish(catalogue)
    response = StreamingHttpResponse(_lines(wish, catalogue, language()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="matters.csv"'
    return response


COLUMNS = (
    "number", "title", "summary", "received_at", "area", "area_name", "category", "category_name", "office",
    "office_name", "phase", "claim", "verdict", "verdict_by", "outcome", "supporters", "lat", "lon",
)  # fmt: skip


class _Echo:
    """A file for the csv module that hands back what is written."""

    def write(self, line: str) -> str:
        return line


def _lines(wish: Wish, catalogue: Catalogue, wanted: str) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    after, left = "", EXPORTED
    while left > 0:
        page = search.page(wish, after, size=min(500, left))
        for matter in page.rows:
            yield str(writer.writerow([_harmless(cell) for cell in _cells(matter, catalogue, wanted)]))
        left -= len(page.rows)
        after = page.next
        if not after:
            return


def _cells(matter: PublicMatter, catalogue: Catalogue, wanted: str) -> Iterator[object]:
    case = matter.case
    area, category = catalogue.areas.get(case.area_id or ""), catalogue.categories.get(case.category_id or "")
    office = catalogue.offices.get(case.lead_id or "")
    # What leaves in bulk is masked once more, whatever somebody confirmed for one page.
    title, summary = personal.mask(matter.title).text, personal.mask(matter.summary).text
    yield from (case.number, title, summary, case.received_at.isoformat(timespec="seconds"))
    yield from (case.area_id or "", area.names.local(wanted) if area else "")
    yield from (case.category_id or "", category.names.local(wanted) if category else "")
    yield from (case.lead_id or "", office.names.local(wanted) if office else "")
    yield from (case.phase, case.claim, case.verdict, case.verdict_by, case.outcome, case.supporters)
    yield from ("" if case.lat is None else case.lat, "" if case.lon is None else case.lon)


def _harmless(cell: object) -> object:
    """A cell that a spreadsheet would run as a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell


@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """One public matter: what it is, where it stands, what happened; "join it" while it is open."""
    try:
        right = parse_number(number)
    except BadCode as error:
        raise Http404 from error
    if right != number:
        return HttpResponseRedirect(reverse("portal:matter", args=[right]))
    found = public_queries.listed(number)
    if found is None:
        return render(request, "portal/matter_gone.html", {"number": number}, status=404)
    catalogue = store.current()
    case = found.case
    now = timezone.now()
    teller = story.Teller(catalogue, language(), "public")
    view = places.whole(catalogue)
    if view is not None and case.lat is not None and case.lon is not None:
        view = view.zoomed(3, case.lat, case.lon)
    context = {
        "matter": found,
        "case": case,
        "now": now,
        "place": places.area_words(catalogue, case.area_id or "", language()),
        "standing": teller.standing(state_of(case), now),
        "told": list(reversed(teller.tell(timeline.public(case)))),
        "can_join": public_queries.can_be_joined(case),
        "view": view if case.area_id or case.lat is not None else None,
        "shapes": places.shapes(catalogue, language()),
        "lines": places.lines(catalogue),
        "marks": [maps.Mark(case.lat, case.lon, found.title)] if case.lat is not None and case.lon is not None else [],
    }
    return render(request, "portal/matter.html", context)
