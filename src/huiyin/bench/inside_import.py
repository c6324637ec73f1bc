"""Inside a deployment: what an import left behind, and how fast plain rows could go in."""

from __future__ import annotations

import time

from django.db import connection
from django.utils import timezone

from huiyin.base.bulk import insert_together
from huiyin.base.transaction import write
from huiyin.bench.inside_ledger import prepared
from huiyin.cases.models import Case, VaultItem, VaultKey
from huiyin.ledger.models import Entry


def counted() -> dict[str, int]:
    """Rows of the tables that an import fills."""
    return {
        "cases": Case.objects.count(),
        "events": Entry.objects.count(),
        "keys": VaultKey.objects.count(),
        "words": VaultItem.objects.count(),
    }


def rows(count: int) -> float:
    """The reference: bare events a second, prepared before, 200 a transaction, through the same bulk door."""
    ready = prepared(count, timezone.now())
    started = time.perf_counter()
    for start in range(0, count, 200):
        part = ready[start : start + 200]
        write(lambda part=part: insert_together([(Entry, part)]))  # type: ignore[misc]
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE stream NOT IN (SELECT id FROM cases_case)")
    return count / seconds
