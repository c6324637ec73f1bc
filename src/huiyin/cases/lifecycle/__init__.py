"""The life of a case, pure and table-driven: (state, command) → events, (state, event) → state.

Read `table` first (who may do what, when), then `decide` and `evolve`. Nothing here knows a database, a clock on the
wall or a language.
"""

from huiyin.cases.lifecycle.decide import decide
from huiyin.cases.lifecycle.evolve import evolve, replay
from huiyin.cases.lifecycle.public import public_part
from huiyin.cases.lifecycle.rules import Rules
from huiyin.cases.lifecycle.state import (
    Actor,
    CaseState,
    Claim,
    Clock,
    Confidentiality,
    Event,
    Outcome,
    Phase,
    Role,
    Verdict,
)
from huiyin.cases.lifecycle.table import TABLE, allowed, permit, told_as

__all__ = [
    "TABLE", "Actor", "CaseState", "Claim", "Clock", "Confidentiality", "Event", "Outcome", "Phase", "Role", "Rules",
    "Verdict", "allowed", "decide", "evolve", "permit", "public_part", "replay", "told_as",
]  # fmt: skip
