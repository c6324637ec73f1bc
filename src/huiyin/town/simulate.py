"""The one cause model behind both speeds: the same seed gives the same lives, told step by step or written as columns.

Each part of chance has a generator of its own (who comes, what an honest office would do, what residents say, what a
behaviour decides), so that two towns that differ in one behaviour differ in nothing else.
"""

from __future__ import annotations

import numpy as np

from huiyin.town import behaviours
from huiyin.town.arrivals import arrive, come_again, draft
from huiyin.town.course import DONE, YES, Course, Draft, Facts, Round, joined, put, taken
from huiyin.town.residents import last_of, raise_again, rounds_of
from huiyin.town.world import Bools, Floats, Ints, World

_ARRIVALS, _DRAFT, _RESIDENTS, _AGAIN, _REST = 31, 37, 41, 43, 47


def simulate(world: World, size: int, *, batch: int = 0, repeats: bool = True) -> Course:
    """About so many matters of this town; those raised once more come on top (some in a hundred).

    `batch` tells parts of a larger town apart: each is a town of its own with the same offices.
    """
    facts = arrive(world, size, _generator(world, _ARRIVALS, batch))
    course = _unfold(world, facts, batch, 0)
    if not repeats:
        return course
    rng = _generator(world, _AGAIN, batch)
    rows, after = raise_again(rng, course.rounds)
    alive = after < world.days - 8
    if not alive.any():
        return course
    more = come_again(world, facts, rows[alive], after[alive], rng)
    return _both(course, _unfold(world, more, batch, 1))


def _generator(world: World, part: int, batch: int) -> np.random.Generator:
    return np.random.default_rng([world.seed, part, batch])


def _unfold(world: World, facts: Facts, batch: int, wave: int) -> Course:
    """From what came in to how it ended."""
    plan = draft(world, facts, np.random.default_rng([world.seed, _DRAFT, batch, wave]))
    _behave(world, facts, plan, batch, wave)
    rng = np.random.default_rng([world.seed, _RESIDENTS, batch, wave])
    rounds, reviewed, settled = rounds_of(world, facts, plan, rng)
    rng = np.random.default_rng([world.seed, _REST, batch, wave])
    size = len(facts.received)
    first = rounds[0]
    hops, first_lead = _hops(world, facts, plan, rng)
    acknowledged = facts.started + plan.acknowledge
    contacted = acknowledged + plan.contact
    worked = acknowledged + rng.uniform(0.2, 0.8, size) * (first.at - acknowledged)
    parked = np.where(plan.park_days > 0, acknowledged + 0.1 * (first.at - acknowledged), np.nan)
    said = np.where(np.isnan(first.before_at), first.verdict_at, first.before_at)
    asked = np.where(np.isnan(first.promise_due), first.at, first.promise_due)
    coached = np.where(plan.coach, np.where(np.isnan(said), asked + 0.6, asked + 0.8 * (said - asked)), np.nan)
    treatment = 0.72 + 0.12 * (first.truth == DONE) - 0.10 * np.isnan(contacted) - 0.12 * (plan.reply > 0)
    treatment = treatment - 0.10 * plan.hollow - 0.15 * plan.coach - 0.06 * (first.at > first.due)
    return Course(
        facts=facts,
        draft=plan,
        lead=np.where(plan.push_to >= 0, plan.push_to, facts.office),
        first_lead=first_lead,
        dispatched=facts.received + np.minimum(0.9 * (facts.started - facts.received), rng.uniform(0.02, 0.2, size)),
        hops=hops,
        acknowledged=acknowledged,
        contacted=np.where(contacted < first.at, contacted, np.nan),
        sited=np.where(plan.site, worked, np.nan),
        revealed=np.where(
            plan.reveals + plan.idle_reveals > 0, acknowledged + 0.03 * (first.at - acknowledged), np.nan
        ),
        parked=parked,
        parked_until=parked + plan.park_days,
        extended=np.where(plan.extend, acknowledged + 0.5 * (first.at - acknowledged), np.nan),
        coached=coached,
        coached_again=np.where(first.before > 0, first.before_at + 0.6 * (first.verdict_at - first.before_at), np.nan),
        rounds=tuple(rounds),
        reviewed=reviewed,
        settled=settled,
        rested=_rest(rounds, reviewed, settled),
        voice=np.clip(treatment + rng.normal(0, 0.08, size), 0, 1),
    )


