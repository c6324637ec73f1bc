"""Whose matter was drawn may answer the eight questions on their own page, and nobody else learns of it there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from huiyin.cases.models import Case
from huiyin.outcomes.models import Drawn, Period
from huiyin.portal.tests import town
from huiyin.portal.tests.town import mark, page

pytestmark = pytest.mark.django_db
ALL = {"result": "not_solved", "contacted": "no", "voice": "2", "respect": "5", "pressed": "yes", "again": "yes"}


def drawn(client: Client) -> Drawn:
    """The one matter, answered by its office, and drawn in a month whose calls go on."""
    given = town.matter()
    town.answer(given)
    town.enter(client, given)
    case = Case.objects.get()
    at = datetime(2026, 2, 1, tzinfo=UTC)
    period = Period.objects.create(
        key="2026-02", start=at, end=at, rule={"least": 30, "percent": 10, "days": 28, "beacon": ""},
        announced_at=at, secret=bytes(32), drawn_at=at,
    )  # fmt: skip
    return Drawn.objects.create(
        period=period, case=case, tag=case.tag, answer=1, stratum=case.lead_id, place=0, by_phone=False
    )


def send(client: Client, **answers: str) -> object:
    text = page(client.get("/my/?ask=eight"))
    return client.post("/my/", {"mark": mark(text), "do": "eight", **answers})


def test_a_matter_that_was_not_drawn_has_no_such_questions(here: Client) -> None:
    given = town.matter()
    town.answer(given)
    town.enter(here, given)
    assert "抽到了您" not in page(here.get("/my/"))
    response = here.get("/my/?ask=eight")
    assert (response.status_code, response["Location"]) == (302, "/my/")
    send_without = here.post("/my/", {"mark": mark(page(here.get("/my/"))), "do": "eight", **ALL})
    assert send_without.status_code == 303
    assert Case.objects.get().verdict == ""


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_tells_and_asks_in_both_languages(here: Client, prefix: str) -> None:
    drawn(here)
    assert ("You were drawn" if prefix else "抽到了您") in page(here.get(f"{prefix}/my/"))
    asked = page(here.get(f"{prefix}/my/?ask=eight"))
    assert asked.count("<fieldset") == 9
    assert ("Would rather not answer" if prefix else "不想回答") in asked


def test_the_first_answer_is_the_own_verdict_and_the_rest_is_counted_without_a_name(here: Client) -> None:
    one = drawn(here)
    response = send(here, **ALL)
    assert response["Location"] == "/my/?done=eight"
    one.refresh_from_db()
    assert (one.disposition, one.mode, one.result, one.voice, one.pressed) == (
        "answered", "page", "not_solved", 2, "yes"
    )  # fmt: skip
    case = Case.objects.get()
    assert (case.verdict, case.verdict_by) == ("not_solved", "resident")
    text = page(here.get("/my/"))
    assert "抽到了您" not in text
    assert "退回去重新办" in text  # the way on stays open


def test_without_the_first_answer_nothing_is_kept_and_all_that_was_chosen_comes_back(here: Client) -> None:
    one = drawn(here)
    response = send(here, **{**ALL, "result": ""})
    assert response.status_code == 422
    text = response.content.decode()
    assert 'name="voice" value="2" checked' in text
    assert "error-summary" in text
    one.refresh_from_db()
    assert (one.disposition, one.voice) == ("", None)


def test_sending_twice_keeps_the_first(here: Client) -> None:
    one = drawn(here)
    text = page(here.get("/my/?ask=eight"))
    for result in ("not_solved", "solved"):
        here.post("/my/", {"mark": mark(text), "do": "eight", "result": result})
    one.refresh_from_db()
    assert one.result == "not_solved"
    assert Case.objects.get().verdict == "not_solved"
