"""What people say and do once an office has claimed a result. Behaviours have no hand in it, except by asking them."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import (
    DONE,
    HALF,
    NO,
    NOBODY,
    NOTHING,
    OWN_WORDS,
    PARTLY,
    PROMISED,
    RESIDENT,
    ROUNDS,
    SOLVED,
    UNDONE,
    UNSURE,
    YES,
    Draft,
    Facts,
    Round,
)
from huiyin.town.world import Bools, Floats, Ints, World, deadline, office_hours

#: Who says on their own how it ended: with a contact and without, and how much likelier when it is not solved.
SPEAKS_REACHABLE, SPEAKS_OTHERS, UPSET = 0.52, 0.32, 1.25
#: What they say, by what is true: shares of (yes, partly, no, cannot say).
SAYS = {DONE: (0.94, 0.03, 0.01, 0.02), HALF: (0.12, 0.68, 0.17, 0.03), UNDONE: (0.03, 0.10, 0.85, 0.02)}
#: How often "partly" and "no" become a dispute, the first time and after work done again.
DISPUTES, DISPUTES_AGAIN = 0.55, 0.6
#: Of people who would say no: how many say yes when the office asked them to before; how many change their no after it.
TALKED_ROUND, TALKED_OUT_OF_IT = 0.35, 0.4
#: How often a matter at rest as solved comes back within thirty days, when it was solved and when it was not.
COMES_BACK, COMES_BACK_UNDONE = 0.02, 0.3
#: How often people who found no ear raise the same matter once more.
ONCE_MORE = 0.16


def say(rng: np.random.Generator, truth: Ints) -> Ints:
    """A verdict each."""
    bounds = np.cumsum([SAYS[UNDONE], SAYS[HALF], SAYS[DONE]], axis=1)[truth]
    said: Ints = YES + (rng.random(len(truth))[:, None] > bounds[:, :3]).sum(axis=1)
    return said


def rounds_of(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> tuple[list[Round], Floats, Bools]:
    """All rounds of answering, when a reviewer decided (NaN: never), and whether that settled it."""
    size = len(facts.received)
    first = _first(world, facts, draft, rng)
    second = _again(world, rng, first.returned_at, first, facts, draft)
    _speak(rng, second, second.at, np.full(size, 0.85), draft.coach)
    goes_on = _complains(rng, second, DISPUTES_AGAIN)
    second.returned_at = np.where(goes_on, second.verdict_at, np.nan)

    reviewed = office_hours(second.returned_at + rng.uniform(2, 9, size), world.weekday)
    settled = (second.truth == DONE) | (rng.random(size) < 0.4)
    third = _again(world, rng, np.where(settled, np.nan, reviewed), second, facts, draft)
    _speak(rng, third, third.at, np.full(size, 0.8), draft.coach)

    fourth = _after_rest(world, rng, (first, second, third), facts, draft)
    _speak(rng, fourth, fourth.at, np.full(size, 0.7), np.zeros(size, dtype=np.bool_))
    return [first, second, third, fourth], reviewed, settled


def _first(world: World, facts: Facts, draft: Draft, rng: np.random.Generator) -> Round:
    size = len(facts.received)
    at = office_hours(facts.started + draft.position * (facts.due - facts.started), world.weekday)
    at = np.where(np.isnan(draft.at), at, draft.at)
    at = np.where(np.isnan(draft.before_due), at, facts.due - draft.before_due)
    waits = np.where(draft.park_days > 0, draft.park_days + 1, 0) + np.where(draft.extend, facts.window * 0.6, 0)
    waits += np.where(draft.bounces, rng.uniform(4, 9, size), draft.objections * rng.uniform(1.5, 3.5, size))
    at = np.where(waits > 0, office_hours(at + waits, world.weekday), at)
    at = np.maximum(at, facts.started + draft.acknowledge + 0.01)
    # An extension and time spent waiting for a named reason move the deadline; objecting does not.
    granted = np.where(draft.extend, np.ceil(facts.window * 0.6), 0) + np.where(draft.park_days > 0, draft.park_days, 0)
    due = np.where(granted > 0, facts.due + np.ceil(granted), facts.due)
    promise = np.where(draft.claim == PROMISED, np.floor(at) + draft.promise_days, np.nan)
    turn = _round(size, facts.started, due, at, draft.done, draft.claim)
    turn.promise_due, turn.reply, turn.hollow = promise, draft.reply, draft.hollow
    # Who was promised something is asked when it was due, and by then it may have been kept.
    asked = np.where(np.isnan(promise), at, promise + 1)
    seen = np.where((draft.claim == PROMISED) & draft.keeps, DONE, draft.done)
    speaks = np.where(facts.reachable, SPEAKS_REACHABLE, SPEAKS_OTHERS) * np.where(seen == DONE, 1, UPSET)
    _speak(rng, turn, asked, speaks, draft.coach, seen)
    turn.returned_at = np.where(_complains(rng, turn, DISPUTES), turn.verdict_at, np.nan)
    return turn


def _round(size: int, started: Floats, due: Floats, at: Floats, truth: Ints, claim: Ints) -> Round:
    return Round(
        started=started,
        due=due,
        at=at,
        truth=truth,
        claim=claim,
        promise_due=np.full(size, np.nan),
        reply=np.full(size, OWN_WORDS),
        hollow=np.zeros(size, dtype=np.bool_),
        verdict=np.full(size, NOTHING),
        by=np.full(size, NOBODY),
        verdict_at=np.full(size, np.nan),
        before=np.full(size, NOTHING),
        before_at=np.full(size, np.nan),
        returned_at=np.full(size, np.nan),
    )


def _again(
    world: World, rng: np.random.Generator, sent_back: Floats, earlier: Round, facts: Facts, draft: Draft
) -> Round:
    """The round after the matter came back at `sent_back` (NaN where it did not): the work may be done this time."""
    size = len(facts.received)
    started = office_hours(sent_back, world.weekday)
    due = deadline(started, np.full(size, 5.0), world.weekday)
    at = office_hours(started + rng.uniform(0.15, 0.9, size) * (due - started), world.weekday)
    truth = np.where(earlier.truth == DONE, DONE, draft.again)
    return _round(size, started, due, at, truth, np.full(size, SOLVED))


def _speak(
    rng: np.random.Generator, turn: Round, asked: Floats, share: Floats, coach: Bools, seen: Ints | None = None
) -> None:
    """Verdicts of a round, by people who speak on their own. Writes into the round."""
    size = len(asked)
    verdict = say(rng, turn.truth if seen is None else seen)
    verdict = np.where(coach & (verdict > YES) & (rng.random(size) < TALKED_ROUND), YES, verdict)
    speaks = (rng.random(size) < share) & ~np.isnan(turn.at)
    at = asked + np.minimum(rng.exponential(2.6, size) + 0.15, 13.5)
    changes = coach & speaks & ((verdict == NO) | (verdict == PARTLY)) & (rng.random(size) < TALKED_OUT_OF_IT)
    later = np.minimum(at + rng.uniform(0.5, 1.9, size), asked + 14.5)
    turn.before = np.where(changes, verdict, NOTHING)
    turn.before_at = np.where(changes, at, np.nan)
    turn.verdict = np.where(speaks, np.where(changes, YES, verdict), NOTHING)
    turn.by = np.where(speaks, RESIDENT, NOBODY)
    turn.verdict_at = np.where(speaks, np.where(changes, later, at), np.nan)


def _complains(rng: np.random.Generator, turn: Round, share: float) -> Bools:
    unhappy = (turn.verdict == PARTLY) | (turn.verdict == NO)
    result: Bools = unhappy & (rng.random(len(unhappy)) < share)
    return result


def _after_rest(
    world: World, rng: np.random.Generator, earlier: tuple[Round, ...], facts: Facts, draft: Draft
) -> Round:
    """The round after a matter that rested as solved came back. Marks the answer that did not hold."""
    size = len(facts.received)
    last, verdict, at = earlier[0].truth, earlier[0].verdict, earlier[0].verdict_at
    place = np.zeros(size, dtype=np.int64)
    for number, turn in enumerate(earlier[1:], 1):
        there = ~np.isnan(turn.at)
        last, verdict = np.where(there, turn.truth, last), np.where(there, turn.verdict, verdict)
        at, place = np.where(there, turn.verdict_at, at), np.where(there, number, place)
    kept = (earlier[0].claim == PROMISED) & draft.keeps
    share = np.where((last == DONE) | kept, COMES_BACK, COMES_BACK_UNDONE)
    back = (verdict == YES) & (rng.random(size) < share)
    moment = np.where(back, at + rng.uniform(4, 28, size), np.nan)
    for number, turn in enumerate(earlier):
        turn.returned_at = np.where(back & (place == number), moment, turn.returned_at)
    unsolved = _round(size, moment, moment, moment, np.full(size, UNDONE), np.full(size, SOLVED))
    return _again(world, rng, moment, unsolved, facts, draft)


def last_of(rounds: tuple[Round, ...] | list[Round], name: str) -> Floats:
    """Of each matter, this field in its newest round."""
    value: Floats = getattr(rounds[0], name)
    for turn in rounds[1:ROUNDS]:
        value = np.where(np.isnan(turn.at), value, getattr(turn, name))
    return value


def raise_again(rng: np.random.Generator, rounds: tuple[Round, ...]) -> tuple[Ints, Floats]:
    """Rows whose people raise the same matter once more, and when they gave up waiting."""
    first = rounds[0]
    ignored = (first.truth != DONE) & np.isnan(first.returned_at) & (first.verdict != YES) & (first.verdict != UNSURE)
    ignored &= first.claim != PROMISED
    rows = np.flatnonzero(ignored & (rng.random(len(ignored)) < ONCE_MORE))
    return rows, first.at[rows]
