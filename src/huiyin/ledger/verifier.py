#!/usr/bin/env python3
"""Check a receipt, or the whole public log, without the network and without trusting the office that issued it.

    python verifier.py receipt.json --key KEY
    python verifier.py receipt.json --key KEY --checkpoint FILE     also: is this the log whose checkpoint I kept?
    python verifier.py --archive log.tar --key KEY [--checkpoint FILE]

One file; needs Python 3.9 or newer and the package `cryptography`. KEY is the log's key (one line), or a file of keys.
Get it from somewhere else than the receipt: a notice board, a newspaper, a neighbour. Exit code: 0 all in order,
1 something is wrong, 2 could not be checked, 3 the receipt is real as far as it goes but not sealed yet.

This is written anew on purpose and shares no code with the product: two programs that agree say more than one.
核对回执或整份公开日志，不用联网，也不用相信发回执的单位。本文件与产品的程序各写各的，互不共用。
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
import tarfile
from datetime import datetime, timezone
from typing import Any, Iterator, NoReturn  # noqa: UP035 - runs on old Pythons too

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("Please install the package first / 请先安装: pip install cryptography")

MMD = 600  # seconds by which an event's time may lie outside its checkpoints'
EMPTY = hashlib.sha256(b"").digest()

WORDS = {
    "bad_receipt": ("这不是一份回执文件。", "This file is not a receipt."),
    "bad_key": ("钥匙的写法不对。", "That is not a key."),
    "no_keys": ("没有可用的钥匙，无法核对。", "There is no key to check with."),
    "opening": ("“{}”和登记时的内容不一样。", '"{}" is not what was recorded.'),
    "opening_ok": ("“{}”和登记时的内容一致。", '"{}" is exactly what was recorded.'),
    "unknown_field": ("登记的内容里没有“{}”这一项。", 'What was recorded has no field "{}".'),
    "leaf": ("回执里的登记内容格式不对。", "The record in the receipt is malformed."),
    "proof": ("证明不成立：{}", "The proof does not hold: {}"),
    "note": ("检查点不可信：{}", "The checkpoint cannot be trusted: {}"),
    "pending": (
        "还没有封存进日志，请过几分钟再取一次回执。",
        "Not sealed into the log yet. Fetch the receipt again in a few minutes.",
    ),
    "time": (
        "登记时间 {} 与检查点时间 {} 相差太远。",
        "The time recorded ({}) does not fit the checkpoint's time ({}).",
    ),
    "receipt_ok": (
        "回执 {} 属实：登记于 {}（世界时），是日志的第 {} 条，检查点签于 {}。",
        "Receipt {} is genuine: recorded at {} (UTC), entry {} of the log, checkpoint signed {}.",
    ),
    "other_log": ("这是另一份日志：{}", "This is another log: {}"),
    "kept": ("您保存的检查点与这份日志相符。", "The checkpoint you kept agrees with this log."),
    "kept_bad": (
        "您保存的检查点与这份日志不符：旧记录被改动过！",
        "The checkpoint you kept does not agree with this log: its past was changed!",
    ),
    "kept_larger": (
        "您保存的检查点有 {} 条，这份日志只有 {} 条：记录被删除过！",
        "The checkpoint you kept covers {} entries, this log has only {}: entries were removed!",
    ),
    "kept_needs_archive": (
        "两个检查点大小不同，要连同 --archive 一起核对。",
        "The two checkpoints have different sizes; give --archive to compare them.",
    ),
    "missing": ("压缩包里缺少 {}。", "The archive lacks {}."),
    "bundle": ("{} 内容损坏。", "{} is damaged."),
    "root": (
        "大小为 {} 的检查点与重新计算的结果不符。",
        "The checkpoint of size {} does not match what was computed anew.",
    ),
    "order": ("检查点的时间倒退了（大小 {}）。", "The time of the checkpoints goes backwards (size {})."),
    "unsigned": (
        "大小为 {} 的检查点不是用可信的钥匙签的。",
        "The checkpoint of size {} is not signed by a trusted key.",
    ),
    "entry_form": ("第 {} 条格式不对。", "Entry {} is malformed."),
    "entry_time": ("第 {} 条写明的时间 {} 不可能属实。", "Entry {}: the time it states ({}) cannot be true."),
    "entry_prev": ("第 {} 条引用了当时还不存在的检查点。", "Entry {} refers to a checkpoint that did not exist then."),
    "tiles": ("{} 与重新计算的结果不符。", "{} does not match what was computed anew."),
    "not_in": ("回执不在这份日志里。", "The receipt is not in this log."),
    "archive_ok": (
        "整份日志属实：{} 条记录，{} 个检查点，截至 {}。",
        "The whole log is in order: {} entries, {} checkpoints, up to {}.",
    ),
}


class Wrong(Exception):
    """Something is not as it must be. `code` is a key of WORDS."""

    def __init__(self, code: str, *facts: object, status: int = 1) -> None:
        super().__init__(code)
        self.code, self.facts, self.status = code, facts, status


def say(language: str, code: str, *facts: object) -> None:
    """Print one sentence, in one language or both."""
    for name, words in zip(("zh", "en"), WORDS[code]):  # noqa: B905 - Python 3.9
        if language in (name, "both"):
            sys.stdout.write(words.format(*facts) + "\n")


# --- hashes and signatures -----------------------------------------------------------------------------
def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def unbase(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64")
    return data


def parse_key(text: str) -> tuple[str, bytes]:
    """(name, 32 bytes) of a verifier key of type 0x01."""
    try:
        name, number, material = text.strip().split("+", 2)
        raw = unbase(material)
        right = sha(name.encode(), b"\n", raw)[:4].hex()
    except ValueError as error:
        raise Wrong("bad_key", status=2) from error
    if len(raw) != 33 or raw[0] != 1 or number != right:
        raise Wrong("bad_key", status=2)
    return name, raw[1:]


class Head:
    """A checkpoint taken apart. `signers` are the trusted keys whose signature and time are both right."""

    def __init__(self, note: str, trusted: set[tuple[str, bytes]]) -> None:
        text, gap, tail = note.rpartition("\n\n")
        text += "\n"
        lines = text.split("\n")
        if not gap or len(lines) != 4 or not tail.endswith("\n"):
            raise Wrong("note", "form")
        try:
            self.origin, self.size, self.root = lines[0], int(lines[1]), unbase(lines[2])
            signatures: dict[tuple[str, bytes], bytes] = {}
            for line in tail[:-1].split("\n"):
                dash, name, data = line.split(" ")
                raw = unbase(data)
                if dash != "\u2014":
                    raise ValueError(line)
                signatures.setdefault((name, raw[:4]), raw[4:])
        except ValueError as error:
            raise Wrong("note", "form") from error
        if len(self.root) != 32 or str(self.size) != lines[1]:
            raise Wrong("note", "form")
        self.signers: set[tuple[str, bytes]] = set()
        self.time = -1
        for name, public in trusted:
            plain = signatures.get((name, sha(name.encode(), b"\n\x01", public)[:4]))
            timed = signatures.get((name, sha(name.encode(), b"\n\x04", public)[:4]))
            if plain is None or timed is None or name != self.origin:
                continue
            time = int.from_bytes(timed[:8], "big")
            try:
                key = Ed25519PublicKey.from_public_bytes(public)
                key.verify(plain, text.encode())
                key.verify(timed[8:], b"cosignature/v1\ntime %d\n" % time + text.encode())
            except InvalidSignature as error:
                raise Wrong("note", "signature") from error
            if self.time not in (-1, time):
                raise Wrong("note", "two times")
            self.time = time
            self.signers.add((name, public))


def signed(note: str, trusted: set[tuple[str, bytes]]) -> Head:
    head = Head(note, trusted)
    if not head.signers:
        raise Wrong("note", "key")
    return head


def climb(value: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root an inclusion path leads to (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Wrong("proof", "index")
    last = size - 1
    for step in path:
        if last == 0 or len(step) != 32:
            raise Wrong("proof", "length")
        if index % 2 or index == last:
            value = sha(b"\x01", step, value)
            while index and index % 2 == 0:
                index, last = index // 2, last // 2
        else:
            value = sha(b"\x01", value, step)
        index, last = index // 2, last // 2
    if last:
        raise Wrong("proof", "length")
    return value


def moment(time: float) -> str:
    return datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")  # noqa: UP017


def read_time(text: str) -> float:
    stamp = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007 - the zone is in the format
    return stamp.replace(tzinfo=timezone.utc).timestamp()  # noqa: UP017


# --- a receipt ------------------------------------------------------------------------------------------
def check_receipt(receipt: dict[str, Any], trusted: set[tuple[str, bytes]], language: str) -> tuple[int, bytes, Head]:
    """Openings ↔ leaf ↔ path ↔ signed checkpoint. Returns (index, leaf, checkpoint); raises Wrong."""
    try:
        if receipt["huiyin"] != "receipt/v1":
            raise Wrong("bad_receipt", status=2)
        text, proof, openings = receipt["leaf"], receipt["proof"], receipt["openings"]
        leaf = json.loads(text)
        stated = read_time(leaf["at"])
        for opening in openings:
            label, salt = opening["label"], bytes.fromhex(opening["salt"])
            value = unbase(opening["base64"]) if "base64" in opening else opening["text"].encode()
            name = label.encode()
            made = sha(b"huiyin/commit/v1\0", salt, len(name).to_bytes(2, "big"), name, value).hex()
            written = leaf["case"] if label == "case" else leaf["c"].get(label)
            if written is None:
                raise Wrong("unknown_field", label)
            if made != written or len(salt) != 32:
                raise Wrong("opening", label)
            say(language, "opening_ok", label)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Wrong("leaf") from error
    if not proof:
        raise Wrong("pending", status=3)
    top, _, note = proof.partition("\n\n")
    lines = [line for line in top.split("\n") if not line.startswith("extra ")]
    if lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 2 or not lines[1].startswith("index "):
        raise Wrong("proof", "form")
    try:
        index, path = int(lines[1][6:]), [unbase(line) for line in lines[2:]]
    except ValueError as error:
        raise Wrong("proof", "form") from error
    head = signed(note, trusted)
    if head.origin != receipt["log"]:
        raise Wrong("other_log", head.origin)
    if climb(sha(b"\0", text.encode()), index, head.size, path) != head.root:
        raise Wrong("proof", "root")
    if stated > head.time + MMD:
        raise Wrong("time", leaf["at"], moment(head.time))
    return index, text.encode(), head


# --- the whole log ---------------------------------------------------------------------------------------
class Growing:
    """The tree as it grows: complete subtrees from large to small, and the finished tiles of 256."""

    def __init__(self) -> None:
        self.size = 0
        self.stack: list[bytes] = []
        self.tiles: dict[int, list[bytes]] = {}

    def add(self, value: bytes) -> None:
        self.tiles.setdefault(0, []).append(value)
        self.size += 1
        self.stack.append(value)
        count, height = self.size, 0
        while count % 2 == 0:
            right = self.stack.pop()
            self.stack.append(sha(b"\x01", self.stack.pop(), right))
            count, height = count // 2, height + 1
            if height % 8 == 0:
                self.tiles.setdefault(height // 8, []).append(self.stack[-1])

    def root(self) -> bytes:
        if not self.stack:
            return EMPTY
        value = self.stack[-1]
        for left in reversed(self.stack[:-1]):
            value = sha(b"\x01", left, value)
        return value


class Archive:
    """The members of log.tar, read as they are asked for."""

    def __init__(self, path: str) -> None:
        self.tar = tarfile.open(path)  # noqa: SIM115 - closed with the process
        self.names = {member.name: member for member in self.tar.getmembers()}

    def read(self, name: str) -> bytes:
        handle = self.tar.extractfile(self.names[name]) if name in self.names else None
        if handle is None:
            raise Wrong("missing", name)
        return handle.read()

    def notes(self) -> Iterator[str]:
        for name in sorted(name for name in self.names if name.startswith("checkpoints/")):
            for line in self.read(name).decode().split("\n"):
                if line:
                    yield json.loads(line)

    def leaves(self, size: int) -> Iterator[bytes]:
        for start in range(0, size, 256):
            name = "tile/entries/" + tile_name(start // 256, min(256, size - start))
            data, place, count = self.read(name), 0, 0
            while place < len(data):
                length = int.from_bytes(data[place : place + 2], "big")
                yield data[place + 2 : place + 2 + length]
                place, count = place + 2 + length, count + 1
            if place != len(data) or count != min(256, size - start):
                raise Wrong("bundle", name)


def tile_name(index: int, width: int) -> str:
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03d}")
    return "/".join(reversed(parts)) + ("" if width == 256 else f".p/{width}")


def check_archive(
    archive: Archive, trusted: set[tuple[str, bytes]], kept: str | None, wanted: tuple[int, bytes] | None
) -> tuple[int, int, str]:
    """Compute everything anew. Returns (entries, checkpoints, time of the last); raises Wrong at the first error."""
    last = archive.read("checkpoint").decode()
    bodies = [Head(note, set()) for note in archive.notes()]
    size = Head(last, set()).size
    kept_head = Head(kept, set()) if kept else None
    if kept_head and kept_head.size > size:
        raise Wrong("kept_larger", kept_head.size, size)
    bodies_at: dict[int, list[bytes]] = {}
    for body in bodies:
        bodies_at.setdefault(body.size, []).append(body.root)
    if max(bodies_at, default=0) > size:
        raise Wrong("root", max(bodies_at))
    growing, rotations = Growing(), []
    leaves = archive.leaves(size)
    entries: list[tuple[float, str]] = []
    while True:  # roots first: they hold whoever signed
        root = growing.root() if growing.size in bodies_at or (kept_head and kept_head.size == growing.size) else b""
        if any(other != root for other in bodies_at.get(growing.size, [])):
            raise Wrong("root", growing.size)
        if kept_head and kept_head.size == growing.size and kept_head.root != root:
            raise Wrong("kept_bad")
        data = next(leaves, None)
        if data is None:
            break
        try:
            leaf = json.loads(data)
            entries.append((read_time(leaf["at"]), leaf["prev_cp"]))
            if leaf["kind"] == "log_key_rotated":
                rotations.append((growing.size, parse_key(leaf["pub"]["old"]), parse_key(leaf["pub"]["new"])))
        except (KeyError, TypeError, ValueError) as error:
            raise Wrong("entry_form", growing.size) from error
        if wanted and wanted[0] == growing.size and wanted[1] != data:
            raise Wrong("not_in")
        growing.add(sha(b"\0", data))
    if wanted and wanted[0] >= size:
        raise Wrong("not_in")
    for level, hashes in growing.tiles.items():
        for start in range(0, len(hashes), 256):
            part = hashes[start : start + 256]
            name = f"tile/{level}/{tile_name(start // 256, len(part))}"
            if archive.read(name) != b"".join(part):
                raise Wrong("tiles", name)
    trusted = follow_keys(list(archive.notes()), rotations, trusted)
    heads = [Head(note, trusted) for note in archive.notes()]
    if signed(last, trusted).root != growing.root():
        raise Wrong("root", size)
    if kept:
        signed(kept, trusted)
    check_times(heads, entries)
    return size, len(heads), moment(heads[-1].time if heads else 0)


def follow_keys(
    notes: list[str], rotations: list[tuple[int, tuple[str, bytes], tuple[str, bytes]]], trusted: set[tuple[str, bytes]]
) -> set[tuple[str, bytes]]:
    """Trust every key the log announced and handed over to by a checkpoint with both signatures, either way."""
    trusted, grown = set(trusted), True
    while grown:
        grown = False
        for index, old, new in rotations:
            if (old in trusted) != (new in trusted):
                for note in notes:
                    head = Head(note, {old, new})
                    if head.size > index and head.signers == {old, new}:
                        trusted |= {old, new}
                        grown = True
                        break
    return trusted


def check_times(heads: list[Head], entries: list[tuple[float, str]]) -> None:
    """Every checkpoint signed, in order; every entry's time between the checkpoints around it, give or take MMD."""
    first: dict[str, Head] = {}
    time = 0
    for head in heads:
        if not head.signers:
            raise Wrong("unsigned", head.size)
        if head.time < time:
            raise Wrong("order", head.size)
        time = head.time
        first.setdefault(head.root.hex(), head)
    place, earliest = 0, 0
    for index, (stated, previous) in enumerate(entries):
        while place < len(heads) and heads[place].size <= index:
            earliest, place = heads[place].time, place + 1
        if place == len(heads):
            raise Wrong("root", index + 1)
        known = first.get(previous)
        if previous != EMPTY.hex() and (known is None or known.size > index):
            raise Wrong("entry_prev", index)
        lower = max(earliest, known.time if known else 0) - MMD
        if not lower <= stated <= heads[place].time + MMD:
            raise Wrong("entry_time", index, moment(stated))


