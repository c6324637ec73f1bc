"""A row of the cause model as one matter's fate: what will be done and said, to be lived through the real actions.

Times that depend on rules of the body (deadlines, opening hours) are parts and distances: the real clocks decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np

from huiyin.town.columnar.sample import DISPOSITIONS, NOT_ASKED, PRESSED, draw
from huiyin.town.course import CLAIMS, PROMISED, VERDICTS, YES, Course, Round
from huiyin.town.world import World


@dataclass(frozen=True, slots=True)
class Turn:
    """One round of answering. Delays are days after the claim (after the promised day, for a promise)."""

    claim: str
    reply: int
    hollow: bool
    true: bool
    promise_days: int
    part: float  # of the time allowed, for later rounds
    verdict: str
    delay: float
    before: str  # a first verdict that was changed
    before_delay: float
    disputes: bool


@dataclass(frozen=True, slots=True)
class Call:
    """What an independent caller from the sample hears, and when (days since the town's start)."""

    at: float
    disposition: str
    verdict: str
    pressed: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """What is going to happen to one matter."""

    office: str
    area: str
    category: str
    received: float
    reachable: bool
    again: int
    dispatch_days: float
    first_lead: str
    hops: tuple[tuple[str, bool, str], ...]  # who objects, whether it is right, whom the matter goes to
    acknowledge: float
    contact: float | None
    reveals: int
    site: bool
    extend: bool
    park_days: int
    position: float
    at: float | None
    before_due: float | None
    coach: bool
    turns: tuple[Turn, ...]
    review_days: float | None
    settled: bool
    reopens: float | None  # days after it rested as solved
    call: Call | None


def fates(world: World, course: Course, until: float) -> list[Fate]:
    """One for each matter, in the order of the course; calls are of the sample drawn up to day `until`."""
    sample = draw(world, course, until, 0)
    asked = np.flatnonzero(sample.disposition != NOT_ASKED)
    calls = {
        int(sample.row[n]): Call(
            float(sample.at[n]),
            DISPOSITIONS[sample.disposition[n]],
            VERDICTS[sample.result[n]],
            PRESSED[sample.pressed[n]] == "yes",
        )
        for n in asked
        if sample.attempts[n] > 0
    }
    return [_fate(world, course, row, calls.get(row)) for row in range(course.size)]


def _fate(world: World, course: Course, row: int, call: Call | None) -> Fate:
    f, d, code = course.facts, course.draft, [office.code for office in world.offices]
    hops = tuple(
        (code[who[row]], bool(right[row]), code[goes[row]])
        for at, who, _, right, goes in course.hops
        if not isnan(at[row])
    )
    turns = tuple(_turn(turn, row, number) for number, turn in enumerate(course.rounds[:3]) if not isnan(turn.at[row]))
    back = course.rounds[3].started[row]
    last = turns[-1] if turns else None
    said = max((t.verdict_at[row] for t in course.rounds[:3] if not isnan(t.verdict_at[row])), default=float("nan"))
    again = not isnan(back) and last is not None and last.verdict == VERDICTS[YES]
    return Fate(
        office=code[f.office[row]],
        area=world.areas[f.area[row]].code,
        category=world.categories[f.category[row]].code,
        received=float(f.received[row]),
        reachable=bool(f.reachable[row]),
        again=int(f.again[row]),
        dispatch_days=float(course.dispatched[row] - f.received[row]),
        first_lead=code[course.first_lead[row]],
        hops=hops,
        acknowledge=float(d.acknowledge[row]),
        contact=_known(float(d.contact[row])),
        reveals=int(d.reveals[row] + d.idle_reveals[row]),
        site=bool(d.site[row]),
        extend=bool(d.extend[row]),
        park_days=int(d.park_days[row]),
        position=float(d.position[row]),
        at=_known(float(d.at[row])),
        before_due=_known(float(d.before_due[row])),
        coach=bool(d.coach[row]),
        turns=(*turns, _turn(course.rounds[3], row, 3)) if again else turns,
        review_days=_known(float(course.reviewed[row] - course.rounds[1].returned_at[row])),
        settled=bool(course.settled[row]),
        reopens=float(back - said) if again else None,
        call=call,
    )


def _turn(turn: Round, row: int, number: int) -> Turn:
    asked = float(turn.at[row])
    if turn.claim[row] == PROMISED and not isnan(turn.promise_due[row]):
        asked = float(turn.promise_due[row]) + 1
    verdict = VERDICTS[turn.verdict[row]]
    unhappy = verdict in ("partly", "not_solved")
    due, started = float(turn.due[row]), float(turn.started[row])
    return Turn(
        claim=CLAIMS[turn.claim[row]],
        reply=int(turn.reply[row]),
        hollow=bool(turn.hollow[row]),
        true=bool(turn.truth[row] == 2),
        promise_days=0 if isnan(turn.promise_due[row]) else round(float(turn.promise_due[row] - turn.at[row])),
        part=(float(turn.at[row]) - started) / (due - started) if number else 0.0,
        verdict=verdict,
        delay=float(turn.verdict_at[row]) - asked if verdict else 0.0,
        before=VERDICTS[turn.before[row]],
        before_delay=float(turn.before_at[row]) - asked if turn.before[row] else 0.0,
        disputes=unhappy and not isnan(turn.returned_at[row]) and number < 2,
    )


def _known(value: float) -> float | None:
    return None if isnan(value) else value
