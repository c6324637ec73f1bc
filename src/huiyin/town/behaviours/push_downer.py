"""Hands matters down to a street office that has no power over them."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, SOLVED, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "往下推：把难办的压给没有权限的基层"
TITLE_EN = "Push-downer: hands matters down to a level that has no power over them"
HONEST = False
LEAVES = ("push_down",)


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Hands down every fourth matter and most hard ones; at the level below they are solved less often."""
    size = len(facts.received)
    hands = rng.random(size) < np.where(facts.fixable, 0.25, 0.7)
    dice = rng.random(size)
    for office in np.unique(facts.office):
        lower = np.array(below(world, int(office)), dtype=np.int64)
        if len(lower):
            mine = hands & (facts.office == office)
            draft.push_to[mine] = lower[(dice[mine] * len(lower)).astype(np.int64)]
    pushed = draft.push_to >= 0
    draft.done[:] = np.where(pushed & (draft.done == DONE) & (rng.random(size) < 0.4), UNDONE, draft.done)
    draft.claim[:] = np.where(pushed, SOLVED, draft.claim)
    draft.position[:] = np.where(pushed, draft.position * 1.5, draft.position)


def below(world: World, office: int) -> list[int]:
    """The offices one may push to: one's own lower offices, or any of a lower level where one has none."""
    own = [n for n, other in enumerate(world.offices) if other.parent == world.offices[office].code]
    return own or [n for n, other in enumerate(world.offices) if other.level > world.offices[office].level]
