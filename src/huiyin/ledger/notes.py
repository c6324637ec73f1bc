"""Signed notes and checkpoints: C2SP signed-note, tlog-checkpoint, and tlog-cosignature (Ed25519). No Django here.

A note is a text and signature lines. Several keys may sign one note: the log, the log's successor key while keys are
handed over, and later witnesses. Unknown signatures are ignored, as the specification demands.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: Signature types (signed-note, "Signature types").
ED25519, COSIGNATURE = 0x01, 0x04

#: More signatures than this are refused; the specification demands at least 16.
MOST_SIGNATURES = 64
LARGEST_NOTE = 1_000_000

_DASH = "\u2014 "
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteError(ValueError):
    """The note is malformed, or no trusted key signed it."""


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """The 4 bytes SHA-256(name ‖ newline ‖ type ‖ public key) begins with (signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:4]


def _decode(text: str) -> bytes:
    """Standard base64 in its one canonical spelling."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise NoteError("not base64") from error
    if b64encode(data).decode() != text:
        raise NoteError("base64 in an unusual spelling")
    return data


@dataclass(frozen=True)
class Key:
    """A public key with its name; `algorithm` says what it signs: notes (0x01) or cosignatures with a time (0x04)."""

    name: str
    public: bytes
    algorithm: int = ED25519

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.algorithm, self.public)

    @property
    def text(self) -> str:
        """The verifier key as one line: name+id+base64(type ‖ key)."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.algorithm]) + self.public).decode()}"

    def clock(self) -> Key:
        """The same key as a cosigner: what the log's own time is signed with."""
        return Key(self.name, self.public, COSIGNATURE)

    @classmethod
    def parse(cls, text: str) -> Key:
        """Raises NoteError unless `text` is a verifier key of type 0x01 or 0x04 whose id fits."""
        parts = text.split("+", 2)
        if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or not re.fullmatch(r"[0-9a-f]{8}", parts[1]):
            raise NoteError("not a verifier key")
        material = _decode(parts[2])
        if len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):
            raise NoteError("a verifier key of an unknown type")
        key = cls(parts[0], material[1:], material[0])
        if key.id.hex() != parts[1]:
            raise NoteError("the id does not belong to the key")
        return key

    def check(self, signature: bytes, text: str) -> int | None:
        """Verify; returns the signed time in Unix seconds for a cosignature, None for a note. NoteError if it fails."""
        time: int | None = None
        message = text.encode()
        if self.algorithm == COSIGNATURE:
            if len(signature) != 72:
                raise NoteError("a cosignature has 72 bytes")
            time = int.from_bytes(signature[:8], "big")
            if time >= 2**63:
                raise NoteError("a time beyond all times")
            message = cosigned_message(text, time)
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise NoteError("the signature is not by that key") from error
        return time


def cosigned_message(text: str, time: int) -> bytes:
    """What a 0x04 signature signs: a header line, a time line, the checkpoint's body (tlog-cosignature)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


class Signer:
    """A private key that signs under one name."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not _NAME.fullmatch(name) or name == "cosignature/v1":
            raise NoteError("a key's name has no spaces and no plus sign")
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(name, self._private.public_key().public_bytes_raw())

    @property
    def secret_text(self) -> str:
        """The private key as one line, the form Go's note package writes."""
        material = b64encode(bytes([ED25519]) + self._seed).decode()
        return f"PRIVATE+KEY+{self.key.name}+{self.key.id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> Signer:
        """Raises NoteError unless `text` is a private key line of type 0x01 whose id fits."""
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
            raise NoteError("not a private key")
        material = _decode(parts[4])
        if len(material) != 33 or material[0] != ED25519:
            raise NoteError("a private key of an unknown type")
        signer = cls(parts[2], material[1:])
        if signer.key.id.hex() != parts[3]:
            raise NoteError("the id does not belong to the key")
        return signer

    def sign(self, text: str) -> str:
        """A signature line of type 0x01 over the note's text."""
        return _line(self.key.name, self.key.id + self._private.sign(text.encode()))

    def cosign(self, text: str, time: int) -> str:
        """A signature line of type 0x04 over the text and `time` (Unix seconds)."""
        stamped = time.to_bytes(8, "big") + self._private.sign(cosigned_message(text, time))
        return _line(self.key.name, self.key.clock().id + stamped)


