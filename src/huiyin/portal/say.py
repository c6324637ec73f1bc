"""Say it: own words, where, the same as this?, photos and contact, a last look, the receipt.

There is no session. Each page carries everything typed before it in hidden fields and each step reads and checks all of
it anew, so steps can be taken in any order, and nothing that goes wrong costs a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.base.drawing import maps
from huiyin.base.errors import Refusal
from huiyin.cases import similar, texts
from huiyin.cases.lifecycle import CaseState
from huiyin.cases.models import PublicMatter
from huiyin.cases.public_queries import can_be_joined, listed
from huiyin.cases.rulebook import Rulebook
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue, UrgencyRule
from huiyin.portal import advice, beside, door, draft, places, receipt, tokens, uploads
from huiyin.portal.draft import Draft
from huiyin.portal.places import Point
from huiyin.portal.receipt import TEXT_SIZE, language

#: The place of each step in “第 2 步，共 4 步”; "same" is asked only when something was found.
NUMBERED = {"words": 1, "where": 2, "same": 2, "more": 3, "check": 4}
FOLLOWING = {"words": "where", "where": "same", "same": "more", "more": "check"}


@dataclass
class Visit:
    """One request on its way through the steps."""

    request: HttpRequest
    draft: Draft
    token: tokens.FormToken
    step: str
    now: datetime
    catalogue: Catalogue
    rules: list[UrgencyRule]
    notices: list[str] = field(default_factory=list)
    photo_problems: list[tuple[str, str]] = field(default_factory=list)
    offers: list[similar.Offer] = field(default_factory=list)
    guessed: str = ""
    status: int = 200

    @property
    def joins(self) -> PublicMatter | None:
        """The public matter this one is to follow, as long as it can be followed."""
        matter = listed(self.draft.join) if self.draft.join else None
        return matter if matter is not None and can_be_joined(matter.case) else None


@door.public_form
def say(request: HttpRequest) -> HttpResponse:
    """All steps have this one address: GET begins, POST goes on."""
    now = timezone.now()
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return render(request, "portal/not_yet.html", status=503)
    if request.method != "POST":
        token = tokens.issue(now)
        begun = Draft(token=token.text, join=request.GET.get("join", "")[:20])
        return page(Visit(request, begun, token, "words", now, catalogue, []))
    typed = Draft.from_post(request.POST)
    # A token that a foreign page brought along is known to that page: whoever knows it is given the receipt again.
    token = tokens.read("" if door.from_elsewhere(request) else request.POST.get("token", ""), now)
    typed.token = token.text
    step = request.POST.get("step", "")
    visit = Visit(
        request, typed, token, step if step in draft.STEPS else "words", now, catalogue,
        advice.urgent_rules(typed.text, catalogue),
    )  # fmt: skip
    _take_photos(visit)
    return _go(visit, _pressed(request))


def _pressed(request: HttpRequest) -> str:
    """Which button was pressed. A press on the map picture comes as two numbers in place of a button's value."""
    return "pin" if "pin.x" in request.POST else request.POST.get("go", "next")


def _take_photos(visit: Visit) -> None:
    files = visit.request.FILES.getlist("photo")
    if not files:
        return
    room = draft.MAX_PHOTOS - len(visit.draft.photos)
    kept, visit.photo_problems = uploads.take_in(files, room, door.client(visit.request), visit.now)
    visit.draft.photos += tuple(tokens.sign_photo(file.id) for file in kept)


def _go(visit: Visit, pressed: str) -> HttpResponse:
    action, _sep, value = pressed.partition(":")
    typed = visit.draft
    if action == "send":
        return _send(visit)
    if action == "size":
        return _sized(visit, value)
    if action in ("map", "pin", "unpin"):
        return _on_the_map(visit, action, value)
    if action == "photos" or (action == "next" and visit.photo_problems):
        visit.step = "more"
    elif action == "drop":
        typed.photos = tuple(photo for number, photo in enumerate(typed.photos, 1) if str(number) != value)
    elif action in ("back", "edit") and value in draft.STEPS:
        visit.step = value
        typed.back = "check" if action == "edit" else ""
    elif action == "join":
        typed.join, typed.apart = value, ""
        visit.step = "more"
    elif action == "hide":
        typed.text = beside.taken_out(typed.text, value)
        visit.rules = advice.urgent_rules(typed.text, visit.catalogue)
    elif action == "at":
        typed.area = value if value in visit.catalogue.areas else typed.area
    elif action == "apart":
        typed.join, typed.apart = "", "1"
        visit.step = typed.back or ("more" if visit.step == "same" else visit.step)
    elif action == "next":
        return _next(visit)
    return page(visit)


