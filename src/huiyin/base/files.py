"""Making sure that what was written to a file survives a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_put_off = False


def flush(path: Path) -> None:
    """Wait until the disk holds a file's content, or a folder's list of names (inside `flushed_at_the_end`: later)."""
    if _put_off:
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def flushed_at_the_end(folder: Path) -> Iterator[None]:
    """Do not wait for each file; wait for all of `folder` before this ends.

    Only for making something from nothing that is thrown away when it does not come to its end: a power cut in between
    may leave anything behind. For this whole process, so nothing else may be written meanwhile.
    """
    global _put_off
    _put_off = True
    try:
        yield
    finally:
        _put_off = False
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() or path.is_file():
            flush(path)
