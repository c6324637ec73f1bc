"""Saying that something countable about cases changed, so that the lake reads them again."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from huiyin.suggestions.models import FactChange


def mark(case_ids: Iterable[UUID]) -> None:
    """Note a change of these cases, inside the transaction that makes it."""
    FactChange.objects.bulk_create([FactChange(case_id=case) for case in sorted(set(case_ids))], batch_size=500)
