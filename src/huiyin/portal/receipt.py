"""The receipt: number, secret code, QR and promise, shown once, at once, and the same again for the same submission."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from huiyin.base.drawing import qr
from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.actions import Receipt, perform_inside, receive
from huiyin.cases.lifecycle import Actor, Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case, PublicMatter
from huiyin.cases.projection import state_of
from huiyin.organisation import store
from huiyin.organisation.catalogue import UrgencyRule
from huiyin.portal import advice, tokens
from huiyin.portal.draft import Draft

RESIDENT = Actor(Role.RESIDENT)
DOOR = "web"
#: The cookie of the reader's wish for large letters (site.preferences sets the same one).
TEXT_SIZE = "text_size"


def language() -> str:
    """zh or en."""
    return "en" if get_language() == "en" else "zh"


def follow_address(code: str) -> str:
    """What the QR holds. The code stands behind the #, which browsers never send: it stays out of every access log."""
    prefix = "en/" if language() == "en" else ""
    return f"{settings.CONFIG.origin}/{prefix}follow/#{code}"


def take_in(draft: Draft, key: str, rules: list[UrgencyRule], joins: PublicMatter | None, at: datetime) -> Receipt:
    """Write the matter, in one transaction with the join when it follows another. Raises Refusal.

    The draft must have no problems left.
    """
    spot = draft.spot
    contact = draft.contact
    command = c.Receive(
        channel="web",
        text=draft.text.strip(),
        urgency=advice.urgency(rules),
        confidentiality=Confidentiality(draft.level),
        area=draft.area,
        place=draft.place.strip(),
        point=spot.as_text() if spot else "",
        contact=type(contact)(
            name=contact.name, phone=contact.phone, email=contact.email, prefer=contact.prefer, language=language()
        ).as_json(),
        flags=("emergency_words",) if advice.to_call(rules) else (),
    )
    files = [file_id for photo in draft.photos if (file_id := tokens.read_photo(photo)) is not None]
    then = partial(_join, into=str(joins.case_id), at=at) if joins is not None else None
    return receive(command, RESIDENT, at, door=DOOR, key=key, files=files, then=then)


def _join(case: Case, *, into: str, at: datetime) -> None:
    write(lambda: perform_inside(case.id, [c.Merge(into)], RESIDENT, at))


def differs(receipt: Receipt, draft: Draft) -> bool:
    """Whether this submission was sent before with other words: the later ones are not in it, and that must be said."""
    if not receipt.again:
        return False
    kept = vault.words(receipt.case_id, ("text",)).get((1, "text"))
    return kept is not None and kept != draft.text.strip()


def page(
    request: HttpRequest, receipt: Receipt, draft: Draft, joins: PublicMatter | None, rules: list[UrgencyRule]
) -> HttpResponse:
    """The answer to the form. Reloading it sends the same form again and gives the same receipt."""
    due = receipt.due_at
    if joins is not None:
        clock = state_of(joins.case).clocks.get("answer")
        due = clock.due_at if clock else None
    times = render_to_string("portal/receipt_times.html", {"due": due, "received": receipt.received_at})
    due_words, _, received_words = times.partition("\n")
    fresh = {
        "number": receipt.number,
        "code": receipt.code,
        "groups": format_html_join("", "<span>{}</span>", ((group,) for group in receipt.code.split("-"))),
        "qr": qr.picture(follow_address(receipt.code)),
        "due": mark_safe(due_words),  # noqa: S308  what the template engine has just made safe
        "received": mark_safe(received_words.strip()),  # noqa: S308
    }
    same = {
        "origin": settings.CONFIG.origin,
        "has_due": due is not None,
        "reachable": bool(draft.phone or draft.email),
        "joins": joins is not None,
    }
    if receipt.again or rules or _brings_more(request):
        rare = {
            "again": receipt.again,
            "differs": differs(receipt, draft),
            "draft": draft,
            "rules": advice.to_call(rules),
        }
        return render(request, TEMPLATE, {**fresh, **same, **rare})
    return HttpResponse(_frame(request, same).filled(fresh))


TEMPLATE = "portal/receipt.html"


def _brings_more(request: HttpRequest) -> bool:
    """Whether the page may hold something for this reader alone: what a session has to say, for instance."""
    return bool(request.COOKIES.keys() - {TEXT_SIZE})


@dataclass(frozen=True, slots=True)
class Frame:
    """The receipt as it is for everybody, with holes for the rest. Drawing it anew is a fifth of an intake's work."""

    pieces: tuple[str, ...]
    names: tuple[str, ...]

    def filled(self, fresh: dict[str, str]) -> str:
        """The page with these values in its holes, escaped as a template would."""
        parts = [self.pieces[0]]
        for name, piece in zip(self.names, self.pieces[1:], strict=True):
            parts += (conditional_escape(fresh[name]), piece)
        return "".join(parts)


_FRESH = ("number", "code", "groups", "qr", "due", "received")
#: A hole in a drawn page: signs of the private use area, which no text of ours holds.
_HOLE = re.compile("\ue000([a-z]+)\ue001")
#: Frames remembered: two languages, two sizes of letters, a few kinds of receipt.
_MOST = 64
_frames: dict[tuple[object, ...], Frame] = {}


def _frame(request: HttpRequest, same: dict[str, object]) -> Frame:
    large = request.COOKIES.get(TEXT_SIZE) == "large"
    key = (store.current().digest, get_language(), request.path, large, *same.values())
    found = _frames.get(key)
    if found is None:
        holes = {name: f"\ue000{name}\ue001" for name in _FRESH}
        drawn = _HOLE.split(render_to_string(TEMPLATE, {**holes, **same}, request))
        found = Frame(tuple(drawn[::2]), tuple(drawn[1::2]))
        if len(_frames) >= _MOST:
            _frames.clear()
        _frames[key] = found
    return found
