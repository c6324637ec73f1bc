"""Somebody who fetches every page, the .csv and the JSON and adds and subtracts cannot work out a count under ten."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from random import Random

import numpy as np
import pytest
from django.test import Client

from huiyin.board import download_views, reading
from huiyin.cases.tests import body
from huiyin.figures import publishing
from huiyin.figures.protection import SLACK, SMALLEST
from huiyin.figures.tests.test_protection import AS_OF, EARLIEST, random_rollup, worked_out
from huiyin.figures.tests.test_protection import GROUPS as ATTACKED
from huiyin.lake import published
from huiyin.lake.models import Published

pytestmark = pytest.mark.django_db
Counts = dict[publishing.Cell, int | None]


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> dict[publishing.Cell, int]:
    """Publish a body with many small counts; returns what nobody outside may know."""
    monkeypatch.setattr(publishing, "MONTHS_SHOWN", 12)
    body.load()
    download_views._zip.cache_clear()
    rollup = random_rollup(Random(11))
    told = publishing.public_counts(rollup, AS_OF, ATTACKED)
    for (kind, group), cells in publishing.by_cell(told).items():
        Published.objects.create(
            kind=kind, group=group, page=publishing.page(cells), as_of=AS_OF, lake_version=3, method=publishing.METHOD
        )
    spans = publishing.periods(AS_OF, EARLIEST)
    return {
        (kind, group, period, measure): rollup.counts(kind, group, spans[period])[measure]
        for kind, group, period, measure in told
    }


def from_json(client: Client) -> Counts:
    found: Counts = {}
    for page in published.everything():
        where = f"{page.kind}/{page.group}" if page.group else page.kind
        data = client.get(f"/figures/{where}.json").json()
        for period, one in data["periods"].items():
            found |= {(page.kind, page.group, period, name): count for name, count in one["counts"].items()}
    return found


def from_csv(client: Client) -> Counts:
    archive = zipfile.ZipFile(io.BytesIO(client.get("/figures/huiyin-figures.zip").content))
    rows = csv.DictReader(io.StringIO(archive.read("counts.csv").decode()))
    return {
        (row["kind"], row["group"], row["period"], row["measure"]): int(row["count"]) if row["count"] else None
        for row in rows
    }


def test_json_and_csv_tell_the_same_and_no_attack_on_them_finds_a_count_under_ten(
    client: Client, exact: dict[publishing.Cell, int]
) -> None:
    told = from_json(client)
    assert told == from_csv(client)  # and figures.csv is made of nothing else
    assert set(told) == set(exact)
    small = [cell for cell, count in exact.items() if 0 < count < SMALLEST and cell[3] in publishing.FUNNEL_NAMES]
    assert len(small) > 50
    for cell, (low, high) in worked_out(told, exact, Random(1).sample(sorted(small), 15)).items():
        assert told[cell] is None
        assert low - 1e-6 <= exact[cell] <= high + 1e-6
        assert np.floor(high + 1e-6) - np.ceil(low - 1e-6) >= 1, (cell, exact[cell], low, high)


def test_pages_write_no_number_that_is_not_published_and_none_under_ten(
    client: Client, exact: dict[publishing.Cell, int]
) -> None:
    allowed = {count for count in from_json(client).values() if count is not None}
    for page in published.everything():
        for days in (30, 90, 365):
            counts = reading.whole(page.gap(days))
            made = {name: getattr(counts, name) for name in published.Gap.__dataclass_fields__}
            allowed |= {number for number in made.values() if number is not None}
            # beside the bar of what people say: all of it together
            allowed.add(sum(made[name] or 0 for name in ("confirmed", "disputed", "unknown")))
    for address in ("/figures/", "/figures/area/", "/figures/channel/", "/figures/category/"):
        for months in (1, 3, 12):
            text = client.get(f"{address}?months={months}").content.decode()
            cells = re.findall(r'<td class="number"[^>]*>([\d,]+)</td>|<dd>([\d,]+)</dd>|<b>([\d,]+)</b>', text)
            numbers = {int("".join(found).replace(",", "")) for found in cells}
            assert numbers <= allowed, (address, months, numbers - allowed)
            assert all(number >= SMALLEST for number in numbers)


def test_what_is_filled_in_by_subtraction_is_ten_or_more_whatever_rounding_hides() -> None:
    for total in range(0, 60, 5):
        for part in range(10, 60, 5):
            made = reading.whole(published.Gap(100, 90, 80, total or None, part, None, None)).disputed
            if made is not None:
                assert made == total - part
                assert (total - SLACK) - (part + SLACK) >= SMALLEST
