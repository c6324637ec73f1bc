"""What events do to clocks: start or move, stop, pause; and what coming to rest means for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as replaced
from datetime import datetime
from typing import Any

from huiyin.cases.lifecycle.state import CaseState, Clock, Outcome, Phase, moment


def replace(state: CaseState, **changes: Any) -> CaseState:
    return state.having(**changes)


def start(state: CaseState, body: Mapping[str, Any], at: datetime) -> CaseState:
    """Start (or move, when already open) the clocks an event names."""
    clocks = dict(state.clocks)
    for purpose, due in body.get("clocks", {}).items():
        known = clocks.get(purpose)
        if known is not None and known.open and not known.missed:
            clocks[purpose] = replaced(known, due_at=moment(due), paused_at=None)
        else:
            clocks[purpose] = Clock(purpose, at, moment(due))
    return replace(state, clocks=clocks)


def stop(state: CaseState, at: datetime, *purposes: str) -> CaseState:
    clocks = dict(state.clocks)
    for purpose in purposes or tuple(clocks):
        clock = clocks.get(purpose)
        if clock is not None and clock.open:
            clocks[purpose] = replaced(clock, stopped_at=at, paused_at=None)
    return replace(state, clocks=clocks)


def pause(state: CaseState, at: datetime, *purposes: str) -> CaseState:
    clocks = dict(state.clocks)
    for purpose in purposes:
        clock = clocks.get(purpose)
        if clock is not None and clock.running and not clock.missed:
            clocks[purpose] = replaced(clock, paused_at=at)
    return replace(state, clocks=clocks)


def calm(state: CaseState, at: datetime) -> CaseState:
    """Something moved: who was told of a delay is no longer waiting."""
    return replace(stop(state, at, "overdue"), escalation=0, escalated_to="")


def rest(state: CaseState, outcome: str, at: datetime) -> CaseState:
    stopped = stop(state, at)
    return replace(
        stopped,
        phase=Phase.RESTED,
        outcome=Outcome(outcome),
        rested_at=at,
        waiting_for="",
        escalation=0,
        escalated_to="",
    )
