"""One trick against the figures: the same town with the same luck, once honest and once not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pyarrow as pa

from huiyin.figures import signatures
from huiyin.figures.signatures import CheckUp, InMemory, Window
from huiyin.town.behaviours import Behaviour
from huiyin.town.columnar.tables import tables
from huiyin.town.simulate import simulate
from huiyin.town.trial import product
from huiyin.town.trial.figures import KINDS, Kind, Published, better, gain, published
from huiyin.town.world import World, invented

#: A trial town: so many weeks pass, the last eight are looked at; so many matters an office and week; who cheats.
WEEKS, OFFICES, PER_WEEK = 16, 24, 50
#: The same in a small body: a year, and so few matters an office and week that eight weeks show little.
SMALL_WEEKS, SMALL_PER_WEEK = 52, 2
CHEATS = ("O02", "O05")
#: Honest offices that are overloaded: slow is not false, and must not be called so.
OVERLOADED = ("O04", "O07", "O11", "O16", "O21")


def every_kind() -> tuple[Kind, ...]:
    """The figures that are compared: those the product publishes of every office, then the trial's own."""
    return (*product.kinds(), *KINDS)


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a trial is."""

    seeds: int = 20
    honest_towns: int = 400
    per_week: int = PER_WEEK
    coverage_seeds: int = 150
    small_towns: int = 100

    @classmethod
    def small(cls) -> Scale:
        """For tests and continuous integration: less than a minute."""
        return cls(seeds=3, honest_towns=12, coverage_seeds=6, small_towns=6)


@dataclass(slots=True)
class Graded:
    """What came of one trick. Rates are shares of office-trials (two cheating offices a seed)."""

    name: str
    zh: str
    en: str
    leaves: tuple[str, ...]
    trials: int = 0
    flagged: int = 0
    by: Counter[str] = field(default_factory=Counter)
    improved: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    gains: Counter[str] = field(default_factory=Counter)
    bystanders: int = 0  # honest offices beside it that were asked about
    beside: int = 0
    #: In small bodies: offices asked about, by the weeks that were enough to see it (0: never), and honest ones beside.
    small: Counter[int] = field(default_factory=Counter)
    small_bystanders: int = 0

    def mean_gain(self, figure: str) -> float | None:
        """By how much the figure looks better than honestly, on average; None when it was never measurable."""
        return self.gains[figure] / self.compared[figure] if self.compared[figure] else None


@dataclass(slots=True)
class Honest:
    """What a check-up says of towns where nobody cheats."""

    towns: int = 0
    towns_flagged: int = 0
    offices: int = 0
    offices_flagged: int = 0
    by: Counter[str] = field(default_factory=Counter)
    small_towns: int = 0
    small_towns_flagged: int = 0


def town(seed: int, behaviours: dict[str, str] | None = None, weeks: int = WEEKS) -> World:
    """The town of a trial: honest, a fifth of it overloaded, with these offices behaving otherwise."""
    world = invented(seed=seed, offices=OFFICES, days=7 * weeks)
    return world.behaving({**dict.fromkeys(OVERLOADED, "overloaded"), **(behaviours or {})})


def rows(world: World, per_week: int) -> dict[str, pa.Table]:
    """Let the town live; what the lake would hold of it."""
    return tables(world, simulate(world, OFFICES * world.days // 7 * per_week))


def live(world: World, per_week: int) -> list[Window]:
    """Let the town live, and take the weeks a check-up looks at, the last eight first."""
    return signatures.windows(InMemory(rows(world, per_week)), world.start + timedelta(days=world.days))


def figures_of(world: World, lived: dict[str, pa.Table]) -> tuple[Window, dict[str, dict[str, Published]]]:
    """The last eight weeks, and every figure of the cheating offices: the trial's own and the published ones."""
    until = world.start + timedelta(days=world.days)
    seen = signatures.window(InMemory(lived), until)
    shown = product.published(lived, until, CHEATS)
    return seen, {office: {**published(seen, office), **shown[office]} for office in CHEATS}


def honest(scale: Scale, step: Callable[[], None] = lambda: None) -> Honest:
    """False alarms: towns of other seeds than the tricks', so that nothing was tuned on them."""
    found = Honest()
    for seed in range(10_000, 10_000 + scale.honest_towns):
        result = signatures.read(live(town(seed), scale.per_week))
        asked = {finding.office for finding in result.findings}
        found.towns += 1
        found.towns_flagged += bool(asked)
        found.offices += result.offices
        found.offices_flagged += len(asked)
        found.by.update(finding.signature for finding in result.findings)
        step()
    for seed in range(20_000, 20_000 + scale.small_towns):
        result = signatures.read(live(town(seed, weeks=SMALL_WEEKS), SMALL_PER_WEEK))
        found.small_towns += 1
        found.small_towns_flagged += bool(result.findings)
        step()
    return found


def contest(tricks: Sequence[Behaviour], scale: Scale, step: Callable[[], None] = lambda: None) -> list[Graded]:
    """Every trick in every seed, against the same offices honest."""
    graded = [Graded(trick.name, trick.zh, trick.en, trick.leaves) for trick in tricks]
    for seed in range(1, scale.seeds + 1):
        fair = town(seed)
        _, before = figures_of(fair, rows(fair, scale.per_week))
        step()
        for grade in graded:
            cheats = dict.fromkeys(CHEATS, grade.name)
            unfair = town(seed, cheats)
            seen, after = figures_of(unfair, rows(unfair, scale.per_week))
            _grade(grade, signatures.read([seen]))  # found within eight weeks, not with more
            _grade_small(grade, signatures.read(live(town(seed, cheats, SMALL_WEEKS), SMALL_PER_WEEK)))
            for office in CHEATS:
                for kind in every_kind():
                    if kind.code in after[office] and kind.code in before[office]:
                        pair = after[office][kind.code], before[office][kind.code]
                        grade.compared[kind.code] += 1
                        grade.improved[kind.code] += better(kind, *pair)
                        grade.gains[kind.code] += gain(kind, *pair)  # type: ignore[assignment]
            step()
    return graded


def _grade(grade: Graded, result: CheckUp) -> None:
    for office in CHEATS:
        found = result.of(office)
        grade.trials += 1
        grade.flagged += bool(found)
        grade.by.update({finding.signature for finding in found})
    grade.bystanders += len({finding.office for finding in result.findings} - set(CHEATS))
    grade.beside += result.offices - len(CHEATS)


def _grade_small(grade: Graded, result: CheckUp) -> None:
    for office in CHEATS:
        grade.small[min((finding.weeks for finding in result.of(office)), default=0)] += 1
    grade.small_bystanders += len({finding.office for finding in result.findings} - set(CHEATS))
