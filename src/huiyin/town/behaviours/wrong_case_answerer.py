"""Pastes the answer to somebody else's matter."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, OTHER_MATTER, SOLVED, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "答非所问：把别的事的答复贴过来"
TITLE_EN = "Wrong-case answerer: pastes the answer to another matter"
HONEST = False
LEAVES = ("empty_replies", "false_closing")


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Every third reply is about another matter, and its own was mostly not looked at."""
    size = len(facts.received)
    pasted = rng.random(size) < 0.33
    draft.reply[:] = np.where(pasted, OTHER_MATTER, draft.reply)
    draft.claim[:] = np.where(pasted, SOLVED, draft.claim)
    draft.done[:] = np.where(pasted & (draft.done == DONE) & (rng.random(size) < 0.75), UNDONE, draft.done)
    draft.position[:] = np.where(pasted, draft.position * 0.6, draft.position)
