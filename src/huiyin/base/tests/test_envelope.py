"""Sealed words: opened only in their place, by their key, and never after the key is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.envelope import CannotOpen, Keyring, new_key, seal, unseal


@given(st.binary(max_size=500), st.binary(max_size=40))
def test_what_was_sealed_opens_in_its_place_only(plain: bytes, about: bytes) -> None:
    key = new_key()
    box = seal(key, plain, about)
    assert unseal(key, box, about) == plain
    for other_key, other_box, other_place in (
        (new_key(), box, about),
        (key, box[:-1] + bytes([box[-1] ^ 1]), about),
        (key, box, about + b"x"),
        (key, b"", about),
    ):
        with pytest.raises(CannotOpen):
            unseal(other_key, other_box, other_place)


def test_the_same_words_never_look_the_same() -> None:
    key = new_key()
    assert seal(key, b"lamp", b"") != seal(key, b"lamp", b"")


def test_after_a_rotation_old_boxes_open_and_new_ones_use_the_new_key(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    first = ring.ensure()
    old = ring.wrap(b"k" * 32, b"case")
    second = ring.rotate()
    assert (old.kek, ring.wrap(b"k" * 32, b"case").kek) == (first, second)
    assert ring.unwrap(old, b"case") == b"k" * 32


def test_a_destroyed_key_opens_nothing_any_more(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    ring.ensure()
    old = ring.wrap(b"k" * 32, b"case")
    ring.rotate()
    ring.destroy(old.kek)
    with pytest.raises(CannotOpen, match="missing"):
        ring.unwrap(old, b"case")
    with pytest.raises(ValueError, match="current"):
        ring.destroy(ring.current)


def test_a_ring_in_another_process_uses_the_new_key_at_once(tmp_path: Path) -> None:
    here, there = Keyring(tmp_path), Keyring(tmp_path)
    assert here.ensure() == there.current
    new = here.rotate()
    assert there.wrap(b"k" * 32, b"").kek == new


def test_key_files_are_for_their_owner_only(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "vault")
    ring.ensure()
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "vault").glob("*.key")]
    assert modes == [0o600]


def test_a_ring_without_keys_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="huiyin setup"):
        Keyring(tmp_path).wrap(b"k" * 32, b"")
