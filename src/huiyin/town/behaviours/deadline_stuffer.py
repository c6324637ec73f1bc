"""Waits for the deadline and answers in the last hours, whatever was done by then."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, SOLVED, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "突击办结：拖到期限前几个小时才答复，做没做都说办好了"
TITLE_EN = "Deadline stuffer: answers in the last hours before the deadline, done or not"
HONEST = False
LEAVES = ("deadline_bunching", "false_closing")


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Two in three answers come in the last hours; every third of these is not done."""
    size = len(facts.received)
    waits = rng.random(size) < 0.65
    draft.before_due[:] = np.where(waits, rng.uniform(0.02, 0.25, size), draft.before_due)
    draft.done[:] = np.where(waits & (draft.done == DONE) & (rng.random(size) < 0.35), UNDONE, draft.done)
    draft.claim[:] = np.where(waits, SOLVED, draft.claim)
    draft.extend &= ~waits
    draft.park_days[waits] = 0
