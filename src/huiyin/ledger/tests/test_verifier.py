"""The offline verifier as people run it: a file of its own, in a process of its own."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from huiyin.ledger import actions, archive, canonical, files, queries, receipts, tree
from huiyin.ledger import verifier as offline
from huiyin.ledger.models import Checkpoint, Entry

pytestmark = pytest.mark.django_db
PROGRAM = Path(offline.__file__)


def run(*arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        offline.main([str(argument) for argument in arguments])
    return int(left.value.code or 0), ""


@pytest.fixture
def receipt(log, home: Path):
    """A resident's receipt, sealed among 300 events."""
    log.add(150, every=0.1)
    entry = log.event(private={"text": "路灯坏了".encode(), "photo": b"\xff\xd8"})
    salts, _ = log._private
    entry.save()
    log.add(149, every=0.1)
    log.seal()
    stream = entry.stream
    tag, salt, _ = log.streams[stream]
    assert tag == canonical.decode(entry.leaf)["case"]
    from huiyin.ledger.commitments import Opening

    return receipts.build(
        entry,
        [
            Opening("text", "路灯坏了".encode(), salts["text"]),
            Opening("photo", b"\xff\xd8", salts["photo"]),
            queries.case_opening(stream, salt),
            *queries.openings(entry),
        ],
        number="H-2026-0042",
    )


def write(home: Path, name: str, data: object) -> Path:
    path = home / name
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        path.write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def tar(home: Path, change: dict[str, bytes | None] | None = None) -> Path:
    """The archive, with some members replaced or (None) left out."""
    data = b"".join(archive.stream())
    if change:
        out = io.BytesIO()
        with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=out, mode="w") as new:
            for member in old.getmembers():
                handle = old.extractfile(member)
                assert handle is not None
                content = change.get(member.name, handle.read())
                if content is not None:
                    member.size = len(content)
                    new.addfile(member, io.BytesIO(content))
        data = out.getvalue()
    return write(home, "log.tar", data)


