"""Inside a deployment: how many statements one intake takes, what a bare commit costs, and whether all is there."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.base import codes
from huiyin.bench import said
from huiyin.cases import vault
from huiyin.cases.models import Case, Submission
from huiyin.ledger.models import Entry
from huiyin.worker.models import Task

TOKEN = re.compile(r'name="token" value="([^"]+)"')


def statements(fields: dict[str, str], count: int = 20) -> dict[str, Any]:
    """Statements of the final step of the web intake, BEGIN and COMMIT included, caches warm."""
    client = Client(HTTP_HOST="127.0.0.1")
    numbers: list[int] = []
    example: list[str] = []
    for turn, text in enumerate(said.texts(count + 3, seed=7)):
        page = client.get("/say/").content.decode()
        token = TOKEN.search(page)
        if token is None:
            raise RuntimeError("the first page of the intake has no token")
        form = {**fields, "text": text, "token": token[1]}
        with CaptureQueriesContext(connection) as captured:
            response = client.post("/say/", form, HTTP_X_FORWARDED_FOR=f"10.9.0.{turn}")
        if response.status_code != 200 or b"data-print" not in response.content:
            raise RuntimeError(f"the intake answered {response.status_code} without a receipt")
        if turn >= 3:
            numbers.append(len(captured))
            example = [query["sql"][:100] for query in captured.captured_queries]
    return {"median": median(numbers), "most": max(numbers), "example": example}


def check(receipts: Sequence[tuple[str, str, str]], others: int) -> dict[str, Any]:
    """Whether each acknowledged receipt (number, code, SHA-256 of the words) exists once and whole.

    `others` is how many further cases there should be.
    """
    wrong: Counter[str] = Counter()
    numbers = [number.replace("-", "").replace(" ", "") for number, _, _ in receipts]
    if len(set(numbers)) != len(numbers):
        wrong["two receipts with one number"] += len(numbers) - len(set(numbers))
    for start in range(0, len(receipts), 500):
        part = receipts[start : start + 500]
        hashes = {codes.claim_hash(code): (number, words) for number, code, words in part}
        cases = {bytes(case.claim_hash): case for case in Case.objects.filter(claim_hash__in=list(hashes))}
        ids = [case.pk for case in cases.values()]
        spoken = vault.first_words(ids)
        entries = Counter(Entry.objects.filter(stream__in=ids).values_list("stream", flat=True))
        submissions = Counter(Submission.objects.filter(case__in=ids).values_list("case_id", flat=True))
        tasks = set(Task.objects.filter(key__in=[f"{pk}/1" for pk in ids]).values_list("key", flat=True))
        for digest, (number, words) in hashes.items():
            case = cases.get(digest)
            if case is None:
                wrong["acknowledged, but not there"] += 1
                continue
            text = spoken.get(case.pk, {}).get("text", "")
            wrong["another number"] += case.number != number
            wrong["other words"] += hashlib.sha256(text.encode()).hexdigest() != words
            wrong["not exactly one event"] += entries[case.pk] != 1
            wrong["not exactly one submission"] += submissions[case.pk] != 1
            wrong["no task for the worker"] += f"{case.pk}/1" not in tasks
            wrong["no clock"] += case.due_at is None
    wrong["cases nobody has a receipt for"] += abs(Case.objects.count() - len(receipts) - others)
    return {"wrong": {name: count for name, count in wrong.items() if count}, "cases": Case.objects.count()}


def commits(count: int = 200) -> float:
    """The reference: bare INSERTs of one small row a second through one connection, each with a commit of its own."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_reference (id integer, words text)")
        started = time.perf_counter()
        for number in range(count):
            with transaction.atomic():
                cursor.execute("INSERT INTO bench_reference VALUES (%s, %s)", [number, "x" * 200])
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_reference")
    return count / seconds
