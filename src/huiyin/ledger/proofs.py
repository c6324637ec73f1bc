"""The `.tlog-proof` text (C2SP tlog-proof): a leaf's path and the signed checkpoint, checked without a network."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.ledger import notes, tree

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Proof:
    """A parsed proof; nothing is verified yet. `path` runs from the leaf's sibling up to the root's child."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    @property
    def text(self) -> str:
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [b64encode(step).decode() for step in self.path]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def parse(text: str) -> Proof:
    """Raises notes.NoteError when the text is not a proof."""
    front, gap, checkpoint = text.partition("\n\n")
    lines = front.split("\n")
    if not gap or lines.pop(0) != HEADER or not lines:
        raise notes.NoteError("not a tlog-proof")
    try:
        extra = None
        if lines[0].startswith("extra "):
            extra = b64decode(lines.pop(0).removeprefix("extra "), validate=True)
        index = _INDEX.fullmatch(lines.pop(0))
        path = tuple(b64decode(line, validate=True) for line in lines)
    except (Base64Error, ValueError, IndexError) as error:
        raise notes.NoteError("a malformed tlog-proof") from error
    if index is None or len(path) > 63 or any(len(step) != tree.HASH_BYTES for step in path):
        raise notes.NoteError("a malformed tlog-proof")
    return Proof(int(index[1]), path, checkpoint, extra)


def verify(proof: Proof, leaf: bytes, keys: Sequence[notes.Key], origin: str | None = None) -> notes.SignedHead:
    """Check that `leaf` (its exact bytes) is in the log under a checkpoint signed by one of `keys`.

    Returns the verified checkpoint; raises notes.NoteError or tree.ProofError.
    """
    signed = notes.open_head(proof.checkpoint, keys, origin)
    tree.verify_inclusion(tree.leaf_hash(leaf), proof.index, signed.head.size, proof.path, signed.head.root)
    return signed
