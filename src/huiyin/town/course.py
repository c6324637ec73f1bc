"""What the simulation decides about many matters at once: the facts they come with, what the office decides, and how
each round of answering went. Every field is an array with one value a matter; times are days since the town's start.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from huiyin.town.world import Bools, Floats, Ints

#: Codes used in arrays; position 0 of VERDICTS is "has not spoken".
CLAIMS = ("solved", "explained", "promised", "not_possible", "not_ours")
SOLVED, EXPLAINED, PROMISED, NOT_POSSIBLE, NOT_OURS = range(5)
VERDICTS = ("", "solved", "partly", "not_solved", "cannot_say")
NOTHING, YES, PARTLY, NO, UNSURE = range(5)
#: How a reply is written: in its own words; a sentence used for everything; about another matter; promising only.
OWN_WORDS, TEMPLATE, OTHER_MATTER = range(3)
#: What is true: nothing done, half done, done.
UNDONE, HALF, DONE = range(3)
#: Who gave a verdict.
SPEAKERS = ("", "resident", "callback", "reviewer")
NOBODY, RESIDENT, CALLER, REVIEWER = range(4)

T = TypeVar("T")


def taken(whole: T, rows: Ints) -> T:
    """The same record of arrays, for these rows only (copies)."""
    return type(whole)(*(getattr(whole, field.name)[rows] for field in fields(whole)))  # type: ignore[arg-type]


def put(whole: T, rows: Ints, part: T) -> None:
    """Write the arrays of `part` back into these rows of `whole`."""
    for field in fields(whole):  # type: ignore[arg-type]
        getattr(whole, field.name)[rows] = getattr(part, field.name)


def joined(first: T, second: T) -> T:
    """Both records, one after the other."""
    pairs = ((getattr(first, field.name), getattr(second, field.name)) for field in fields(first))  # type: ignore[arg-type]
    return type(first)(*(np.concatenate(pair) for pair in pairs))


@dataclass(slots=True)
class Facts:
    """What a matter is before any office touches it. Behaviours read this and never write it."""

    received: Floats
    office: Ints  # whose duty it is: index into World.offices
    area: Ints
    category: Ints
    kind: Ints
    urgency: Ints
    channel: Ints
    reachable: Bools
    well_off: Floats
    fixable: Bools  # whether anybody could solve it at all
    effort: Floats  # 1 is usual
    window: Floats  # working days the office has
    wrong: Bools  # sent to a wrong office first
    started: Floats  # when its office has it for good and the clock of the answer runs
    due: Floats
    again: Ints  # row of the earlier matter this one raises once more; -1 for a first one


@dataclass(slots=True)
class Draft:
    """What the office decides about each matter. It arrives as a competent, honest office would decide; a behaviour
    changes what it does differently. What residents, callers and reviewers say is not in here: no office decides that.
    """

    acknowledge: Floats  # days until it signs for the matter
    contact: Floats  # days until it speaks with the resident; NaN: never
    position: Floats  # when it claims a result, as a part of its time: 0 at the start of the clock, 1 at the deadline
    at: Floats  # the very moment it claims, where `position` should not count; NaN: follow `position`
    before_due: Floats  # or so many days before the deadline; NaN: follow the others
    done: Ints  # UNDONE, HALF or DONE when it first claims
    again: Ints  # the same for work done again after a dispute, a review or a reopening
    claim: Ints  # CLAIMS
    reply: Ints  # OWN_WORDS, TEMPLATE, OTHER_MATTER
    hollow: Bools  # the reply holds forwarding, thanks or waiting and nothing else
    promise_days: Floats  # of promises: days until it is due
    keeps: Bools  # of promises: whether it will be kept
    site: Bools  # somebody went and looked, on record
    objections: Ints  # "not ours", although it is: 0, 1 or 2 times
    bounces: Bools  # the first of these is sustained; the next office objects too, and the matter comes back
    push_to: Ints  # a lower office it is handed to instead; -1: none
    coach: Bools  # asks the resident, before and after the verdict, to say "solved"
    extend: Bools
    park_days: Floats  # waiting for a named reason; 0: not parked
    reveals: Ints  # looks at the contact
    idle_reveals: Ints  # of these, without a step of work within a day


#: Rounds of answering a matter can have: the first, after a dispute, after a review, after a reopening.
ROUNDS = 4


@dataclass(slots=True)
class Round:
    """One round of answering. Times are NaN where it did not happen."""

    started: Floats
    due: Floats
    at: Floats
    truth: Ints
    claim: Ints
    promise_due: Floats
    reply: Ints
    hollow: Bools
    verdict: Ints
    by: Ints
    verdict_at: Floats
    before: Ints  # verdict that was given first and changed; NOTHING when it was not changed
    before_at: Floats
    returned_at: Floats  # disputed, reopened or reviewed back


@dataclass(slots=True)
class Course:
    """A batch of matters from the first word to the end, with what is true beside what is said.

    `truth` (of rounds) and everything in `facts` that a lake has no column for stay out of the product: they are what
    the trial is graded with.
    """

    facts: Facts
    draft: Draft
    lead: Ints
    first_lead: Ints
    dispatched: Floats
    #: objections, in order: (when, who objects, when ruled, sustained, whom it goes to); NaN when there was none
    hops: tuple[tuple[Floats, Ints, Floats, Bools, Ints], ...]
    acknowledged: Floats
    contacted: Floats
    sited: Floats
    revealed: Floats
    parked: Floats
    parked_until: Floats
    extended: Floats
    coached: Floats  # when the office asked for a kind verdict the first time
    coached_again: Floats
    rounds: tuple[Round, ...]
    reviewed: Floats
    settled: Bools  # the review ended it
    rested: Floats
    voice: Floats  # how the resident was treated, 0 to 1: what questions 3 to 6 of a callback ask for

    @property
    def size(self) -> int:
        return len(self.facts.received)

    def truth_at(self, moment: Floats) -> Ints:
        """What was true at that moment: UNDONE before the first answer, then what the newest round left."""
        truth = np.full(self.size, UNDONE)
        for turn in self.rounds:
            truth = np.where(turn.at <= moment, turn.truth, truth)
        kept = (self.rounds[0].claim == PROMISED) & self.draft.keeps & (self.rounds[0].promise_due <= moment)
        return np.where(kept, DONE, truth)
