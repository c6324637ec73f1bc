"""Changing the log's signing key: announced inside the log, handed over by one checkpoint that both keys sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huiyin.base.transaction import write
from huiyin.ledger import files, keys, streams
from huiyin.ledger.models import Entry
from huiyin.ledger.sealing import KEY_ROTATED, Sealed, seal

#: The stream of the log's own events.
OWN = "ledger"


def rotate_key(now: datetime, actor: Mapping[str, Any] | None = None) -> Sealed:
    """Make a new key, record the list of trusted keys in the log, and publish a checkpoint signed by old and new.

    Interrupted anywhere, it is finished by calling it again. Afterwards the old private key is gone; what it signed
    stays valid because the log itself names both keys. Raises SealRefused when the log may not be sealed.
    """
    log = files.here()
    seal(now)  # whatever is wrong shows before anything changes; the first checkpoint ever is by the first key
    with log.locked():
        ring = keys.prepare_following(keys.load(published=True))
        write(lambda: _announce(ring, now, actor or {"role": "system"}))
    while True:  # a long backlog takes several checkpoints until the announcement is among the sealed
        sealed = seal(now)
        if sealed is None:
            raise RuntimeError("the new key was announced but nothing is left to seal")
        if keys.load(published=True).following is None:
            return sealed


def _announce(ring: keys.KeyRing, now: datetime, actor: Mapping[str, Any]) -> None:
    if ring.following is None:
        raise ValueError("there is no new key to announce")
    facts = {
        "old": ring.current.key.text,
        "new": ring.following.key.text,
        "trusted": [key.text for key in ring.trusted],
    }
    earlier = Entry.objects.filter(stream=streams.stream_of(OWN), kind=KEY_ROTATED)
    if any(entry.body["new"] == facts["new"] for entry in earlier):
        return
    streams.append(OWN, KEY_ROTATED, now, actor, facts)
