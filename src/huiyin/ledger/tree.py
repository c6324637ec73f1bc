"""The Merkle tree of RFC 6962 in tiles of 256 (C2SP tlog-tiles): building, reading, proving, checking. No Django here.

A tree is never held whole. To append, one needs its *edge*: the unfinished tile of every level. To prove, one reads a
few tiles. `hashes` are SHA-256 digests of 32 bytes throughout; sizes and indexes count leaves.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

HASH_BYTES = 32
TILE_WIDTH = 256
EMPTY_ROOT = hashlib.sha256(b"").digest()


class ProofError(ValueError):
    """A proof does not prove what it claims."""


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 §2.1: SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    sha256 = hashlib.sha256
    above = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
    if len(level) % 2:
        above.append(level[-1])
    return above


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Root over `hashes` in order; every one but the last must stand for an equally large full subtree.

    Carrying the odd one up unchanged is the same tree as RFC 6962's split at the largest power of two.
    """
    if not hashes:
        return EMPTY_ROOT
    level = hashes
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def tile_width(level: int, index: int, size: int) -> int:
    """How many hashes tile `index` of `level` has in a tree of `size` leaves: 0 to 256."""
    return max(0, min(TILE_WIDTH, (size >> (8 * level)) - index * TILE_WIDTH))


def tile_number(index: int) -> str:
    """Tile index as a path: 1234067 → x001/x234/067 (tlog-tiles)."""
    text = f"{index % 1000:03d}"
    while index := index // 1000:
        text = f"x{index % 1000:03d}/{text}"
    return text


def tile_path(level: int | str, index: int, width: int) -> str:
    """Path of a tile under the log's address; level "entries" names an entry bundle."""
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{tile_number(index)}{partial}"


@dataclass(frozen=True)
class Tile:
    """One tile to store: `data` is its hashes one after another, 32 to 8,192 bytes."""

    level: int
    index: int
    data: bytes

    @property
    def width(self) -> int:
        return len(self.data) // HASH_BYTES

    @property
    def path(self) -> str:
        return tile_path(self.level, self.index, self.width)


