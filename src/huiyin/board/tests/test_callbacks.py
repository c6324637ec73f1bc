"""The public page of the callback sample: what it says at every step, and what it never says."""

from __future__ import annotations

import dataclasses
import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from huiyin.cases.tests import body
from huiyin.ledger import actions as ledger
from huiyin.ledger.actions import seal
from huiyin.outcomes import periods
from huiyin.outcomes.models import Drawn, Period
from huiyin.outcomes.tests import month
from huiyin.outcomes.tests.test_heard import closed

pytestmark = pytest.mark.django_db
PAGES = ("/callbacks/", "/en/callbacks/")


@pytest.fixture(autouse=True)
def _home(db: None, tmp_path: Path, settings: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path / "home")
    ledger.forget_cache()
    body.load()


def read(client: Client) -> str:
    return "".join(client.get(page).content.decode() for page in PAGES)


def test_before_the_first_announcement_the_page_says_that_there_is_none(client: Client) -> None:
    text = read(client)
    assert "还没有公布过抽样规则" in text
    assert "No rule has been announced yet" in text


def test_who_was_drawn_and_the_secret_are_public_after_the_calls_and_not_before(client: Client) -> None:
    row = month.lived([(f"k{n}", "light") for n in range(5)])
    secret = bytes(row.secret).hex()
    tags = list(Drawn.objects.values_list("tag", flat=True))
    text = read(client)
    assert secret not in text
    assert not any(tag in text for tag in tags)
    for form in ("json", "csv"):
        assert client.get(f"/callbacks/2026-02.{form}").status_code == 404
    periods.close("2026-02", month.END + timedelta(days=40), month.SYSTEM)
    seal(month.END + timedelta(days=41))
    file = client.get("/callbacks/2026-02.json")
    assert file.content.decode() == Period.objects.get().file
    assert json.loads(file.content)["secret"] == secret
    table = client.get("/callbacks/2026-02.csv").content.decode().splitlines()
    assert table[0] == "period,stratum,tag,drawn"
    assert sum(line.endswith(",1") for line in table) == 3
    assert len(table) == 6
    assert "2026-02.json" in read(client)


@pytest.mark.parametrize("key", ["2026-01", "2026-13", "0000-00"])
def test_a_month_that_is_not_there_is_not_found(client: Client, key: str) -> None:
    assert client.get(f"/callbacks/{key}.json").status_code == 404


def test_what_callers_heard_stands_with_interval_bounds_and_counts(client: Client) -> None:
    closed("2026-01", {"light": 25, "water": 7, "city": 5}, random.Random(1))
    text = client.get("/en/callbacks/").content.decode().replace("\xa0", " ")
    assert "City, Water" in text
    assert "What those think who were drawn and did not answer" in text
    assert "(n = 37)" in text
    assert "Lighting" in text
    for alone in ("n = 7)", "n = 5)"):
        assert alone not in text


def test_too_few_answers_make_no_share(client: Client) -> None:
    closed("2026-01", {"light": 4}, random.Random(1))
    text = client.get("/en/callbacks/").content.decode().replace("\xa0", " ")
    assert "Fewer than 10 people answered question 1" in text
    assert "(n =" not in text
