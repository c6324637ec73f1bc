"""The ledger's writes in one place: make an event ready to be stored, seal what was stored, change the key."""

from __future__ import annotations

from huiyin.ledger.errors import SealRefused
from huiyin.ledger.events import Prepared, forget_cache, new_tag, prepare, tag_of
from huiyin.ledger.rotation import rotate_key
from huiyin.ledger.sealing import Sealed, seal

__all__ = [
    "Prepared",
    "SealRefused",
    "Sealed",
    "forget_cache",
    "new_tag",
    "prepare",
    "rotate_key",
    "seal",
    "tag_of",
]
