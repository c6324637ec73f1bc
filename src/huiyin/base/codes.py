"""Codes that people copy by hand: the public number of a case and the secret claim code of its owner.

Both use Crockford base 32 (no I, L, O, U). Every group ends in a check symbol made in GF(32), which catches each
single wrong symbol and each swap of neighbours; the group's place is mixed in, so swapped groups are caught too.

A claim code carries 125 random bits. From 112 bits a plain hash is enough to store a secret (OWASP ASVS 5.0, 6.5.2),
which keeps looking one up cheap: a slow hash adds nothing against 2^125 guesses.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 5
DATA_PER_GROUP = 5
CLAIM_SYMBOLS = GROUPS * (DATA_PER_GROUP + 1)
CLAIM_BITS = GROUPS * DATA_PER_GROUP * 5

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_SEPARATORS = frozenset(" -–—_.·\t\n\r　")


def _double(value: int) -> int:
    """Multiply by x in GF(32) = GF(2)[x]/(x^5 + x^2 + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _check(values: list[int], place: int) -> int:
    total = place + 1
    for value in values:
        total = _double(total) ^ value
    return _double(total)


class BadCode(ValueError):
    """A code that cannot be right. `problem`: empty, length, symbol or check; `group` counts from 1 (0: the whole)."""

    def __init__(self, problem: str, group: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.group = group


def claim_code(secret: bytes, door: str, key: str) -> str:
    """The claim code for one submission, in five groups of six symbols.

    It is derived from the submission's idempotency key with a secret of this deployment, so that sending the same
    form twice shows the same code although only its hash is stored. `key` must be kept secret by whoever sends it.
    """
    digest = hmac.new(secret, b"huiyin/claim/v1\0" + door.encode() + b"\0" + key.encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big") >> (256 - CLAIM_BITS)
    values = [(number >> (5 * i)) & 31 for i in reversed(range(GROUPS * DATA_PER_GROUP))]
    groups = []
    for place in range(GROUPS):
        part = values[place * DATA_PER_GROUP : (place + 1) * DATA_PER_GROUP]
        groups.append("".join(ALPHABET[v] for v in [*part, _check(part, place)]))
    return "-".join(groups)


def parse_claim(text: str) -> str:
    """The code as it was given out, however it was typed: lower case, full width, O for 0, any separators.

    Raises BadCode naming the first group that cannot be right.
    """
    symbols = [s for s in unicodedata.normalize("NFKC", text).upper() if s not in _SEPARATORS]
    if not symbols:
        raise BadCode("empty")
    for position, symbol in enumerate(symbols):
        if symbol not in _VALUE:
            raise BadCode("symbol", min(position // (DATA_PER_GROUP + 1) + 1, GROUPS))
    if len(symbols) != CLAIM_SYMBOLS:
        raise BadCode("length")
    values = [_VALUE[s] for s in symbols]
    groups = []
    for place in range(GROUPS):
        part = values[place * (DATA_PER_GROUP + 1) : (place + 1) * (DATA_PER_GROUP + 1)]
        if _check(part[:-1], place) != part[-1]:
            raise BadCode("check", place + 1)
        groups.append("".join(ALPHABET[v] for v in part))
    return "-".join(groups)


def claim_hash(code: str) -> bytes:
    """What is stored of a claim code (32 bytes)."""
    return hashlib.sha256(b"huiyin/claim-hash/v1\0" + code.replace("-", "").encode()).digest()


def public_number(year: int, random: bytes) -> str:
    """A case number to say aloud, like 26-K7Q4-9XM3: two digits of the year, 35 random bits, a check symbol."""
    number = int.from_bytes(random[:5], "big") >> 5
    values = [(number >> (5 * i)) & 31 for i in reversed(range(7))]
    symbols = "".join(ALPHABET[v] for v in [*values, _check(values, year % 31)])
    return f"{year % 100:02d}-{symbols[:4]}-{symbols[4:]}"


def parse_number(text: str) -> str:
    """The public number however it was typed. Raises BadCode."""
    symbols = [s for s in unicodedata.normalize("NFKC", text).upper() if s not in _SEPARATORS]
    if len(symbols) != 10:
        raise BadCode("empty" if not symbols else "length")
    if any(s not in _VALUE for s in symbols) or not "".join(symbols[:2]).isdigit():
        raise BadCode("symbol")
    year = 2000 + int("".join(symbols[:2]))
    values = [_VALUE[s] for s in symbols[2:]]
    if _check(values[:-1], year % 31) != values[-1]:
        raise BadCode("check")
    code = "".join(ALPHABET[v] for v in values)
    return f"{''.join(symbols[:2])}-{code[:4]}-{code[4:]}"