# --- the command -------------------------------------------------------------------------------------------
def read_keys(words: list[str]) -> set[tuple[str, bytes]]:
    keys: set[tuple[str, bytes]] = set()
    for word in words:
        lines = [word]
        if os.path.exists(word):
            with open(word, encoding="utf-8") as handle:
                lines = [line for line in handle.read().split("\n") if line.strip()]
        keys |= {parse_key(line) for line in lines}
    return keys


def run(options: argparse.Namespace) -> int:
    language, receipt, found, kept = options.language, None, None, None
    try:
        if options.receipt:
            with open(options.receipt, encoding="utf-8") as handle:
                receipt = json.load(handle)
        if options.checkpoint:
            with open(options.checkpoint, encoding="utf-8", newline="") as handle:
                kept = handle.read()
        trusted = read_keys(options.key)
        if not trusted or (receipt is None and not options.archive):
            raise Wrong("no_keys" if not trusted else "bad_receipt", status=2)
        head = None
        if isinstance(receipt, dict):
            index, leaf, head = check_receipt(receipt, trusted, language)
            found = (index, leaf)
            stated = moment(read_time(json.loads(leaf)["at"]))
            say(language, "receipt_ok", receipt.get("number", ""), stated, index, moment(head.time))
        elif receipt is not None:
            raise Wrong("bad_receipt", status=2)
        if options.archive:
            say(language, "archive_ok", *check_archive(Archive(options.archive), trusted, kept, found))
        elif kept and head:
            other = signed(kept, trusted)
            if other.size != head.size:
                raise Wrong("kept_needs_archive", status=2)
            if (other.origin, other.root) != (head.origin, head.root):
                raise Wrong("kept_bad")
        if kept:
            say(language, "kept")
    except Wrong as wrong:
        say(language, wrong.code, *wrong.facts)
        return wrong.status
    except (OSError, ValueError, tarfile.TarError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def main(arguments: list[str] | None = None) -> NoReturn:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("receipt", nargs="?", help="receipt.json")
    parser.add_argument("--key", action="append", default=[], required=True, help="the log's key, or a file of keys")
    parser.add_argument("--checkpoint", help="a checkpoint you kept earlier")
    parser.add_argument("--archive", help="log.tar")
    parser.add_argument("--language", choices=("zh", "en", "both"), default="both")
    sys.exit(run(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
