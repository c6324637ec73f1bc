"""QR codes of short addresses, quickly: the same picture as segno's, for a tenth of the time.

A receipt is drawn while somebody waits, and a general encoder spends milliseconds on what is the same for every
receipt: the fixed patterns, the walk through the symbol, the choice among eight masks (readers take any). So segno
draws one symbol of each length, and every other symbol of that length is that one with the differing bits turned: the
error correction is linear, so the difference of two symbols is the symbol of the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import segno
from numpy.typing import NDArray
from segno import consts

#: Any of the eight is allowed (ISO/IEC 18004:2015 §7.8); readers learn from the symbol which one it is.
MASK = 4
#: Light modules around the symbol; the standard's four include the white of the page around the picture.
BORDER = 2
#: Error correction level M, byte mode. Version → (error correction bytes of a block, data bytes of each block):
#: ISO/IEC 18004:2015, table 9.
BLOCKS: dict[int, tuple[int, tuple[int, ...]]] = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32, 32)),
    5: (24, (43, 43)),
    6: (16, (27, 27, 27, 27)),
    7: (18, (31, 31, 31, 31)),
    8: (22, (38, 38, 39, 39)),
    9: (22, (36, 36, 36, 37, 37)),
}
#: Longest address this draws, in bytes (version 9, level M).
LONGEST = 180

_DATA = (consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT)


def _powers() -> tuple[list[int], list[int]]:
    """Powers of 2 in GF(2⁸) modulo x⁸+x⁴+x³+x²+1, and their logarithms (§7.5.2)."""
    powers, logs, value = [0] * 510, [0] * 256, 1
    for n in range(255):
        powers[n] = powers[n + 255] = value
        logs[value] = n
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return powers, logs


_POWERS, _LOGS = _powers()


@lru_cache(maxsize=16)
def _steps(width: int) -> tuple[int, ...]:
    """byte → that byte times the generator polynomial of `width` correction bytes, as one integer without its head."""
    generator = [1]
    for n in range(width):
        longer = [*generator, 0]
        for place, part in enumerate(generator):
            if part:
                longer[place + 1] ^= _POWERS[_LOGS[part] + n]
        generator = longer
    return tuple(
        int.from_bytes(bytes(_POWERS[_LOGS[part] + _LOGS[byte]] if byte and part else 0 for part in generator[1:]))
        for byte in range(256)
    )


def _correction(data: bytes, width: int) -> bytes:
    """Reed–Solomon: the remainder of data·x^width by the generator polynomial."""
    steps, keep, top, rest = _steps(width), (1 << 8 * width) - 1, 8 * (width - 1), 0
    for byte in data:
        rest = (rest << 8 & keep) ^ steps[byte ^ rest >> top]
    return rest.to_bytes(width)


@dataclass(frozen=True)
class _Shape:
    """Everything that symbols of one length share."""

    model: bytes  # the text of the symbol drawn by segno
    modules: NDArray[np.uint8]  # that symbol, one byte a module, row after row
    side: int
    places: NDArray[np.intp]  # where the bits of the codewords stand, in their order
    version: int


@lru_cache(maxsize=32)
def _shape(length: int) -> _Shape:
    # Lower-case letters keep segno in byte mode.
    model = "a" * length
    symbol = segno.make(model, error="m", mode="byte", mask=MASK, micro=False, boost_error=False)
    kinds = [list(row) for row in symbol.matrix_iter(border=0, verbose=True)]
    side = len(kinds)
    kinds[8][side - 9] = consts.TYPE_DATA_DARK  # segno says "format" for one module too many here
    walk: list[int] = []
    upwards = True
    columns = [column for column in range(side - 1, 0, -1) if column != 6]  # the timing pattern's column is skipped
    columns = [*columns, 0]
    for right, left in zip(columns[::2], columns[1::2], strict=True):
        for row in range(side - 1, -1, -1) if upwards else range(side):
            walk += [row * side + column for column in (right, left) if kinds[row][column] in _DATA]
        upwards = not upwards
    modules = np.frombuffer(b"".join(bytes(row) for row in symbol.matrix), dtype=np.uint8)
    return _Shape(model.encode(), modules, side, np.array(walk, dtype=np.intp), int(symbol.version))


def modules(address: str) -> list[bytes]:
    """The rows of the symbol, one byte a module, 1 for dark. ValueError for an empty or too long address."""
    return [row.tobytes() for row in _drawn(address)]


def _drawn(address: str) -> NDArray[np.uint8]:
    """The symbol as a square of modules."""
    text = address.encode()
    if not 0 < len(text) <= LONGEST:
        raise ValueError(f"1 to {LONGEST} bytes")
    shape = _shape(len(text))
    width, sizes = BLOCKS[shape.version]
    differs = int.from_bytes(text) ^ int.from_bytes(shape.model)
    total = sum(sizes)
    # 4 bits of mode and 8 of length come first and are the same; so is what fills the rest.
    data = (differs << 8 * (total - len(text)) - 12).to_bytes(total)
    blocks, start = [], 0
    for size in sizes:
        blocks.append(data[start : start + size])
        start += size
    corrections = [_correction(block, width) for block in blocks]
    codewords = bytearray()
    for place in range(max(sizes)):
        codewords += bytes(block[place] for block in blocks if place < len(block))
    for place in range(width):
        codewords += bytes(correction[place] for correction in corrections)
    bits = np.unpackbits(np.frombuffer(codewords, dtype=np.uint8))
    drawn = shape.modules.copy()
    drawn[shape.places[: len(bits)]] ^= bits
    return drawn.reshape(shape.side, shape.side)


@lru_cache(maxsize=16)
def _pens(side: int) -> tuple[str, ...]:
    """Place in a symbol with one light column more on its right → the pen set down there."""
    return tuple(f"M{column + BORDER} {row + BORDER}.5h" for row in range(side) for column in range(side + 1))


_LENGTHS = tuple(str(length) for length in range(256))


def picture(address: str) -> str:
    """The symbol as an SVG inside a data: address, for an <img>; one stroke for each run of dark modules."""
    drawn = _drawn(address)
    wide = len(drawn)
    # One light column more: no run of dark modules goes on into the next row.
    turns = np.diff(np.pad(drawn, ((0, 0), (0, 1))).ravel().view(np.int8), prepend=np.int8(0))
    starts, ends = np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)
    pens = _pens(wide)
    strokes = "".join(
        [
            pens[start] + _LENGTHS[length]
            for start, length in zip(starts.tolist(), (ends - starts).tolist(), strict=True)
        ]
    )
    side = wide + 2 * BORDER
    return (
        f"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {side} {side}'%3E"
        f"%3Cpath fill='%23fff' d='M0 0h{side}v{side}H0z'/%3E"
        f"%3Cpath stroke='%23000' shape-rendering='crispEdges' d='{strokes}'/%3E%3C/svg%3E"
    )
