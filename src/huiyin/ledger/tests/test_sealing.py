from __future__ import annotations

import fcntl
import stat
import time
import uuid
from pathlib import Path

import pytest
from django.db import connection

from huiyin.ledger import actions, audit, canonical, commitments, files, notes, proofs, queries, sealing, tree
from huiyin.ledger.models import Checkpoint, Entry
from huiyin.ledger.tests.test_tree import layout

pytestmark = pytest.mark.django_db

STEPS = ["numbered", "tiles", "checkpoint", "row"]


class Crash(BaseException):
    """Stands for a kill: nothing in the product may catch it."""


def tiles_on_disk(home: Path) -> dict[str, int]:
    folder = home / "log"
    return {
        str(path.relative_to(folder)): path.stat().st_size // 32
        for path in (folder / "tile").rglob("*")
        if path.is_file() and "entries" not in path.parts
    }


def test_an_event_becomes_a_leaf_with_everything_in_its_place(log) -> None:
    stream = uuid.uuid4()
    tag, salt = actions.new_tag(stream)
    made = actions.prepare(
        stream=stream,
        seq=3,
        tag=tag,
        kind="answered",
        at=log.now,
        actor={"role": "handler", "office": "roads"},
        body={"promised": True},
        pub={"office": "roads"},
        private={"reply": "明天修".encode()},
    )
    leaf = canonical.decode(made.entry.leaf)
    assert sorted(leaf) == ["at", "c", "case", "kind", "n", "prev_cp", "pub", "seq", "v"]
    assert (leaf["v"], leaf["kind"], leaf["seq"], leaf["pub"]) == (1, "answered", 3, {"office": "roads"})
    assert leaf["at"] == "2026-03-02T09:00:00.000000Z"
    assert leaf["prev_cp"] == tree.EMPTY_ROOT.hex()
    assert len(leaf["n"]) == 32
    assert leaf["case"] == tag == actions.tag_of(stream, salt)
    assert commitments.matches(leaf["c"]["reply"], "reply", "明天修".encode(), made.salts["reply"])
    for opening in queries.openings(made.entry):
        assert leaf["c"][opening.label] == opening.commitment
    assert made.entry.leaf_hash == tree.leaf_hash(made.entry.leaf.encode())
    assert made.entry.pk is None
    assert set(made.salts) == {"reply"}


def test_nothing_private_can_be_read_out_of_a_leaf(log) -> None:
    entry = log.event(private={"text": b"13800000000"}, body={"note": "inside"}, actor={"role": "caller", "staff": 7})
    assert "13800000000" not in entry.leaf
    assert "inside" not in entry.leaf
    assert "caller" not in entry.leaf
    assert str(entry.stream) not in entry.leaf


@pytest.mark.parametrize(
    "wrong",
    [
        {"private": {"body": b""}},
        {"private": {"actor": b""}},
        {"private": {"case": b""}},
        {"pub": {"x": 1.5}},
        {"body": {"x": "\x00"}},
        {"pub": {"x": "a" * 65_536}},
    ],
)
def test_an_event_that_could_not_be_proven_later_is_refused_now(log, wrong) -> None:
    with pytest.raises(ValueError):
        log.event(**wrong)


def test_preparing_asks_the_database_at_most_once_in_a_while(log, django_assert_num_queries) -> None:
    actions.forget_cache()
    with django_assert_num_queries(1):
        for _ in range(20):
            log.event()


def test_the_first_seal_publishes_an_empty_log_and_keys_only_the_owner_can_read(log, home: Path) -> None:
    sealed = log.seal()
    assert sealed is not None
    assert (sealed.size, sealed.root) == (0, tree.EMPTY_ROOT)
    secrets = list((home / "keys" / "log").iterdir())
    assert len(secrets) == 2
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secrets)
    assert notes.open_head((home / "log" / "checkpoint").read_text(), [notes.Key.parse(queries.status().key)]).time


def test_the_files_of_a_log_are_exactly_those_of_the_specification(log, home: Path) -> None:
    expected: set[str] = set()
    total = 0
    for step in (255, 1, 1, 300, 211):
        log.add(step, every=0.1)
        sealed = log.seal()
        total += step
        assert sealed is not None
        assert (sealed.new, sealed.size, sealed.more) == (step, total, False)
        expected = {path for path in expected if ".p/" in path} | set(layout(total))
    full = {path for path in layout(total) if ".p/" not in path}
    expected = {path for path in expected if path.split(".p/")[0] not in full} | full
    assert set(tiles_on_disk(home)) == expected
    assert all(
        width == int(path.split(".p/")[1]) if ".p/" in path else width == 256
        for path, width in tiles_on_disk(home).items()
    )
    leaves = [entry.leaf.encode() for entry in queries.iterate()]
    bundle = (home / "log" / "tile" / "entries" / "002").read_bytes()
    assert bundle == b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves[512:768])
    assert audit.verify(log.now).clean


