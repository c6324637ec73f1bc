"""Serves well-off areas first and lets the others wait."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "嫌贫爱富：富裕片区先办好办，其他片区拖着"
TITLE_EN = "Elite server: well-off areas first and well, the others late and badly"
HONEST = False
LEAVES = ("equity",)


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """The better-off half gets quick work; in the other half it takes longer and a third is not done."""
    size = len(facts.received)
    poor = facts.well_off < 0.5
    draft.position[:] = np.where(poor, draft.position * 1.7, draft.position * 0.6)
    draft.done[:] = np.where(poor & (draft.done == DONE) & (rng.random(size) < 0.35), UNDONE, draft.done)
