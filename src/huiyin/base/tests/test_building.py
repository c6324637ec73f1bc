"""A home that is built from nothing waits for the disk once, at its end, and for all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from huiyin.base import files
from huiyin.base.transaction import committed_at_the_end, write


def test_files_are_waited_for_at_the_end_and_none_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[int] = []
    monkeypatch.setattr(files.os, "fsync", waited.append)
    (tmp_path / "deep").mkdir()
    with files.flushed_at_the_end(tmp_path):
        for name in ("one", "deep/two"):
            (tmp_path / name).write_bytes(b"x")
            files.flush(tmp_path / name)
        assert not waited
    assert len(waited) == 4  # two files, two folders
    files.flush(tmp_path / "one")
    assert len(waited) == 5


def test_whoever_fails_in_between_leaves_nothing_put_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[int] = []
    monkeypatch.setattr(files.os, "fsync", waited.append)
    with pytest.raises(ZeroDivisionError), files.flushed_at_the_end(tmp_path):
        raise ZeroDivisionError
    files.flush(tmp_path)
    assert len(waited) == 1


def _level() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_commits_wait_for_the_disk_again_afterwards_whatever_happened() -> None:
    if connection.vendor != "sqlite":
        with committed_at_the_end():
            assert write(lambda: 1) == 1
        return
    before = _level()
    with committed_at_the_end():
        assert _level() == 0
    assert _level() == 2
    with pytest.raises(ZeroDivisionError), committed_at_the_end():
        raise ZeroDivisionError
    assert _level() == 2
    assert before in (0, 1, 2)


@pytest.mark.django_db(transaction=True)
def test_never_inside_a_transaction_where_sqlite_would_not_listen() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is left as it is")

    def work() -> None:
        with committed_at_the_end():
            pass

    with pytest.raises(RuntimeError):
        write(work)
