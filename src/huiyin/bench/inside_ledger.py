"""Inside a deployment: building tiles, preparing events, sealing while others write, auditing."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import close_old_connections

from huiyin.base.bulk import insert_together
from huiyin.base.ids import uuid7
from huiyin.base.transaction import write
from huiyin.ledger import actions, tree
from huiyin.ledger import audit as auditing
from huiyin.ledger.models import Entry

#: What a received matter publishes and keeps to itself: a body of usual size.
BODY = {
    "channel": "web", "kind": "help", "urgency": "normal", "confidentiality": "open", "reachable": True,
    "clocks": {"answer": {"due_at": "2026-01-14T09:30:00.000Z", "kind": "working_days"}},
}  # fmt: skip
PUB = {"channel": "web", "kind": "help", "due": "2026-01-14T09:30:00.000Z"}
ACTOR = {"role": "resident"}


def tiles(leaves: int, rounds: int) -> dict[str, list[float]]:
    """Leaves a second (processor time): the whole tree in tiles, and a bare hashlib loop over the same hashes."""
    hashes = [hashlib.sha256(number.to_bytes(8)).digest() for number in range(leaves)]
    built: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        started = time.process_time()
        root = _bare(hashes)
        bare.append(leaves / (time.process_time() - started))
        started = time.process_time()
        edge = tree.Edge()
        size = sum(len(tile.data) for tile in edge.extend(tree.leaf_hash(value) for value in hashes))
        size += sum(len(tile.data) for tile in edge.partial_tiles())
        mine = edge.root()
        built.append(leaves / (time.process_time() - started))
        if mine != root or not size:
            raise RuntimeError("the two roots differ")
    return {"built": built, "bare": bare}


def _bare(values: Sequence[bytes]) -> bytes:
    """RFC 6962's root, level by level, with nothing kept: the least anybody can do with hashlib."""
    sha256 = hashlib.sha256
    level = [sha256(b"\x00" + value).digest() for value in values]
    while len(level) > 1:
        odd = [level[-1]] if len(level) % 2 else []
        level = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0]


def prepare_cost(count: int, rounds: int) -> list[float]:
    """Milliseconds of processor time to prepare one event with three private fields."""
    now = datetime.now(UTC)
    costs: list[float] = []
    for _ in range(rounds):
        started = time.process_time()
        prepared(count, now)
        costs.append((time.process_time() - started) * 1000 / count)
    return costs


def prepared(count: int, now: datetime) -> list[Entry]:
    """Events of new matters, ready to be stored."""
    private = {
        "text": "路灯不亮，老人晚上出门怕摔。".encode() * 6,
        "place": "东门口".encode(),
        "contact": b'{"phone":""}',
    }
    entries: list[Entry] = []
    for _ in range(count):
        stream: UUID = uuid7()
        tag = actions.new_tag(stream)[0]
        entries.append(
            actions.prepare(
                stream=stream, seq=1, tag=tag, kind="received", at=now, actor=ACTOR, body=BODY, pub=PUB, private=private
            ).entry
        )
    return entries


def lag(per_second: int, seconds: int) -> dict[str, Any]:
    """Write events at a steady rate, fifty a commit, with a sealer that runs every second beside it.

    Lag: from the commit of an event to the signed checkpoint that covers it.
    """
    batch = 50
    ready = prepared(per_second * seconds, datetime.now(UTC))
    actions.seal(datetime.now(UTC))
    committed: list[tuple[int, float]] = []  # (entries written so far, when)
    sealed: list[tuple[int, float, float]] = []  # (entries sealed so far, when, how long the call took)
    done = threading.Event()

    def seal() -> None:
        begun = time.perf_counter()
        while True:
            last = done.is_set()
            started = time.perf_counter()
            published = actions.seal(datetime.now(UTC))
            ended = time.perf_counter()
            if published is not None:
                sealed.append((published.size, ended, ended - started))
            if last and (published is None or not published.more):
                break
            begun += 1.0
            done.wait(max(0.0, begun - time.perf_counter()))
        close_old_connections()

    sealer = threading.Thread(target=seal)
    sealer.start()
    begun = time.perf_counter()
    late = 0.0
    for number, start in enumerate(range(0, len(ready), batch)):
        wait = begun + number * batch / per_second - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        late = max(late, -wait)
        part = ready[start : start + batch]
        write(lambda part=part: insert_together([(Entry, part)]))  # type: ignore[misc]
        committed.append((start + len(part), time.perf_counter()))
    written = time.perf_counter() - begun
    done.set()
    sealer.join()
    lags = [next(at for size, at, _ in sealed if size >= count) - when for count, when in committed]
    return {
        "written_per_second": len(ready) / written,
        "late": late,
        "lags": lags,
        "seal_seconds": [took for _, _, took in sealed],
        "sealed": sealed[-1][0],
    }


def audit() -> dict[str, float]:
    """Leaves a second of a whole audit of what is stored, and how many findings there were."""
    count = Entry.objects.count()
    started, cpu = time.perf_counter(), time.process_time()
    report = auditing.verify(datetime.now(UTC))
    return {
        "leaves": count,
        "per_second": count / (time.perf_counter() - started),
        "per_cpu_second": count / (time.process_time() - cpu),
        "findings": report.found,
    }
