"""Which matters come in, and what a competent, honest office would do with each of them."""

from __future__ import annotations

import numpy as np

from huiyin.town.course import DONE, EXPLAINED, HALF, NOT_POSSIBLE, OWN_WORDS, PROMISED, SOLVED, UNDONE, Draft, Facts
from huiyin.town.world import KINDS, Bools, Floats, Ints, World, deadline, office_hours

#: How likely each way in and each kind of matter is, in the order of CHANNELS and KINDS.
CHANNEL_SHARES = (0.46, 0.34, 0.08, 0.05, 0.07)
KIND_SHARES = (0.36, 0.30, 0.18, 0.11, 0.05)
#: Working days an office has, by kind.
WINDOWS = np.array([5.0, 10.0, 5.0, 3.0, 15.0])
URGENT_SHARE = 0.06
#: How often a matter goes to a wrong office first.
WRONG = 0.04
#: How often what an honest office calls solved is solved, when it can be; and how far offices differ in it.
SKILL, SKILL_SPREAD = 0.87, 0.02
#: Where in its time an honest office claims, as lognormal median and spread, and how many who would be late hurry.
PACE, PACE_SPREAD, HURRY = 0.42, 0.55, 0.5


def arrive(world: World, size: int, rng: np.random.Generator) -> Facts:
    """So many matters over the days of the town, in the order in which they came."""
    received = np.sort(rng.random(size)) * world.days
    # Fewer come at weekends: two in five of them are told on the next working day instead.
    weekend = (np.floor(received).astype(np.int64) + world.weekday) % 7 >= 5
    received = np.where(weekend & (rng.random(size) < 0.4), received + 2, received)
    received = np.minimum(received, world.days - 1e-4)
    kinds = np.array([kind.share for kind in world.categories])
    category = rng.choice(len(kinds), size, p=kinds / kinds.sum())
    # The first area is the whole town; nobody lives in it.
    people = np.array([0.0, *(place.weight for place in world.areas[1:])])
    area = rng.choice(len(people), size, p=people / people.sum())
    urgency = (rng.random(size) < URGENT_SHARE).astype(np.int64)
    kind = rng.choice(len(KIND_SHARES), size, p=KIND_SHARES)
    return _facts(world, rng, received, area, category, kind, urgency, np.full(size, -1))


def come_again(world: World, earlier: Facts, rows: Ints, after: Floats, rng: np.random.Generator) -> Facts:
    """The same matters raised once more by people whose word found no ear; `after` is when each of them gave up."""
    received = np.minimum(after + rng.uniform(2, 24, len(rows)), world.days - 1e-4)
    return _facts(
        world,
        rng,
        received,
        earlier.area[rows],
        earlier.category[rows],
        earlier.kind[rows],
        earlier.urgency[rows],
        rows,
    )


def _facts(
    world: World,
    rng: np.random.Generator,
    received: Floats,
    area: Ints,
    category: Ints,
    kind: Ints,
    urgency: Ints,
    again: Ints,
) -> Facts:
    size = len(received)
    fixable = np.array([kind.fixable for kind in world.categories])[category]
    effort = np.array([kind.effort for kind in world.categories])[category]
    window = np.where(urgency == 1, 1.0, WINDOWS[kind])
    wrong = rng.random(size) < WRONG
    started = received + rng.uniform(0.02, 0.5, size) + np.where(wrong, rng.uniform(1.0, 3.0, size), 0.0)
    started = office_hours(started, world.weekday)
    return Facts(
        received=received,
        office=world.duty[category, area],
        area=area,
        category=category,
        kind=kind,
        urgency=urgency,
        channel=rng.choice(len(CHANNEL_SHARES), size, p=CHANNEL_SHARES),
        reachable=rng.random(size) < 0.74,
        well_off=np.array([place.well_off for place in world.areas])[area],
        fixable=rng.random(size) < fixable,
        effort=effort,
        window=window,
        wrong=wrong,
        started=started,
        due=deadline(started, window, world.weekday),
        again=again,
    )


def skills(world: World) -> Floats:
    """How good each office is at what it does; the same for every behaviour, so that only the behaviour differs."""
    rng = np.random.default_rng([world.seed, 23])
    return np.clip(rng.normal(SKILL, SKILL_SPREAD, len(world.offices)), 0.8, 0.94)


def draft(world: World, facts: Facts, rng: np.random.Generator) -> Draft:
    """What a competent, honest office does: it works, says what is so, and says plainly what it cannot do."""
    size = len(facts.received)
    done = truth(rng, skills(world)[facts.office], facts.fixable)
    claim = np.where(KINDS.index("inquiry") <= facts.kind, EXPLAINED, SOLVED)
    # Most of what nobody can solve an honest office calls so; some needs time, and is promised with a day.
    claim = np.where(~facts.fixable & (rng.random(size) < 0.8), NOT_POSSIBLE, claim)
    promised = (rng.random(size) < 0.05) & (claim == SOLVED)
    claim = np.where(promised, PROMISED, claim)
    done = np.where(promised, UNDONE, done)
    late = rng.random(size) < HURRY
    position = rng.lognormal(np.log(PACE), PACE_SPREAD, size) * facts.effort
    position = np.where((position > 0.97) & late, rng.uniform(0.78, 0.99, size), np.maximum(position, 0.03))
    away = rng.random(size) < 0.2
    return Draft(
        acknowledge=rng.uniform(0.02, 0.35, size) * np.minimum(facts.window / 5, 1),
        contact=np.where(away, np.nan, rng.uniform(0.02, 0.7, size) * np.minimum(facts.window / 5, 1)),
        position=position,
        at=np.full(size, np.nan),
        before_due=np.full(size, np.nan),
        done=done,
        again=truth(rng, 0.88, facts.fixable),
        claim=claim,
        reply=np.full(size, OWN_WORDS),
        hollow=rng.random(size) < 0.01,
        promise_days=np.floor(rng.uniform(8, 25, size)),
        keeps=rng.random(size) < 0.8,
        site=(rng.random(size) < 0.35) & (facts.kind < KINDS.index("inquiry")),
        objections=(rng.random(size) < 0.02).astype(np.int64),
        bounces=np.zeros(size, dtype=np.bool_),
        push_to=np.full(size, -1),
        coach=np.zeros(size, dtype=np.bool_),
        extend=rng.random(size) < 0.04,
        park_days=np.where(rng.random(size) < 0.02, np.floor(rng.uniform(7, 30, size)), 0.0),
        reveals=(facts.reachable & (rng.random(size) < 0.25)).astype(np.int64),
        idle_reveals=(facts.reachable & (rng.random(size) < 0.01)).astype(np.int64),
    )


def truth(rng: np.random.Generator, skill: Floats | float, fixable: Bools) -> Ints:
    """DONE as often as the skill says where it can be done at all; a third of the rest is half done."""
    dice = rng.random(len(fixable))
    half = dice < skill + (1 - np.asarray(skill)) / 3
    return np.where(~fixable, UNDONE, np.where(dice < skill, DONE, np.where(half, HALF, UNDONE)))
