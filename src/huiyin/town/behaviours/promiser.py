"""Promises a day instead of doing the work, and lets the day pass."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import PROMISED, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "以诺代办：答应某天前做好，到了那天没有下文"
TITLE_EN = "Promiser: names a day instead of doing the work, and lets the day pass"
HONEST = False
LEAVES = ("promises",)


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Half of all answers are a promise; every fourth of these is kept."""
    size = len(facts.received)
    promises = rng.random(size) < 0.5
    draft.claim[:] = np.where(promises, PROMISED, draft.claim)
    draft.done[:] = np.where(promises, UNDONE, draft.done)
    draft.keeps[:] = np.where(promises, rng.random(size) < 0.25, draft.keeps)
    draft.position[:] = np.where(promises, draft.position * 0.5, draft.position)