def _next(visit: Visit) -> HttpResponse:
    typed = visit.draft
    if visit.step == "where":
        _settle_place(visit)
    if not typed.check(visit.step, visit.catalogue):
        visit.status = 422
        return page(visit)
    following = "check" if typed.back else FOLLOWING.get(visit.step, "check")
    typed.back = ""
    if following == "where" and not typed.area and not typed.point:
        typed.area = visit.guessed = beside.place_named(typed.text, visit.catalogue)
    if following == "same":
        if not typed.join and not typed.apart:
            visit.offers = beside.same_matters(typed.text, typed.area, visit.catalogue, visit.now)
        if not visit.offers:
            following = "more"
    if following == "check":
        following = typed.first_wrong_step(visit.catalogue) or "check"
    visit.step = following
    return page(visit)


def _settle_place(visit: Visit) -> None:
    """A press on the map sets the area too; an area chosen from the list afterwards wins over the old press."""
    typed = visit.draft
    spot = typed.spot
    if spot is None or not typed.area:
        return
    there = visit.catalogue.area_at(spot.lat, spot.lon, store.this_year())
    if there is not None and not visit.catalogue.is_within(there.code, typed.area):
        typed.point = ""


def _on_the_map(visit: Visit, action: str, value: str) -> HttpResponse:
    typed, posted = visit.draft, visit.request.POST
    visit.step = "where"
    view = places.view_of(typed.view, visit.catalogue)
    if action == "unpin":
        typed.point = ""
    elif view is not None and action == "map":
        turned = places.moved(view, value, visit.catalogue)
        typed.view = turned.as_text() if turned else ""
    elif view is not None:
        spot = maps.clicked(posted.get("pin.x"), posted.get("pin.y"), view)
        if spot is None:
            visit.notices.append(_("没有读出您点的是哪里。请再点一次，或者从列表里选，或者用文字写。"))
        else:
            point = Point(*spot)
            there = visit.catalogue.area_at(point.lat, point.lon, store.this_year())
            if there is None:
                typed.problems = {"point": _("您点的地方不在我们服务的范围里。请再点一次，或者用文字写地点。")}
            else:
                typed.point, typed.area = point.as_text(), there.code
    return page(visit)


def _sized(visit: Visit, value: str) -> HttpResponse:
    """Larger or normal letters, from inside the form, so that nothing typed is lost by asking for them."""
    large = value == "large"
    visit.request.COOKIES = {**visit.request.COOKIES, TEXT_SIZE: "large" if large else "normal"}
    response = page(visit)
    if large:
        response.set_cookie(TEXT_SIZE, "large", max_age=365 * 86_400, samesite="Lax", secure=visit.request.is_secure())
    else:
        response.delete_cookie(TEXT_SIZE, samesite="Lax")
    return response


def _send(visit: Visit) -> HttpResponse:
    typed = visit.draft
    wrong = typed.first_wrong_step(visit.catalogue)
    visit.step = wrong or "check"
    if wrong:
        typed.back = "check"
        visit.status = 422
        return page(visit)
    if visit.token.state != "good":
        visit.status = 422
        return page(visit)
    wait = door.SENDING.take(door.client(visit.request), visit.now)
    if wait:
        visit.status = 429
        visit.notices.append(
            _("现在同时发送的人太多。您写的都在，请等 %(seconds)d 秒再按一次“发送”。")
            % {"seconds": door.wait_words(wait)}
        )
        return page(visit)
    joins = visit.joins
    if typed.join and joins is None:
        typed.join = ""
        visit.status = 409
        visit.notices.append(_("您想加入的那件事刚刚结束了。这件事可以单独发送，单位会单独答复您。"))
        return page(visit)
    try:
        given = receipt.take_in(typed, visit.token.key, visit.rules, joins, visit.now)
    except Refusal as refusal:
        visit.status = 422
        visit.notices.append(texts.sentence(refusal))
        return page(visit)
    except DatabaseError:
        visit.status = 503
        visit.notices.append(_("刚才没能存下来。您写的都在，请过一分钟再按一次“发送”；按两次也只会算一件。"))
        return page(visit)
    return receipt.page(visit.request, given, typed, joins, visit.rules)


