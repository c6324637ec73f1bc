"""The receipt: number, secret code, QR and promise, shown once, at once, and the same again for the same submission."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from huiyin.base.drawing import qr
from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.actions import Receipt, perform_inside, receive
from huiyin.cases.lifecycle import Actor, Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case, PublicMatter
from huiyin.cases.projection import state_of
from huiyin.organisation.catalogue import UrgencyRule
from huiyin.portal import advice, tokens
from huiyin.portal.draft import Draft

RESIDENT = Actor(Role.RESIDENT)
DOOR = "web"


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
    context = {
        "receipt": receipt,
        "groups": receipt.code.split("-"),
        "qr": qr.picture(follow_address(receipt.code)),
        "origin": settings.CONFIG.origin,
        "due": due,
        "joins": joins,
        "reachable": bool(draft.phone or draft.email),
        "differs": differs(receipt, draft),
        "draft": draft,
        "rules": advice.to_call(rules),
    }
    return render(request, "portal/receipt.html", context)
