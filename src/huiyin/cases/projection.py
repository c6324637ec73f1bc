"""CaseState ↔ case row, both ways and exactly: the row is the state's shadow, never a second truth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huiyin.cases.lifecycle.state import CaseState, Clock, Confidentiality, Phase, moment, stamp
from huiyin.cases.models import Case

#: state fields that stand in a column of the same name
PLAIN = (
    "seq", "channel", "kind", "urgency", "reachable", "received_at", "round", "claim", "answered_at", "verdict",
    "verdict_by", "outcome", "rested_at", "escalation", "supporters", "published", "imported", "erased",
)  # fmt: skip
#: state field → nullable foreign key column
LINKS = {"category": "category_id", "area": "area_id", "lead": "lead_id"}
#: state fields that live in `details`, with their value when absent
DETAILS: Mapping[str, Any] = {
    "support": (), "first_owner": "", "trail": (), "acknowledged_at": None, "first_contact_at": None, "objections": 0,
    "rulings": 0, "extensions": 0, "parks": 0, "questions": 0, "waiting_for": "", "answers": 0, "promise_due": "",
    "disputes": 0, "reviews": 0, "reopened": 0, "reminders": 0, "callbacks": 0, "pressed": 0, "escalated_to": "",
    "flags": (), "reveals": 0,
}  # fmt: skip
_TIMES = frozenset({"acknowledged_at", "first_contact_at"})
_LISTS = frozenset({"support", "trail", "flags"})


def columns(state: CaseState) -> dict[str, Any]:
    """The row's values for a state: attribute name → value, everything that the events decide."""
    facts = state.__dict__
    row: dict[str, Any] = {name: facts[name] for name in PLAIN}
    for name in ("claim", "verdict", "verdict_by", "outcome"):
        row[name] = str(row[name])
    row["phase"] = str(state.phase)
    row["confidentiality"] = str(state.confidentiality)
    for name, column in LINKS.items():
        row[column] = facts[name] or None
    row["merged_into_id"] = state.merged_into or None
    due = state.due
    row["due_at"] = due.due_at if due else None
    row["due_purpose"] = due.purpose if due else ""
    row["wake_at"] = state.wake_at
    details: dict[str, Any] = {}
    for name, absent in DETAILS.items():
        value = facts[name]
        if value != absent:
            details[name] = stamp(value) if isinstance(value, datetime) else list(value) if name in _LISTS else value
    if state.clocks:
        details["clocks"] = {p: clock.as_json() for p, clock in sorted(state.clocks.items())}
    row["details"] = details
    return row


def state_of(case: Case) -> CaseState:
    """The state a row stands for."""
    values: dict[str, Any] = {name: getattr(case, name) for name in PLAIN}
    for name, column in LINKS.items():
        values[name] = getattr(case, column) or ""
    values["merged_into"] = str(case.merged_into_id) if case.merged_into_id else ""
    details = case.details
    for name, absent in DETAILS.items():
        value = details.get(name, absent)
        if name in _TIMES and value is not None:
            value = moment(value)
        values[name] = tuple(value) if name in _LISTS else value
    clocks = {p: Clock.from_json(p, data) for p, data in details.get("clocks", {}).items()}
    return CaseState(
        phase=Phase(case.phase), confidentiality=Confidentiality(case.confidentiality), clocks=clocks, **values
    )


def differences(case: Case, state: CaseState) -> dict[str, tuple[Any, Any]]:
    """Column → (stored, replayed) wherever the row is not exactly what its events say."""
    found = {}
    for name, expected in columns(state).items():
        stored = getattr(case, name)
        if name == "merged_into_id" and stored is not None:
            stored = str(stored)
        if stored != expected:
            found[name] = (stored, expected)
    return found
