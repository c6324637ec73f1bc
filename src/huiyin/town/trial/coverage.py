"""Do 95 % intervals hold the truth 95 times in a hundred? Asked of towns whose truth is known by asking everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from huiyin.figures.intervals import wilson
from huiyin.figures.signatures.statistics import order_statistic, stratified
from huiyin.town.columnar.sample import Sample, draw
from huiyin.town.course import YES, Course
from huiyin.town.simulate import simulate
from huiyin.town.world import Floats, World, invented

#: Few and busy offices, so that a sample is a small part of its stratum.
OFFICES, DAYS, SIZE = 6, 100, 9_000


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
        sample = _as_in(census, draw(world, course, DAYS, seed + 1))
        for period in np.unique(sample.period):
            _of_month(world, course, sample, census, int(period), one, body)
        for office in range(1, OFFICES + 1):
            found = order_statistic(_waits(course, office), 0.5)
            if found is not None:
                days.count(found[1], medians[office], found[2])
        step()
    return [one, body, days]


def _as_in(census: Sample, sample: Sample) -> Sample:
    """The sample with the words the same people have in the census: whether somebody speaks, and what they say, does
    not depend on who else is drawn. Thrown anew, the dice of the census would blur the truth the intervals are
    measured against, and an interval would be blamed for missing a truth that itself was missed.
    """
    key = census.row.astype(np.int64) * 2**20 + census.period
    order = np.argsort(key)
    place = order[np.searchsorted(key[order], sample.row.astype(np.int64) * 2**20 + sample.period)]
    return replace(sample, disposition=census.disposition[place], result=census.result[place])


def _of_month(
    world: World, course: Course, sample: Sample, census: Sample, period: int, one: Covered, body: Covered
) -> None:
    k, n, sizes, truths = [], [], [], []
    for office in range(1, OFFICES + 1):
        mine = (sample.period == period) & (course.lead[sample.row] == office)
        all_of_it = (census.period == period) & (course.lead[census.row] == office)
        if not mine.any() or not all_of_it.any():
            continue
        heard = mine & (sample.result > 0)
        everybody = all_of_it & (census.result > 0)
        truth = float((census.result[everybody] == YES).mean())
        yes = int((sample.result[heard] == YES).sum())
        k.append(yes)
        n.append(int(heard.sum()))
        sizes.append(int(all_of_it.sum()))
        truths.append(truth)
        share = wilson(yes, n[-1])
        if share is not None and share.n >= 10:
            one.count(share.low, truth, share.high)
    found = stratified(np.array(k), np.array(n), np.array(sizes))
    if found is not None:
        weight = np.array(sizes) / np.sum(sizes)
        body.count(found[1], float((weight * np.array(truths)).sum()), found[2])


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
