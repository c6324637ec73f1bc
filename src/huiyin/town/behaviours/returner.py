"""Says "not ours" again and again, first of all to what is hard."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "反复退单：难办的先说“不归我管”，转一圈再回来"
TITLE_EN = 'Returner: says "not ours" to what is hard, and lets it go round'
HONEST = False
LEAVES = ("returns",)


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Objects to every third matter and most of the hard ones; a third of these goes in a circle."""
    size = len(facts.received)
    objects = rng.random(size) < np.where(facts.fixable, 0.3, 0.7)
    draft.objections[:] = np.where(objects, rng.integers(1, 3, size), draft.objections)
    draft.bounces[:] = objects & (rng.random(size) < 0.35)
