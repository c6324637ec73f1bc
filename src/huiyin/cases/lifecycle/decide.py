"""(state, command, actor, time, rules) → events. Pure: no database, no wall clock, no text in any language.

Each command has one function named after it (in the `decide_*` modules). A function returns events or raises Refusal
with a code that `cases.texts` turns into a sentence. Deadlines are computed here and written into the events, so that
replay needs no rules.
"""

from __future__ import annotations

from datetime import datetime

from huiyin.cases.lifecycle import decide_intake, decide_side, decide_verdict, decide_work
from huiyin.cases.lifecycle.commands import Command
from huiyin.cases.lifecycle.rules import Rules
from huiyin.cases.lifecycle.situation import DECISIONS, Situation
from huiyin.cases.lifecycle.state import Actor, CaseState, Event
from huiyin.cases.lifecycle.table import permit

MODULES = (decide_intake, decide_work, decide_verdict, decide_side)  # importing them fills DECISIONS


def decide(state: CaseState, command: Command, actor: Actor, at: datetime, rules: Rules) -> list[Event]:
    """The events this command leads to. Raises Refusal; never changes anything."""
    permit(command.name, actor, state)
    return list(DECISIONS[command.name](Situation(state, actor, at, rules), command))