def test_the_program_stands_alone() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(PROGRAM.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_genuine_receipt_is_accepted_by_a_program_that_knows_nothing_else(receipt, home: Path) -> None:
    write(home, "verifier.py", PROGRAM.read_bytes())
    path = write(home, "receipt.json", receipt)
    done = subprocess.run(
        [sys.executable, "-I", "verifier.py", str(path), "--key", receipt["key"]],
        cwd=home,
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    words = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "H-2026-0042 属实" in words
    assert "Receipt H-2026-0042 is genuine" in words
    assert "150" in words


def test_one_language_can_be_asked_for(receipt, home: Path, capsys) -> None:
    run(write(home, "r.json", receipt), "--key", receipt["key"], "--language", "en")
    assert "属实" not in capsys.readouterr().out


def altered(receipt: dict, part: str) -> dict:
    new = json.loads(json.dumps(receipt))
    other = queries.proof(Entry.objects.get(idx=3).id)
    if part == "value":
        new["openings"][0]["text"] = "路灯没坏"
    elif part == "salt":
        new["openings"][0]["salt"] = "00" * 32
    elif part == "label":
        new["openings"][0]["label"] = "photo"
    elif part == "new label":
        new["openings"][0]["label"] = "phone"
    elif part == "leaf":
        new["leaf"] = new["leaf"].replace("noise", "peace")
    elif part == "other leaf":
        new["leaf"], new["openings"] = Entry.objects.get(idx=3).leaf, []
    elif part == "other proof":
        new["proof"] = other
    elif part == "index":
        new["proof"] = new["proof"].replace("index 150", "index 151")
    elif part == "path":
        lines = new["proof"].split("\n")
        lines[2], lines[3] = lines[3], lines[2]
        new["proof"] = "\n".join(lines)
    elif part == "short path":
        lines = new["proof"].split("\n")
        new["proof"] = "\n".join(lines[:2] + lines[3:])
    elif part == "size":
        new["proof"] = new["proof"].replace("\n300\n", "\n301\n")
    elif part == "log":
        new["log"] = "other.example/log"
    return new


@pytest.mark.parametrize(
    "part",
    [
        "value",
        "salt",
        "label",
        "new label",
        "leaf",
        "other leaf",
        "other proof",
        "index",
        "path",
        "short path",
        "size",
        "log",
    ],
)
def test_a_receipt_with_any_part_changed_is_refused(receipt, home: Path, part: str) -> None:
    changed = altered(receipt, part)
    assert changed != receipt
    assert run(write(home, "r.json", changed), "--key", receipt["key"])[0] == 1


def test_a_receipt_is_refused_with_another_key_and_unreadable_input_is_its_own_answer(receipt, home: Path) -> None:
    from huiyin.ledger import notes

    stranger = notes.Signer("voices.example/log", bytes(32)).key.text
    path = write(home, "r.json", receipt)
    assert run(path, "--key", stranger)[0] == 1
    assert run(path, "--key", "nonsense")[0] == 2
    assert run(write(home, "bad.json", "[1]"), "--key", receipt["key"])[0] == 2
    assert run(write(home, "bad.json", "{"), "--key", receipt["key"])[0] == 2
    assert run(home / "absent.json", "--key", receipt["key"])[0] == 2


def test_a_receipt_before_sealing_says_come_back(log, home: Path) -> None:
    log.seal()
    entry = log.event()
    entry.save()
    unsealed = receipts.build(entry, queries.openings(entry), number="1")
    assert unsealed["proof"] == ""
    assert run(write(home, "r.json", unsealed), "--key", unsealed["key"])[0] == 3


def test_the_whole_log_is_verified_from_its_archive(receipt, log, home: Path) -> None:
    kept = files.here().checkpoint()
    assert kept is not None
    log.later(seconds=400)
    log.add(400, every=0.1)
    log.seal()
    keys = home / "log" / "keys"
    path = write(home, "r.json", receipt)
    assert run(path, "--key", keys, "--archive", tar(home), "--checkpoint", write(home, "kept", kept))[0] == 0
    assert run("--key", keys, "--archive", tar(home))[0] == 0


def test_a_log_is_followed_over_changes_of_its_key_from_the_first_key_and_from_the_last(log, home: Path) -> None:
    log.add(5)
    log.seal()
    first = queries.status().key
    for _ in range(2):
        actions.rotate_key(log.later(seconds=30))
        log.add(5)
        log.seal()
    path = tar(home)
    for key in queries.status().keys:
        assert run("--key", key, "--archive", path)[0] == 0
    assert queries.status().keys[-1] == first
    # Without the checkpoint both keys signed there is no way from one to the other.
    notes_of = {row.size: row.note for row in Checkpoint.objects.all() if row.note.count("\n\u2014") != 4}
    lines = "".join(json.dumps(note) + "\n" for note in notes_of.values()).encode()
    assert run("--key", first, "--archive", tar(home, {"checkpoints/000000.jsonl": lines}))[0] == 1


@pytest.mark.parametrize(
    "attack", ["rewrite", "swap", "delete", "truncate", "tile", "missing", "checkpoint", "time", "lost checkpoint"]
)
def test_an_archive_with_any_part_changed_is_refused(log, home: Path, attack: str) -> None:
    log.add(300, every=0.1)
    log.seal()
    log.later(seconds=400)
    log.add(10)
    log.seal()
    key = queries.status().key
    assert run("--key", key, "--archive", tar(home))[0] == 0
    name = "tile/entries/000"
    bundle = (home / "log" / name).read_bytes()
    leaves = [entry.leaf.encode() for entry in queries.iterate()][:256]

    def bound(parts: list[bytes]) -> bytes:
        return b"".join(len(part).to_bytes(2, "big") + part for part in parts)

    assert bound(leaves) == bundle
    notes_lines = [json.dumps(note) for note in Checkpoint.objects.order_by("size").values_list("note", flat=True)]
    changes: dict[str, dict[str, bytes | None]] = {
        "rewrite": {name: bundle.replace(b"noise", b"peace", 1)},
        "swap": {name: bound([leaves[1], leaves[0], *leaves[2:]])},
        "delete": {name: bound(leaves[:-1])},
        "truncate": {"checkpoint": json.loads(notes_lines[0]).encode()},
        "tile": {"tile/0/000": bytes(8192)},
        "missing": {name: None},
        "checkpoint": {"checkpoints/000000.jsonl": "\n".join(notes_lines).replace("310", "311").encode()},
        "time": {"checkpoints/000000.jsonl": "\n".join(reversed(notes_lines)).encode()},
        "lost checkpoint": {"checkpoints/000000.jsonl": notes_lines[0].encode()},
    }
    assert run("--key", key, "--archive", tar(home, changes[attack]))[0] == 1


def test_a_back_dated_event_in_the_archive_is_refused(log, home: Path, capsys) -> None:
    log.add(3)
    log.seal()
    log.event(at=log.now.replace(year=2025)).save()
    log.later(seconds=5)
    log.seal()
    assert run("--key", queries.status().key, "--archive", tar(home))[0] == 1
    assert "2025-03-02" in capsys.readouterr().out


def test_a_checkpoint_somebody_kept_convicts_a_log_that_forgot(log, home: Path) -> None:
    log.add(20)
    log.seal()
    kept = write(home, "kept", files.here().checkpoint() or "")
    key = queries.status().key
    last = Entry.objects.get(idx=19)
    Entry.objects.filter(idx=19).delete()
    Checkpoint.objects.all().delete()
    (home / "log" / "checkpoint").unlink()
    log.seal()
    assert run("--key", key, "--archive", tar(home), "--checkpoint", kept)[0] == 1  # shorter than what was kept
    log.add(5)
    log.later(seconds=1)
    log.seal()
    assert run("--key", key, "--archive", tar(home), "--checkpoint", kept)[0] == 1  # as long, but another past
    assert last.idx == 19


def test_two_checkpoints_of_one_size_can_be_compared_without_the_archive(receipt, log, home: Path) -> None:
    path = write(home, "r.json", receipt)
    kept = write(home, "kept", files.here().checkpoint() or "")
    assert run(path, "--key", receipt["key"], "--checkpoint", kept)[0] == 0
    log.later(seconds=5)
    log.add(1)
    log.seal()
    newer = write(home, "newer", files.here().checkpoint() or "")
    assert run(path, "--key", receipt["key"], "--checkpoint", newer)[0] == 2


def test_the_verifier_and_the_product_agree_on_roots_of_many_sizes() -> None:
    growing, edge = offline.Growing(), tree.Edge()
    for size in range(1, 700):
        value = tree.leaf_hash(size.to_bytes(2, "big"))
        growing.add(value)
        list(edge.extend([value]))
        assert growing.root() == edge.root()
    assert offline.tile_name(1234067, 12) == tree.tile_number(1234067) + ".p/12"