def _behave(world: World, facts: Facts, plan: Draft, batch: int, wave: int) -> None:
    """Let every behaviour decide about the matters of its offices."""
    names = np.array([office.behaviour for office in world.offices])
    for number, name in enumerate(sorted(set(names))):
        rows = np.flatnonzero(names[facts.office] == name)
        if not len(rows):
            continue
        part = taken(plan, rows)
        rng = np.random.default_rng([world.seed, 53, batch, wave, number])
        behaviours.get(str(name)).decide(world, taken(facts, rows), part, rng)
        put(plan, rows, part)


def _hops(
    world: World, facts: Facts, plan: Draft, rng: np.random.Generator
) -> tuple[tuple[tuple[Floats, Ints, Floats, Bools, Ints], ...], Ints]:
    """Objections and where each sent the matter: first a wrong office's, then those of the office whose duty it is."""
    size, office = len(facts.received), facts.office
    offices = len(world.offices)
    peer = 1 + (office - 1 + 1 + rng.integers(0, max(1, offices - 2), size)) % (offices - 1)
    peer = np.where(peer == office, 1 + office % (offices - 1), peer)
    first_lead = np.where(facts.wrong, peer, office)
    span = np.maximum(plan.acknowledge, 0.004)
    no, yes = np.zeros(size, dtype=np.bool_), np.ones(size, dtype=np.bool_)
    sent = facts.received + (facts.started - facts.received) * 0.4
    hops = [(np.where(facts.wrong, sent, np.nan), peer, facts.started - 0.003, yes, office)]
    at = facts.started + 0.2 * span
    for turn in range(2):
        there = plan.objections > turn
        sustained = plan.bounces & (turn == 0)
        goes = np.where(sustained, peer, office)
        hops.append((np.where(there, at, np.nan), office, at + 0.15 * span, sustained, goes))
        at = at + 0.2 * span
    back = plan.bounces & (plan.objections > 0)
    at = facts.started + 0.36 * span
    hops.insert(2, (np.where(back, at, np.nan), peer, at + 0.03 * span, yes, office))
    pushed = plan.push_to >= 0
    at = facts.started + 0.8 * span
    hops.append((np.where(pushed, at, np.nan), office, at + 0.1 * span, yes | no, np.maximum(plan.push_to, 0)))
    return tuple(hops), first_lead


def _rest(rounds: list[Round], reviewed: Floats, settled: Bools) -> Floats:
    """When the matter comes to rest: on a yes, on a review, or when the time to speak is over."""
    verdict, said = last_of(rounds, "verdict"), last_of(rounds, "verdict_at")
    asked = np.fmax(last_of(rounds, "at"), last_of(rounds, "promise_due"))
    rested = np.where(verdict == YES, said, asked + 21)
    by_review = settled & ~np.isnan(reviewed)
    return np.where(by_review, reviewed, rested)


def _both(first: Course, second: Course) -> Course:
    """Two waves of one town as one batch."""
    arrays = (
        "lead", "first_lead", "dispatched", "acknowledged", "contacted", "sited", "revealed", "parked", "parked_until",
        "extended", "coached", "coached_again", "reviewed", "settled", "rested", "voice",
    )  # fmt: skip
    both = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in arrays}
    hops = tuple(
        tuple(np.concatenate(pair) for pair in zip(one, other, strict=True))
        for one, other in zip(first.hops, second.hops, strict=True)
    )
    rounds = tuple(joined(one, other) for one, other in zip(first.rounds, second.rounds, strict=True))
    return Course(
        facts=joined(first.facts, second.facts),
        draft=joined(first.draft, second.draft),
        hops=hops,  # type: ignore[arg-type]
        rounds=rounds,
        **both,
    )
