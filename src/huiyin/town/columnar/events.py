"""The events of a batch, in order, one row each: the same names the real log uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huiyin.figures import schema
from huiyin.town.columnar import arrays as a
from huiyin.town.columnar.sample import DISPOSITIONS, NOT_ASKED, Sample
from huiyin.town.columnar.seen import Seen
from huiyin.town.course import CALLER, CLAIMS, SPEAKERS, VERDICTS, YES, Course
from huiyin.town.world import CHANNELS, Floats, Ints, World

KIND_NAMES = (
    "received", "dispatched", "objected", "objection_ruled", "acknowledged", "contact_revealed", "contacted",
    "site_checked", "extended", "parked", "answered", "message", "verdict_given", "disputed", "reviewed", "reopened",
    "called_back", "rested",
)  # fmt: skip
ROLES = ("resident", "operator", "dispatcher", "handler", "head", "reviewer", "caller", "system")
#: Roles whose events are work of the body.
STAFF = np.array([False, True, True, True, True, True, False, False])
CODES = (
    "", "phone", "not_our_duty", "no_power", "sustained", "rejected", "arrange_visit", "as_described", "season",
    *CLAIMS[1:], *VERDICTS[1:], "redo", "review", "settled", *DISPOSITIONS[:NOT_ASKED], "unknown",
)  # fmt: skip
_KIND = {name: number for number, name in enumerate(KIND_NAMES)}
_ROLE = {name: number for number, name in enumerate(ROLES)}
_CODE = {name: number for number, name in enumerate(CODES)}


Small = NDArray[np.int16]


def _codes(names: Sequence[str]) -> Ints:
    return np.array([_CODE[name] for name in names])


class _Steps:
    """Collects events; each call adds one kind for many matters."""

    def __init__(self, none: int) -> None:
        self.none = none
        self.parts: list[tuple[Ints, Floats, Small, Small, Small, Small, Small, Small, Small]] = []

    def add(
        self,
        kind: str,
        at: Floats,
        role: str | Ints,
        office: Ints | None,
        lead: Ints,
        code: str | Ints = "",
        *,
        by: Ints | None = None,
        rows: Ints | None = None,
        pressed: Ints | None = None,
    ) -> None:
        """Events of one kind at `at` (NaN: none); arrays have one value a matter, or one for each of `rows`."""
        there = np.flatnonzero(~np.isnan(at))
        count = len(there)

        def pick(value: Any, other: int) -> Small:
            return np.full(count, other, dtype=np.int16) if value is None else value[there].astype(np.int16)

        self.parts.append(
            (
                there if rows is None else rows[there],
                at[there],
                pick(None, _KIND[kind]),
                pick(None, _ROLE[role]) if isinstance(role, str) else pick(role, 0),
                pick(office, self.none),
                pick(lead, 0),
                pick(None, _CODE[code]) if isinstance(code, str) else pick(code, 0),
                pick(by, 0),
                pick(pressed, 0),
            )
        )


def events(world: World, course: Course, view: Seen, sample: Sample, until: float, batch: int) -> tuple[pa.Table, Ints]:
    """All events up to `until` by matter and time, and how many steps of work each matter cost."""
    steps = _collect(world, course, view, sample, until)
    row, at, kind, role, office, lead, code, by, pressed = (
        np.concatenate([part[n] for part in steps.parts]) for n in range(9)
    )
    seconds = np.floor(at * a.DAY).astype(np.int64)
    order = np.argsort((row << 26) + seconds, kind="stable")
    row, at = row[order], at[order]
    begins = np.concatenate([[True], row[1:] != row[:-1]]) if len(row) else np.zeros(0, dtype=np.bool_)
    first = np.flatnonzero(begins)
    seq = np.arange(len(row)) - np.repeat(first, np.diff(np.concatenate([first, [len(row)]]))) + 1
    offices = [o.code for o in world.offices] + [""]
    made = a.table(
        schema.EVENTS,
        {
            "case_id": a.names_of(row, batch),
            "seq": a.small(seq),
            "kind": a.coded(kind[order], KIND_NAMES),
            "at": a.moments(at, world.start),
            "role": a.coded(role[order], ROLES),
            "office": a.coded(office[order], offices),
            "lead": a.coded(lead[order], offices),
            "code": a.coded(code[order], CODES),
            "by": a.coded(by[order], SPEAKERS),
            "pressed": a.truths(pressed[order]),
        },
    )
    staff = np.bincount(row, weights=STAFF[role[order]], minlength=course.size).astype(np.int64)
    return made, staff


def _collect(world: World, course: Course, view: Seen, sample: Sample, until: float) -> _Steps:
    size, none = course.size, len(world.offices)
    steps = _Steps(none)
    nobody, duty, last = np.full(size, none), course.facts.office, course.lead

    def until_now(at: Floats) -> Floats:
        return np.where(at <= until, at, np.nan)

    web = np.where(course.facts.channel == CHANNELS.index("web"), _ROLE["resident"], _ROLE["operator"])
    steps.add("received", until_now(course.facts.received), web, None, nobody)
    steps.add("dispatched", view.dispatched, "dispatcher", None, course.first_lead)
    current = course.first_lead
    for place, (at, who, ruled, right, goes) in enumerate(course.hops):
        at = until_now(at)
        code = "no_power" if place == len(course.hops) - 1 else "not_our_duty"
        steps.add("objected", at, "head", who, who, code)
        current = np.where(~np.isnan(at) & right, goes, who)
        ruling = until_now(np.where(np.isnan(at), np.nan, ruled))
        steps.add(
            "objection_ruled",
            ruling,
            "dispatcher",
            None,
            current,
            np.where(right, _CODE["sustained"], _CODE["rejected"]),
        )
    pushed = course.draft.push_to >= 0
    signed = np.where(pushed, last, duty)
    steps.add("acknowledged", view.acknowledged, "handler", signed, signed)
    steps.add("contact_revealed", view.revealed, "handler", last, last, "arrange_visit")
    steps.add("contacted", view.contacted, "handler", last, last, "phone")
    steps.add("extended", view.extended, "head", last, last)
    steps.add("parked", view.parked, "head", last, last, "season")
    steps.add("site_checked", view.sited, "handler", last, last, "as_described")
    claims, values = _codes(CLAIMS), _codes(VERDICTS)
    for number, turn in enumerate(view.rounds):
        steps.add("answered", turn.at, "handler", last, last, claims[turn.claim])
        if number == 0:
            steps.add("message", view.coached, "handler", last, last)
            steps.add("message", view.coached_again, "handler", last, last)
        by = np.where(turn.by == CALLER, _ROLE["caller"], _ROLE["resident"])
        own = np.ones(size, dtype=np.int64)
        steps.add("verdict_given", turn.before_at, "resident", None, last, values[turn.before], by=own)
        own_word = np.where(turn.by == CALLER, np.nan, turn.verdict_at)
        steps.add("verdict_given", own_word, by, None, last, values[turn.verdict], by=turn.by)
        complained = np.where(turn.verdict > YES, turn.returned_at, np.nan)
        steps.add("disputed", complained, "resident", None, last, "review" if number else "redo")
    settled = np.where(course.settled, _CODE["settled"], _CODE["redo"])
    steps.add("reviewed", view.reviewed, "reviewer", None, last, settled)
    steps.add("reopened", until_now(course.rounds[3].started), "resident", None, last)
    _calls(steps, course, view, sample)
    outcomes = np.array([0, *values[1:4], _CODE["unknown"]])
    steps.add("rested", view.rested, "system", None, last, outcomes[view.outcome])
    return steps


def _calls(steps: _Steps, course: Course, view: Seen, sample: Sample) -> None:
    """Calls become events while the matter waits for exactly this word; later they stand in the sample only."""
    for number, turn in enumerate(view.rounds):
        mine = np.flatnonzero((sample.turn == number) & (sample.disposition != NOT_ASKED))
        rows = sample.row[mine]
        asked = np.fmax(turn.at[rows], turn.promise_due[rows])
        unheard = (turn.verdict[rows] == 0) & (sample.at[mine] < asked + 21)
        heard = (turn.by[rows] == CALLER) & (turn.verdict_at[rows] == sample.at[mine])
        mine, rows = mine[unheard | heard], rows[unheard | heard]
        lead, at, hit = course.lead[rows], sample.at[mine], sample.result[mine] > 0
        steps.add(
            "called_back", at, "caller", None, lead, _codes(DISPOSITIONS[:NOT_ASKED])[sample.disposition[mine]],
            rows=rows, pressed=(sample.pressed[mine] == 1).astype(np.int64),
        )  # fmt: skip
        steps.add(
            "verdict_given", np.where(hit, at, np.nan), "caller", None, lead, _codes(VERDICTS)[sample.result[mine]],
            rows=rows, by=np.full(len(rows), CALLER),
        )  # fmt: skip
