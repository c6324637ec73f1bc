"""A competent, honest office: it works, says what is so, and says plainly what it cannot do."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "能干、老实：做了才说做了，做不了就直说"
TITLE_EN = "Competent and honest: says done when it is done, and says so when it cannot be"
HONEST = True
LEAVES = ()


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """The draft is this office already."""
