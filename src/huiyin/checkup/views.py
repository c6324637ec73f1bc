"""The public page of the check-up: what offices are asked, what was looked at without a question, what cannot be."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from huiyin.checkup import moments, queries, words
from huiyin.checkup.models import Look
from huiyin.figures.protection import SMALLEST
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue

#: Looks that can be chosen on the page: those of a year.
SHOWN = 13


@require_safe
def check_up(request: HttpRequest) -> HttpResponse:
    """The newest look, or the one of `?look=2026-11-23`."""
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return render(request, "checkup/check_up.html", {"seen": None})
    upcoming = moments.moment(timezone.now(), catalogue.tz) + moments.EVERY
    ends = list(Look.objects.values_list("until", flat=True)[:SHOWN])
    days = [moment.astimezone(catalogue.tz).date() for moment in ends]
    seen = queries.latest(_until(request.GET.get("look", ""), catalogue))
    context: dict[str, Any] = {"seen": seen, "upcoming": upcoming.date(), "smallest": SMALLEST}
    if seen is not None:
        day = seen.until.astimezone(catalogue.tz).date()
        context |= {
            "first": seen.since.astimezone(catalogue.tz).date(),
            "last": day - timedelta(days=1),
            "others": [(other, f"{other:%Y-%m-%d}") for other in days if other != day],
            "newest": bool(days) and day == days[0],
            "ailments": [_ailment(code, name, seen, catalogue) for code, name in words.AILMENTS.items()],
            "offices": _offices(seen, catalogue),
        }
    return render(request, "checkup/check_up.html", context)


def _until(text: str, catalogue: Catalogue) -> datetime | None:
    """The moment an address names; None for the newest. 404 when there was no look then."""
    if not text:
        return None
    try:
        until = datetime.combine(date.fromisoformat(text), time(), catalogue.tz)
    except ValueError as error:
        raise Http404("no date") from error
    if not Look.objects.filter(until=until).exists():
        raise Http404("no look on that day")
    return until


def _ailment(code: str, name: Any, seen: queries.Seen, catalogue: Catalogue) -> dict[str, Any]:
    """One ailment; its questions in the order of the pack, the whole body first."""
    order = {office: place for place, office in enumerate(["", *catalogue.offices])}
    asked = sorted(seen.of(code), key=lambda q: (order.get(q.office, len(order)), q.signature))
    return {
        "code": code,
        "name": name,
        "state": seen.state(code),
        "state_words": words.STATES[seen.state(code)],
        "reason": seen.not_measurable.get(code),
        "questions": [
            {
                "asked": q,
                "office": office_names(q.office, catalogue),
                "sure": words.sure(q.p_adjusted),
            }
            for q in asked
        ],
    }


def office_names(code: str, catalogue: Catalogue) -> Any:
    """The names of who is asked; an office that left the pack keeps its code."""
    if not code:
        return words.WHOLE
    office = catalogue.offices.get(code)
    return office.names if office else {"zh": code, "en": code}


def _offices(seen: queries.Seen, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Every office with how many questions it has; None: nothing could be said. In the order of the pack."""
    count = Counter(question.office for question in seen.asked)
    return [
        {"names": office.names, "asked": count[code] if code in count or seen.looked_at_all(code) else None}
        for code, office in catalogue.offices.items()
    ]
