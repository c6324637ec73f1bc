"""Recurring issues for whoever sees the whole: what keeps coming up, where, and the matters in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from huiyin.cases import inbox, suggest
from huiyin.cases import vocabulary as v
from huiyin.cases.access import visible
from huiyin.desk.acting import desk_of, desk_page, show
from huiyin.desk.fields import path_name
from huiyin.desk.words import word
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue
from huiyin.suggestions import places, queries
from huiyin.suggestions.issues import reasons
from huiyin.suggestions.models import Issue

#: matters of one issue that are listed, and how many are compared to say why they belong together
LISTED, COMPARED = 100, 10

CHANGES: dict[str, str | Promise] = {
    "founded": _("发现是同一件事"),
    "joined": _("又来一件"),
    "merged": _("和另一组合在一起"),
    "left": _("有一件的内容删除了，退出"),
    "refiled": _("有一件归到了别的类，移走"),
    "split": _("分成了几组"),
}


@require_GET
@desk_page("issues")
def issues(request: HttpRequest) -> HttpResponse:
    """Two lists: issues with a place, and themes that come up all over. Most matters of late first."""
    desk, catalogue = desk_of(request), store.current()
    theme = request.GET.get("list") == "themes"
    hot = queries.hottest(theme, desk.now)
    firsts = _first_words([one.issue for one in hot])
    rows = [
        {
            "issue": one.issue,
            "recent": one.recent,
            "words": firsts.get(one.issue.pk, ""),
            **_named(one.issue, catalogue),
        }
        for one in hot
    ]
    return show(request, "desk/issues.html", {"rows": rows, "theme": theme})


def _first_words(found: list[Issue]) -> dict[UUID, str]:
    """How the newest matter of each issue begins. These roles may read every matter."""
    newest = queries.newest_of(found)
    words = inbox.first_words(list(newest.values())) if newest else {}
    return {issue: words.get(case, "") for issue, case in newest.items()}


def _named(issue: Issue, catalogue: Catalogue) -> dict[str, Any]:
    area, names = places.spot(issue.area, catalogue)
    inside = path_name(catalogue.area_path(area))
    return {
        "area": f"{inside} · {names.local(get_language())}" if names is not None else inside,
        "category": path_name(catalogue.category_path(issue.category)),
    }


@require_GET
@desk_page("issues")
def issue(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """One issue: why these belong together, its matters as far as this person may see them, its history."""
    desk, catalogue = desk_of(request), store.current()
    found = get_object_or_404(Issue, pk=issue_id)
    if found.into_id is not None:
        return redirect("desk:issue", issue_id=found.into_id)
    readable = visible(desk.actor)
    cases = list(
        readable.filter(issue_member__issue=found)
        .order_by("-received_at", "pk")
        .select_related("issue_member")[:LISTED]
    )
    lines = [
        {"case": known.case, "words": known.words, "phase": word(v.STAFF_PHASES, known.case.phase)}
        for known in suggest.known([case.pk for case in cases], readable)
    ]
    history = found.changes.order_by("-at", "-pk")[:50]
    return show(
        request,
        "desk/issue.html",
        {
            "issue": found,
            "matters": lines,
            "unseen": found.members - len(lines),
            "why": reasons([case.pk for case in cases[:COMPARED]]),
            "open": sum(case.rested_at is None for case in cases),
            "changes": [(change, word(CHANGES, change.kind)) for change in history],
            **_named(found, catalogue),
        },
    )
