"""What the public forms carry in place of a session: a signed token per submission, signed references to photos.

Nothing is stored and no cookie is set before a matter is sent. The token's random key is the idempotency key of the
intake door, so pressing "send" twice, reloading or coming back gives the same receipt.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

#: How long a page may lie open. Afterwards everything typed is shown again, to be looked at before it is sent.
LIFETIME = timedelta(hours=48)

_forms = Signer(salt="huiyin.portal.form/v1")
_photos = Signer(salt="huiyin.portal.photo/v1")
_pages = Signer(salt="huiyin.portal.page/v1")


@dataclass(frozen=True, slots=True)
class FormToken:
    """One submission. `state` is good, expired (signed by us, but too old) or forged (not signed by us)."""

    key: str
    text: str
    state: str = "good"


def issue(now: datetime, key: str = "") -> FormToken:
    """A token for a new submission, or a younger one for the submission `key`."""
    key = key or secrets.token_urlsafe(24)
    return FormToken(key, _forms.sign(f"{key}.{int(now.timestamp())}"))


def read(text: str, now: datetime) -> FormToken:
    """Check a token that came back. One that is too old keeps its key; one that is not ours is replaced."""
    try:
        key, _, issued = _forms.unsign(text).rpartition(".")
        age = now.timestamp() - int(issued)
    except (BadSignature, ValueError):
        fresh = issue(now)
        return FormToken(fresh.key, fresh.text, "forged")
    if age > LIFETIME.total_seconds() or age < -300:
        return FormToken(key, issue(now, key).text, "expired")
    return FormToken(key, text)


def sign_photo(file_id: UUID) -> str:
    """A reference to a photo draft that only this deployment can have made."""
    return _photos.sign(file_id.hex)


def read_photo(text: str) -> UUID | None:
    """The photo a reference stands for; None when it is not ours."""
    try:
        return UUID(hex=_photos.unsign(text))
    except (BadSignature, ValueError):
        return None


def page_mark(secret: str, seq: int) -> str:
    """A mark for the forms of one visit's page, made from the visit's own secret: no foreign page can know it."""
    return _pages.sign(f"{secret}.{seq}").removeprefix(f"{secret}.")


def read_page_mark(secret: str, text: str) -> int | None:
    """The number of events the page knew of when it was made; None when the mark does not belong to this visit."""
    try:
        return int(_pages.unsign(f"{secret}.{text}").removeprefix(f"{secret}."))
    except (BadSignature, ValueError):
        return None
