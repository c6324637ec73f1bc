"""Being let in to one's own matter: a signed cookie for one case, over after thirty idle minutes.

The cookie never comes along from a foreign page (SameSite=Strict), no script reads it, and it opens this one case only:
nothing anywhere joins two cases of one person. Nothing is stored on the server, so there is no list of who looked when.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from huiyin.cases.models import Case
from huiyin.portal import tokens

COOKIE = "my_matter"
IDLE = timedelta(minutes=30)
_signer = Signer(salt="huiyin.portal.access/v1")


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to one's own matter. `secret` ties its pages' forms to it."""

    case: Case
    secret: str

    def mark(self) -> str:
        """The mark that forms of a page made now must carry."""
        return tokens.page_mark(self.secret, self.case.seq)

    def seq_of(self, mark: str) -> int | None:
        """How many events the page knew of; None for a mark of another visit or none at all."""
        return tokens.read_page_mark(self.secret, mark)


def open_for(response: HttpResponse, case: Case, now: datetime, secret: str = "") -> None:
    """Let the holder of this browser in, or let them stay for another half hour."""
    secret = secret or secrets.token_urlsafe(12)
    proof = bytes(case.claim_hash)[:8].hex()
    value = _signer.sign(f"{case.pk.hex}.{proof}.{secret}.{int(now.timestamp())}")
    response.set_cookie(
        COOKIE, value, httponly=True, samesite="Strict", secure=settings.CONFIG.origin.startswith("https://")
    )


def current(request: HttpRequest, now: datetime) -> Visit | None:
    """The visit this request belongs to; None when there is none, it is too old, or its code no longer holds."""
    try:
        case_hex, proof, secret, seen = _signer.unsign(request.COOKIES.get(COOKIE, "")).split(".")
        age = now.timestamp() - int(seen)
        case_id = UUID(hex=case_hex)
    except (BadSignature, ValueError):
        return None
    if age > IDLE.total_seconds() or age < -300:
        return None
    case = Case.objects.filter(pk=case_id).first()
    if case is None or not secrets.compare_digest(bytes(case.claim_hash)[:8].hex(), proof):
        return None
    return Visit(case, secret)


def leave(response: HttpResponse) -> None:
    """Forget this browser, and ask it to forget the pages it kept."""
    response.delete_cookie(COOKIE, samesite="Strict")
    response["Clear-Site-Data"] = '"cache", "storage"'
