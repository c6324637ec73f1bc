"""Sealing: number what was committed, build tiles, sign a checkpoint, in an order that survives being killed anywhere.

    numbers committed in the database → tiles flushed to disk → checkpoint signed and renamed → Checkpoint row

What is published is decided by the checkpoint file alone. Killed before the rename, the next run does the same work
again with the same numbers; killed after it, the next run only adds the missing row. Before anything is signed the root
of the published size is computed again from the database: a log that lost or changed its past signs nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Max

from huiyin.base.transaction import write
from huiyin.ledger import files, keys, notes, tree
from huiyin.ledger.errors import SealRefused
from huiyin.ledger.models import Checkpoint, Entry

#: At most so many entries go under one checkpoint; the rest waits for the next call.
BATCH = 20_000
#: A log in which nothing happens signs its size again after this long, so that "not later than" stays narrow.
HEARTBEAT = timedelta(minutes=5)

#: Kind and stream of the log's own events.
KEY_ROTATED = "log_key_rotated"

_ADVISORY_LOCK = int.from_bytes(hashlib.sha256(b"huiyin ledger sealer").digest()[:8], "big", signed=True)

_NUMBER = """
UPDATE ledger_entry SET idx = numbered.place
FROM (SELECT id, %s + row_number() OVER (ORDER BY id) - 1 AS place
      FROM ledger_entry WHERE idx IS NULL ORDER BY id LIMIT %s) AS numbered
WHERE ledger_entry.id = numbered.id
"""


@dataclass(frozen=True)
class Sealed:
    """What one call published: `new` entries more, `size` in all. `more` says that others still wait."""

    size: int
    root: bytes
    at: datetime
    new: int
    note: str
    more: bool


def seal(now: datetime) -> Sealed | None:
    """Publish everything committed so far (at most BATCH entries); None when there was nothing to publish.

    Raises SealRefused when signing would be a lie; the reason stays in the log's folder until a call succeeds.
    Never call it inside a transaction: numbers must be committed before files are written.
    """
    log = files.here()
    with log.locked(), _database_lock():
        try:
            sealed = _seal(log, now)
        except SealRefused as refused:
            log.set_refusal({"code": refused.code, "at": now.astimezone(UTC).isoformat(), "facts": dict(refused.facts)})
            raise
        log.set_refusal(None)
        return sealed


def _seal(log: files.LogFiles, now: datetime) -> Sealed | None:
    texts = _published_texts(log)
    ring = keys.load(published=bool(texts))
    last = _open_published(texts, ring)
    head = last.head if last else notes.Head(ring.origin, 0, tree.EMPTY_ROOT)
    numbered = _numbered()
    if numbered < head.size:
        raise SealRefused("database_smaller", published=head.size, database=numbered)
    if last:
        if log.checkpoint() != last.note:  # files lost or older than the database: make them anew before publishing
            _rebuild(log, head)
        ring = _repair(log, last, ring)
    time = int(now.timestamp())
    if last and time < last.time:
        raise SealRefused("clock_went_back", now=_utc(time).isoformat(), checkpoint=_utc(last.time).isoformat())
    waiting = Entry.objects.filter(idx__isnull=True).exists()
    if last and not waiting and numbered == head.size and time - last.time < HEARTBEAT.total_seconds():
        return None

    edge, tail = _edge(log, head)
    if waiting and numbered - head.size < BATCH:
        numbered = write(lambda: _number(numbered, BATCH - (numbered - head.size)))
    reached("numbered")
    return _publish(log, ring, head, edge, tail, min(numbered, head.size + BATCH), time)


def _publish(
    log: files.LogFiles, ring: keys.KeyRing, old: notes.Head, edge: tree.Edge, tail: list[bytes], size: int, time: int
) -> Sealed:
    leaves = _leaves(old.size, size)
    full = list(edge.extend(tree.leaf_hash(leaf) for leaf in leaves))
    batch = {tile.path: tile.data for tile in (*full, *edge.partial_tiles(since=old.size))}
    batch.update(_bundles(old.size - len(tail), [*tail, *leaves], old.size))
    log.write(batch)
    reached("tiles")

    signers = [ring.current]
    if ring.following is not None and _announced(ring.following.key, size):
        signers.append(ring.following)
    head = notes.Head(old.origin, size, edge.root())
    note = notes.sign_head(head, time, signers)
    keys.publish(ring)
    log.write({"checkpoint": note.encode()})
    reached("checkpoint")

    _repair(log, notes.open_head(note, ring.trusted), ring)
    reached("row")
    for tile in full:
        log.tidy(tile.level, [tile.index])
        if tile.level == 0:
            log.tidy("entries", [tile.index])
    more = Entry.objects.filter(idx__isnull=True).exists()
    return Sealed(size, head.root, _utc(time), size - old.size, note, more)


def reached(_step: str) -> None:
    """Does nothing. The tests put a crash here, at every step."""


# --- what is published -----------------------------------------------------------------------------
def _published_texts(log: files.LogFiles) -> list[str]:
    """The notes that may be the last published one: the file's and, when files were lost, the newest row's."""
    row = Checkpoint.objects.order_by("-size", "-at").values_list("note", flat=True).first()
    return [text for text in (log.checkpoint(), row) if text]


def _open_published(texts: list[str], ring: keys.KeyRing) -> notes.SignedHead | None:
    try:
        heads = [notes.open_head(text, ring.trusted) for text in texts]
    except notes.NoteError as error:
        raise SealRefused("foreign_checkpoint", why=str(error)) from error
    return max(heads, key=lambda signed: (signed.head.size, signed.time), default=None)


def _repair(log: files.LogFiles, last: notes.SignedHead, ring: keys.KeyRing) -> keys.KeyRing:
    """Finish what a killed run left undone after signing: the file, the row, the change of keys. Usually nothing."""
    keys.publish(ring)
    log.write({"checkpoint": last.note.encode()})
    at = _utc(last.time)
    if not Checkpoint.objects.filter(size=last.head.size, at=at).exists():
        row = Checkpoint(size=last.head.size, root=last.head.root, at=at, note=last.note, key_id=last.keys[-1].id.hex())
        write(row.save)
    if ring.following is not None and ring.following.key in last.keys:
        ring = keys.finish_rotation(ring)
        keys.publish(ring)
    return ring


def _announced(key: notes.Key, size: int) -> bool:
    """Whether the event that announces `key` is among the first `size` entries."""
    events = Entry.objects.filter(kind=KEY_ROTATED, idx__lt=size).order_by("-id")
    return any(event.body.get("new") == key.text for event in events)


# --- the database's side ---------------------------------------------------------------------------
def _numbered() -> int:
    last = Entry.objects.aggregate(last=Max("idx"))["last"]
    return 0 if last is None else int(last) + 1


def _number(numbered: int, limit: int) -> int:
    """Give the next places to rows that have none, in the order of their ids. Returns how many rows are numbered now.

    By `idx IS NULL`, never by `id > last`: a row of a slow transaction appears late with a small id, and must not be
    skipped for ever (measured: 882 of 2,000 lost the other way).
    """
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [numbered, limit])
        return numbered + int(cursor.rowcount)


def _leaves(start: int, end: int) -> list[bytes]:
    """The leaves of a range of places; refuses when one is missing or is not what its row's hash says."""
    rows = Entry.objects.filter(idx__gte=start, idx__lt=end).order_by("idx").values_list("idx", "leaf", "leaf_hash")
    leaves: list[bytes] = []
    for idx, leaf, stored in rows.iterator(chunk_size=5_000):
        data = leaf.encode()
        if idx != start + len(leaves) or tree.leaf_hash(data) != bytes(stored):
            raise SealRefused("leaf_altered", idx=idx)
        leaves.append(data)
    if len(leaves) != end - start:
        raise SealRefused("leaf_altered", idx=start + len(leaves))
    return leaves


