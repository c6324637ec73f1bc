"""Small numbers stay unknown, also to somebody who adds, subtracts and compares everything that is published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from huiyin.figures import publishing
from huiyin.figures.protection import BASE, CANDIDATES, SMALLEST, Relation, possible, protect, rounded
from huiyin.figures.rollups import Rollup, names

AS_OF = datetime(2026, 11, 5, tzinfo=UTC)
OFFICES = ("roads", "water", "light")


#: The first month of a random roll-up.
EARLIEST = "2026-06"


def random_rollup(random: Random, scale: int = 4) -> Rollup:
    """Three offices, two areas, two channels, five months; counts so small that there is much to protect."""
    cells: dict[tuple[str, str, str], list[int]] = {}
    place = {name: number for number, name in enumerate(names())}
    for back in range(5):
        month = publishing.month_before("2026-10", back)
        for office in OFFICES:
            for area in ("east", ""):
                for channel in ("web", "phone"):
                    numbers = [0] * len(names())
                    confirmed, disputed, unknown = (random.randrange(scale) for _ in range(3))
                    answered = confirmed + disputed
                    values = {
                        "received": answered + unknown + random.randrange(scale), "claimed": answered + unknown,
                        "asked": answered + unknown, "answered": answered, "confirmed": confirmed,
                        "disputed": disputed, "unknown": unknown,
                    }  # fmt: skip
                    for name, value in values.items():
                        numbers[place[name]] = value
                    groups = (
                        ("body", ""), ("office", office), ("area", area), ("category", "1/a"), ("channel", channel),
                    )  # fmt: skip
                    for kind, group in groups:
                        mine = cells.setdefault((kind, group, month), [0] * len(names()))
                        for number, value in enumerate(numbers):
                            mine[number] += value
    return Rollup({key: tuple(numbers) for key, numbers in cells.items()})


GROUPS = {"office": OFFICES, "area": ("east",), "category": ("1/a",), "channel": ("phone", "web")}


def knowledge(told: dict[publishing.Cell, int | None]) -> list[tuple[publishing.Cell, list[publishing.Cell]]]:
    """Everything an attacker knows to add up: periods, groups and their unpublished rest, and parts of one cell."""
    spans = publishing.periods(AS_OF, EARLIEST)
    sums: list[tuple[publishing.Cell, list[publishing.Cell]]] = []
    for kind, group, period, measure in told:
        if len(spans[period]) > 1:
            sums.append(((kind, group, period, measure), [(kind, group, month, measure) for month in spans[period]]))
        if kind == "body":
            for other, groups in GROUPS.items():
                rest = [] if other != "area" else [(other, "", period, measure)]
                parts = [(other, one, period, measure) for one in groups]
                sums.append(((kind, group, period, measure), [*parts, *rest]))
        if measure == "answered":
            sums.append(((kind, group, period, measure), [(kind, group, period, p) for p in ("confirmed", "disputed")]))
        if measure == "asked":
            sums.append(((kind, group, period, measure), [(kind, group, period, p) for p in ("answered", "unknown")]))
    return sums


def worked_out(
    told: dict[publishing.Cell, int | None], exact: dict[publishing.Cell, int], targets: Iterable[publishing.Cell]
) -> dict[publishing.Cell, tuple[float, float]]:
    """The lowest and highest value each target can have, given everything published: a linear programme, both ways."""
    sums = knowledge(told)
    cells: dict[publishing.Cell, int] = {}
    for total, parts in sums:
        for cell in (total, *parts):
            cells.setdefault(cell, len(cells))
    matrix = np.zeros((len(sums), len(cells)))
    for row, (total, parts) in enumerate(sums):
        matrix[row, cells[total]] = 1
        for part in parts:
            matrix[row, cells[part]] -= 1
    # The published table does not say which untold numbers are small and which are kept back; this attacker knows.
    bounds: list[tuple[float, float | None]] = []
    for cell in cells:
        number = told.get(cell)
        bounds.append(
            possible(number) if number is not None else (0, SMALLEST - 1 if exact.get(cell, 99) < SMALLEST else None)
        )
    found = {}
    for target in targets:
        cost = np.zeros(len(cells))
        cost[cells[target]] = 1
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * cost, A_eq=matrix, b_eq=np.zeros(len(sums)), bounds=bounds, method="highs")
            ends.append(sign * solved.fun if solved.status == 0 else sign * -1e9)
        found[target] = (ends[0], ends[1])
    return found


@pytest.mark.parametrize("seed", range(3))
def test_an_attacker_with_every_published_number_cannot_work_out_a_count_under_ten(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MONTHS_SHOWN", 12)  # the sums stay the same, the programme gets smaller
    random = Random(seed)
    rollup = random_rollup(random)
    told = publishing.public_counts(rollup, AS_OF, GROUPS)
    spans = publishing.periods(AS_OF, EARLIEST)
    exact = {
        (kind, group, period, measure): rollup.counts(kind, group, months)[measure]
        for kind, group, period, measure in told
        for months in [spans[period]]
    }
    small = [cell for cell, count in exact.items() if 0 < count < SMALLEST and cell[3] in publishing.FUNNEL_NAMES]
    assert len(small) > 50
    for cell, (low, high) in worked_out(told, exact, random.sample(sorted(small), 20)).items():
        assert told[cell] is None
        # what is left must hold the truth and at least one more value of which the attacker cannot say it is not it
        assert low - 1e-6 <= exact[cell] <= high + 1e-6
        assert np.floor(high + 1e-6) - np.ceil(low - 1e-6) >= 1, (cell, exact[cell], low, high)


def test_without_the_extra_care_the_same_attack_succeeds() -> None:
    """Three months, two of them told: rounding alone would let 12 + 12 + 9 = 33 → 35 give the 9 away."""
    counts = {"m1": 12, "m2": 12, "m3": 9, "all": 33}
    plain = {cell: rounded(count) for cell, count in counts.items()}
    assert plain == {"m1": 10, "m2": 10, "m3": None, "all": 35}
    low = possible(plain["all"])[0] - possible(plain["m1"])[1] - possible(plain["m2"])[1]
    assert low == SMALLEST - 1
    told = protect(counts, [Relation("all", ("m1", "m2", "m3"))])
    assert told == {"m1": 10, "m2": 10, "m3": None, "all": None}


@settings(max_examples=200)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=12), st.booleans())
def test_at_least_four_values_remain_for_every_small_count(parts: list[int], keep_total: bool) -> None:
    counts = {f"p{i}": part for i, part in enumerate(parts)} | {"total": sum(parts)}
    relation = Relation("total", tuple(f"p{i}" for i in range(len(parts))), keep_total)
    told = protect(counts, [relation])
    for cell, count in counts.items():
        assert told[cell] is None or told[cell] == rounded(count)
        if count < SMALLEST:
            assert told[cell] is None
    if told["total"] is None or sum(told[cell] is None for cell in relation.parts) != 1:
        return
    [cell] = [cell for cell in relation.parts if told[cell] is None]
    others = [possible(told[other]) for other in relation.parts if other != cell]
    low = max(0, possible(told["total"])[0] - sum(high for _, high in others))
    high = min(SMALLEST - 1, possible(told["total"])[1] - sum(low for low, _ in others))
    assert high - low + 1 >= CANDIDATES


@pytest.mark.parametrize(
    ("count", "told"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1001, 1000)]
)
def test_counts_are_told_in_fives_and_never_under_ten(count: int, told: int | None) -> None:
    assert rounded(count) == told
    assert told is None or told % BASE == 0


def test_a_published_share_is_made_of_published_counts_and_holds_the_true_one() -> None:
    random = Random(4)
    for _ in range(300):
        n = random.randrange(10, 400)
        hit = random.randrange(n + 1)
        asked = n + random.randrange(50)
        counts = {"answered": rounded(n), "confirmed": rounded(hit), "asked": rounded(asked)}
        figure = publishing.figure("confirmed", counts)
        assert figure.low is not None
        assert figure.high is not None
        assert figure.bounds is not None
        assert figure.low - 0.001 <= hit / n <= figure.high + 0.001
        assert figure.bounds[0] - 0.001 <= hit / asked
        assert (hit + asked - n) / asked <= figure.bounds[1] + 0.001


def test_nothing_is_published_of_too_few() -> None:
    figure = publishing.figure("confirmed", {"answered": None, "confirmed": None, "asked": None})
    assert (figure.value, figure.low, figure.high, figure.why) == (None, None, None, "few")
