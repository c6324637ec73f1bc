"""Codes that people copy by hand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.codes import ALPHABET, BadCode, claim_code, claim_hash, parse_claim, parse_number, public_number

CODE = claim_code(b"secret", "web", "a key")


def problem(text: str) -> tuple[str, int]:
    with pytest.raises(BadCode) as caught:
        parse_claim(text)
    return caught.value.problem, caught.value.group


def test_a_claim_code_is_five_groups_of_six() -> None:
    assert [len(group) for group in CODE.split("-")] == [6] * 5
    assert parse_claim(CODE) == CODE


def test_the_same_submission_gives_the_same_code_and_another_does_not() -> None:
    assert claim_code(b"secret", "web", "a key") == CODE
    others = {
        claim_code(b"secret", "web", "b"),
        claim_code(b"secret", "api", "a key"),
        claim_code(b"x", "web", "a key"),
    }
    assert len(others | {CODE}) == 4


@pytest.mark.parametrize(
    "typed",
    [CODE.lower(), CODE.replace("-", " "), CODE.replace("-", ""), f"  {CODE}\n",
     CODE.replace("0", "O").replace("1", "l"), "".join(chr(ord(s) + 0xFEE0) if s != "-" else "　" for s in CODE)],
)  # fmt: skip
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert parse_claim(typed) == CODE


def test_every_single_wrong_symbol_is_caught_and_its_group_named() -> None:
    for position, right in enumerate(CODE):
        if right == "-":
            continue
        for wrong in set(ALPHABET) - {right}:
            assert problem(CODE[:position] + wrong + CODE[position + 1 :]) == ("check", CODE[:position].count("-") + 1)


@given(st.text(min_size=1))
def test_swapped_symbols_and_swapped_groups_are_caught(key: str) -> None:
    code = claim_code(b"secret", "web", key)
    for at in range(len(code) - 1):
        a, b = code[at], code[at + 1]
        if "-" in (a, b) or a == b:
            continue
        assert problem(code[:at] + b + a + code[at + 2 :])[0] == "check"
    groups = code.split("-")
    for i, j in itertools.combinations(range(5), 2):
        if groups[i] != groups[j]:
            swapped = list(groups)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            assert problem("-".join(swapped))[0] == "check"


def test_what_is_no_code_says_what_is_wrong_with_it() -> None:
    assert problem("  ") == ("empty", 0)
    assert problem(CODE[:-1]) == ("length", 0)
    assert problem(CODE[:8] + "!" + CODE[9:]) == ("symbol", 2)


def test_only_a_hash_of_the_code_is_kept_and_separators_do_not_matter() -> None:
    assert claim_hash(CODE) == claim_hash(CODE.replace("-", ""))
    assert len(claim_hash(CODE)) == 32
    assert CODE.replace("-", "").encode() not in claim_hash(CODE)


@given(st.binary(min_size=5, max_size=5), st.integers(2020, 2099))
def test_a_public_number_survives_being_said_aloud(random: bytes, year: int) -> None:
    number = public_number(year, random)
    assert len(number) == 12
    assert parse_number(number.lower().replace("-", " ")) == number
    for wrong in set(ALPHABET) - {number[5]}:
        with pytest.raises(BadCode):
            parse_number(number[:5] + wrong + number[6:])


@pytest.mark.parametrize("text", ["", "26", "26-K7Q4", "AB-K7Q4-9XM3", "26-K7Q4-9XM!"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadCode):
        parse_number(text)
