"""Model files in HUIYIN_HOME/models: written whole, the newest is used, a process notices a new one cheaply.

A file's name is kind-number-pack.npz: numbers rise, and `pack` begins the digest of the pack it was made from, so that
a model of an older category sheet is never asked about a newer one when there is a better one.
"""

from __future__ import annotations

import os
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from django.conf import settings

from huiyin.base.files import flush
from huiyin.understanding.category import CategoryModel, load, save
from huiyin.understanding.office import OfficeModel, load_ranking, save_ranking

KINDS = ("category", "office")
#: seconds for which a process goes on with the files it knows
RECHECK = 2.0
#: older files that stay, to look back
KEPT = 3

_NAME = re.compile(r"(category|office)-(\d{6})-([0-9a-f]{12})\.npz")


@dataclass
class _Known:
    checked: float = 0.0
    path: Path | None = None
    model: CategoryModel | OfficeModel | None = None
    broken: bool = False


_known: dict[tuple[Path, str, str], _Known] = {}
_lock = threading.Lock()


def folder() -> Path:
    """Where the models of this deployment lie."""
    return Path(settings.CONFIG.home) / "models"


def _files(kind: str) -> list[tuple[int, str, Path]]:
    """(number, pack, path) of the files of a kind, oldest first."""
    found = []
    try:
        names = os.listdir(folder())
    except FileNotFoundError:
        return []
    for name in names:
        match = _NAME.fullmatch(name)
        if match and match[1] == kind:
            found.append((int(match[2]), match[3], folder() / name))
    return sorted(found)


def newest(kind: str, pack: str) -> Path | None:
    """The newest file made from this pack; None when there is none."""
    return next((path for _, made_from, path in reversed(_files(kind)) if made_from == pack[:12]), None)


def store(kind: str, pack: str, model: CategoryModel | OfficeModel) -> Path:
    """Write a model as the newest of its kind; the same model again changes nothing. Old files go, `KEPT` stay."""
    folder().mkdir(parents=True, exist_ok=True)
    known = newest(kind, pack)
    in_use = _read(kind, known)[0]
    if known is not None and in_use is not None and in_use.version == model.version:
        return known
    number = max((n for n, _, _ in _files(kind)), default=0) + 1
    path = folder() / f"{kind}-{number:06d}-{pack[:12]}.npz"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    if isinstance(model, OfficeModel):
        save_ranking(model, temporary)
    else:
        save(model, temporary)
    flush(temporary)
    temporary.replace(path)
    for _, _, old in _files(kind)[: -1 - KEPT]:
        old.unlink(missing_ok=True)
    forget()
    return path


def model(kind: str, pack: str) -> CategoryModel | None:
    """The model of categories in use for this pack; None before one was made."""
    found = _in_use(kind, pack).model
    return found if isinstance(found, CategoryModel) else None


def ranking(pack: str) -> OfficeModel | None:
    """The model of offices in use for this pack; None before one was made."""
    found = _in_use("office", pack).model
    return found if isinstance(found, OfficeModel) else None


def _in_use(kind: str, pack: str) -> _Known:
    """What is in use. Looks for a newer file every two seconds at most.

    A file that cannot be read (made by another version of the program) counts as none: suggestions are help, and no
    page may fail for want of help. The worker sees that it is missing and makes it anew.
    """
    key = (folder(), kind, pack)
    known = _known.get(key)
    if known is not None and time.monotonic() - known.checked < RECHECK:
        return known
    with _lock:
        known = _known.setdefault(key, _Known())
        path = newest(kind, pack)
        if path != known.path:
            known.model, known.broken = _read(kind, path)
            known.path = path
        known.checked = time.monotonic()
        return known


def is_missing(kind: str, pack: str) -> bool:
    """Whether there is no file for this pack, or none that this program can read."""
    known = _in_use(kind, pack)
    return known.path is None or known.broken


def is_broken(kind: str, pack: str) -> bool:
    """Whether there is a file for this pack that this program cannot read."""
    return _in_use(kind, pack).broken


def _read(kind: str, path: Path | None) -> tuple[CategoryModel | OfficeModel | None, bool]:
    """The model in a file, and whether it could not be read. A model without a level has nothing to say."""
    if path is None:
        return None, False
    try:
        if kind == "office":
            ranked = load_ranking(path)
            return (ranked if ranked.kinds.levels else None), False
        found = load(path)
    except (ValueError, OSError, KeyError, EOFError, BadZipFile):
        return None, True
    return (found if found.levels else None), False


def forget() -> None:
    """Look at the folder anew at the next question."""
    with _lock:
        _known.clear()
