"""The demo shows what the check-up is for: at its size, offices that cheat are asked, and no honest one is.

Drawn in columns, which takes seconds; lived through the real actions more is seen, because replies are read there.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from huiyin.checkup.moments import moment
from huiyin.figures.signatures import InMemory, check_up
from huiyin.organisation import store
from huiyin.organisation.testing import load_demo
from huiyin.town import behaviours, history
from huiyin.town.cast import stage
from huiyin.town.columnar.tables import tables
from huiyin.town.demo_world import world_of
from huiyin.town.simulate import simulate
from huiyin.town.stories import stories

MATTERS = 900


@pytest.mark.django_db
def test_a_year_of_the_demo_town_gives_its_cheating_offices_away() -> None:
    load_demo()
    catalogue = store.current()
    played = stage(catalogue, stories(catalogue.categories))
    cheating, asked, honest = Counter[str](), Counter[str](), set[str]()
    for day in range(0, 28, 7):  # the demo may be made on any day: its newest look is up to four weeks old
        now = datetime(2026, 11, 3, 6, 0, tzinfo=UTC) + timedelta(days=day)
        world = world_of(catalogue, played, now, history.DAYS, 7)
        rows = tables(world, simulate(world, MATTERS), until=(now - world.start) / timedelta(days=1))
        findings = check_up(InMemory(rows), moment(now, catalogue.tz)).findings
        known = {office.code: behaviours.get(office.behaviour) for office in world.offices}
        cheating.update(code for code, behaviour in known.items() if not behaviour.honest)
        asked.update({finding.office for finding in findings if not known[finding.office].honest})
        honest |= {finding.office for finding in findings if known[finding.office].honest}
    assert not honest
    always = {code for code, times in asked.items() if times == 4}  # whatever the day
    assert {"housing", "traffic-police", "education", "environment"} <= always
    assert asked.total() >= cheating.total() / 2
