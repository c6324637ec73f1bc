"""A course as the lake would show it at a moment: what has not happened yet is not there, and what is true is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from huiyin.figures import schema
from huiyin.town.columnar import arrays as a
from huiyin.town.columnar.events import events
from huiyin.town.columnar.sample import DISPOSITIONS, PRESSED, Sample, draw
from huiyin.town.columnar.seen import Seen, seen
from huiyin.town.course import CLAIMS, OTHER_MATTER, PROMISED, SPEAKERS, TEMPLATE, VERDICTS, YES, Course
from huiyin.town.world import CHANNELS, KINDS, URGENCIES, Ints, World

PHASES = ("received", "dispatched", "objected", "working", "parked", "answered", "reviewing", "rested")
OUTCOMES = ("", "solved", "partly", "not_solved", "unknown")
YES_NO = ("", "yes", "no", "cannot_say")


def tables(world: World, course: Course, *, until: float | None = None, batch: int = 0) -> dict[str, pa.Table]:
    """All tables of the schema for a batch, as the lake would hold them at day `until` (default: the town's last day).

    Rows are in the order of the batch; the caller divides them into months. Tables are consistent with each other: what
    a callback heard stands in callbacks, answers, events and cases.
    """
    now = float(world.days) if until is None else until
    sample = draw(world, course, now, batch)
    view = seen(world, course, sample, now)
    steps, staff = events(world, course, view, sample, now, batch)
    return {
        "cases": _cases(world, course, view, staff, batch).filter(pa.array(course.facts.received <= now)),
        "answers": _answers(world, course, view, batch),
        "events": steps,
        "callbacks": _callbacks(world, course, sample, batch),
        **places(world),
    }


def places(world: World) -> dict[str, pa.Table]:
    """The small tables: offices, areas, categories."""
    o, r, c = world.offices, world.areas, world.categories
    return {
        "offices": a.table(
            schema.OFFICES,
            {
                "office": [x.code for x in o],
                "parent": [x.parent for x in o],
                "level": pa.array([x.level for x in o], pa.int32()),
                "kind": [x.kind for x in o],
                "area": [x.area for x in o],
                "name_zh": [x.zh for x in o],
                "name_en": [x.en for x in o],
                "active": [True] * len(o),
                "merged_into": [""] * len(o),
            },
        ),
        "areas": a.table(
            schema.AREAS,
            {
                "area": [x.code for x in r],
                "parent": [x.parent for x in r],
                "level": pa.array([x.level for x in r], pa.int32()),
                "name_zh": [x.zh for x in r],
                "name_en": [x.en for x in r],
            },
        ),
        "categories": a.table(
            schema.CATEGORIES,
            {
                "category": [x.code for x in c],
                "scheme": [world.scheme] * len(c),
                "parent": [x.parent for x in c],
                "top": [x.top for x in c],
                "name_zh": [x.zh for x in c],
                "name_en": [x.en for x in c],
            },
        ),
    }


def _where(world: World, course: Course, rows: Ints | slice = slice(None)) -> dict[str, Any]:
    """The columns that cases, answers and callbacks share."""
    f = course.facts
    return {
        "category": a.coded(f.category[rows], [c.code for c in world.categories]),
        "urgency": a.coded(f.urgency[rows], URGENCIES),
        "area": a.coded(f.area[rows], [area.code for area in world.areas]),
    }


def _offices(world: World) -> list[str]:
    return [office.code for office in world.offices] + [""]


def _cases(world: World, course: Course, view: Seen, staff: Ints, batch: int) -> pa.Table:
    f, d, size, start = course.facts, course.draft, course.size, world.start
    offices, none = _offices(world), np.zeros(size, dtype=np.int64)
    no = np.zeros(size, dtype=np.bool_)
    claim = np.where(view.answers > 0, view.claim + 1, 0)
    again = np.where(f.again >= 0, f.again, -1)
    raised = np.zeros(size, dtype=np.bool_)
    raised[again[again >= 0]] = True
    issue = np.where(again >= 0, again, np.where(raised, np.arange(size), -1))
    columns: Mapping[str, Any] = {
        "case_id": a.names_of(np.arange(size), batch),
        "received_at": a.moments(f.received, start),
        "channel": a.coded(f.channel, CHANNELS),
        "kind": a.coded(f.kind, KINDS),
        **_where(world, course),
        "scheme": a.coded(none, [world.scheme]),
        "imported": a.truths(no),
        "reachable": a.truths(f.reachable),
        "phase": a.coded(view.phase, PHASES),
        "lead": a.coded(view.lead, offices),
        "first_lead": a.coded(view.first_lead, offices),
        "leads": a.small(view.leads),
        "loops": a.small(view.loops),
        "objections": a.small(view.objections),
        "rulings": a.small(view.rulings),
        "sustained": a.small(view.sustained),
        "supporting": a.small(none),
        "dispatched_at": a.moments(view.dispatched, start),
        "acknowledged_at": a.moments(view.acknowledged, start),
        "contacted_at": a.moments(view.contacted, start),
        "site_checks": a.small(~np.isnan(view.sited)),
        "extensions": a.small(~np.isnan(view.extended)),
        "parks": a.small(~np.isnan(view.parked)),
        "parked_at": a.moments(np.where(view.waits, view.parked, np.nan), start),
        "parked_until": a.dates(np.where(view.waits, course.parked_until, np.nan), start),
        "reparked": a.small(none),
        "escalations": a.small(view.late),
        "staff_steps": a.small(staff),
        "answers": a.small(view.answers),
        "first_answered_at": a.moments(view.rounds[0].at, start),
        "answered_at": a.moments(view.answered, start),
        "waited_seconds": pa.array(np.zeros(size, dtype=np.int64)),
        "claim": a.coded(claim, ("", *CLAIMS)),
        "promise_due": a.dates(view.promise, start),
        "decline_reason": a.coded(none, [""]),
        "decline_overturned": a.truths(no),
        "asked": a.truths(view.answers > 0),
        "verdict": a.coded(view.verdict, VERDICTS),
        "verdict_by": a.coded(view.by, SPEAKERS),
        "verdict_at": a.moments(view.verdict_at, start),
        "outcome": a.coded(view.outcome, OUTCOMES),
        "rested_at": a.moments(view.rested, start),
        "disputes": a.small(view.disputes),
        "reviews": a.small(view.reviews),
        "reopened": a.small(view.reopened),
        "followers": a.small(none),
        "follows": a.truths(no),
        "issue": a.names_of(issue, batch, "i"),
        "reveals": a.small(np.where(np.isnan(view.revealed), 0, d.reveals + d.idle_reveals)),
        "idle_reveals": a.small(np.where(np.isnan(view.revealed), 0, d.idle_reveals)),
        "erased": a.truths(no),
    }
    return a.table(schema.CASES, dict(columns))


def _answers(world: World, course: Course, view: Seen, batch: int) -> pa.Table:
    """One row for each answer, the first answers of all matters first."""
    parts, start, offices = [], world.start, _offices(world)
    for number, turn in enumerate(view.rounds, 1):
        rows = np.flatnonzero(~np.isnan(turn.at))
        template = turn.reply[rows] == TEMPLATE
        # A template is one sentence of one office; two in three of its letters use the same one.
        which = np.where(template, 1 + view.lead[rows] * 2 + (mixed_bit(rows) if len(rows) else 0), 0)
        sentences = ["", *(f"{code or 'none'}-{n}" for code in offices for n in (1, 2))]
        parts.append(
            a.table(
                schema.ANSWERS,
                {
                    "case_id": a.names_of(rows, batch),
                    "number": a.small(np.full(len(rows), number)),
                    "received_at": a.moments(course.facts.received[rows], start),
                    "lead": a.coded(view.lead[rows], offices),
                    **_where(world, course, rows),
                    "channel": a.coded(course.facts.channel[rows], CHANNELS),
                    "at": a.moments(turn.at[rows], start),
                    "started_at": a.moments(turn.started[rows], start),
                    "due_at": a.moments(turn.due[rows], start),
                    "at_intake": a.truths(np.zeros(len(rows), dtype=np.bool_)),
                    "shared": a.truths(np.zeros(len(rows), dtype=np.bool_)),
                    "claim": a.coded(turn.claim[rows], CLAIMS),
                    "promise_due": a.dates(turn.promise_due[rows], start),
                    "site_checked": a.truths(course.draft.site[rows] & (number == 1)),
                    "evidence": a.truths(turn.verdict[rows] == YES),
                    "template": a.coded(which, sentences),
                    "hollow": a.truths(turn.hollow[rows]),
                    "promise_only": a.truths(turn.claim[rows] == PROMISED),
                    "other_matter": a.truths(turn.reply[rows] == OTHER_MATTER),
                    "verdict": a.coded(turn.verdict[rows], VERDICTS),
                    "verdict_by": a.coded(turn.by[rows], SPEAKERS),
                    "verdict_at": a.moments(turn.verdict_at[rows], start),
                    "returned_at": a.moments(turn.returned_at[rows], start),
                },
            )
        )
    return pa.concat_tables(parts)


def mixed_bit(rows: Ints) -> Ints:
    """0 for two in three rows, 1 for the third."""
    second: Ints = (rows % 3 == 2).astype(np.int64)
    return second


def _callbacks(world: World, course: Course, sample: Sample, batch: int) -> pa.Table:
    rows, start = sample.row, world.start
    known = np.unique(sample.period)
    marks = [pa.array(sample.marks[:, n].astype(np.int32), mask=sample.marks[:, n] == 0) for n in range(4)]
    days = sample.contacted_days
    return a.table(
        schema.CALLBACKS,
        {
            "period": a.coded(np.searchsorted(known, sample.period), [a.month_name(int(n)) for n in known]),
            "period_start": a.moments(a.month_start(sample.period, start), start),
            "case_id": a.names_of(rows, batch),
            "answer": a.small(sample.turn + 1),
            "lead": a.coded(course.lead[rows], _offices(world)),
            **_where(world, course, rows),
            "stratum_size": a.small(sample.size),
            "drawn": a.small(sample.drawn),
            "attempts": a.small(sample.attempts),
            "disposition": a.coded(sample.disposition, DISPOSITIONS),
            "asked_at": a.moments(sample.at, start),
            "result": a.coded(sample.result, VERDICTS),
            "contacted": a.coded(sample.contacted, YES_NO),
            "contacted_days": pa.array(np.where(np.isnan(days), 0, days).astype(np.int32), mask=np.isnan(days)),
            "voice": marks[0],
            "respect": marks[1],
            "explained": marks[2],
            "equal": marks[3],
            "pressed": a.coded(sample.pressed, PRESSED),
            "again": a.coded(sample.again, YES_NO),
        },
    )


def truth(world: World, course: Course, batch: int = 0) -> pa.Table:
    """What is true, for grading only: never part of a lake."""
    first = course.rounds[0]
    last = course.truth_at(np.full(course.size, float(world.days)))
    return pa.table(
        {
            "case_id": a.names_of(np.arange(course.size), batch),
            "office": a.coded(course.facts.office, _offices(world)),
            "fixable": a.truths(course.facts.fixable),
            "first_answer": a.coded(first.truth, ("undone", "half", "done")),
            "at_the_end": a.coded(last, ("undone", "half", "done")),
            "coached": a.truths(course.draft.coach),
            "well_off": pa.array(course.facts.well_off),
        }
    )
