"""Salted commitments: what the public log carries in place of a value that may one day be erased."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

SALT_BYTES = 32
_PREFIX = b"huiyin/commit/v1\x00"
_DERIVE = b"huiyin/salt/v1\x00"

#: Labels with a meaning of their own: the facts of an event, who acted, and the case an event belongs to.
BODY, ACTOR, CASE = "body", "actor", "case"
RESERVED = frozenset({BODY, ACTOR, CASE})


def new_salt() -> bytes:
    """32 fresh random bytes. Never use one salt for two fields: opening one would help to guess the other."""
    return os.urandom(SALT_BYTES)


def commit(label: str, value: bytes, salt: bytes) -> bytes:
    """SHA-256("huiyin/commit/v1" ‖ 0 ‖ salt ‖ length of label ‖ label ‖ value), 32 bytes.

    The length of the UTF-8 label is 2 bytes, big-endian, so that no label and value run into one another.
    Raises ValueError for a salt that is not 32 bytes or a label that is empty or longer than 65,535 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(b"".join((_PREFIX, salt, _named(label), value))).digest()


@lru_cache(maxsize=256)
def _named(label: str) -> bytes:
    """A label with its length before it."""
    name = label.encode()
    if not 0 < len(name) <= 0xFFFF:
        raise ValueError("a label has 1 to 65,535 bytes")
    return len(name).to_bytes(2, "big") + name


def matches(commitment: str, label: str, value: bytes, salt: bytes) -> bool:
    """Whether `commitment` (64 hexadecimal digits) is the commitment of this label, value and salt."""
    if len(salt) != SALT_BYTES or not label:
        return False
    return hmac.compare_digest(commit(label, value, salt).hex().encode(), commitment.encode())


def derived_salt(secret: bytes, label: str) -> bytes:
    """The salt of one of the two fields every event has, made from the event's own 32 secret bytes (`Entry.body_salt`).

    One way: showing the salt of the facts tells nothing about the salt of the actor, so the one can be opened without
    the other, and a row keeps one secret in place of two.
    """
    return hashlib.sha256(_DERIVE + label.encode() + b"\x00" + secret).digest()


@dataclass(frozen=True)
class Opening:
    """A value and its salt: whoever holds them can show that this value is what the log committed to."""

    label: str
    value: bytes
    salt: bytes

    @property
    def commitment(self) -> str:
        """The 64 hexadecimal digits to find in the leaf."""
        return commit(self.label, self.value, self.salt).hex()

    def to_json(self) -> dict[str, str]:
        """`text` when the value is UTF-8 that survives the journey unchanged, `base64` otherwise."""
        shown = {"label": self.label, "salt": self.salt.hex()}
        try:
            shown["text"] = self.value.decode()
        except UnicodeDecodeError:
            shown["base64"] = b64encode(self.value).decode()
        return shown

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Opening:
        """Raises ValueError or KeyError when the mapping is not one that `to_json` makes."""
        value = b64decode(data["base64"], validate=True) if "base64" in data else str(data["text"]).encode()
        return cls(str(data["label"]), value, bytes.fromhex(data["salt"]))
