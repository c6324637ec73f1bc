"""The adversary: somebody who may write to the database, and to the files, but does not have the signing key."""

from __future__ import annotations

import json
import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from huiyin.ledger import actions, audit, canonical, commitments, events, files, queries, tree
from huiyin.ledger.models import Checkpoint, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shelf() -> dict[str, object]:
    """Keeps the city once it is built: its rows and a copy of its folder."""
    return {}


@pytest.fixture
def city(log, filled, home: Path, shelf, tmp_path_factory):
    """2,000 events under ten checkpoints, all of them in order."""
    if not shelf:
        filled(2_000)
        assert audit.verify(log.now).clean
        shelf.update(entries=list(Entry.objects.all()), checkpoints=list(Checkpoint.objects.all()), now=log.now)
        shelf["home"] = shutil.copytree(home, tmp_path_factory.mktemp("city") / "home")
        return log
    Entry.objects.bulk_create(shelf["entries"], batch_size=500)
    Checkpoint.objects.bulk_create(shelf["checkpoints"])
    shutil.copytree(shelf["home"], home, dirs_exist_ok=True)
    log.now = shelf["now"]
    return log


def found(log) -> set[str]:
    return audit.verify(log.now).codes


def rewritten(entry: Entry, **changes: object) -> tuple[str, bytes]:
    leaf = canonical.encode({**canonical.decode(entry.leaf), **changes})
    return leaf.decode(), tree.leaf_hash(leaf)


def test_every_change_of_a_row_is_caught_and_the_row_is_named(city) -> None:
    attacks = [
        ({"body": {"category": "peace"}}, "facts_differ"),
        ({"actor": {"role": "handler"}}, "facts_differ"),
        ({"body_salt": bytes(32)}, "facts_differ"),
        ({"kind": "closed"}, "row_differs"),
        ({"at": F("at") + timedelta(microseconds=1)}, "row_differs"),
        ({"at": F("at") - timedelta(days=3)}, "row_differs"),
    ]
    places = [0, 255, 256, 1_999, *random.Random(4).sample(range(300, 1_900), 56)]
    expected = set()
    for number, idx in enumerate(places):  # such a change leaves the tree as it is, so many fit into one audit
        change, code = attacks[number % len(attacks)]
        entry = Entry.objects.get(idx=idx)
        if "at" in change:
            change = {"at": entry.at + (timedelta(microseconds=1) if number % 2 else -timedelta(days=3))}
        Entry.objects.filter(idx=idx).update(**change)
        expected.add((code, idx))
    report = audit.verify(city.now)
    assert {(f.code, f.idx) for f in report.findings if f.code != "too_early"} == expected


@pytest.mark.parametrize("idx", [0, 256, 1_998, 1_999])
def test_a_row_rewritten_together_with_its_hash_is_caught_by_the_root(city, idx: int) -> None:
    entry = Entry.objects.get(idx=idx)
    promised = events.facts_commitments(bytes(entry.body_salt), actor=entry.actor, body={"category": "x"})
    leaf, digest = rewritten(entry, c={**canonical.decode(entry.leaf)["c"], **promised})
    Entry.objects.filter(id=entry.id).update(body={"category": "x"}, leaf=leaf, leaf_hash=digest)
    assert found(city) == {"checkpoint_root", "tile", "bundle"}


@pytest.mark.parametrize("code", ["leaf_hash", "leaf_form"])
def test_a_leaf_that_was_changed_alone_is_caught(city, code: str) -> None:
    entry = Entry.objects.get(idx=1_234)
    leaf = rewritten(entry, pub={})[0] if code == "leaf_hash" else entry.leaf.replace(",", ", ", 1)
    Entry.objects.filter(id=entry.id).update(leaf=leaf)
    report = audit.verify(city.now)
    assert (code, 1_234) in {(finding.code, finding.idx) for finding in report.findings}


def test_a_deleted_event_is_missed(city) -> None:
    Entry.objects.filter(idx=777).delete()
    report = audit.verify(city.now)
    assert [(finding.code, finding.idx) for finding in report.findings if finding.code == "gap"] == [("gap", 777)]
    # The published hashes fill the hole, so the report points at the one event and not at everything after it.
    assert report.codes == {"gap", "bundle"}


def test_a_deleted_event_is_missed_even_when_the_rest_is_numbered_anew(city) -> None:
    Entry.objects.filter(idx=777).delete()
    for entry in Entry.objects.filter(idx__gt=777).order_by("idx"):
        Entry.objects.filter(id=entry.id).update(idx=F("idx") - 1)
    assert {"checkpoint_root", "checkpoint_beyond", "tile", "bundle"} <= found(city)