def test_rows_are_numbered_by_absence_of_a_number_not_by_a_last_id(log) -> None:
    early = log.event()
    log.add(3)
    log.seal()
    early.id = 0  # a slow transaction: its id is smaller than all that were sealed before it committed
    early.save(force_insert=True)
    sealed = log.seal()
    assert sealed is not None
    assert sealed.new == 1
    assert Entry.objects.get(id=0).idx == 3


def test_every_event_gets_a_proof_that_verifies_and_unsealed_ones_none(log) -> None:
    log.add(300, every=0.1)
    log.seal()
    fresh = log.event()
    fresh.save()
    key = notes.Key.parse(queries.status().key)
    for entry in Entry.objects.exclude(id=fresh.id)[::37]:
        text = queries.proof(entry.id)
        assert text is not None
        assert proofs.verify(proofs.parse(text), entry.leaf.encode(), [key], "voices.example/log").head.size == 300
    assert queries.proof(fresh.id) is None
    assert queries.proof(10**9) is None


def test_a_leaf_names_the_checkpoint_it_came_after(log) -> None:
    log.add(1)
    sealed = log.seal()
    assert sealed is not None
    assert canonical.decode(log.event().leaf)["prev_cp"] == sealed.root.hex()


def test_nothing_is_signed_twice_until_the_heartbeat(log) -> None:
    log.add(1)
    assert log.seal() is not None
    log.later(seconds=299)
    assert log.seal() is None
    log.later(seconds=2)
    again = log.seal()
    assert again is not None
    assert (again.new, again.size) == (0, 1)
    assert audit.verify(log.now).clean


def test_a_long_backlog_is_published_in_several_steps(log, monkeypatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 100)
    log.add(250, every=0.1)
    sizes = []
    while True:
        sealed = log.seal()
        assert sealed is not None
        sizes.append(sealed.size)
        if not sealed.more:
            break
    assert sizes == [100, 200, 250]
    assert audit.verify(log.now).clean


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("before", [0, 40, 256])
def test_a_kill_at_any_step_is_repaired_by_the_next_seal(log, home: Path, monkeypatch, step: str, before: int) -> None:
    if before:
        log.add(before, every=0.1)
        log.seal()
    log.add(300, every=0.1)

    def crash(reached: str) -> None:
        if reached == step:
            raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "reached", crash)
        with pytest.raises(Crash):
            log.seal()
    published = files.here().checkpoint()
    log.later(seconds=1)
    log.add(5, every=0.1)
    sealed = log.seal()
    assert sealed is not None
    assert sealed.size == before + 305
    if published:  # whoever kept the note that was out at the moment of the crash can follow from it
        old = notes.Head.parse(notes.split(published)[0])
        if old.size:
            path = tree.Tiles(files.here().hashes).consistency(old.size, sealed.size)
            tree.verify_consistency(old.size, sealed.size, path, old.root, sealed.root)
            assert Checkpoint.objects.filter(size=old.size, note=published).exists()
    assert audit.verify(log.now).clean


def test_a_kill_while_files_are_written_leaves_nothing_half_written(log, home: Path, monkeypatch) -> None:
    log.add(300, every=0.1)
    flushed = files.flush
    count = 0

    def crash(path: Path) -> None:
        nonlocal count
        count += 1
        if count == 5:
            raise Crash
        flushed(path)

    with monkeypatch.context() as patched:
        patched.setattr(files, "flush", crash)
        with pytest.raises(Crash):
            log.seal()
    assert files.here().checkpoint() is None
    log.seal()
    assert audit.verify(log.now).clean


def test_lost_files_are_made_anew_from_the_database(log, home: Path) -> None:
    import shutil

    log.add(600, every=0.1)
    log.seal()
    before = tiles_on_disk(home)
    shutil.rmtree(home / "log")
    log.later(seconds=1)
    log.seal()
    assert tiles_on_disk(home) == before
    assert audit.verify(log.now).clean


