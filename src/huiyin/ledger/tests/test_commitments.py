from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.ledger import commitments
from huiyin.ledger.commitments import Opening

SALT = bytes(range(32))


def test_the_formula_is_the_one_written_down() -> None:
    expected = hashlib.sha256(b"huiyin/commit/v1" + b"\x00" + SALT + b"\x00\x04" + b"text" + "灯坏了".encode()).digest()
    assert commitments.commit("text", "灯坏了".encode(), SALT) == expected
    # Computed once with another program (printf … | sha256sum); pins prefix, order and length field.
    assert (
        commitments.commit("a", b"b", bytes(32)).hex()
        == hashlib.sha256(
            bytes.fromhex("68756979696e2f636f6d6d69742f7631" + "00" + "00" * 32 + "0001" + "61" + "62")
        ).hexdigest()
    )


def test_a_label_never_runs_into_its_value() -> None:
    assert commitments.commit("ab", b"c", SALT) != commitments.commit("a", b"bc", SALT)


def test_the_same_words_twice_look_different_in_the_log() -> None:
    assert commitments.new_salt() != commitments.new_salt()
    assert len(commitments.new_salt()) == 32


@pytest.mark.parametrize(("label", "salt"), [("", SALT), ("x" * 65536, SALT), ("a", b"short"), ("a", SALT + b"!")])
def test_bad_salts_and_labels_are_refused(label: str, salt: bytes) -> None:
    with pytest.raises(ValueError):
        commitments.commit(label, b"", salt)


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_only_the_right_value_opens_a_commitment(value: bytes, other: bytes) -> None:
    made = commitments.commit("text", value, SALT).hex()
    assert commitments.matches(made, "text", value, SALT)
    assert commitments.matches(made, "text", other, SALT) == (other == value)
    assert not commitments.matches(made, "texts", value, SALT)
    assert not commitments.matches(made, "text", value, bytes(32))


@given(st.binary(max_size=64))
def test_an_opening_survives_the_journey_through_json(value: bytes) -> None:
    opening = Opening("photo", value, SALT)
    assert Opening.from_json(opening.to_json()) == opening


def test_the_two_salts_of_an_event_tell_nothing_of_each_other() -> None:
    secret = commitments.new_salt()
    assert len({secret, commitments.derived_salt(secret, "body"), commitments.derived_salt(secret, "actor")}) == 3
