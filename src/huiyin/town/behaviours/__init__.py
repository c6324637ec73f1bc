"""How offices behave. One module is one behaviour; anybody can add theirs with `huiyin town trial --behaviour FILE.py`.

A behaviour is a Python file with

    TITLE_ZH, TITLE_EN  one line each: what this office does
    HONEST              True when nothing of it is meant to make figures look better
    LEAVES              codes of the signatures (`huiyin.figures.signatures`) that should see it; () when it leaves no
                        trace in the data
    def decide(world, facts, draft, rng) -> None

`facts` (`huiyin.town.course.Facts`) are the matters of all offices that behave like this, one array entry a matter;
they are read only. `draft` (`Draft`) arrives as a competent, honest office would decide: when it signs for a matter,
when it claims a result, whether the work is really done then and after a complaint, what it claims and in which words,
what it objects to, whom it hands it to, whom it asks to be kind. `decide` changes these arrays in place. `rng` is a
numpy Generator made from the seed; no other chance may be used. What residents, callers and reviewers say is not for an
office to decide and is not in the draft.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np

from huiyin.town.course import Draft, Facts
from huiyin.town.world import World

Decide = Callable[[World, Facts, Draft, np.random.Generator], None]
_added: dict[str, Behaviour] = {}


class NoBehaviour(Exception):
    """There is no such behaviour, or a file that should hold one does not."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behaviour, read from its module."""

    name: str
    zh: str
    en: str
    honest: bool
    leaves: tuple[str, ...]
    decide: Decide


def get(name: str) -> Behaviour:
    """The behaviour of this name; NoBehaviour when there is none."""
    found = {**known(), **_added}.get(name)
    if found is None:
        raise NoBehaviour(f"no behaviour is called {name}; there are {', '.join(known())}")
    return found


@cache
def known() -> dict[str, Behaviour]:
    """Every behaviour that comes with the program, by name: the honest ones first."""
    found = [
        _read(importlib.import_module(f"{__name__}.{module.name}"), module.name)
        for module in pkgutil.iter_modules(__path__)
        if module.name != "tests"
    ]
    return {b.name: b for b in sorted(found, key=lambda b: (not b.honest, b.name))}


def tricks() -> tuple[Behaviour, ...]:
    """Those that try to look better than they are."""
    return tuple(b for b in known().values() if not b.honest)


def add(path: Path) -> Behaviour:
    """Take in somebody's own behaviour from a file. NoBehaviour says what is missing in it."""
    spec = importlib.util.spec_from_file_location(f"huiyin_behaviour_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise NoBehaviour(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise NoBehaviour(f"{path} could not be read: {error}") from error
    behaviour = _read(module, path.stem)
    _added[behaviour.name] = behaviour
    return behaviour


def _read(module: ModuleType, name: str) -> Behaviour:
    missing = [word for word in ("TITLE_ZH", "TITLE_EN", "HONEST", "LEAVES", "decide") if not hasattr(module, word)]
    if missing:
        raise NoBehaviour(f"the behaviour {name} lacks {', '.join(missing)}")
    return Behaviour(name, module.TITLE_ZH, module.TITLE_EN, bool(module.HONEST), tuple(module.LEAVES), module.decide)
