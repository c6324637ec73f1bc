"""What can be seen of a course at a moment: later things have not happened, and a callback may have spoken first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from huiyin.town.columnar.sample import Sample
from huiyin.town.course import CALLER, NOTHING, PROMISED, REVIEWER, UNSURE, YES, Course, Round
from huiyin.town.world import Bools, Floats, Ints, World

#: Positions in tables.PHASES and tables.OUTCOMES.
RECEIVED, DISPATCHED, OBJECTED, WORKING, PARKED, ANSWERED, REVIEWING, RESTED = range(8)
UNKNOWN = 4


@dataclass(slots=True)
class Seen:
    """The state of every matter at that moment; NaN and 0 where nothing happened yet."""

    rounds: tuple[Round, ...]
    lead: Ints  # len(world.offices) stands for "none yet"
    first_lead: Ints
    leads: Ints
    loops: Ints
    objections: Ints
    rulings: Ints
    sustained: Ints
    dispatched: Floats
    acknowledged: Floats
    contacted: Floats
    sited: Floats
    extended: Floats
    parked: Floats
    waits: Bools  # parked now
    revealed: Floats
    coached: Floats
    coached_again: Floats
    late: Bools  # the first answer ran out of time
    answers: Ints
    answered: Floats
    claim: Ints
    promise: Floats
    verdict: Ints
    by: Ints
    verdict_at: Floats
    reviewed: Floats
    reviews: Ints
    disputes: Ints
    reopened: Ints
    rested: Floats
    outcome: Ints
    phase: Ints


def seen(world: World, course: Course, sample: Sample, until: float) -> Seen:
    """Everything up to day `until`."""
    size, none = course.size, len(world.offices)

    def past(at: Floats) -> Floats:
        return np.where(at <= until, at, np.nan)

    def there(at: Floats) -> Ints:
        return (at <= until).astype(np.int64)

    rounds = [_past(turn, until) for turn in course.rounds]
    _hear(rounds, course, sample)
    newest = np.zeros(size, dtype=np.int64)
    for number in range(1, len(rounds)):
        newest = np.where(np.isnan(rounds[number].at), newest, number)

    def last(name: str) -> Floats:
        value: Floats = getattr(rounds[0], name)
        for number in range(1, len(rounds)):
            value = np.where(newest == number, getattr(rounds[number], name), value)
        return value

    dispatched = past(course.dispatched)
    lead = np.where(np.isnan(dispatched), none, course.first_lead)
    ruled, sustained, objections, open_ = (np.zeros(size, dtype=np.int64) for _ in range(4))
    for at, _, when, right, goes in course.hops:
        objections += there(at)
        happened = ~np.isnan(past(at)) & (when <= until)
        open_ += there(at) & ~happened
        ruled += happened
        sustained += happened & right
        lead = np.where(happened & right, goes, lead)
    answers = np.stack([~np.isnan(turn.at) for turn in rounds]).sum(axis=0).astype(np.int64)
    disputed = [rounds[0].returned_at, rounds[1].returned_at]
    back_to_work = [course.rounds[1].started, course.rounds[2].started, course.rounds[3].started]
    reopened = there(back_to_work[2])
    verdict = last("verdict").astype(np.int64)
    by = last("by").astype(np.int64)
    verdict_at = last("verdict_at")
    reviewed = past(course.reviewed)
    settled = course.settled & ~np.isnan(reviewed)
    verdict = np.where(settled, YES, verdict)
    by, verdict_at = np.where(settled, REVIEWER, by), np.where(settled, reviewed, verdict_at)
    asked = np.fmax(last("at"), last("promise_due"))
    rested = np.where(settled, reviewed, np.where(verdict == YES, verdict_at, asked + 21))
    # A matter that went back is at work again until it is answered anew.
    sent = np.maximum.reduce([there(at) * (number + 1) for number, at in enumerate(back_to_work)])
    at_work = (sent > newest) & (answers > 0)
    in_review = ~np.isnan(past(course.rounds[1].returned_at)) & np.isnan(reviewed) & (newest == 1) & (reopened == 0)
    in_review &= np.isnan(past(course.rounds[3].started))
    rested = np.where(at_work | in_review, np.nan, past(rested))
    parked = past(course.parked)
    waits = ~np.isnan(parked) & (course.parked_until > until) & (answers == 0)
    phase = np.select(
        [
            ~np.isnan(rested), in_review, at_work, answers > 0, waits, open_ > 0,
            course.acknowledged <= until, ~np.isnan(dispatched),
        ],
        [RESTED, REVIEWING, WORKING, ANSWERED, PARKED, OBJECTED, WORKING, DISPATCHED],
        RECEIVED,
    )  # fmt: skip
    outcome = np.where(np.isnan(rested), 0, np.where((verdict == NOTHING) | (verdict == UNSURE), UNKNOWN, verdict))
    first_due = np.minimum(course.rounds[0].due, until)
    late = np.where(np.isnan(rounds[0].at), until > course.rounds[0].due, course.rounds[0].at > first_due)
    return Seen(
        rounds=tuple(rounds),
        lead=lead,
        first_lead=np.where(np.isnan(dispatched), none, course.first_lead),
        leads=np.where(np.isnan(dispatched), 0, 1 + sustained),
        loops=((course.draft.bounces & (course.draft.objections > 0)) & (course.hops[2][2] <= until)).astype(np.int64),
        objections=objections,
        rulings=ruled,
        sustained=sustained,
        dispatched=dispatched,
        acknowledged=past(course.acknowledged),
        contacted=past(course.contacted),
        sited=past(course.sited),
        extended=past(course.extended),
        parked=parked,
        waits=waits,
        revealed=past(course.revealed),
        coached=past(course.coached),
        coached_again=past(course.coached_again),
        late=late,
        answers=answers,
        answered=last("at"),
        claim=last("claim").astype(np.int64),
        promise=np.where(last("claim") == PROMISED, last("promise_due"), np.nan),
        verdict=verdict,
        by=by,
        verdict_at=verdict_at,
        reviewed=reviewed,
        reviews=(~np.isnan(reviewed)).astype(np.int64),
        disputes=there(disputed[0]) * (rounds[0].verdict > YES) + there(disputed[1]) * (rounds[1].verdict > YES),
        reopened=reopened,
        rested=rested,
        outcome=outcome,
        phase=phase,
    )


def _past(turn: Round, until: float) -> Round:
    """A round as far as it has happened."""
    there = turn.at <= until
    said = there & (turn.verdict_at <= until)
    before = there & (turn.before_at <= until)
    # Who changed the first word after `until` has only said the first one so far.
    first_only = before & ~said
    return replace(
        turn,
        at=np.where(there, turn.at, np.nan),
        verdict=np.where(said, turn.verdict, np.where(first_only, turn.before, NOTHING)),
        by=np.where(said | first_only, turn.by, 0),
        verdict_at=np.where(said, turn.verdict_at, np.where(first_only, turn.before_at, np.nan)),
        before=np.where(before & said, turn.before, NOTHING),
        before_at=np.where(before & said, turn.before_at, np.nan),
        returned_at=np.where(turn.returned_at <= until, turn.returned_at, np.nan),
    )


def _hear(rounds: list[Round], course: Course, sample: Sample) -> None:
    """What callers heard becomes the verdict where the resident had not spoken and the matter still waited for it."""
    for number, turn in enumerate(rounds):
        mine = np.flatnonzero((sample.turn == number) & (sample.result != NOTHING))
        # The newest call about an answer is the one that counts when two months drew it.
        rows = sample.row[mine]
        asked = np.fmax(turn.at[rows], turn.promise_due[rows])
        waits = (turn.verdict[rows] == NOTHING) & (sample.at[mine] < asked + 21)
        rows, mine = rows[waits], mine[waits]
        turn.verdict[rows] = sample.result[mine]
        turn.by[rows] = CALLER
        turn.verdict_at[rows] = sample.at[mine]