def test_an_inserted_event_is_caught(city) -> None:
    Entry.objects.filter(idx=500).update(idx=None)
    city.event(at=Entry.objects.get(idx=499).at).save()
    Entry.objects.filter(id=Entry.objects.order_by("-id")[0].id).update(idx=500)
    assert {"checkpoint_root", "tile", "bundle"} <= found(city)


def test_two_events_that_changed_places_are_caught(city) -> None:
    Entry.objects.filter(idx=10).update(idx=None)
    Entry.objects.filter(idx=11).update(idx=10)
    Entry.objects.filter(idx=None).update(idx=11)
    assert {"checkpoint_root", "tile", "bundle"} <= found(city)


def test_a_truncated_log_is_caught_and_signs_nothing_more(city) -> None:
    Entry.objects.filter(idx__gte=1_990).delete()
    assert "checkpoint_beyond" in found(city)
    city.add(1)
    with pytest.raises(actions.SealRefused, match="database_smaller"):
        city.seal()


def test_a_truncated_log_with_truncated_checkpoints_still_signs_nothing(city) -> None:
    Entry.objects.filter(idx__gte=1_800).delete()
    Checkpoint.objects.filter(size__gt=1_800).delete()
    assert "checkpoint_file" in found(city)
    city.add(1)
    with pytest.raises(actions.SealRefused, match="database_smaller"):
        city.seal()


def test_an_old_backup_that_grew_again_signs_nothing(city) -> None:
    Entry.objects.filter(idx__gte=1_800).delete()
    Checkpoint.objects.filter(size__gt=1_800).delete()
    city.add(200)
    for place, entry in enumerate(Entry.objects.filter(idx=None).order_by("id"), start=1_800):
        Entry.objects.filter(id=entry.id).update(idx=place)
    city.add(1)
    with pytest.raises(actions.SealRefused, match="root_differs"):
        city.seal()
    assert {"checkpoint_file", "tile"} & found(city)


def test_an_old_backup_restored_together_with_its_files_is_caught_by_a_kept_checkpoint(city, home: Path) -> None:
    kept = files.here().checkpoint()
    assert kept is not None
    Entry.objects.filter(idx__gte=1_800).delete()
    Checkpoint.objects.filter(size__gt=1_800).delete()
    shutil.rmtree(home / "log")
    city.add(250)
    city.seal()
    assert audit.verify(city.now).clean  # from inside there is nothing to see …
    old = tree.Tiles(files.here().hashes)
    from huiyin.ledger import notes

    head = notes.Head.parse(notes.split(kept)[0])
    with pytest.raises(tree.ProofError):  # … but whoever kept a checkpoint has the proof
        tree.verify_consistency(head.size, 2_050, old.consistency(head.size, 2_050), head.root, old.root(2_050))


@pytest.mark.parametrize("back", [timedelta(minutes=15), timedelta(days=3)])
def test_a_back_dated_event_is_flagged(city, back: timedelta) -> None:
    city.event(at=city.now - back).save()
    city.later(seconds=1)
    city.seal()
    report = audit.verify(city.now)
    assert [(finding.code, finding.idx) for finding in report.findings] == [("too_early", 2_000)]


def test_a_post_dated_event_is_flagged(city) -> None:
    city.event(at=city.now + timedelta(minutes=15)).save()
    city.later(seconds=1)
    city.seal()
    assert found(city) == {"too_late"}


def test_events_made_under_a_clock_set_back_are_flagged_and_not_signed_under_it(city) -> None:
    right = city.now
    city.later(days=-2)
    city.add(30)
    with pytest.raises(actions.SealRefused, match="clock_went_back"):
        city.seal()
    city.now = right + timedelta(minutes=1)
    city.seal()
    report = audit.verify(city.now)
    assert [finding.idx for finding in report.findings] == list(range(2_000, 2_030))
    assert report.codes == {"too_early"}


def test_an_event_that_claims_to_know_a_later_checkpoint_is_caught(log) -> None:
    log.add(10)
    log.seal()
    entry = log.event()
    leaf, digest = rewritten(entry, prev_cp="ab" * 32)
    entry.leaf, entry.leaf_hash = leaf, digest
    entry.save()
    log.seal()
    assert found(log) == {"prev_cp"}


def test_an_event_moved_to_another_case_is_caught(log) -> None:
    import uuid

    first, second = uuid.uuid4(), uuid.uuid4()
    for stream in (first, first, second, second):
        log.event(stream=stream).save()
    log.seal()
    Entry.objects.filter(stream=second, seq=2).update(stream=first, seq=3)
    entry = Entry.objects.get(stream=first, seq=3)
    leaf, digest = rewritten(entry, seq=3)
    Entry.objects.filter(id=entry.id).update(leaf=leaf, leaf_hash=digest)
    assert {"stream_tag", "checkpoint_root"} <= found(log)
    Entry.objects.filter(id=entry.id).update(seq=5)
    assert "stream_gap" in found(log)


