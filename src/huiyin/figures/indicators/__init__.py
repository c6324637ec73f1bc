"""The indicators, one small module each (`docs/figures.md` lists them). Reading this loads no engine.

from huiyin.figures.indicators import INDICATORS, indicator
from huiyin.figures.evaluate import Moment, evaluate
frames = huiyin.figures.frames.duckdb(Lake.open(folder))
evaluate(frames, indicator("confirmed"), Moment(as_of=now, start=..., end=...), by=("office",))  # → list of Value
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from huiyin.figures.indicators.base import FAMILIES, METHODS, UNITS, Indicator, Two

__all__ = ["FAMILIES", "INDICATORS", "METHODS", "UNITS", "Indicator", "Two", "indicator"]


def _found() -> tuple[Indicator, ...]:
    found: list[Indicator] = []
    for module in sorted(m.name for m in iter_modules(__path__) if m.name[0] == "i" and m.name[1:3].isdecimal()):
        loaded = import_module(f"{__name__}.{module}")
        found.extend(getattr(loaded, "INDICATORS", None) or (loaded.INDICATOR,))
    return tuple(found)


INDICATORS = _found()


def indicator(code: str) -> Indicator:
    """The indicator of that code; KeyError for an unknown one."""
    return {one.code: one for one in INDICATORS}[code]
