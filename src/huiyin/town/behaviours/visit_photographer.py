"""Spends its days on visits with photographs that no record of a matter shows; less work gets done."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "摆拍走访：天天下去拍照留痕，事情做得少"
TITLE_EN = "Visit photographer: visits for the photographs; less work gets done"
HONEST = False
#: Visits are not recorded yet, so there is nothing to see but what people say about the matters themselves.
LEAVES = ()


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """One in eight matters is left undone for want of time; nothing else shows."""
    missed = rng.random(len(facts.received)) < 0.125
    draft.done[:] = np.where(missed & (draft.done == DONE), UNDONE, draft.done)