def test_a_checkpoint_that_was_edited_is_caught(city) -> None:
    row = Checkpoint.objects.get(size=1_000)
    for change in (
        {"note": row.note.replace("1000", "1001")},
        {"size": 999},
        {"root": bytes(32)},
        {"at": row.at - timedelta(days=1)},
        {"note": Checkpoint.objects.get(size=800).note},
    ):
        Checkpoint.objects.filter(id=row.id).update(**change)
        assert "checkpoint_signature" in found(city), change
        row.save()
    assert audit.verify(city.now).clean


def test_a_published_file_that_was_changed_or_lost_is_caught(city, home: Path) -> None:
    attacks = {
        "tile/0/003": "tile",
        "tile/1/000.p/7": "tile",
        "tile/0/007.p/208": "tile",
        "tile/entries/002": "bundle",
        "tile/entries/007.p/208": "bundle",
        "checkpoint": "checkpoint_file",
    }
    for path, code in attacks.items():
        file = home / "log" / path
        data = file.read_bytes()
        file.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
        assert found(city) == {code}, path
        file.unlink()
        assert found(city) == {code}, path
        file.write_bytes(data)
    assert audit.verify(city.now).clean


def openings_of(log, count: int) -> list[tuple[int, str, bytes, bytes]]:
    rows = []
    for number in range(count):
        value = f"words {number}".encode()
        entry = log.event(private={"text": value, "phone": b"1"})
        entry.save()
        salts, _ = log._private
        rows += [(entry.id, "phone", b"1", salts["phone"]), (entry.id, "text", value, salts["text"])]
        log.later(seconds=1)
    log.seal()
    return rows


def test_private_fields_are_checked_against_what_was_promised(log) -> None:
    rows = openings_of(log, 30)
    assert audit.verify(log.now, openings=rows).clean
    entry, label, _, salt = rows[7]
    changed = [*rows]
    changed[7] = (entry, label, b"other words", salt)
    report = audit.verify(log.now, openings=changed)
    assert [(f.code, f.entry, f.detail) for f in report.findings] == [("opening_wrong", entry, label)]
    added = [*rows, (entry + 1_000, "text", b"x", salt)]
    assert audit.verify(log.now, openings=added).codes == {"opening_unknown"}


def test_a_missing_field_is_in_order_only_when_its_erasure_is_recorded(log) -> None:
    rows = openings_of(log, 10)
    gone = Entry.objects.get(id=rows[6][0])
    left = [row for row in rows if row[0] != gone.id]
    assert audit.verify(log.now, openings=left).codes == {"opening_missing"}
    log.event(
        kind="erased", stream=gone.stream, body={"labels": ["text", "phone"], "ground": "asked"}, private={}
    ).save()
    log.later(seconds=1)
    log.seal()
    assert audit.verify(log.now, openings=left).clean
    # With another case's erasure it is not.
    other = {(Entry.objects.get(id=rows[0][0]).stream, "text"), (Entry.objects.get(id=rows[0][0]).stream, "phone")}
    assert "opening_missing" in audit.verify(log.now, openings=left, erased=other).codes
    # And one that came back with an old backup is not either.
    assert audit.verify(log.now, openings=rows).codes == {"opening_erased"}
    assert audit.verify(log.now, openings=left, erased={(gone.stream, "1/text"), (gone.stream, "1/phone")}).clean


def test_a_thousand_erased_fields_leave_every_proof_valid(log) -> None:
    from huiyin.ledger import notes, proofs

    rows = openings_of(log, 500)
    for entry in list(Entry.objects.all()):
        log.event(kind="erased", stream=entry.stream, body={"labels": ["text", "phone"]}, private={}).save()
    log.later(seconds=1)
    log.seal()
    assert audit.verify(log.now, openings=[]).clean
    key = notes.Key.parse(queries.status().key)
    for entry_id in {row[0] for row in rows[::100]}:
        text = queries.proof(entry_id)
        assert text is not None
        proofs.verify(proofs.parse(text), Entry.objects.get(id=entry_id).leaf.encode(), [key])


def test_the_audit_reads_the_log_in_pages(log, django_assert_max_num_queries) -> None:
    log.add(300, every=0.1)
    log.seal()
    with django_assert_max_num_queries(12):
        assert audit.verify(log.now).clean


def test_the_report_speaks(city) -> None:
    Entry.objects.filter(idx=3).update(kind="closed")
    report = audit.verify(city.now)
    assert "1" in report.summary()
    assert all(finding.words for finding in report.findings)
    assert set(audit.WORDS) >= report.codes
    assert json.dumps([finding.words for finding in report.findings])
    assert connection.vendor in ("sqlite", "postgresql")
    assert {"body", "actor", "case"} == commitments.RESERVED
