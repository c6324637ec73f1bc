"""A store packed before the largest segments existed is packed again, and nothing is lost."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from huiyin.cases.models import Posting, PostingBlock, PostingCount
from huiyin.understanding import packing

migration = importlib.import_module("huiyin.cases.migrations.0005_larger_segments")


@pytest.mark.django_db
def test_what_was_packed_in_smaller_segments_is_packed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "SIZES", (1 << 2, 1 << 4, 1 << 5, 1 << 6))
    old = [packing.Segment(2, 0), packing.Segment(2, 1), packing.Segment(1, 4)]
    marks = {number: [number * 7919 % (1 << 24), 5 << 10] for number in range(80)}
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA defer_foreign_keys = ON" if connection.vendor == "sqlite" else "SET CONSTRAINTS ALL DEFERRED"
        )
        for number, own in marks.items():
            if number != 13:  # erased meanwhile
                Posting.objects.create(number=number, case_id=f"{number + 1:032x}", part=3, marks=packing.to_bytes(own))
        PostingCount.objects.create(pk=1, cases=80, units=20)
        for segment in old:
            mine = [n for n in marks if segment.first <= n < segment.first + packing.SIZES[segment.level] and n != 13]
            for number, entries in packing.pack(
                segment, mine, [3] * len(mine), [packing.to_bytes(marks[n]) for n in mine]
            ):
                PostingBlock.objects.create(number=number, entries=entries)
        migration.pack_again(apps, SimpleNamespace())
        assert {number >> 56 for number in PostingBlock.objects.values_list("number", flat=True)} == {1, 3}
        query = packing.Query([5 << 10], 0, 80, 20)
        query.take([(n, bytes(e)) for n, e in PostingBlock.objects.filter(number__in=query.blocks()).values_list()])
        assert sorted(query.best(100)) == [number for number in marks if number != 13]
        for model in (Posting, PostingBlock, PostingCount):
            model.objects.all().delete()