def _line(name: str, signature: bytes) -> str:
    return f"{_DASH}{name} {b64encode(signature).decode()}\n"


@dataclass(frozen=True)
class Signature:
    """One signature line: `id` is 4 bytes, `data` what follows them."""

    name: str
    id: bytes
    data: bytes


def join(text: str, lines: Iterable[str]) -> str:
    """The signed note of a text (which must end in a newline) and its signature lines."""
    if not text.endswith("\n"):
        raise NoteError("a note's text ends in a newline")
    return text + "\n" + "".join(lines)


def split(note: str) -> tuple[str, list[Signature]]:
    """Text and signatures of a note. Raises NoteError when malformed; nothing is verified here."""
    if len(note) > LARGEST_NOTE:
        raise NoteError("the note is too large")
    if any(ord(char) < 0x20 and char != "\n" for char in note):
        raise NoteError("control characters in the note")
    at = note.rfind("\n\n")
    if at < 0 or not note.endswith("\n"):
        raise NoteError("no signatures")
    text, tail = note[: at + 1], note[at + 2 :]
    signatures = []
    for line in tail[:-1].split("\n") if tail else []:
        name, _, data = line.removeprefix(_DASH).partition(" ")
        raw = _decode(data)
        if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(raw) < 5:
            raise NoteError("a malformed signature line")
        signatures.append(Signature(name, raw[:4], raw[4:]))
    if not 0 < len(signatures) <= MOST_SIGNATURES:
        raise NoteError("no signatures, or too many")
    return text, signatures


@dataclass(frozen=True)
class Opened:
    """A note that at least one trusted key signed. `times` holds the times cosigning keys signed, in Unix seconds."""

    text: str
    signed_by: tuple[Key, ...]
    times: tuple[tuple[Key, int], ...]

    def signed_by_key(self, key: Key) -> bool:
        return key in self.signed_by


def open_note(note: str, keys: Sequence[Key]) -> Opened:
    """Verify against `keys`. A signature by a known key that fails spoils the note; so does the absence of any."""
    text, signatures = split(note)
    by = {(key.name, key.id): key for key in keys}
    signed: list[Key] = []
    times: list[tuple[Key, int]] = []
    for signature in signatures:
        key = by.get((signature.name, signature.id))
        if key is None or key in signed:
            continue
        time = key.check(signature.data, text)
        signed.append(key)
        if time is not None:
            times.append((key, time))
    if not signed:
        raise NoteError("no trusted key signed this note")
    return Opened(text, tuple(signed), tuple(times))


@dataclass(frozen=True)
class Head:
    """The three lines of a checkpoint."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Raises NoteError unless `text` is a checkpoint body. Extension lines are refused: this log writes none."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise NoteError("not a checkpoint of three lines")
        root = _decode(lines[2])
        if len(root) != 32:
            raise NoteError("a root has 32 bytes")
        return cls(lines[0], int(lines[1]), root)


@dataclass(frozen=True)
class SignedHead:
    """A verified checkpoint: what it says, when the log's own clock signed it, and by which log keys."""

    head: Head
    time: int
    keys: tuple[Key, ...]
    note: str


def sign_head(head: Head, time: int, signers: Sequence[Signer]) -> str:
    """The checkpoint note: every signer signs the body, and signs it again with the time as a cosigner."""
    lines = [signer.sign(head.text) for signer in signers]
    lines += [signer.cosign(head.text, time) for signer in signers]
    return join(head.text, lines)


def open_head(note: str, keys: Sequence[Key], origin: str | None = None) -> SignedHead:
    """Verify a checkpoint of this product's logs: signed by one of the log's `keys` (type 0x01), with that key's time.

    Raises NoteError; also when `origin` is given and is another log's.
    """
    opened = open_note(note, [*keys, *(key.clock() for key in keys)])
    head = Head.parse(opened.text)
    if origin is not None and head.origin != origin:
        raise NoteError("a checkpoint of another log")
    signed = tuple(key for key in opened.signed_by if key.algorithm == ED25519)
    times = {time for key, time in opened.times if Key(key.name, key.public) in signed}
    if not signed or len(times) != 1:
        raise NoteError("the log's own signature or time is missing")
    return SignedHead(head, times.pop(), signed, note)
