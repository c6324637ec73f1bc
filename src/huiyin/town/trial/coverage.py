"""Do 95 % intervals hold the truth 95 times in a hundred? Asked of towns whose truth is known by asking everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from huiyin.figures.intervals import wilson
from huiyin.figures.signatures.statistics import order_statistic, stratified
from huiyin.town.columnar.sample import Sample, draw, wanted_of
from huiyin.town.course import YES, Course
from huiyin.town.simulate import simulate
from huiyin.town.world import Floats, World, invented

#: Few and busy offices, so that a sample is a small part of its stratum.
OFFICES, DAYS, SIZE = 6, 100, 9_000
#: Each month of each town is drawn so often, by the rule of the sample.
DRAWS = 10


@dataclass(slots=True)
class Covered:
    """How often an interval held the truth."""

    name: str
    zh: str
    en: str
    held: int = 0
    of: int = 0

    @property
    def share(self) -> float:
        return self.held / self.of if self.of else float("nan")

    def count(self, low: float, truth: float, high: float) -> None:
        self.held += low <= truth <= high
        self.of += 1


def coverage(seeds: int, step: Callable[[], None] = lambda: None) -> list[Covered]:
    """Wilson for one office's callbacks, the weighted share of the body and the median days."""
    one = Covered("wilson", "一个单位的回访确认率（Wilson）", "an office's confirmed share in calls (Wilson)")
    body = Covered("stratified", "全机构加权的回访确认率（分层）", "the body's weighted share (stratified)")
    days = Covered(
        "order_statistic", "一个单位答复用时的中位数（次序统计量）", "an office's median days (order statistic)"
    )
    world = invented(seed=7, offices=OFFICES, days=DAYS)
    medians = _medians(world)
    for seed in range(seeds):
        course = simulate(world, SIZE, batch=seed + 1, repeats=False)
        census = draw(world, course, DAYS, seed + 1, everybody=True)
        rng = np.random.default_rng([world.seed, 67, seed])
        for period in np.unique(census.period):
            _of_month(course, census, int(period), rng, one, body)
        for office in range(1, OFFICES + 1):
            found = order_statistic(_waits(course, office), 0.5)
            if found is not None:
                days.count(found[1], medians[office], found[2])
        step()
    return [one, body, days]


def _of_month(
    course: Course, census: Sample, period: int, rng: np.random.Generator, one: Covered, body: Covered
) -> None:
    """One month, drawn again and again. What somebody would say, and whether they would, is settled beforehand, as it
    is for the interval: all that differs between two draws is who was drawn.
    """
    strata = []
    for office in range(1, OFFICES + 1):
        result = census.result[(census.period == period) & (course.lead[census.row] == office)]
        if (result > 0).any():
            strata.append(result)
    sizes = np.array([len(result) for result in strata])
    truths = np.array([float((result[result > 0] == YES).mean()) for result in strata])
    truth = float((sizes * truths).sum() / sizes.sum())
    wanted = wanted_of(sizes)
    for _ in range(DRAWS):
        k, n = [], []
        for result, count, of_office in zip(strata, wanted, truths, strict=True):
            drawn = rng.choice(result, int(count), replace=False)
            k.append(int((drawn == YES).sum()))
            n.append(int((drawn > 0).sum()))
            share = wilson(k[-1], n[-1])
            if share is not None and share.n >= 10:
                one.count(share.low, float(of_office), share.high)
        found = stratified(np.array(k), np.array(n), sizes)
        if found is not None:
            body.count(found[1], truth, found[2])


def _waits(course: Course, office: int) -> Floats:
    first = course.rounds[0]
    mine = (course.lead == office) & (first.at <= DAYS) & (course.facts.received < DAYS / 2)
    waits: Floats = (first.at - first.started)[mine]
    return waits


def _medians(world: World) -> dict[int, float]:
    """Median days of each office over many towns at once: as near to the truth as one likes."""
    parts = [simulate(world, 40_000, batch=1_000 + n, repeats=False) for n in range(8)]
    return {
        office: float(np.median(np.concatenate([_waits(course, office) for course in parts])))
        for office in range(1, OFFICES + 1)
    }
