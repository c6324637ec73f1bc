"""Envelope encryption: a key per case (DEK) encrypts its words; a key of the deployment (KEK) wraps the DEKs.

AES-256-GCM everywhere. The associated data names what is sealed, so that a box moved to another row cannot be opened.
KEKs are files in HUIYIN_HOME/keys/vault, never in the database: destroying a DEK and, at the next rotation, its KEK
makes the words unreadable in every backup and log file too.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class CannotOpen(Exception):
    """The box cannot be opened: wrong place, wrong key, altered, or its key was destroyed."""


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(32)


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    """Setting up a cipher costs more than sealing a few words with it, and the words of one case come together."""
    return AESGCM(key)


def seal(key: bytes, plain: bytes, about: bytes) -> bytes:
    """nonce || ciphertext || tag. `about` must be given again to open it."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(key).encrypt(nonce, plain, about)


def unseal(key: bytes, box: bytes, about: bytes) -> bytes:
    """The plain bytes. Raises CannotOpen."""
    try:
        return _cipher(key).decrypt(bytes(box[:NONCE]), bytes(box[NONCE:]), about)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("wrong key or altered box") from error


@dataclass(frozen=True)
class Wrapped:
    """A DEK as it is stored: which KEK wrapped it, and the box."""

    kek: str
    box: bytes


class Keyring:
    """The KEKs of one deployment. The newest wraps; all open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keys: dict[str, bytes] = {}
        self._current = ""
        self._seen = 0

    def ensure(self) -> str:
        """Make the first KEK when there is none; returns the name of the current one."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not any(self.folder.glob("*.key")):
            self.rotate()
        return self.current

    def rotate(self) -> str:
        """Make a new KEK that wraps from now on; returns its name. Old ones still open."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = max((int(p.stem) for p in self.folder.glob("*.key") if p.stem.isdigit()), default=0) + 1
        name = f"{number:04d}"
        path = self.folder / f"{name}.key"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(32))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return name

    def destroy(self, name: str) -> None:
        """Overwrite and remove a KEK that wraps nothing any more. The current one cannot be destroyed."""
        if name == self.current:
            raise ValueError("the current key cannot be destroyed")
        path = self.folder / f"{name}.key"
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        self._keys.pop(name, None)

    def names(self) -> list[str]:
        return sorted(p.stem for p in self.folder.glob("*.key"))

    @property
    def current(self) -> str:
        """The newest KEK. The folder's time is looked at every time, so a rotation by another process takes effect at
        once: otherwise a server could go on wrapping under a key that is about to be destroyed."""
        try:
            seen = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            seen = 0
        if not self._current or seen != self._seen:
            names = self.names()
            if not names:
                raise CannotOpen("no vault key: run `huiyin setup`")
            self._current, self._seen = names[-1], seen
        return self._current

    def made_at(self, name: str) -> float:
        """When a KEK was made, in seconds since 1970."""
        return (self.folder / f"{name}.key").stat().st_mtime

    def _key(self, name: str) -> bytes:
        key = self._keys.get(name)
        if key is None:
            try:
                key = (self.folder / f"{name}.key").read_bytes()
            except FileNotFoundError as error:
                raise CannotOpen(f"vault key {name} is missing") from error
            self._keys[name] = key
        return key

    def wrap(self, dek: bytes, about: bytes) -> Wrapped:
        name = self.current
        return Wrapped(name, seal(self._key(name), dek, b"huiyin/dek/v1|" + about))

    def unwrap(self, wrapped: Wrapped, about: bytes) -> bytes:
        return unseal(self._key(wrapped.kek), wrapped.box, b"huiyin/dek/v1|" + about)