@dataclass
class Edge:
    """The right edge of a growing tree: per level the hashes of the tile that is not full yet (0 to 255 of them)."""

    size: int = 0
    levels: list[list[bytes]] = field(default_factory=list)

    @classmethod
    def read(cls, size: int, read_tile: Callable[[int, int, int], bytes]) -> Edge:
        """The edge of a tree of `size` leaves, from its stored tiles. `read_tile(level, index, width)` may raise."""
        levels = []
        level = 0
        while size >> (8 * level):
            count = size >> (8 * level)
            width = count % TILE_WIDTH
            data = read_tile(level, count // TILE_WIDTH, width) if width else b""
            if len(data) != width * HASH_BYTES:
                raise ValueError(f"tile {tile_path(level, count // TILE_WIDTH, width)} has {len(data)} bytes")
            levels.append([data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)])
            level += 1
        return cls(size, levels)

    def root(self) -> bytes:
        """Root of the tree, from the edge alone."""
        tail: list[bytes] = []
        for hashes in self.levels:
            if hashes or tail:
                tail = [root_of([*hashes, *tail])]
        return tail[0] if tail else EMPTY_ROOT

    def extend(self, hashes: Iterable[bytes]) -> Iterator[Tile]:
        """Append leaf hashes; yields every tile that became full. Exhaust it, then take `partial_tiles`."""
        if not self.levels:
            self.levels.append([])
        bottom = self.levels[0]
        for value in hashes:
            bottom.append(value)
            self.size += 1
            if len(bottom) == TILE_WIDTH:
                yield from self._close(0)
                bottom = self.levels[0]

    def _close(self, level: int) -> Iterator[Tile]:
        full = self.levels[level]
        index = (self.size >> (8 * (level + 1))) - 1
        yield Tile(level, index, b"".join(full))
        self.levels[level] = []
        if level + 1 == len(self.levels):
            self.levels.append([])
        above = self.levels[level + 1]
        above.append(root_of(full))
        if len(above) == TILE_WIDTH:
            yield from self._close(level + 1)

    def partial_tiles(self, since: int = 0) -> Iterator[Tile]:
        """The unfinished tiles that must be stored for this size; those unchanged since size `since` are left out."""
        for level, hashes in enumerate(self.levels):
            if hashes and (self.size >> (8 * level)) != (since >> (8 * level)):
                yield Tile(level, (self.size >> (8 * level)) // TILE_WIDTH, b"".join(hashes))


class Tiles:
    """Reads node hashes of one log out of its tiles and keeps the nodes inside the tiles it has read.

    `read_tile(level, index, width) -> bytes` returns at least `width` hashes (a fuller tile is welcome) or raises.
    At most `keep` tiles are remembered (a full one takes about 40 kB).
    """

    def __init__(self, read_tile: Callable[[int, int, int], bytes], keep: int = 128) -> None:
        self._read = read_tile
        self._keep = keep
        self._nodes: OrderedDict[tuple[int, int], list[list[bytes]]] = OrderedDict()

    def node(self, height: int, index: int, size: int) -> bytes:
        """Hash of the full subtree of 2^`height` leaves that starts at leaf `index`·2^`height`, in a tree of `size`."""
        level, inner = divmod(height, 8)
        tile, position = divmod(index << inner, TILE_WIDTH)
        rows = self._rows(level, tile, tile_width(level, tile, size), position + (1 << inner))
        return rows[inner][position >> inner]

    def _rows(self, level: int, tile: int, width: int, needed: int) -> list[list[bytes]]:
        rows = self._nodes.get((level, tile))
        if rows is not None and len(rows[0]) >= needed:
            self._nodes.move_to_end((level, tile))
            return rows
        if width < needed:
            raise ValueError("the tree is too small for that node")
        data = self._read(level, tile, width)
        bottom = [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]
        if len(bottom) < width or len(data) % HASH_BYTES:
            raise ValueError(f"tile {tile_path(level, tile, width)} has {len(data)} bytes")
        rows = [bottom]
        while len(rows[-1]) > 1:
            row = rows[-1]
            rows.append(_next_level(row[: len(row) // 2 * 2]))
        self._nodes[level, tile] = rows
        if len(self._nodes) > self._keep:
            self._nodes.popitem(last=False)
        return rows

    def subtree(self, start: int, end: int, size: int) -> bytes:
        """RFC 6962's MTH(D[start:end]) in a tree of `size`; the range must be one that a proof asks for."""
        count = end - start
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self.node(height, start >> height, size)
        split = _split(count)
        return node_hash(self.subtree(start, start + split, size), self.subtree(start + split, end, size))

    def root(self, size: int) -> bytes:
        """Root of the tree of the first `size` leaves."""
        return self.subtree(0, size, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """RFC 6962 §2.1.1: the path from leaf `index` to the root of the tree of `size`, sibling of the leaf first."""
        if not 0 <= index < size:
            raise ValueError("the leaf is not in that tree")
        path: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self.subtree(middle, end, size))
                end = middle
            else:
                path.append(self.subtree(start, middle, size))
                start = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """RFC 6962 §2.1.2: proof that the tree of `new` leaves begins with the tree of `old` leaves."""
        if not 0 < old <= new:
            raise ValueError("0 < old <= new")
        path: list[bytes] = []
        start, end, whole = 0, new, True
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self.subtree(middle, end, new))
                end = middle
            else:
                path.append(self.subtree(start, middle, new))
                start, whole = middle, False
        if not whole:
            path.append(self.subtree(start, end, new))
        return path[::-1]


def _split(count: int) -> int:
    """Largest power of two smaller than `count` (which is at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 §2.1.3.2. `leaf` is the leaf's hash. Raises ProofError unless the path leads from it to `root`."""
    if not 0 <= index < size:
        raise ProofError("the index is outside the tree")
    position, last, value = index, size - 1, leaf
    for step in path:
        if last == 0 or len(step) != HASH_BYTES:
            raise ProofError("the path is too long")
        if position & 1 or position == last:
            value = node_hash(step, value)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            value = node_hash(value, step)
        position >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("the path is too short")
    if value != root:
        raise ProofError("the path leads to another root")


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """RFC 9162 §2.1.4.2. Raises ProofError unless the tree of `new` leaves begins with the tree of `old` leaves."""
    if not 0 <= old <= new:
        raise ProofError("the new tree is smaller")
    if old in (0, new):
        if path or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise ProofError("two different trees of one size")
        return
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps or any(len(step) != HASH_BYTES for step in steps):
        raise ProofError("the path is too short")
    position, last = old - 1, new - 1
    while position & 1:
        position >>= 1
        last >>= 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofError("the path is too long")
        if position & 1 or position == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            second = node_hash(second, step)
        position >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("the path is too short")
    if first != old_root or second != new_root:
        raise ProofError("the new tree does not begin with the old one")
