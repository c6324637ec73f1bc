"""The whole public log as one tar file, streamed: what the offline verifier needs to check everything."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

from huiyin.ledger import files, keys, notes, tree
from huiyin.ledger.models import Checkpoint

#: Checkpoints in one member of the archive.
PAGE = 1_000


def stream() -> Iterator[bytes]:
    """The bytes of the archive of the published log.

    Members: `checkpoint`, `keys`, `verifier.py`, `checkpoints/000000.jsonl` … (one note a line, as a JSON string),
    `tile/…` and `tile/entries/…` as they are served.
    """
    log = files.here()
    note = log.checkpoint()
    if note is None:
        yield from (b"\0" * 1024,)
        return
    size = notes.Head.parse(notes.split(note)[0]).size
    at = int(Checkpoint.objects.filter(size__lte=size).latest("size", "at").at.timestamp())
    yield _member("checkpoint", note.encode(), at)
    yield _member("keys", keys.public_text().encode(), at)
    yield _member("verifier.py", Path(__file__).with_name("verifier.py").read_bytes(), at)
    yield from _checkpoints(size, at)
    for level in ("entries", 0, 1, 2, 3, 4, 5):
        yield from _tiles(log, level, size, at)
    yield b"\0" * 1024


def _checkpoints(size: int, at: int) -> Iterator[bytes]:
    rows = Checkpoint.objects.filter(size__lte=size).order_by("size", "at").values_list("note", flat=True)
    page: list[str] = []
    number = 0
    for note in rows.iterator(chunk_size=PAGE):
        page.append(json.dumps(note) + "\n")
        if len(page) == PAGE:
            yield _member(f"checkpoints/{number:06d}.jsonl", "".join(page).encode(), at)
            page, number = [], number + 1
    if page:
        yield _member(f"checkpoints/{number:06d}.jsonl", "".join(page).encode(), at)


def _tiles(log: files.LogFiles, level: int | str, size: int, at: int) -> Iterator[bytes]:
    height = 0 if level == "entries" else int(level)
    count = size >> (8 * height)
    for index in range((count + tree.TILE_WIDTH - 1) // tree.TILE_WIDTH):
        width = tree.tile_width(height, index, size)
        data = log.tile(level, index, width)
        # A partial one may have grown full since: the archive shows the log at one size.
        data = _first(data, width) if level == "entries" else data[: width * tree.HASH_BYTES]
        yield _member(tree.tile_path(level, index, width), data, at)


def _first(bundle: bytes, count: int) -> bytes:
    place = 0
    for _ in range(count):
        place += 2 + int.from_bytes(bundle[place : place + 2], "big")
    return bundle[:place]


def _member(name: str, data: bytes, at: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(data), at, 0o644
    return info.tobuf(tarfile.USTAR_FORMAT) + data + b"\0" * (-len(data) % 512)