def _edge(log: files.LogFiles, head: notes.Head) -> tuple[tree.Edge, list[bytes]]:
    """The tree's edge at the published size, and the leaves of its unfinished tile, with the root checked.

    Upper levels come from the tile files, the last (up to) 256 leaves from the database, so that a changed end of the
    log is noticed here at once; older changes are found by `audit.verify`. Without usable files all is computed anew.
    """
    start = max(0, (head.size - 1) // tree.TILE_WIDTH * tree.TILE_WIDTH)
    try:
        last = _leaves(start, head.size)
    except SealRefused as refused:
        raise SealRefused("root_differs", size=head.size, **refused.facts) from refused
    tail = last if head.size % tree.TILE_WIDTH else []

    def prefix(level: int, index: int, width: int) -> bytes:
        stored = tree.tile_width(level, index, head.size)
        return log.tile(level, index, stored)[: width * tree.HASH_BYTES]

    try:
        edge = tree.Edge.read(start, prefix)
        for _ in edge.extend(tree.leaf_hash(leaf) for leaf in last):
            pass
        if edge.root() == head.root:
            return edge, tail
    except (FileNotFoundError, ValueError):
        pass
    return _rebuild(log, head), tail


def _rebuild(log: files.LogFiles, head: notes.Head) -> tree.Edge:
    """Compute the whole log from the database; write its files only when the root is the published one."""
    edge = tree.Edge()
    for start in range(0, head.size, BATCH):
        for _ in edge.extend(tree.leaf_hash(leaf) for leaf in _old_leaves(head, start)):
            pass
    if edge.root() != head.root:
        raise SealRefused("root_differs", size=head.size, published=head.root.hex(), database=edge.root().hex())
    edge = tree.Edge()
    # Whole tiles at a time, so that no bundle is split between two rounds.
    step = BATCH // tree.TILE_WIDTH * tree.TILE_WIDTH
    for start in range(0, head.size, step):
        leaves = _old_leaves(head, start, step)
        batch = {tile.path: tile.data for tile in edge.extend(tree.leaf_hash(leaf) for leaf in leaves)}
        batch.update(_bundles(start, leaves, start))
        log.write(batch)
    log.write({tile.path: tile.data for tile in edge.partial_tiles()})
    return edge


def _old_leaves(head: notes.Head, start: int, count: int = BATCH) -> list[bytes]:
    try:
        return _leaves(start, min(start + count, head.size))
    except SealRefused as refused:
        raise SealRefused("root_differs", size=head.size, **refused.facts) from refused


def _bundles(start: int, leaves: list[bytes], since: int) -> Iterator[tuple[str, bytes]]:
    """Entry bundles (path, bytes) of `leaves`, the first of which has place `start` (a multiple of 256).

    Bundles that end at or before place `since` are left out.
    """
    for offset in range(0, len(leaves), tree.TILE_WIDTH):
        part = leaves[offset : offset + tree.TILE_WIDTH]
        if start + offset + len(part) > since:
            path = tree.tile_path("entries", (start + offset) // tree.TILE_WIDTH, len(part))
            yield path, b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part)


def _utc(time: int) -> datetime:
    return datetime.fromtimestamp(time, UTC)


@contextmanager
def _database_lock() -> Iterator[None]:
    """One sealer per database, also when several machines share a PostgreSQL. For SQLite the file lock is enough."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
