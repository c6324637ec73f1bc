"""Two public pages: how suggestions are made and how often they were right; and what keeps coming up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue
from huiyin.suggestions import places, queries, training
from huiyin.suggestions.models import Issue
from huiyin.suggestions.queries import Accuracy, Right

#: Whether it is a list of themes, its heading, and what is in it.
LISTS = (
    (
        False,
        _("在同一个地方"),
        _("说的是同一处：同一个社区，或者同一条路、同一所学校。"),
    ),
    (True, _("到处都有"), _("说的是一类事，但不在同一个地方。")),
)
LANGUAGES = {"zh": _("中文写的"), "en": _("英文写的"), "other": _("别的文字写的")}


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """How suggestions are made (怎么给出建议): plain words, live figures with n and interval, the models and their
    limits.
    """
    now = timezone.now()
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return render(request, "suggestions/how.html", {"now": now, "found": None})
    found = queries.accuracy(catalogue, now)
    models = [row for kind in ("category", "office") if (row := training.in_use(catalogue, kind)) is not None]
    return render(
        request,
        "suggestions/how.html",
        {
            "now": now,
            "found": found,
            "smallest": queries.SMALLEST,
            "overall": _overall(found),
            "categories": _categories(found, catalogue),
            "languages": [(LANGUAGES[code], right) for code, right in found.by_language.items() if code in LANGUAGES],
            "months": list(found.by_month.items()),
            "models": [{"row": row, "levels": _levels(row.card), "measured": _measured(row.card)} for row in models],
        },
    )


def _overall(found: Accuracy) -> list[tuple[Any, Right]]:
    return [
        (_("大类说对了"), found.top),
        (_("细类说对了（说得出细类的）"), found.exact),
        (_("单位说对了"), found.office),
    ]


def _categories(found: Accuracy, catalogue: Catalogue) -> list[tuple[str, Right]]:
    """Top categories in the pack's order."""
    language = get_language()
    return [
        (category.names.local(language), found.by_category[category.code])
        for category in catalogue.category_children("")
        if category.code in found.by_category
    ]


def _levels(card: dict[str, Any]) -> list[tuple[int, int, int | None]]:
    """(level, number of categories, percent right when each example was left out in turn) out of a model card."""
    rows = []
    for number, level in enumerate(card.get("levels") or [], 1):
        right = level.get("left_out_right")
        rows.append((number, int(level.get("categories", 0)), None if right is None else round(100 * right)))
    return rows


def _measured(card: dict[str, Any]) -> int:
    """On how many matters the confidence of an office model rests; 0 when it has none."""
    ways = (card.get("calibration") or {}).values()
    return max((sum(matters for _, matters, _ in bands) for bands in ways), default=0)


@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """Recurring issues of at least ten matters in different words: where, what kind, how many, and the titles that are
    listed anyway.
    """
    now = timezone.now()
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return render(request, "suggestions/issues.html", {"lists": [], "now": now})
    lists = []
    for theme, heading, said in LISTS:
        hot = queries.hottest(theme, now, least=queries.SMALLEST, limit=30)
        listed = queries.listed_in([one.issue for one in hot])
        rows = [
            {
                "issue": one.issue,
                "copies": one.copies,
                "matters": listed.get(one.issue.pk, []),
                **_named(one.issue, catalogue),
            }
            for one in hot
        ]
        lists.append((heading, said, rows))
    return render(request, "suggestions/issues.html", {"lists": lists, "now": now, "smallest": queries.SMALLEST})


def _named(issue: Issue, catalogue: Catalogue) -> dict[str, str]:
    """Place and category as the public may know them. A place below the third level is a neighbourhood: the one above
    it is named instead, and instead of a road or building. A sensitive category is not named.
    """
    language = get_language()
    path = catalogue.area_path(places.spot(issue.area, catalogue)[0])[:3]
    category = catalogue.categories.get(issue.category)
    named = category is not None and not catalogue.is_sensitive(issue.category)
    return {
        "area": path[-1].names.local(language) if path else "",
        "category": category.names.local(language) if category is not None and named else "",
    }
