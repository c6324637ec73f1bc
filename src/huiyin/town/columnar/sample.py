"""The callback sample of a simulated town: drawn by the published rule, asked by callers who tell the truth as heard.

Of each month and each office that answered last in it, max(min(N, 30), a tenth of N) matters are drawn, those whose
hash of seed, period and case is smallest. Nobody is called before the month is over, and there are no rows before its
calls are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from huiyin.town.columnar.arrays import month_start, months
from huiyin.town.course import NO, NOBODY, PARTLY, YES, Course
from huiyin.town.residents import say
from huiyin.town.world import Bools, Floats, Ints, World

LEAST, PERCENT = 30, 10
#: Calls of a month are over, and its rows exist, this many days after it ended.
CALL_DAYS = 14
DISPOSITIONS = ("answered", "refused", "no_contact", "wrong_number", "opted_out", "not_asked")
NOT_ASKED = 5
#: Of people with a contact: who answers, refuses, is not reached in three tries, has another number, wants no calls.
REACHED = (0.64, 0.09, 0.22, 0.03, 0.02)
#: Of people without a contact: who answers the same questions on the page of their matter.
ON_THE_PAGE = 0.15
PRESSED = ("", "yes", "no", "rather_not")
#: Who was asked by the office to be kind: how many say so to a caller, how many would rather not say.
TELLS, RATHER_NOT = 0.5, 0.15
#: Of these, how many say "solved" to the caller although they think otherwise.
STILL_KIND = 0.12


@dataclass(slots=True)
class Sample:
    """One row for each drawn matter of each period."""

    row: Ints  # of the course
    period: Ints  # months since the year 0
    turn: Ints  # round that is asked about, 0 for the first answer
    size: Ints  # of the stratum
    drawn: Ints
    attempts: Ints
    disposition: Ints
    at: Floats  # NaN: never called
    result: Ints  # VERDICTS
    contacted: Ints  # 0 no word, 1 yes, 2 no, 3 cannot say
    contacted_days: Floats
    marks: Ints  # shape (n, 4): voice, respect, explained, equal; 0 for none
    pressed: Ints  # PRESSED
    again: Ints  # 0 no word, 1 yes, 2 no, 3 cannot say


def wanted_of(size: Ints) -> Ints:
    """How many of a stratum of this size the rule draws."""
    return np.maximum(np.minimum(size, LEAST), -(-size * PERCENT // 100))


def mixed(number: Ints, seed: int) -> Ints:
    """A hash of whole numbers (splitmix64), the same everywhere."""
    with np.errstate(over="ignore"):
        z = number.astype(np.uint64) + np.uint64((seed * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def draw(world: World, course: Course, until: float, batch: int, everybody: bool = False) -> Sample:
    """The sample of every month whose calls were over at `until`, and what was heard; `everybody` asks all."""
    row, turn, period = _frame(course, until, world)
    lead = course.lead[row]
    ended = month_start(period + 1, world.start)
    over = ended + CALL_DAYS <= until
    row, turn, period, lead, ended = row[over], turn[over], period[over], lead[over], ended[over]
    stratum = period * len(world.offices) + lead
    rank = mixed(row.astype(np.int64) + (np.int64(batch) << 32) + period * 7_919, world.seed)
    order = np.lexsort((rank, stratum))
    ordered = stratum[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, dtype=np.bool_)
    begins = np.flatnonzero(new)
    sizes = np.diff(np.concatenate([begins, [len(ordered)]]))
    size = np.repeat(sizes, sizes)
    wanted = size if everybody else wanted_of(size)
    chosen = np.arange(len(ordered)) - np.repeat(begins, sizes) < wanted
    pick = np.sort(order[chosen])
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    rng = np.random.default_rng([world.seed, 61, batch, int(everybody)])
    return _ask(course, rng, row[pick], turn[pick], period[pick], ended[pick], size[back[pick]], wanted[back[pick]])


def _frame(course: Course, until: float, world: World) -> tuple[Ints, Ints, Ints]:
    """Every (matter, month) with an answer, and which answer was the newest in that month."""
    rows, turns, periods = [], [], []
    later: list[tuple[Bools, Ints]] = []
    for number in range(len(course.rounds) - 1, -1, -1):
        at = course.rounds[number].at
        there = at <= until
        month = np.where(there, months(np.where(there, at, 0.0), world.start), -1)
        keep = there.copy()
        for other, its in later:
            keep &= ~(other & (its == month))
        later.append((there, month))
        found = np.flatnonzero(keep)
        rows.append(found)
        turns.append(np.full(len(found), number))
        periods.append(month[found])
    return np.concatenate(rows), np.concatenate(turns), np.concatenate(periods)


def _ask(
    course: Course,
    rng: np.random.Generator,
    row: Ints,
    turn: Ints,
    period: Ints,
    ended: Floats,
    size: Ints,
    drawn: Ints,
) -> Sample:
    count = len(row)
    reachable = course.facts.reachable[row]
    called = rng.choice(len(REACHED), count, p=REACHED)
    page = np.where(rng.random(count) < ON_THE_PAGE, 0, NOT_ASKED)
    disposition = np.where(reachable, called, page)
    at = ended + rng.uniform(0.4, 12, count)
    at = np.where(disposition == NOT_ASKED, np.nan, at)
    answered = disposition == 0
    truth = _at(course, row, np.where(np.isnan(at), ended, at))
    result = say(rng, truth)
    coached = course.draft.coach[row]
    unhappy = (result == NO) | (result == PARTLY)
    result = np.where(coached & unhappy & (rng.random(count) < STILL_KIND), YES, result)
    dice = rng.random(count)
    told = np.where(dice < TELLS, 1, np.where(dice < TELLS + RATHER_NOT, 3, 2))
    pressed = np.where(coached, told, np.where(dice < 0.002, 1, np.where(dice < 0.012, 3, 2)))
    first = course.contacted[row] - course.dispatched[row]
    contacted = np.where(rng.random(count) < 0.08, 3, np.where(np.isnan(first), 2, 1))
    heard = course.voice[row]
    marks = np.clip(np.rint(1 + 4 * heard[:, None] + rng.normal(0, 0.7, (count, 4))), 1, 5).astype(np.int64)
    again = np.where(rng.random(count) < 0.55 + 0.35 * heard, 1, np.where(rng.random(count) < 0.4, 3, 2))
    attempts = np.where(disposition == 2, 3, 1 + (rng.random(count) < 0.3))
    return Sample(
        row=row,
        period=period,
        turn=turn,
        size=size,
        drawn=drawn,
        attempts=np.where((disposition == NOT_ASKED) | ~reachable, 0, attempts),
        disposition=disposition,
        at=at,
        result=np.where(answered, result, NOBODY),
        contacted=np.where(answered, contacted, 0),
        contacted_days=np.where(answered & (contacted == 1), np.floor(np.maximum(first, 0)), np.nan),
        marks=np.where(answered[:, None], marks, 0),
        pressed=np.where(answered, pressed, 0),
        again=np.where(answered, again, 0),
    )


def _at(course: Course, row: Ints, at: Floats) -> Ints:
    """What was true of these matters at these moments."""
    moment = np.full(course.size, -1.0)
    truth = np.zeros(len(row), dtype=np.int64)
    # A matter can be drawn for two months: each is looked at in its own turn.
    left = np.arange(len(row))
    while len(left):
        _, first = np.unique(row[left], return_index=True)
        now = left[first]
        moment[row[now]] = at[now]
        truth[now] = course.truth_at(moment)[row[now]]
        left = np.setdiff1d(left, now, assume_unique=True)
    return truth
