"""The pages of the monthly report, and the same as a PDF. Public; nothing of the reader is asked or kept."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from huiyin.base.drawing.words import month_words
from huiyin.report import content, facts, pdf
from huiyin.report.blocks import Report


def _language() -> str:
    return get_language() or "zh-hans"


def _report(month: str) -> Report:
    report = content.build(month, _language())
    if report is None:
        raise Http404("no report of this month")
    return report


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every month that has a report, newest first."""
    months, as_of = facts.months()
    rows = [(month, month_words(month, _language())) for month in months]
    return render(request, "report/reports.html", {"rows": rows, "as_of": as_of})


@require_safe
def report(request: HttpRequest, month: str) -> HttpResponse:
    """One month."""
    return render(request, "report/report.html", {"report": _report(month)})


@require_safe
def report_file(request: HttpRequest, month: str) -> HttpResponse:
    """The PDF of a month; 304 when the reader has this very one."""
    found = _report(month)
    tag = f'"{pdf.key(found)}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(pdf.render(found), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{month}-{found.language}.pdf"'
    response["ETag"] = tag
    return response
