"""The draw as mathematics: nobody's order matters, nothing but the seed decides, and everybody has the same chance."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.outcomes import drawing
from huiyin.outcomes.drawing import Point, Rule

tags = st.lists(st.binary(min_size=4, max_size=8).map(bytes.hex), unique=True, max_size=60)
rules = st.builds(Rule, st.integers(0, 50), st.integers(0, 100))
seeds = st.binary(min_size=32, max_size=32)


@given(rules, st.integers(0, 5_000))
def test_a_sample_is_as_large_as_the_published_rule_says_and_never_larger_than_its_stratum(rule: Rule, n: int) -> None:
    size = rule.size(n)
    assert size == max(min(n, rule.least), ceil(n * rule.percent / 100))
    assert 0 <= size <= n


@given(rules, tags, seeds, st.randoms(use_true_random=False))
def test_the_order_in_which_matters_are_listed_changes_nothing(
    rule: Rule, stratum: list[str], seed: bytes, rng: random.Random
) -> None:
    shuffled = list(stratum)
    rng.shuffle(shuffled)
    assert drawing.draw(rule, {"a": stratum}, seed) == drawing.draw(rule, {"a": shuffled}, seed)


@given(tags, tags, seeds)
def test_what_happens_in_one_office_moves_nobody_in_another(one: list[str], other: list[str], seed: bytes) -> None:
    rule = Rule(least=5, percent=10)
    assert drawing.draw(rule, {"a": one}, seed)["a"] == drawing.draw(rule, {"a": one, "b": other}, seed)["a"]


@given(tags.filter(lambda found: len(found) > 1), seeds)
def test_taking_a_matter_out_of_the_frame_brings_in_only_the_next_in_line(stratum: list[str], seed: bytes) -> None:
    rule = Rule(least=3, percent=0)
    whole = drawing.draw(Rule(least=1000), {"a": stratum}, seed)["a"]
    gone = whole[0]
    rest = drawing.draw(rule, {"a": [tag for tag in stratum if tag != gone]}, seed)["a"]
    assert rest == whole[1:4]


def test_over_many_seeds_every_matter_is_drawn_equally_often() -> None:
    stratum = [f"{n:064x}" for n in range(40)]
    rule, draws = Rule(least=10, percent=0), 4_000
    counts = dict.fromkeys(stratum, 0)
    rng = random.Random(7)
    for _ in range(draws):
        for tag in drawing.draw(rule, {"a": stratum}, rng.randbytes(32))["a"]:
            counts[tag] += 1
    expected = draws * 10 / 40
    variance = expected * (1 - 10 / 40)
    chi_square = sum((count - expected) ** 2 for count in counts.values()) / variance * (39 / 40)
    assert 15 < chi_square < 75  # 39 degrees of freedom: outside by chance once in some thousand


def test_the_seed_depends_on_everything_it_is_made_of() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    point = Point(10, bytes(32), at, "note")
    base = drawing.seed(b"s" * 32, point, "")
    others = [
        drawing.seed(b"t" * 32, point, ""),
        drawing.seed(b"s" * 32, Point(11, bytes(32), at, "note"), ""),
        drawing.seed(b"s" * 32, Point(10, b"1" * 32, at, "note"), ""),
        drawing.seed(b"s" * 32, Point(10, bytes(32), at, "note2"), ""),
        drawing.seed(b"s" * 32, point, "7"),
    ]
    assert len({base, *others}) == 6


def test_whoever_reads_the_log_but_has_not_the_secret_cannot_tell_who_was_drawn() -> None:
    """The seal of a sample is not the seal of any sample computed without the secret."""
    stratum = [f"{n:064x}" for n in range(6)]
    point = Point(10, bytes(32), datetime(2026, 3, 1, tzinfo=UTC), "note")
    secret = b"k" * 32
    drawn = drawing.draw(Rule(2, 0), {"a": stratum}, drawing.seed(secret, point))
    seal = drawing.sealed(secret, drawn)
    guesses = [{"a": (one, two)} for one in stratum for two in stratum if one != two]
    assert drawn in guesses
    assert all(drawing.sealed(bytes(32), guess) != seal for guess in guesses)


@pytest.mark.parametrize(
    "wrong", [{"least": -1}, {"percent": 101}, {"percent": -1}, {"days": 6}, {"days": 91}, {"beacon": "x" * 301}]
)
def test_a_rule_out_of_range_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Rule(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"])
def test_months_touch_without_gap_or_overlap_in_every_time_zone(zone: str) -> None:
    tz, key = ZoneInfo(zone), "2025-11"
    for _ in range(15):
        following = drawing.month_after(key)
        one, two = drawing.period(key, tz), drawing.period(following, tz)
        assert one.end == two.start
        assert drawing.month_of(one.start, tz) == drawing.month_of(one.end - timedelta(seconds=1), tz) == key
        assert drawing.month_of(one.end, tz) == following
        key = following


@pytest.mark.parametrize("wrong", ["2026", "2026-1", "2026-13", "2026-00", "x", "", "26-01", "2026-01-01"])
def test_what_is_not_a_month_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        drawing.period(wrong, ZoneInfo("UTC"))


def leaf(kind: str, tag: str, **pub: object) -> dict[str, object]:
    return {"kind": kind, "case": tag, "pub": pub}


def test_the_frame_is_made_of_public_leaves_alone() -> None:
    found = drawing.frame(
        enumerate(
            [
                leaf("received", "z", channel="web"),
                leaf("answered", "a", claim="solved", office="light"),
                leaf("answered", "b", claim="solved", office="water"),
                leaf("answered", "c", claim="solved", office="light", imported=True),
                leaf("answered", "d"),
                leaf("answered", "e", claim="explained"),
                leaf("answered", "f", claim="solved", office="light"),
                leaf("answered", "g", claim="solved", office="light"),
                leaf("answered", "h", claim="solved", office="light"),
                leaf("answered", "b", claim="solved", office="light"),
                leaf("confidentiality_set", "f"),
                leaf("confidentiality_set", "g", level="office"),
                leaf("erased", "h", ground="court", labels=[]),
                leaf("erased", "a", ground="court", labels=["contact"]),
                leaf("confidentiality_set", "y"),
            ]
        )
    )
    assert found.strata == {"": ("e",), "light": ("a", "b", "g")}
    assert found.excluded == {"imported": 1, "confidential": 2, "erased": 1}
    assert (found.places["b"], found.size) == (9, 4)
