"""Buckets slow a script down and leave a neighbourhood alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from huiyin.base.limits import Bucket, address_key

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_burst_up_to_the_capacity_passes_and_the_next_one_waits() -> None:
    bucket = Bucket(capacity=3, per_second=0.5)
    assert [bucket.take("a", NOW) for _ in range(4)] == [0.0, 0.0, 0.0, 2.0]


def test_waiting_as_long_as_told_is_enough() -> None:
    bucket = Bucket(capacity=1, per_second=0.25)
    bucket.take("a", NOW)
    wait = bucket.take("a", NOW)
    assert bucket.take("a", NOW + timedelta(seconds=wait)) == 0.0


def test_asking_too_early_costs_nothing() -> None:
    bucket = Bucket(capacity=1, per_second=1)
    bucket.take("a", NOW)
    for _ in range(10):
        bucket.take("a", NOW + timedelta(seconds=0.5))
    assert bucket.take("a", NOW + timedelta(seconds=1)) == 0.0


def test_one_address_does_not_use_up_anothers_share() -> None:
    bucket = Bucket(capacity=1, per_second=0.01)
    bucket.take("a", NOW)
    assert bucket.take("b", NOW) == 0.0


def test_a_clock_set_back_neither_fills_nor_blocks_for_ever() -> None:
    bucket = Bucket(capacity=1, per_second=1)
    bucket.take("a", NOW)
    assert bucket.take("a", NOW - timedelta(days=1)) == pytest.approx(1.0)
    assert bucket.take("a", NOW - timedelta(days=1) + timedelta(seconds=1)) == 0.0


def test_memory_is_bounded_and_the_longest_unseen_is_forgotten_first() -> None:
    bucket = Bucket(capacity=1, per_second=0.001, keys=100)
    for n in range(99):
        bucket.take(f"n{n}", NOW)
    bucket.take("n0", NOW)
    for n in range(99, 150):
        bucket.take(f"n{n}", NOW)
    assert len(bucket) == 100
    assert bucket.take("n0", NOW) > 0
    assert bucket.take("n1", NOW) == 0.0


def test_the_address_itself_is_nowhere_in_memory() -> None:
    bucket = Bucket(capacity=1, per_second=1)
    bucket.take("203.0.113.77", NOW)
    assert b"203.0.113.77" not in repr(bucket.__dict__).encode()


def test_many_threads_take_exactly_the_capacity() -> None:
    bucket = Bucket(capacity=500, per_second=0.0001)
    passed: list[bool] = []

    def knock() -> None:
        passed.extend(bucket.take("a", NOW) == 0.0 for _ in range(100))

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 500


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unix:", "unix:"),
    ],
)
def test_a_home_line_is_one_key_however_many_addresses_it_has(address: str, key: str) -> None:
    assert address_key(address) == key
