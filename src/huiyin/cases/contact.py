"""How a person can be reached: a small JSON text that lives in the vault and nowhere else."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass

from huiyin.base.errors import Refusal

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,}")
_PHONE = re.compile(r"\+?\d{5,15}")


@dataclass(frozen=True, slots=True)
class Contact:
    """All fields optional; `prefer` is how to send notices: sms, email or phone (a person calls)."""

    name: str = ""
    phone: str = ""
    email: str = ""
    prefer: str = ""
    language: str = ""

    def as_json(self) -> str:
        """Canonical text; empty when there is nothing in it."""
        data = {k: v for k, v in asdict(self).items() if v}
        if not data.keys() - {"prefer", "language"}:
            return ""
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Contact:
        return cls(**json.loads(text)) if text else cls()

    @property
    def channel(self) -> tuple[str, str]:
        """(channel, address) for an automatic notice; empty when a person would have to call."""
        if self.email and self.prefer != "sms":
            return "email", self.email
        if self.phone and self.prefer != "phone":
            return "sms", self.phone
        return "", ""


def read_contact(
    *, name: str = "", phone: str = "", email: str = "", prefer: str = "", language: str = "zh"
) -> Contact:
    """A contact as typed, tidied. Raises Refusal naming the field that cannot be right; nothing is required."""
    number = re.sub(r"[\s().\-–—]", "", unicodedata.normalize("NFKC", phone))
    if number and not _PHONE.fullmatch(number):
        raise Refusal("phone_cannot_be_right")
    address = unicodedata.normalize("NFKC", email).strip()
    if address and not _EMAIL.fullmatch(address):
        raise Refusal("email_cannot_be_right")
    if len(name) > 60:
        raise Refusal("name_too_long")
    if prefer not in ("", "sms", "email", "phone"):
        raise Refusal("unknown_channel")
    return Contact(name=" ".join(name.split()), phone=number, email=address, prefer=prefer, language=language)
