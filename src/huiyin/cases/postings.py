"""Where the postings for "the same as this?" are kept: one short row a case, and packed blocks.

A row holds the case, its part of town, and its marks: up to 32 keyed hashes of 24 bits, from which nothing can be
read back. The newest, at most 1,023, are looked through as they are; older ones are packed (`understanding.packing`),
which takes a third of a kilobyte a case in all, on both databases, and keeps a look-up as fast with a million cases.

Blocks follow from the rows alone. Rows are numbered without gaps under the lock of `PostingCount`, and packing happens
in the transaction that fills a unit, so a crash leaves either the old state or the new one. A look-up that falls
between the two may miss a case once; it is a suggestion, and the next one finds it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from huiyin.cases.models import Posting, PostingBlock, PostingCount
from huiyin.organisation.catalogue import Catalogue
from huiyin.understanding import packing

_PARTS = 127
_ROWS, _BLOCKS, _COUNTS = (model._meta.db_table for model in (Posting, PostingBlock, PostingCount))


@lru_cache(maxsize=4)
def _secret(key: str) -> bytes:
    return hashlib.blake2b(b"huiyin/posting/v3", key=hashlib.sha512(key.encode()).digest(), digest_size=64).digest()


def marks(keys: Iterable[int]) -> list[int]:
    """The keyed hashes (24 bits) under which keys of `understanding.same` are stored, in the same order."""
    secret = _secret(settings.SECRET_KEY)
    return [
        int.from_bytes(hashlib.blake2b(key.to_bytes(8, "big"), key=secret, digest_size=3).digest(), "big")
        for key in keys
    ]


def part_of(catalogue: Catalogue, area: str) -> int:
    """The part of town (1 to 127) an area lies in, 0 when it is unknown or is the whole town.

    Parts are the areas at the top of the pack, or those below when there is only one at the top.
    """
    path = [step.code for step in catalogue.area_path(area)] if area else []
    if path and len(catalogue.area_children("")) == 1:
        path = path[1:]
    return 1 + hashlib.blake2b(path[0].encode(), digest_size=4).digest()[0] % _PARTS if path else 0


def add(cases: Sequence[tuple[UUID, int, Sequence[int]]]) -> None:
    """Store (case, part of town, marks) of many cases; cases that are stored already stay as they are.

    Call it inside `write`, or let it make a transaction of its own.
    """
    with transaction.atomic():
        count, _ = PostingCount.objects.select_for_update().get_or_create(pk=1)
        known = set(Posting.objects.filter(case__in=[case for case, _, _ in cases]).values_list("case_id", flat=True))
        fresh = {case: (part, found) for case, part, found in cases if found and case not in known}
        for case, (part, found) in fresh.items():
            fresh[case] = part, list(dict.fromkeys(found))
        rows = [
            Posting(number=number, case_id=case, part=part, marks=packing.to_bytes(found))
            for number, (case, (part, found)) in enumerate(fresh.items(), count.cases)
        ]
        if not rows:
            return
        Posting.objects.bulk_create(rows, batch_size=2000)
        count.cases += len(rows)
        while count.cases >= (count.units + 1) * packing.SIZES[0]:
            count.units += 1
            _pack(count.units)
        count.save()


def _pack(units: int) -> None:
    """Make the segment that is due, and remove the smaller ones it takes the place of."""
    segment, replaced = packing.newest(units)
    end = segment.first + packing.SIZES[segment.level]
    rows = Posting.objects.filter(number__gte=segment.first, number__lt=end).order_by("number")
    found = list(rows.values_list("number", "part", "marks"))
    for old in replaced:
        first, last = old.blocks
        PostingBlock.objects.filter(number__gte=first, number__lte=last).delete()
    blocks = packing.pack(segment, [n for n, _, _ in found], [p for _, p, _ in found], [bytes(m) for _, _, m in found])
    _write(blocks)


def _write(blocks: Sequence[tuple[int, bytes]]) -> None:
    """Store blocks: up to 131,072 at once, while others wait to write; the ORM takes three times as long."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT INTO {_BLOCKS} (number, entries) VALUES (%s, %s)", blocks)  # noqa: S608
            return
        with cursor.copy(f"COPY {_BLOCKS} (number, entries) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "bytea"])
            for block in blocks:
                copy.write_row(block)


def look_up(asked: Sequence[int], part: int, limit: int, before: int | None = None) -> list[UUID]:
    """The cases that share most of these marks, best first, at most `limit`. Four statements.

    `before` leaves only cases that were stored before the one with this number: the store as it was then.
    """
    if not asked:
        return []
    sqlite = connection.vendor == "sqlite"
    among = "IN (SELECT value FROM json_each(%s))" if sqlite else "= ANY(%s::bigint[])"
    ask_blocks = f"SELECT number, entries FROM {_BLOCKS} WHERE number {among}"  # noqa: S608  our own table names
    ask_cases = f"SELECT number, case_id FROM {_ROWS} WHERE number {among}"  # noqa: S608
    # Plain statements: a look-up runs while somebody types, and the ORM would take as long as the databases do.
    with connection.cursor() as cursor:
        if not sqlite:
            cursor.cursor.format = 1  # binary: as text the blocks are twice as long
        cursor.execute(f"SELECT cases, units FROM {_COUNTS}")  # noqa: S608
        stored = cursor.fetchone()
        if stored is None:
            return []
        cases, units = stored
        query = packing.Query(asked, part, cases, units)
        numbers = query.blocks()
        cursor.execute(ask_blocks, [_listed(numbers)])
        query.take(cursor.fetchall())
        first_loose = units * packing.SIZES[0]
        cursor.execute(f"SELECT number, part, marks FROM {_ROWS} WHERE number >= %s", [first_loose])  # noqa: S608
        query.take_loose(cursor.fetchall())
        best = query.best(limit, before)
        cursor.execute(ask_cases, [_listed(best)])
        found = dict(cursor.fetchall())
    return [UUID(found[number]) if sqlite else found[number] for number in best if number in found]


def _listed(numbers: Sequence[int]) -> str:
    """Whole numbers as one parameter; PostgreSQL's driver would look at each number of a list."""
    return json.dumps(numbers) if connection.vendor == "sqlite" else f"{{{','.join(map(str, numbers))}}}"


def forget(case: UUID) -> None:
    """Remove everything that was stored for a case: its row, and its entries in the blocks."""
    with transaction.atomic():
        count = PostingCount.objects.select_for_update().filter(pk=1).first()
        row = Posting.objects.filter(case=case).first()
        if count is None or row is None:
            return
        segment = packing.cover(row.number, count.units)
        if segment is not None:
            _, stored = packing.from_bytes([bytes(row.marks)])
            numbers = {segment.block(packing.bucket(mark, segment.level)) for mark in stored.tolist()}
            for block in PostingBlock.objects.filter(number__in=numbers):
                block.entries = packing.without(bytes(block.entries), segment, row.number)
                block.save(update_fields=["entries"])
        row.delete()
