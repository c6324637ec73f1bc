"""Many cases with their past at once: what an import brings in, through the same rules and the same ledger.

The past is decided by the lifecycle like anything else. Its events enter the ledger when they are taken in (the log
accepts no back-dated leaf), and each body says in `at` when the thing happened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Model

from huiyin.base import codes
from huiyin.base.bulk import Group, insert_together, new_row
from huiyin.base.errors import Refusal
from huiyin.base.ids import uuid7
from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.follow import after_event
from huiyin.cases.lifecycle import Actor, CaseState, Event, decide, evolve
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.state import stamp
from huiyin.cases.models import Case, VaultItem, VaultKey
from huiyin.cases.projection import columns
from huiyin.cases.recording import Draft, keep, listed_point
from huiyin.cases.rulebook import Rulebook, in_force, milliseconds
from huiyin.ledger import actions as ledger
from huiyin.ledger.models import Entry
from huiyin.worker.models import Task
from huiyin.worker.outbox import task

#: Cases that one task of the worker makes findable.
INDEXED = 100

#: One step of a past: what was asked, by whom, and when it happened.
Step = tuple[c.Command, Actor, datetime]


@dataclass(frozen=True)  # without slots: it travels between processes, and frozen slots travel slowly
class History:
    """One matter as it was lived elsewhere. The first step is a `Receive` with imported=True.

    `private` are further words of the first event (label → text), for example the original row. `listed` says whether
    the row may carry the point; the words of the place are kept either way.
    """

    steps: Sequence[Step]
    private: Mapping[str, str] = field(default_factory=dict)
    listed: bool = True


@dataclass(slots=True)
class Result:
    """What came of each history, by its place: the case, or why it was refused."""

    cases: dict[int, Case] = field(default_factory=dict)
    refusals: dict[int, Refusal] = field(default_factory=dict)


@dataclass(slots=True)
class _Rows:
    cases: list[Case] = field(default_factory=list)
    keys: list[VaultKey] = field(default_factory=list)
    draft: Draft = field(default_factory=Draft)
    also: dict[type[Model], list[Model]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Cases that are decided, sealed and ready, but not written."""

    result: Result
    _rows: _Rows

    def store(self) -> Result:
        """Write all of them in one transaction, from whatever thread. Raises IntegrityError: then nothing was."""
        if self._rows.cases:
            write(lambda: _insert(self._rows))
        return self.result


def take_in(
    histories: Sequence[History], at_now: datetime, *, also: Callable[[int, Case], Model] | None = None
) -> Result:
    """Make one case of each history, all in one transaction; a refused history leaves nothing and stops no other.

    `also` gives one more row per case, written with it (it gets the history's place and the unsaved case). Raises
    ValueError for a history that does not begin with an imported `Receive`; IntegrityError when a row of `also` is
    there already: then nothing at all was written.
    """
    return prepare(histories, at_now, also=also).store()


def prepare(
    histories: Sequence[History], at_now: datetime, *, also: Callable[[int, Case], Model] | None = None
) -> Prepared:
    """All of `take_in` but the writing: for whoever makes the next cases while the database takes these."""
    rulebook = in_force()
    now = milliseconds(at_now)
    result = Result()
    rows = _Rows()
    for place, history in enumerate(histories):
        try:
            case = _build(history, now, rulebook, rows)
        except Refusal as refusal:
            result.refusals[place] = refusal
            continue
        result.cases[place] = case
        if also is not None:
            row = also(place, case)
            rows.also.setdefault(type(row), []).append(row)
    if rows.cases:
        rows.draft.tasks.extend(_index(rows.cases, now))
    return Prepared(result, rows)


def _insert(rows: _Rows) -> None:
    groups: list[Group] = [
        (Case, rows.cases),
        (VaultKey, rows.keys),
        (VaultItem, rows.draft.items),
        (Entry, rows.draft.entries),
        (Task, rows.draft.tasks),
        *rows.also.items(),
    ]
    insert_together(groups)


def _build(history: History, now: datetime, rulebook: Rulebook, rows: _Rows) -> Case:
    """Decide the whole past in memory, then add its rows. Raises Refusal before anything was added."""
    decided = _decide(history, now, rulebook)
    received = history.steps[0]
    case_id = uuid7()
    tag, tag_salt = ledger.new_tag(case_id)
    key, dek = vault.new_case_key(case_id)
    draft = rows.draft
    draft.items.append(vault.put(dek, case_id, 0, "case", str(case_id), tag_salt))
    for event, actor, state in decided:
        keep(case_id, tag, state, event, actor, now, rulebook, dek, draft)
        if event.kind != "received":  # whose only task, to index the case, stands once for all of them (`_index`)
            draft.tasks.extend(after_event(case_id, event, state, actor, now))
    command = received[0]
    point = command.point if history.listed and isinstance(command, c.Receive) else ""
    lat, lon = listed_point(point, state, rulebook)
    case = new_row(
        Case,
        id=case_id,
        number=codes.public_number(rulebook.year_of(received[2]), os.urandom(5)),
        # Nobody was ever given a code for this matter, so no code opens it.
        claim_hash=os.urandom(32),
        tag=tag,
        lat=lat,
        lon=lon,
        **columns(state),
    )
    rows.cases.append(case)
    rows.keys.append(key)
    return case


def _index(cases: Sequence[Case], now: datetime) -> list[Task]:
    """One task for `INDEXED` cases: a task of its own for each would cost the worker more than the indexing."""
    parts = (cases[start : start + INDEXED] for start in range(0, len(cases), INDEXED))
    return [
        task("cases.index", {"cases": [case.id for case in part]}, now=now, key=f"{part[0].id}/{len(part)}")
        for part in parts
    ]


def _decide(history: History, now: datetime, rulebook: Rulebook) -> list[tuple[Event, Actor, CaseState]]:
    first = history.steps[0][0] if history.steps else None
    if not isinstance(first, c.Receive) or not first.imported:
        raise ValueError("a history begins with an imported Receive")
    state = CaseState()
    decided: list[tuple[Event, Actor, CaseState]] = []
    for command, actor, when in history.steps:
        happened = milliseconds(when)
        for event in decide(state, command, actor, happened, rulebook):
            body = event.body if "at" in event.body else {**event.body, "at": stamp(happened)}
            private = event.private if decided else {**event.private, **history.private}
            event = replace(event, body=body, private=private)
            state = evolve(state, event, now)
            decided.append((event, actor, state))
    return decided


def refusals(histories: Sequence[History], at_now: datetime) -> dict[int, Refusal]:
    """What `take_in` would refuse, by place. Writes nothing."""
    rulebook = in_force()
    now = milliseconds(at_now)
    found: dict[int, Refusal] = {}
    for place, history in enumerate(histories):
        try:
            _decide(history, now, rulebook)
        except Refusal as refusal:
            found[place] = refusal
    return found
