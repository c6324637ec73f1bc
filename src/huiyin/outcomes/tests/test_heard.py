"""What is shown of what callers heard: played by somebody who wants to know what one person said."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations

import pytest

from huiyin.cases.models import Case
from huiyin.cases.tests import body
from huiyin.outcomes import cells, heard, publication
from huiyin.outcomes.models import Drawn, Period
from huiyin.outcomes.questions import MANNER

pytestmark = pytest.mark.django_db

MONTHS = [f"2026-{n:02d}" for n in range(1, 7)]
#: the city is above both others
OFFICES = ("city", "light", "water")


def closed(key: str, asked: dict[str, int], rng: random.Random, *, pressed: dict[str, int] | None = None) -> Period:
    """A closed month in which so many people of each office answered everything."""
    at = datetime(2026, int(key[5:]), 1, tzinfo=UTC)
    row = Period.objects.create(
        key=key, start=at, end=at + timedelta(days=28), rule={"least": 30, "percent": 10, "days": 28, "beacon": ""},
        announced_at=at - timedelta(days=9), secret=bytes(32), drawn_at=at + timedelta(days=29),
        closed_at=at + timedelta(days=58),
        strata={office: {"size": 2 * n + 5, "drawn": n + 2} for office, n in asked.items()},
    )  # fmt: skip
    for office, n in asked.items():
        for place in range(n + 2):
            case = Case.objects.create(
                number=f"{key[5:]}-{office[:3]}-{place}", claim_hash=rng.randbytes(32), tag=rng.randbytes(32).hex(),
                phase="answered", channel="web", kind="help", urgency="normal", confidentiality="open",
                received_at=at, lead_id=office,
            )  # fmt: skip
            marks = {item: rng.randint(1, 5) for item in MANNER} if place < n else {}
            Drawn.objects.create(
                period=row, case=case, tag=case.tag, answer=1, stratum=office, place=place, by_phone=True,
                disposition="answered" if place < n else "no_contact",
                result=rng.choice(["solved", "not_solved"]) if place < n else "",
                pressed=("yes" if place < (pressed or {}).get(office, 0) else "no") if place < n else "", **marks,
            )  # fmt: skip
    row.results = publication.results(row)
    row.save()
    return row


def lived(rng: random.Random) -> dict[tuple[str, str], int]:
    """Six months of three offices, some of them far too small to be shown. Returns who answered where."""
    body.load()
    people = {}
    for key in MONTHS:
        asked = {"city": rng.randint(0, 7), "light": rng.randint(8, 14), "water": rng.randint(0, 12)}
        closed(key, asked, rng)
        people |= {(office, key): n for office, n in asked.items()}
    return people


def windows() -> list[tuple[str, str]]:
    return [(a, b) for a in MONTHS for b in MONTHS if a <= b]


@pytest.mark.parametrize("seed", range(4))
def test_no_pair_of_questions_over_any_months_and_offices_above_or_below_isolates_fewer_than_ten(seed: int) -> None:
    people = lived(random.Random(seed))
    groups = list(chain.from_iterable(combinations(OFFICES, n) for n in (1, 2, 3)))
    shown: dict[tuple[tuple[str, ...], tuple[str, str]], frozenset[tuple[str, str]]] = {}
    for group in groups:
        blocks = heard.manner_cells(group)
        for first, last in windows():
            told = heard.manner(group, first, last)
            inside = frozenset(
                (office, month)
                for office, found in blocks.items()
                for begin, end, _ in found
                if first <= begin and end <= last
                for month in MONTHS
                if begin <= month <= end
            )
            assert (told is None) == (not inside)
            if told is not None:
                assert told.people == sum(people[cell] for cell in inside)
                shown[group, (first, last)] = inside
    assert shown
    for one in set(shown.values()):
        assert sum(people[cell] for cell in one) >= cells.SMALLEST
        for other in set(shown.values()):
            for rest in (one - other, one & other):  # what is left, and what both have
                n = sum(people[cell] for cell in rest)
                assert n == 0 or n >= cells.SMALLEST


def test_a_new_month_never_changes_a_figure_that_was_shown() -> None:
    rng = random.Random(9)
    body.load()
    before: list[heard.Heard] = []
    for key in MONTHS:
        closed(key, {"light": rng.randint(3, 12)}, rng)
        now = heard.manner_blocks("light")
        assert now[len(now) - len(before) :] == before
        before = now
    assert before


def test_a_month_whose_calls_go_on_is_heard_by_nobody() -> None:
    rng = random.Random(3)
    body.load()
    row = closed("2026-01", {"light": 20}, rng, pressed={"light": 9})
    assert heard.manner(["light"]) is not None
    assert heard.pressure() == [heard.Pressure("2026-01", ("light",), False)]
    Period.objects.filter(pk=row.pk).update(closed_at=None)
    assert heard.manner(["light"]) is None
    assert heard.pressure() == []


def test_pressure_names_no_office_for_one_or_two_reports() -> None:
    body.load()
    closed("2026-01", {"light": 20, "water": 20}, random.Random(4), pressed={"light": 2, "water": 3})
    assert heard.pressure() == [heard.Pressure("2026-01", ("water",), False)]


def test_published_results_join_small_offices_and_show_only_what_their_sums_give_away() -> None:
    body.load()
    row = closed("2026-01", {"city": 4, "light": 25, "water": 7}, random.Random(5))
    groups = {tuple(cell["offices"]): cell for cell in row.results["cells"]}
    assert set(groups) == {("light",), ("city", "water")}
    assert groups["city", "water"]["answered"] == 11
    assert row.results["whole"]["answered"] == 36
    assert (row.results["dispositions"], row.results["other_dispositions"]) == ({"answered": 36}, 6)


def test_too_few_answers_in_all_publish_no_share() -> None:
    body.load()
    row = closed("2026-01", {"light": 6, "water": 3}, random.Random(6))
    assert (row.results["whole"], row.results["cells"]) == (None, [])
