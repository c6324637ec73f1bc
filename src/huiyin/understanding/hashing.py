"""Character n-grams as numbers: the common ground of the classifier, the same-matter search and the issues.

N-grams are hashed, so a model file holds no text and nothing that could be read back. The same text gives the same
numbers on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]

_MIX = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)
_SEED = (np.uint64(0), np.uint64(0xA0761D6478BD642F), np.uint64(0xE7037ED1A0B428DB), np.uint64(0x8EBC6AF09C88C6E3))


def codes(text: str) -> Codes:
    """The code points of a text, one number each. Lone surrogates count like any other character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)


def grams(points: Codes, size: int) -> Codes:
    """The hashes (64 bits) of every run of `size` characters, 1 to 3, in reading order."""
    count = len(points) - size + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64)
    mixed = points[:count] * _MIX + _SEED[size]
    for at in range(1, size):
        mixed ^= mixed >> _SHIFT
        mixed = (mixed + points[at : at + count]) * _STEP
    mixed ^= mixed >> _SHIFT
    mixed *= _MIX
    return mixed


def bucket(hashes: Codes, bits: int) -> NDArray[np.int64]:
    """The top `bits` bits of each hash: a place in a table of 2**bits rows."""
    return (hashes >> np.uint64(64 - bits)).astype(np.int64)
