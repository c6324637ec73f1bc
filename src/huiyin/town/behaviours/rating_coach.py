"""Rings people before and after their verdict and asks them to say that it is solved."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, SOLVED, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "教人评分：评判前后打电话，请人说“解决了”"
TITLE_EN = "Rating coach: rings people around their verdict and asks them to say it is solved"
HONEST = False
LEAVES = ("pressure",)


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Asks two in three of those it can reach, and relies on it: a little less is really done."""
    size = len(facts.received)
    draft.coach[:] = facts.reachable & (rng.random(size) < 0.67)
    draft.done[:] = np.where((draft.done == DONE) & (rng.random(size) < 0.12), UNDONE, draft.done)
    draft.claim[:] = np.where(rng.random(size) < 0.5, SOLVED, draft.claim)
