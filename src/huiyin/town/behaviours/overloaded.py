"""An honest office with more matters than hands: slow, often late, and it says so."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "老实，但忙不过来：慢，常常超期，不说假话"
TITLE_EN = "Honest and overloaded: slow and often late, and says nothing untrue"
HONEST = True
LEAVES = ()


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Everything takes longer; more is extended and parked; what is claimed is as true as anywhere."""
    size = len(facts.received)
    draft.position *= rng.uniform(1.6, 2.4, size)
    draft.acknowledge *= 3
    draft.contact *= 2
    draft.extend |= rng.random(size) < 0.15
    more = (draft.park_days == 0) & (rng.random(size) < 0.03)
    draft.park_days[more] = np.floor(rng.uniform(7, 30, int(more.sum())))
