"""The public page of the callback sample: the rule, every month with its checkpoints and counts, what callers heard."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from huiyin.figures.sampling import HEARD
from huiyin.organisation import store
from huiyin.outcomes import cells, drawing, publication, words
from huiyin.outcomes.models import Period

#: Months shown on the page; all of them can be fetched as files.
SHOWN = 24


@require_safe
def callbacks(request: HttpRequest) -> HttpResponse:
    """Rule and months, newest first."""
    rows = list(Period.objects.order_by("-key")[:SHOWN])
    language = get_language() or "zh-hans"
    context = {
        "rule": drawing.Rule(**rows[0].rule) if rows else None,
        "newest": rows[0] if rows else None,
        "months": [_month(row) for row in rows],
        "questions": words.questions(),
        "smallest": cells.SMALLEST,
        "now": timezone.now(),
        "definition": HEARD.text(language),
        "limits": HEARD.limits(language),
        "version": HEARD.version,
    }
    return render(request, "board/callbacks.html", context)


def _month(row: Period) -> dict[str, Any]:
    done, drawn = publication.progress(row)
    results = row.results
    return {
        "row": row,
        "rule": drawing.Rule(**row.rule),
        "frame": publication.frame_of(row),
        "drawn": drawn,
        "done": done,
        "excluded": [(words.EXCLUDED[name], n) for name, n in row.excluded.items() if n],
        "commitment": drawing.commitment(bytes(row.secret)),
        "dispositions": [(words.DISPOSITIONS[name], n) for name, n in results.get("dispositions", {}).items()],
        "others": results.get("other_dispositions", 0),
        "whole": _share(results.get("whole")),
        "cells": [
            {"names": [_name(code) for code in cell["offices"]], "share": _share(cell)}
            for cell in results.get("cells", ())
        ],
    }


def _share(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """Millionths back to fractions."""
    if not found:
        return None
    fractions = {name: found[name] / 1_000_000 for name in ("value", "low", "high", "least", "most")}
    return {**found, **fractions}


def _name(code: str) -> Any:
    office = store.current().offices.get(code)
    return office.names if office else {"zh": "接诉台", "en": "The desk"} if not code else {"zh": code, "en": code}


@require_safe
def callbacks_file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The file of a closed month, exactly as it was hashed into the log, or the same as a table."""
    row = Period.objects.filter(key=key, closed_at__isnull=False).first()
    if row is None:
        raise Http404("no closed month")
    if form == "csv":
        response = HttpResponse(publication.as_csv(row.file), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(row.file, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="callbacks-{key}.{form}"'
    return response
