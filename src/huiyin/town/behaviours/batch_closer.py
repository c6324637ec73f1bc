"""Lets matters lie and closes a pile of them in one hour, once a week."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, SOLVED, TEMPLATE, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "成批办结：平时放着，每周五下午一口气全部办结"
TITLE_EN = "Batch closer: lets matters lie and closes the pile in one hour every Friday"
HONEST = False
LEAVES = ("batch_closing", "false_closing")


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Four in five wait for the next Friday at four; half of these were not touched."""
    size = len(facts.received)
    piled = rng.random(size) < 0.8
    ready = facts.started + draft.acknowledge + 0.2
    friday = np.floor(ready) + (4 - (np.floor(ready).astype(np.int64) + world.weekday)) % 7
    friday = np.where(friday + 16 / 24 < ready, friday + 7, friday)
    draft.at[:] = np.where(piled, friday + (16 + rng.uniform(0, 0.7, size)) / 24, draft.at)
    draft.done[:] = np.where(piled & (draft.done == DONE) & (rng.random(size) < 0.4), UNDONE, draft.done)
    draft.claim[:] = np.where(piled, SOLVED, draft.claim)
    draft.reply[:] = np.where(piled & (rng.random(size) < 0.3), TEMPLATE, draft.reply)
    draft.extend &= ~piled
    draft.park_days[piled] = 0