def test_a_seal_is_refused_when_the_clock_went_back_and_says_so_until_it_is_right(log) -> None:
    log.add(1)
    log.seal()
    log.add(1)
    log.later(hours=-2)
    with pytest.raises(actions.SealRefused) as refused:
        log.seal()
    assert refused.value.code == "clock_went_back"
    refusal = queries.status().refusal
    assert refusal is not None
    assert refusal["code"] == "clock_went_back"
    log.later(hours=3)
    assert log.seal() is not None
    assert queries.status().refusal is None


def test_a_seal_is_refused_when_the_key_is_gone(log, home: Path) -> None:
    import shutil

    log.add(1)
    log.seal()
    shutil.rmtree(home / "keys")
    log.add(1)
    with pytest.raises(actions.SealRefused, match="key_missing"):
        log.seal()


def test_a_seal_is_refused_when_the_published_checkpoint_is_not_ours(log, home: Path) -> None:
    log.add(1)
    log.seal()
    stranger = notes.Signer("voices.example/log", bytes([7]) * 32)
    note = notes.sign_head(notes.Head("voices.example/log", 9, bytes(32)), int(log.now.timestamp()), [stranger])
    (home / "log" / "checkpoint").write_text(note)
    log.add(1)
    with pytest.raises(actions.SealRefused, match="foreign_checkpoint"):
        log.seal()


def test_a_leaf_altered_before_it_was_sealed_is_refused(log) -> None:
    log.add(3)
    entry = Entry.objects.order_by("id")[1]
    Entry.objects.filter(id=entry.id).update(leaf=entry.leaf.replace("noise", "peace"))
    with pytest.raises(actions.SealRefused, match="leaf_altered"):
        log.seal()


def test_changing_the_key_hands_over_in_the_open(log, home: Path) -> None:
    log.add(5)
    log.seal()
    old = notes.Key.parse(queries.status().key)
    sealed = actions.rotate_key(log.later(seconds=5))
    new = notes.Key.parse(queries.status().key)
    assert new != old
    assert notes.open_head(sealed.note, [old]).head == notes.open_head(sealed.note, [new]).head
    announced = Entry.objects.get(kind="log_key_rotated")
    assert announced.idx == sealed.size - 1
    assert canonical.decode(announced.leaf)["pub"] == {
        "old": old.text,
        "new": new.text,
        "trusted": [new.text, old.text],
    }
    assert not (home / "keys" / "log" / f"{old.id.hex()}.key").exists()
    log.add(5)
    after = log.seal()
    assert after is not None
    with pytest.raises(notes.NoteError):
        notes.open_head(after.note, [old])
    actions.rotate_key(log.later(seconds=5))
    assert len(queries.status().keys) == 3
    assert audit.verify(log.now).clean


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_while_the_key_changes_is_repaired_by_doing_it_again(log, monkeypatch, step: str) -> None:
    log.add(5)
    log.seal()
    log.later(seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(sealing, "reached", lambda reached: (_ for _ in ()).throw(Crash) if reached == step else None)
        with pytest.raises(Crash):
            actions.rotate_key(log.now)
    log.later(seconds=1)
    log.add(1)
    log.seal()
    assert len(queries.status().keys) == 2
    assert Entry.objects.filter(kind="log_key_rotated").count() == 1
    log.later(seconds=1)
    log.add(1)
    sealed = log.seal()
    assert sealed is not None
    assert notes.open_head(sealed.note, [notes.Key.parse(queries.status().key)]).head.size == 8
    assert audit.verify(log.now).clean


def test_two_thousand_events_are_sealed_well_within_two_seconds(log) -> None:
    log.add(2_000, every=0.001)
    log.later(seconds=1)
    began = time.process_time()
    sealed = log.seal()
    assert sealed is not None
    assert sealed.new == 2_000
    # Processor time, a tenth of what is measured usually on two busy cores; the promise itself is wall time.
    assert time.process_time() - began < 2


def test_two_sealers_of_one_database_wait_for_each_other(log, django_assert_num_queries) -> None:
    if connection.vendor != "postgresql":  # one machine, one file lock: the database is not asked
        with django_assert_num_queries(0), sealing._database_lock():
            pass
        return
    other = connection.copy()
    question = "SELECT pg_try_advisory_lock(%s), pg_advisory_unlock(%s)"
    key = sealing._ADVISORY_LOCK
    try:
        with sealing._database_lock(), other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            assert cursor.fetchone() == (False,)
        with other.cursor() as cursor:
            cursor.execute(question, [key, key])
            assert cursor.fetchone() == (True, True)
    finally:
        other.close()


def test_the_lock_of_the_folder_is_held_while_sealing(log, home: Path) -> None:
    with files.here().locked(), (home / "log" / "lock").open("a") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