def page(visit: Visit) -> HttpResponse:
    """Show the step with everything typed so far."""
    typed, catalogue = visit.draft, visit.catalogue
    if visit.token.state == "expired":
        visit.notices.insert(0, _("这一页放了太久。您写的都还在，请看一遍，再按“发送”。"))
    elif visit.token.state == "forged":
        visit.notices.insert(0, _("没能认出这一页是从这里打开的。您写的都还在，请看一遍，再按“发送”。"))
    context: dict[str, Any] = {
        "step": visit.step,
        "number": NUMBERED[visit.step],
        "draft": typed,
        "hidden": list(typed.hidden(visit.step)),
        "problems": typed.problems,
        "notices": visit.notices,
        "rules": advice.to_call(visit.rules),
        "joins": visit.joins,
        "default_button": {"same": "apart", "check": "send"}.get(visit.step, "next"),
        "enctype": "multipart/form-data" if visit.step == "more" else "application/x-www-form-urlencoded",
        "limit": draft.MAX_TEXT,
        "other_address": visit.request.path[3:] if language() == "en" else f"/en{visit.request.path}",
        "large": visit.request.COOKIES.get(TEXT_SIZE) == "large",
        "now": visit.now,
    }
    steps = {"words": _words, "where": _where, "same": _same, "more": _more, "check": _check}
    context |= steps[visit.step](visit)
    context["area_words"] = places.area_words(catalogue, typed.area, language()) if typed.area else ""
    return render(visit.request, f"portal/say_{visit.step}.html", context, status=visit.status)


def _words(visit: Visit) -> dict[str, Any]:
    """What a script shows while somebody types is there too when the page comes back with words in it."""
    return {"beside": beside.offers(visit.draft, visit.catalogue, visit.now) if visit.draft.text.strip() else None}


def _where(visit: Visit) -> dict[str, Any]:
    typed, catalogue = visit.draft, visit.catalogue
    view = places.view_of(typed.view, catalogue)
    if view is not None:
        typed.view = view.as_text()
    return {
        "hidden": list(typed.hidden("where")),
        "groups": places.groups(catalogue, language()),
        "small": typed.area in places.leaves(catalogue),
        "view": view,
        "picture": _picture(visit, view) if view is not None else "",
        "guessed": visit.guessed,
        # The same matter has a step of its own, which comes next.
        "beside": beside.offers(typed, catalogue, visit.now, with_same=False),
    }


def _picture(visit: Visit, view: maps.View) -> str:
    """The map inside the page itself: were it an address, the chosen spot would stand in an access log."""
    typed = visit.draft
    drawn = places.picture(visit.catalogue, view, language(), typed.area, typed.spot)
    return "data:image/svg+xml," + quote(drawn.decode(), safe=" =/:,.;()'-")


def _same(visit: Visit) -> dict[str, Any]:
    typed = visit.draft
    return {"offers": visit.offers or beside.same_matters(typed.text, typed.area, visit.catalogue, visit.now)}


def _more(visit: Visit) -> dict[str, Any]:
    return {
        "thumbs": uploads.thumbs(visit.draft.photos),
        "photo_problems": visit.photo_problems,
        "room": draft.MAX_PHOTOS - len(visit.draft.photos),
        "most": draft.MAX_PHOTOS,
    }


def _check(visit: Visit) -> dict[str, Any]:
    typed = visit.draft
    state = CaseState(urgency=advice.urgency(visit.rules))
    return {
        "thumbs": uploads.thumbs(typed.photos),
        "due": Rulebook(visit.catalogue).due("answer", visit.now, state),
        "found": list(advice.personal_data(typed.text, typed.place)),
        "office": visit.catalogue.texts.body_name.local(get_language()),
    }
