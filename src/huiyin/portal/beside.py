"""What is shown beside the words while somebody writes. It decides nothing, and nothing of it is kept.

A script asks for it while somebody types; without one the next step shows the same. The words travel in the body of a
POST and are forgotten with the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from huiyin.cases.similar import Offer
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue, CategoryInfo, OfficeInfo
from huiyin.portal import advice, door, places
from huiyin.portal.draft import Draft
from huiyin.portal.receipt import language
from huiyin.suggestions import ideas
from huiyin.suggestions import offers as suggestions


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of personal data: its number in the list, what it is, and the piece itself, shown to its writer only."""

    number: int
    kind: str | Promise
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Ready for the template. `which` holds (name, [(area code, words)]) to ask back."""

    category: CategoryInfo | None
    office: OfficeInfo | None
    unsure: bool
    same: tuple[Offer, ...]
    which: list[tuple[str, list[tuple[str, str]]]]
    far: int
    pieces: list[Piece]


def offers(draft: Draft, catalogue: Catalogue, now: datetime, *, with_same: bool = True) -> Beside:
    """What to show for a draft. At most eight statements."""
    spot = draft.spot
    found = suggestions.for_resident(
        draft.text,
        draft.area if draft.area in catalogue.areas else "",
        catalogue,
        now,
        place=draft.place,
        point=(spot.lon, spot.lat) if spot else None,
        with_same=with_same and not draft.join and not draft.apart,
    )
    return Beside(
        found.category,
        found.office,
        found.unsure,
        found.same,
        [
            (one.name, [(area, places.area_words(catalogue, area, language())) for area in one.choices])
            for one in found.which
        ],
        found.far,
        [Piece(one.number, advice.KINDS.get(one.kind, _("个人信息")), one.text) for one in found.pieces],
    )


def same_matters(text: str, area: str, catalogue: Catalogue, now: datetime) -> list[Offer]:
    """Listed matters that may be the same, for the step that asks."""
    category = ideas.categories(text, "", catalogue).answer
    return list(suggestions.same_matters(text, area, category, catalogue, now))


def taken_out(text: str, number: str) -> str:
    """The text without the piece of personal data with this number in its list."""
    return suggestions.without(text, int(number)) if number.isdecimal() and len(number) < 4 else text


def place_named(text: str, catalogue: Catalogue) -> str:
    """The area the words name; "" when a name in them stands for several places: that is asked back, never guessed."""
    if suggestions.is_ambiguous(text, catalogue):
        return ""
    named = places.named_in(text, catalogue)
    return named.code if named is not None else ""


@door.public_form
def look(request: HttpRequest) -> HttpResponse:
    """For the page's script: {"html": …}. Too many looks from one address get nothing, and the page goes on without."""
    now = timezone.now()
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return HttpResponse(status=503)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("portal:say"))
    wait = door.LOOKS.take(door.client(request), now)
    if wait:
        return HttpResponse(status=429, headers={"Retry-After": str(door.wait_words(wait))})
    typed = Draft.from_post(request.POST)
    rules = advice.to_call(advice.urgent_rules(typed.text, catalogue))
    context = {"beside": offers(typed, catalogue, now), "urgent": rules, "while_typing": True}
    return JsonResponse({"html": render_to_string("portal/beside.html", context, request=request).strip()})
