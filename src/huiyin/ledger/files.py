"""The log's files under HUIYIN_HOME/log: written so that a power cut leaves either the old state or the new one."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from huiyin.base.files import flush
from huiyin.ledger import tree


class LogFiles:
    """Reads and writes one log's folder: `checkpoint`, `tile/…`, `tile/entries/…`, `keys`, `refused.json`, `lock`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # --- reading --------------------------------------------------------------------------------
    def checkpoint(self) -> str | None:
        """The published checkpoint, or None when nothing was ever published."""
        try:
            return (self.folder / "checkpoint").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def tile(self, level: int | str, index: int, width: int) -> bytes:
        """A tile or, when a partial one was tidied away, the full one it grew into; FileNotFoundError without both."""
        try:
            return (self.folder / tree.tile_path(level, index, width)).read_bytes()
        except FileNotFoundError:
            return (self.folder / tree.tile_path(level, index, tree.TILE_WIDTH)).read_bytes()

    def hashes(self, level: int, index: int, width: int) -> bytes:
        """At least `width` hashes of a tile; what `tree.Tiles` wants."""
        return self.tile(level, index, width)

    def exact_hashes(self, level: int, index: int, width: int) -> bytes:
        """Exactly the first `width` hashes of a tile; what `tree.Edge.read` wants."""
        return self.tile(level, index, width)[: width * tree.HASH_BYTES]

    def refusal(self) -> dict[str, Any] | None:
        """Why the last attempt to seal was refused: {code, at, facts}; None when it was not."""
        try:
            data: dict[str, Any] = json.loads((self.folder / "refused.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return data

    # --- writing --------------------------------------------------------------------------------
    def write(self, files: Mapping[str, bytes]) -> None:
        """Write all of them, each atomically, and return when all are on the disk. Unchanged files are left alone.

        One pass writes everything, a second flushes, a third renames, the last flushes the folders: the disk gets the
        whole batch at once.
        """
        pending: list[tuple[Path, Path]] = []
        folders: set[Path] = set()
        for path, data in files.items():
            target = self.folder / path
            if _same(target, data):
                continue
            folders |= _make_folder(target.parent)
            temporary = target.with_name(f".{target.name}.{os.getpid()}")
            temporary.write_bytes(data)
            pending.append((temporary, target))
        for temporary, _ in pending:
            flush(temporary)
        for temporary, target in pending:
            temporary.replace(target)
            folders.add(target.parent)
        for folder in folders:
            flush(folder)

    def tidy(self, level: int | str, indexes: Iterable[int]) -> None:
        """Remove the partial tiles of tiles that are full now (tlog-tiles allows it)."""
        for index in indexes:
            partials = self.folder / f"{tree.tile_path(level, index, tree.TILE_WIDTH)}.p"
            shutil.rmtree(partials, ignore_errors=True)

    def set_refusal(self, refusal: Mapping[str, Any] | None) -> None:
        """Remember why sealing was refused, or (None) that it was not."""
        path = self.folder / "refused.json"
        if refusal is None:
            path.unlink(missing_ok=True)
        else:
            self.write({"refused.json": json.dumps(refusal, ensure_ascii=False, default=str).encode()})

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One sealer at a time on this machine. The lock goes with its process, whatever kills it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def here() -> LogFiles:
    """The folder of this deployment's log."""
    return LogFiles(settings.CONFIG.home / "log")


def keys_folder() -> Path:
    """Where the log's private keys are."""
    folder: Path = settings.CONFIG.home / "keys" / "log"
    return folder


def write_secret(path: Path, text: str) -> None:
    """Write a file only its owner can read (mode 600), atomically and durably."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)
    flush(path.parent)


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def _make_folder(folder: Path) -> set[Path]:
    """Create it; returns the folders whose lists of names changed."""
    changed: set[Path] = set()
    missing = folder
    while not missing.exists():
        changed.add(missing.parent)
        missing = missing.parent
    folder.mkdir(parents=True, exist_ok=True)
    return changed
