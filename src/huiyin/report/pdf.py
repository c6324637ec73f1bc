"""The report as a PDF: typeset by Typst, which needs nothing installed on the machine, in a font that comes along.

The same report gives the same bytes: the date inside is the date of the figures, and no font of the machine is used.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.base.drawing import paper
from huiyin.report.blocks import Report

if TYPE_CHECKING:
    import typst

FONT = "Noto Sans CJK SC"
_SHEET = Path(__file__).parent / "typeset" / "report.typ"
#: Width of drawings in CSS pixels (96 to the inch).
_WIDTHS = {"bars": 380, "dots": 270, "picture": 650}
#: Finished files kept in memory: 100 to 250 kB each.
KEPT = 64

_kept: OrderedDict[str, bytes] = OrderedDict()
_typesetting = threading.Lock()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import manimgx_fonts_cjk
    import typst

    folder = Path(manimgx_fonts_cjk.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _for_paper(report: Report) -> str:
    """What the sheet reads: the report as JSON, its drawings as pictures that stand alone."""
    found = report.as_json()
    for section in found["sections"]:
        for block in section["blocks"]:
            width = _WIDTHS.get(block["kind"], 0)
            if block["kind"] in ("bars", "dots"):
                for row in block["rows"]:
                    row["svg"] = paper.alone(row["svg"], width, 22, font=FONT)
            if block["kind"] == "dots":
                block["axis"] = paper.alone(block["axis"], width, 16, font=FONT)
            if block["kind"] == "picture":
                block["svg"] = paper.alone(block["svg"], width, block["height"], margin=0, font=FONT)
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def key(report: Report) -> str:
    """SHA-256 of everything the file depends on, for caches between here and the reader."""
    return hashlib.sha256(_for_paper(report).encode() + b"\0" + _SHEET.read_bytes()).hexdigest()


def render(report: Report) -> bytes:
    """The PDF of a report. One is typeset at a time in a process; what was made is kept."""
    name = key(report)
    with _typesetting:
        if name not in _kept:
            _kept[name] = typeset(_for_paper(report), report.at)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(name)
        return _kept[name]


def typeset(words: str, at: int) -> bytes:
    """The sheet filled with `words` (the JSON of a report for paper), dated `at` (seconds since 1970)."""
    import typst

    compiler = typst.Compiler(
        input=_SHEET.read_bytes(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"report": words}
    )
    made = compiler.compile(format="pdf", timestamp=at, pdf_standards="ua-1")
    if not isinstance(made, bytes):
        raise TypeError("the typesetter gave no file")
    return made
