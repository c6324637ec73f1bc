"""The public pages: figures with their n, nothing under ten, and of recurring issues only what is public anyway."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from huiyin.cases import actions
from huiyin.cases.lifecycle import commands as c
from huiyin.suggestions import issues, queries
from huiyin.suggestions.tests import body
from huiyin.suggestions.tests.test_matters import decided

pytestmark = pytest.mark.django_db


def get(path: str) -> str:
    with time_machine.travel(body.NOON, tick=False):
        queries.forget()
        response = Client().get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_under_ten_the_page_says_not_measurable() -> None:
    body.load()
    decided(3)
    page = get("/suggestions/")
    assert "少于 10 件，还量不出" in page
    assert "%，在" not in page


@pytest.mark.parametrize(
    ("path", "words"), [("/suggestions/", "（n\u00a0=\u00a012）"), ("/en/suggestions/", "(n\u00a0=\u00a012)")]
)
def test_shares_come_with_n_and_interval_version_and_card(path: str, words: str) -> None:
    body.load()
    decided(12)
    page = get(path)
    assert words in page
    assert "category-0-" in page


def test_before_a_pack_the_page_still_explains() -> None:
    assert "拿不准就不说" in get("/suggestions/")
    assert "现在没有" in get("/issues/")


def ten(count: int, *, level: str = "open") -> None:
    from huiyin.cases.lifecycle import Confidentiality

    for n in range(count):
        case = body.receive(f"{body.LAMP}{n}", f"t{n}", confidentiality=Confidentiality(level))  # type: ignore[arg-type]
        if n == 0 and level == "open":
            actions.perform(
                case.pk, [c.Classify("RD2.01"), c.Publish("校门口路灯不亮", "")], body.DISPATCHER, body.NOON
            )
        issues.gather(case.pk, body.NOON)


def test_nine_matters_are_not_listed_and_ten_are_with_public_titles_only() -> None:
    body.load()
    ten(9)
    assert "校门口路灯不亮" not in get("/issues/")
    case = body.receive(f"{body.LAMP}9", "t9")
    issues.gather(case.pk, body.NOON)
    page = get("/issues/")
    assert "10 件" in page
    assert "校门口路灯不亮" in page
    assert "孩子放学" not in page
    assert case.number not in page


def test_words_nobody_published_stay_inside() -> None:
    body.load()
    ten(10, level="office")
    page = get("/issues/")
    assert "其中没有公开的事。" in page
    assert "路灯坏了三天" not in page
