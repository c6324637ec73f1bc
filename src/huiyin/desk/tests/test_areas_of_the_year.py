"""Areas come and go with years: what is not in force cannot be chosen; a matter keeps what it has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiyin.cases.tests import body
from huiyin.desk.fields import area_choices
from huiyin.organisation import store

pytestmark = pytest.mark.django_db


def test_only_the_areas_of_this_year_are_offered_and_the_one_a_matter_has() -> None:
    year = store.this_year()
    known = body.catalogue()
    one = next(iter(known.areas.values()))
    areas = known.areas | {
        "gone": replace(one, code="gone", until=year - 1),
        "coming": replace(one, code="coming", since=year + 1),
        "new": replace(one, code="new", since=year),
    }
    catalogue = replace(known, areas=areas)
    assert {code for code, _ in area_choices(catalogue)} == {*known.areas, "new"}
    assert {code for code, _ in area_choices(catalogue, "gone")} == {*known.areas, "new", "gone"}
