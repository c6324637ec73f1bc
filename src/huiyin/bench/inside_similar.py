"""Inside a deployment: file very many messages for "the same as this?", and ask."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection

from huiyin.bench import haystack
from huiyin.cases import postings
from huiyin.cases.models import Posting, PostingBlock, PostingCount
from huiyin.understanding import packing, same

BATCH = 500
CANDIDATES = 40
#: Every so many of the messages without an issue is looked up by its own words.
CHECKED = 7001
_QUESTIONS = "bench-questions.json"


def fill(count: int, folder: str) -> dict[str, Any]:
    """File `count` messages as the worker does, without the cases they belong to; keep the questions for `ask`."""
    _without_cases()
    known = haystack.read(Path(folder)) if folder else haystack.invent()
    before = _bytes()
    started, cpu = time.perf_counter(), time.process_time()
    making = longest = 0.0
    questions: list[list[Any]] = []
    seen: dict[str, list[int]] = defaultdict(list)
    straws = enumerate(haystack.spread(known, count))
    while True:
        made = time.process_time()
        batch = list(islice(straws, BATCH))
        making += time.process_time() - made
        if not batch:
            break
        begun = time.perf_counter()
        postings.add(
            [(UUID(int=n + 1), straw.part, postings.marks(same.keys(straw.title, straw.body))) for n, straw in batch]
        )
        longest = max(longest, time.perf_counter() - begun)
        for n, straw in batch:
            if straw.issue:
                if seen[straw.issue]:
                    questions.append([straw.title, straw.body, straw.part, n, list(seen[straw.issue])])
                seen[straw.issue].append(n)
            elif n % CHECKED == 0:
                questions.append([straw.title, straw.body, straw.part, n, []])
    (Path(settings.CONFIG.home) / _QUESTIONS).write_text(json.dumps(questions), encoding="utf-8")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "bytes": _bytes() - before,
        "issues": len(seen),
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - cpu - making,
        "longest": longest,
    }


def ask(rounds: int) -> dict[str, Any]:
    """Every question `rounds` times: milliseconds of each look-up, and what it found."""
    questions = json.loads((Path(settings.CONFIG.home) / _QUESTIONS).read_text(encoding="utf-8"))
    wall: list[list[float]] = []
    cpu: list[list[float]] = []
    asked = found = lost = siblings = reached = 0
    for turn in range(rounds):
        wall.append([])
        cpu.append([])
        for title, body, part, number, earlier in questions:
            begun, spent = time.perf_counter(), time.process_time()
            marks = postings.marks(same.keys(title, body))
            # As the store was when the message came: without it and what came later. For a check, with it.
            cases = postings.look_up(marks, part, CANDIDATES, number if earlier else number + 1)
            cpu[-1].append((time.process_time() - spent) * 1000)
            wall[-1].append((time.perf_counter() - begun) * 1000)
            if turn:
                continue
            numbers = [case.int - 1 for case in cases]
            lost += bool(marks) and not earlier and number not in numbers
            if earlier:
                got = set(earlier) & set(numbers)
                asked, found = asked + 1, found + bool(got)
                siblings, reached = siblings + len(earlier), reached + len(got)
    units = PostingCount.objects.get().units
    return {
        "wall": wall, "cpu": cpu, "asked": asked, "found": found, "lost": lost,
        "share": reached / max(1, siblings), "rows": same.KEYS * len(packing.segments(units)),
    }  # fmt: skip


def _without_cases() -> None:
    """Let this connection store postings of cases that do not exist: a million of them would only take time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA foreign_keys = OFF" if connection.vendor == "sqlite" else "SET session_replication_role = replica"
        )


def _bytes() -> int:
    """What the postings take on the disk, indexes included."""
    tables = [model._meta.db_table for model in (Posting, PostingBlock, PostingCount)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            total = 0
            for table in tables:
                cursor.execute("SELECT pg_total_relation_size(%s)", [table])
                total += int(cursor.fetchone()[0])
            return total
        try:
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE %s", [f"%{tables[0]}%"])
        except OperationalError:  # SQLite built without dbstat: the whole file, then
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0] or 0)
