"""Postings packed tightly: which earlier messages share rare letter groups, in about four bytes a group.

A message is known here by a number that counts up, and by *marks*: 24-bit numbers made from its keys by whoever stores
them. Messages are packed together in segments of 1,024, then 8,192, 65,536 and 262,144, so that a million messages are
about ten segments. A segment is a set of blocks, one per bucket of marks; a block is a string of 32-bit entries:

    bits 23–31  the low nine bits of the mark (with the bucket they name 18 to 24 bits of it)
    bits 16–22  the part of town, 1 to 127; 0 when it is unknown
    bits  0–15  the message's place in its segment

In the largest segments the bucket says more of the mark and the place needs more: seven, seven and eighteen bits.

Pure: it computes what is to be stored and what a look-up finds; `cases.postings` stores it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Messages in a segment, by level.
SIZES = (1 << 10, 1 << 13, 1 << 16, 1 << 18)
MARK_BITS, PART_BITS = 24, 7
#: Bits of the mark that choose the bucket, by level: about 64 entries a block at every level.
BUCKET_BITS = (9, 12, 15, 17)
#: Bits of the mark, and of the message's place, that an entry holds, by level.
LOW_BITS, PLACE_BITS = (9, 9, 9, 7), (16, 16, 16, 18)
#: Bits of a block's number that its bucket has, by level.
_BLOCK_BITS = (16, 16, 16, 18)
#: Groups more common than this in a segment tell nothing; the newest so many are kept. It bounds what a look-up reads.
COMMONEST = 512
#: With more shared groups than this the commonest marks are left aside, but for the rarest few: what many messages
#: share tells little and takes the time. With a million messages the same siblings are found (docs/benchmarks.md).
ENOUGH, RAREST = 5_000, 6
#: What a group shared with a message from another part of town is worth.
ELSEWHERE = 0.5
#: The newest message counts 1, the oldest of a store of 65,536 or more 1 ÷ (1 + AGEING).
AGEING = 3.0

_PARTS = (1 << PART_BITS) - 1
Marks = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of packed messages: its level, and its number among the segments of that level."""

    level: int
    number: int

    @property
    def first(self) -> int:
        """The number of its first message."""
        return self.number * SIZES[self.level]

    def block(self, bucket: int) -> int:
        """The number under which a block is stored; larger segments have larger numbers (63 bits)."""
        return (self.level << 56) | (self.number << _BLOCK_BITS[self.level]) | bucket

    @property
    def blocks(self) -> tuple[int, int]:
        """The first and the last number a block of this segment can have."""
        return self.block(0), self.block((1 << _BLOCK_BITS[self.level]) - 1)


