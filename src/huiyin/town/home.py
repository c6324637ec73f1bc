"""The demo's own folder: what is already there, and the note that says it is the demo's."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import huiyin

NOTE = "demo.json"
#: Kept when everything else goes: this process has read it already, and secrets follow from it.
KEPT = Path("keys") / "secret"


class NotTheDemos(Exception):
    """The folder holds something the demo did not make; it is left alone."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the demo remembers about the town it made. `follow` holds (key of the matter, what it shows, a user who
    handles it); `behaviours` is what the town knows of each office and no page will ever say."""

    ready: bool = False
    made_at: str = ""
    matters: int = 0
    entries: int = 0
    seconds: float = 0.0
    follow: list[list[str]] = field(default_factory=list)
    behaviours: dict[str, str] = field(default_factory=dict)


def read(home: Path) -> Note | None:
    """The note, or None when the demo was never made here."""
    try:
        return Note(**json.loads((home / NOTE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def write(home: Path, note: Note) -> None:
    """Leave the note; it is there whole or not at all."""
    home.mkdir(parents=True, exist_ok=True)
    temporary = home / f"{NOTE}.new"
    temporary.write_text(json.dumps(asdict(note), ensure_ascii=False, indent=2), encoding="utf-8")
    temporary.replace(home / NOTE)


def claim(home: Path) -> None:
    """Say that what will be in this folder is the demo's. Raises NotTheDemos when somebody's database is there."""
    if read(home) is None and (home / "huiyin.sqlite3").exists():
        raise NotTheDemos(home)
    write(home, Note())


def clear(home: Path) -> None:
    """Remove everything of an earlier demo. Raises NotTheDemos when the folder is not the demo's."""
    if read(home) is None:
        if (home / "huiyin.sqlite3").exists():
            raise NotTheDemos(home)
        return
    for path in sorted(home.rglob("*"), key=lambda p: len(p.parts), reverse=True):
        if path == home / NOTE or path.relative_to(home) == KEPT:
            continue
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        else:
            path.unlink()


def shipped_pack() -> Path | None:
    """The first pack that came with the program: beside it when installed, in the project folder otherwise."""
    package = Path(huiyin.__file__).resolve().parent
    for folder in (package / "packs", package.parents[1] / "packs"):
        found = sorted(path.parent for path in folder.glob("*/pack.toml"))
        if found:
            return found[0]
    return None
