"""Calls matters solved within hours; most are not."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, SOLVED, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "虚假办结：几个小时就说“已解决”，多半没做"
TITLE_EN = "False closer: calls it solved within hours; mostly nothing was done"
HONEST = False
LEAVES = ("false_closing",)

#: How often it really did the work.
DOES = 0.35


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Claims at once, whatever was done. What it cannot do it calls solved as well."""
    skips = rng.random(len(facts.received)) > DOES
    draft.position[:] = np.where(skips, rng.uniform(0.03, 0.15, len(skips)), draft.position)
    draft.done[:] = np.where(skips & (draft.done == DONE), UNDONE, draft.done)
    draft.claim[:] = SOLVED
    draft.extend[:] = False
    draft.park_days[:] = 0
    draft.site &= ~skips