def segments(units: int) -> list[Segment]:
    """The segments that hold the first `units` × 1,024 messages: as few and as large as their sizes allow."""
    found: list[Segment] = []
    done = 0
    for level in range(len(SIZES) - 1, -1, -1):
        each = SIZES[level] // SIZES[0]
        found += [Segment(level, number) for number in range(done // each, units // each)]
        done = units // each * each
    return found


def newest(units: int) -> tuple[Segment, list[Segment]]:
    """The segment to make when the packed units become `units`, and the smaller ones it takes the place of."""
    before, after = segments(units - 1), segments(units)
    return after[-1], [segment for segment in before if segment not in after]


def cover(number: int, units: int) -> Segment | None:
    """The segment that holds a message; None while it is not packed."""
    for segment in segments(units):
        if segment.first <= number < segment.first + SIZES[segment.level]:
            return segment
    return None


def to_bytes(marks: Sequence[int]) -> bytes:
    """Marks as they are stored with a message: three bytes each."""
    return b"".join(mark.to_bytes(3, "little") for mark in marks)


def from_bytes(stored: Sequence[bytes]) -> tuple[NDArray[np.int64], Marks]:
    """(place in the list, mark) for the stored marks of many messages."""
    raw = np.frombuffer(b"".join(stored), dtype=np.uint8).reshape(-1, 3).astype(np.uint32)
    owners = np.repeat(np.arange(len(stored)), np.fromiter(map(len, stored), dtype=np.int64, count=len(stored)) // 3)
    return owners, raw[:, 0] | raw[:, 1] << np.uint32(8) | raw[:, 2] << np.uint32(16)


def bucket(mark: int, level: int) -> int:
    """The bucket of a mark in segments of a level."""
    return mark >> (MARK_BITS - BUCKET_BITS[level])


def pack(
    segment: Segment, numbers: Sequence[int], parts: Sequence[int], stored: Sequence[bytes]
) -> list[tuple[int, bytes]]:
    """The blocks of a segment, from its messages: their numbers, parts of town, and stored marks. Sorted."""
    owners, marks = from_bytes(stored)
    if not len(marks):
        return []
    low_bits, place_bits = LOW_BITS[segment.level], PLACE_BITS[segment.level]
    places = (np.asarray(numbers, dtype=np.int64) - segment.first).astype(np.uint32)[owners]
    towns = np.asarray(parts, dtype=np.uint32)[owners]
    low = marks & np.uint32((1 << low_bits) - 1)
    entries = low << np.uint32(place_bits + PART_BITS) | towns << np.uint32(place_bits) | places
    buckets = marks >> np.uint32(MARK_BITS - BUCKET_BITS[segment.level])
    # Newest first within a group, so that what is cut from a common one is the oldest.
    group = buckets.astype(np.uint64) << np.uint64(low_bits) | low.astype(np.uint64)
    newest_first = np.uint64((1 << place_bits) - 1) - places.astype(np.uint64)
    order = np.argsort(group << np.uint64(place_bits) | newest_first, kind="stable")
    group, buckets, entries = group[order], buckets[order], entries[order]
    starts = np.flatnonzero(np.diff(group, prepend=group[:1] + np.uint64(1)))
    rank = np.arange(len(group)) - np.repeat(starts, np.diff(starts, append=len(group)))
    kept = rank < COMMONEST
    buckets, entries = buckets[kept], entries[kept].astype("<u4")
    edges = np.flatnonzero(np.diff(buckets, prepend=buckets[:1] + np.uint32(1))).tolist()
    whole = entries.tobytes()
    ends = [*edges[1:], len(buckets)]
    return [
        (segment.block(number), whole[4 * start : 4 * end])
        for number, start, end in zip(buckets[edges].tolist(), edges, ends, strict=True)
    ]


def without(block: bytes, segment: Segment, number: int) -> bytes:
    """A block of a segment without the entries of one message."""
    entries = np.frombuffer(block, dtype="<u4")
    places = entries & np.uint32((1 << PLACE_BITS[segment.level]) - 1)
    left: bytes = entries[places != number - segment.first].tobytes()
    return left


class Query:
    """The marks of a text, ready to be looked up in a store of `cases` messages of which `units` × 1,024 are packed.

    How much a shared group tells is counted in the store itself while looking: ln(1 + cases ÷ messages that have it),
    squared. Another part of town halves it. A message from the beginning of a large store counts a quarter of one
    stored now, because matters recur within months. All three were chosen on a store of 60,000 messages.
    """

    def __init__(self, marks: Sequence[int], part: int, cases: int, units: int) -> None:
        self._marks, self._part, self._cases = list(dict.fromkeys(marks)), part, cases
        self._segments = segments(units)
        self._found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]] = []

    def blocks(self) -> list[int]:
        """The numbers of the blocks that must be read."""
        buckets = [sorted({bucket(mark, level) for mark in self._marks}) for level in range(len(SIZES))]
        return [segment.block(one) for segment in self._segments for one in buckets[segment.level]]

    def take(self, blocks: Sequence[tuple[int, bytes]]) -> None:
        """Count the blocks that were read, as (number, entries)."""
        levels: dict[int, list[tuple[int, bytes]]] = {}
        for block in blocks:
            levels.setdefault(block[0] >> 56, []).append(block)
        for level, mine in sorted(levels.items()):
            # What a segment of this level knows of a mark is its bucket and its low bits.
            low_bits, place_bits, block_bits = LOW_BITS[level], PLACE_BITS[level], _BLOCK_BITS[level]
            named = {
                bucket(mark, level) << low_bits | mark & (1 << low_bits) - 1: at for at, mark in enumerate(self._marks)
            }
            names = np.array(sorted(named), dtype=np.uint32)
            order = np.array([named[name] for name in names.tolist()])
            low = np.zeros(1 << low_bits, dtype=np.bool_)
            low[names & np.uint32((1 << low_bits) - 1)] = True
            numbered, stored = zip(*mine, strict=True)
            entries = np.frombuffer(b"".join(stored), dtype="<u4")
            kept = np.flatnonzero(low[entries >> np.uint32(place_bits + PART_BITS)])
            ends = np.cumsum(np.fromiter(map(len, stored), dtype=np.int64, count=len(stored)) // 4)
            numbers = np.array(numbered)[np.searchsorted(ends, kept, side="right")]
            entries = entries[kept]
            buckets = (numbers & (1 << block_bits) - 1).astype(np.uint32)
            at, right = _match(names, buckets << np.uint32(low_bits) | entries >> np.uint32(place_bits + PART_BITS))
            entries, numbers = entries[right], numbers[right] & (1 << 56) - 1
            places = entries & np.uint32((1 << place_bits) - 1)
            messages = (numbers >> block_bits) * SIZES[level] + places
            self._found.append((messages, order[at[right]], entries >> np.uint32(place_bits) & np.uint32(_PARTS)))

    def take_loose(self, rows: Sequence[tuple[int, int, bytes]]) -> None:
        """Count messages that are not packed yet: number, part of town, and marks as stored."""
        if not rows:
            return
        numbers, parts, stored = zip(*rows, strict=True)
        owners, marks = from_bytes(stored)
        names = np.array(sorted(self._marks), dtype=np.uint32)
        order = np.argsort(np.array(self._marks), kind="stable")
        low = np.zeros(1 << 16, dtype=np.bool_)
        low[names & 0xFFFF] = True
        near = np.flatnonzero(low[marks & np.uint32(0xFFFF)])
        at, right = _match(names, marks[near])
        owners = owners[near[right]]
        towns = np.asarray(parts, dtype=np.uint32)[owners]
        self._found.append((np.asarray(numbers, dtype=np.int64)[owners], order[at[right]], towns))

    def best(self, limit: int, before: int | None = None) -> list[int]:
        """The numbers of the messages that share most, best first; of equals the newer.

        `before` leaves only messages with smaller numbers: the store as it was then.
        """
        if not self._found:
            return []
        numbers, marks, towns = (np.concatenate(parts) for parts in zip(*self._found, strict=True))
        cases = self._cases
        if before is not None:
            earlier = numbers < before
            numbers, marks, towns, cases = numbers[earlier], marks[earlier], towns[earlier], before
        having = np.bincount(marks, minlength=len(self._marks))
        if len(marks) > ENOUGH and cases > SIZES[2]:
            rarest = np.argsort(having, kind="stable")
            telling = np.zeros(len(having), dtype=np.bool_)
            telling[rarest[: max(RAREST, int(np.searchsorted(np.cumsum(having[rarest]), ENOUGH)))]] = True
            kept = telling[marks]
            numbers, marks, towns = numbers[kept], marks[kept], towns[kept]
        worth = (np.log1p(cases / np.maximum(having, 1)) ** 2)[marks]
        if self._part:
            worth = np.where((towns == 0) | (towns == self._part), worth, worth * ELSEWHERE)
        if not len(numbers):
            return []
        messages, place = np.unique(numbers, return_inverse=True)
        shared = np.bincount(place, weights=worth, minlength=len(messages))
        totals = shared / (1.0 + AGEING * (cases - messages) / max(cases, SIZES[2]))
        order = np.lexsort((-messages, -totals))[:limit]
        best: list[int] = messages[order].tolist()
        return best


def _match(names: Marks, asked: Marks) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For each number asked its place among the sorted names, and whether it is there."""
    at = np.minimum(np.searchsorted(names, asked), len(names) - 1)
    return at, names[at] == asked
