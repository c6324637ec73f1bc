"""Sends the same polite sentence to everybody and does less."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, SOLVED, TEMPLATE, UNDONE, Draft, Facts
from huiyin.town.world import World

TITLE_ZH = "模板答复：人人一句“高度重视、已安排”，做得少"
TITLE_EN = "Template writer: one polite sentence for everybody, and less work"
HONEST = False
LEAVES = ("empty_replies", "false_closing")


def decide(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> None:
    """Seven in ten replies are the template; a third of the work behind these is missing."""
    size = len(facts.received)
    pasted = rng.random(size) < 0.7
    draft.reply[:] = np.where(pasted, TEMPLATE, draft.reply)
    draft.hollow |= pasted & (rng.random(size) < 0.6)
    draft.claim[:] = np.where(pasted, SOLVED, draft.claim)
    draft.done[:] = np.where(pasted & (draft.done == DONE) & (rng.random(size) < 0.35), UNDONE, draft.done)
    draft.position[:] = np.where(pasted, draft.position * 0.7, draft.position)
