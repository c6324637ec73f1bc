"""One trick against the figures: the same town with the same luck, once honest and once not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from huiyin.figures import signatures
from huiyin.figures.signatures import CheckUp, InMemory, Window
from huiyin.town.behaviours import Behaviour
from huiyin.town.columnar.tables import tables
from huiyin.town.simulate import simulate
from huiyin.town.trial.figures import KINDS, better, gain, published
from huiyin.town.world import World, invented

#: A trial town: so many weeks pass, the last eight are looked at; so many matters an office and week; who cheats.
WEEKS, OFFICES, PER_WEEK = 16, 24, 50
CHEATS = ("O02", "O05")
#: Honest offices that are overloaded: slow is not false, and must not be called so.
OVERLOADED = ("O04", "O07", "O11", "O16", "O21")


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a trial is."""

    seeds: int = 20
    honest_towns: int = 400
    per_week: int = PER_WEEK
    coverage_seeds: int = 150

    @classmethod
    def small(cls) -> Scale:
        """For tests and continuous integration: less than a minute."""
        return cls(seeds=3, honest_towns=12, coverage_seeds=6)


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


def town(seed: int, behaviours: dict[str, str] | None = None) -> World:
    """The town of a trial: honest, a fifth of it overloaded, with these offices behaving otherwise."""
    world = invented(seed=seed, offices=OFFICES, days=7 * WEEKS)
    return world.behaving({**dict.fromkeys(OVERLOADED, "overloaded"), **(behaviours or {})})


def live(world: World, per_week: int) -> Window:
    """Let the town live, and take the weeks a check-up looks at."""
    course = simulate(world, OFFICES * WEEKS * per_week)
    return signatures.window(InMemory(tables(world, course)), world.start + timedelta(days=world.days))


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
    return found


def contest(tricks: Sequence[Behaviour], scale: Scale, step: Callable[[], None] = lambda: None) -> list[Graded]:
    """Every trick in every seed, against the same offices honest."""
    graded = [Graded(trick.name, trick.zh, trick.en, trick.leaves) for trick in tricks]
    for seed in range(1, scale.seeds + 1):
        fair = live(town(seed), scale.per_week)
        before = {office: published(fair, office) for office in CHEATS}
        step()
        for grade in graded:
            seen = live(town(seed, dict.fromkeys(CHEATS, grade.name)), scale.per_week)
            _grade(grade, signatures.read(seen))
            for office in CHEATS:
                after = published(seen, office)
                for kind in KINDS:
                    if kind.code in after and kind.code in before[office]:
                        pair = after[kind.code], before[office][kind.code]
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
