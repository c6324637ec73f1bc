"""Compile the rooms' catalogues (.po, written by hand) into what gettext reads (.mo)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parent.parent


def compile_all(source: Path = SOURCE) -> list[Path]:
    """Compile every catalogue under `source` whose .mo is missing or older. Returns the files written.

    Raises `babel.messages.pofile.PoFileError` for a catalogue that cannot be read.
    """
    written = []
    for catalogue in sorted(source.glob("*/locale/*/LC_MESSAGES/*.po")):
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        with catalogue.open("rb") as file:
            messages = read_po(file, abort_invalid=True)
        temporary = compiled.with_name(f"{compiled.name}.{os.getpid()}")
        with temporary.open("wb") as file:
            write_mo(file, messages)
        temporary.replace(compiled)
        written.append(compiled)
    return written


if __name__ == "__main__":
    for path in compile_all():
        sys.stdout.write(f"{path.relative_to(SOURCE)}\n")
