"""The log's signing keys: one at a time, two while one hands over to the next.

HUIYIN_HOME/keys/log/<id>.key holds a private key (mode 600), `state.json` says which one signs and which comes next,
HUIYIN_HOME/log/keys is the public list, newest first.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace

from django.conf import settings

from huiyin.ledger import files, notes
from huiyin.ledger.errors import SealRefused


@dataclass(frozen=True)
class KeyRing:
    """The keys of this log. `current` signs; `following` signs beside it once its announcement is sealed."""

    current: notes.Signer
    following: notes.Signer | None
    #: Every public key that ever signed this log, newest first, `current` and `following` among them.
    trusted: tuple[notes.Key, ...]

    @property
    def origin(self) -> str:
        return self.current.key.name


def origin() -> str:
    """The name in the first line of this log's checkpoints."""
    name: str = settings.CONFIG.log_name
    return name


def load(*, published: bool) -> KeyRing:
    """The key ring, made now when there is none and nothing was `published`; SealRefused("key_missing") otherwise."""
    folder = files.keys_folder()
    try:
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        current = notes.Signer.parse((folder / f"{state['current']}.key").read_text(encoding="utf-8"))
        following = None
        if state["following"]:
            following = notes.Signer.parse((folder / f"{state['following']}.key").read_text(encoding="utf-8"))
    except FileNotFoundError:
        if published:
            raise SealRefused("key_missing") from None
        signer = _new_signer(origin())
        ring = KeyRing(signer, None, (signer.key,))
        _save(ring)
        return ring
    return KeyRing(current, following, tuple(notes.Key.parse(text) for text in state["trusted"]))


def trusted() -> tuple[notes.Key, ...]:
    """The public keys of this log, newest first; empty before the first one is made. Needs no private key."""
    text = public_text()
    return tuple(notes.Key.parse(line) for line in text.split("\n") if line)


def public_text() -> str:
    """The public list as served at /log/keys: one verifier key a line."""
    try:
        return (files.here().folder / "keys").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def prepare_following(ring: KeyRing) -> KeyRing:
    """Make the next key (or keep the one made before an interruption) and remember it."""
    if ring.following is not None:
        return ring
    signer = _new_signer(ring.origin)
    ring = replace(ring, following=signer, trusted=(signer.key, *ring.trusted))
    _save(ring)
    return ring


def finish_rotation(ring: KeyRing) -> KeyRing:
    """After the hand-over checkpoint is published: the next key is the only one, the old private key is deleted."""
    if ring.following is None:
        raise ValueError("no change of keys is under way")
    old = ring.current
    ring = replace(ring, current=ring.following, following=None)
    _save(ring)
    (files.keys_folder() / f"{old.key.id.hex()}.key").unlink(missing_ok=True)
    return ring


def publish(ring: KeyRing) -> None:
    """Write the public list where it is served from, when it is not there as it should be."""
    text = "".join(f"{key.text}\n" for key in ring.trusted)
    files.here().write({"keys": text.encode()})


def _new_signer(name: str) -> notes.Signer:
    signer = notes.Signer(name, os.urandom(32))
    files.write_secret(files.keys_folder() / f"{signer.key.id.hex()}.key", signer.secret_text + "\n")
    return signer


def _save(ring: KeyRing) -> None:
    state = {
        "current": ring.current.key.id.hex(),
        "following": ring.following.key.id.hex() if ring.following else "",
        "trusted": [key.text for key in ring.trusted],
    }
    files.write_secret(files.keys_folder() / "state.json", json.dumps(state, indent=1) + "\n")
