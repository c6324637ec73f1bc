"""Public figures: claims and verdicts apart, small numbers not published, nobody ranked."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.board import queries
from huiyin.cases.actions import perform, receive
from huiyin.cases.lifecycle import Actor, Claim, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.tests import body

pytestmark = pytest.mark.django_db
HEAD = Actor(Role.HEAD, "light", "1")
RESIDENT = Actor(Role.RESIDENT)


@pytest.fixture(autouse=True)
def _small_body(db: None) -> None:
    body.load()


def matter(key: int, *commands: tuple[c.Command, Actor], answered: bool = True) -> UUID:
    now = timezone.now() - timedelta(days=3)
    case = receive(c.Receive("web", "lamp"), RESIDENT, now, door="web", key=str(key)).case_id
    perform(case, c.Dispatch("light"), Actor(Role.DISPATCHER, staff="2"), now)
    if answered:
        perform(case, c.Acknowledge(), HEAD, now)
        perform(case, c.Answer(Claim.SOLVED, "done"), HEAD, now)
    for command, who in commands:
        perform(case, command, who, now)
    return case


def many() -> None:
    """20 matters: 10 confirmed, 3 not accepted (one of them back with the office), 4 silent, 3 not answered yet."""
    verdict = c.GiveVerdict
    for key in range(10):
        matter(key, (verdict(Verdict.SOLVED), RESIDENT))
    matter(10, (verdict(Verdict.PARTLY), RESIDENT))
    matter(11, (verdict(Verdict.NOT_SOLVED), RESIDENT))
    matter(12, (verdict(Verdict.NOT_SOLVED), RESIDENT), (c.Dispute(), RESIDENT))
    for key in range(13, 16):
        matter(key)
    matter(16, (verdict(Verdict.CANNOT_SAY), RESIDENT))
    for key in range(17, 20):
        matter(key, answered=False)
    queries.forget()


def test_the_four_denominators_stay_apart() -> None:
    many()
    figures = queries.figures("light", 30, timezone.now())
    assert figures.counts is not None
    counts = figures.counts
    assert (counts.received, counts.claimed, counts.asked, counts.answered) == (20, 17, 17, 13)
    assert (counts.confirmed, counts.disputed, counts.unknown) == (10, 3, 4)
    assert figures.share is not None
    assert (figures.share.n, figures.bounds) == (13, (10 / 17, 14 / 17))


def test_imported_history_was_never_asked_and_confirms_nothing() -> None:
    many()
    Case.objects.filter(outcome="solved").update(imported=True)
    queries.forget()
    counts = queries.by_office(30, timezone.now())["light"]
    assert (counts.claimed, counts.asked, counts.confirmed) == (17, 7, 0)


def test_fewer_than_ten_matters_are_not_published() -> None:
    for key in range(9):
        matter(key, (c.GiveVerdict(Verdict.SOLVED), RESIDENT))
    queries.forget()
    assert queries.figures("light", 30, timezone.now()).counts is None
    page = Client().get("/offices/light/").content.decode()
    assert "少于 10 件" in page
    assert "<svg" not in page.split("<main")[1]


def test_few_answers_give_counts_but_no_share() -> None:
    for key in range(12):
        matter(key)
    queries.forget()
    figures = queries.figures("light", 30, timezone.now())
    assert figures.counts is not None
    assert figures.share is None


def test_counting_every_office_is_one_statement(django_assert_num_queries: object) -> None:
    many()
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.by_office(30, timezone.now())
        queries.by_office(30, timezone.now())


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_pages_show_claims_and_verdicts_and_what_they_cannot_tell(prefix: str) -> None:
    many()
    client = Client()
    offices = client.get(f"{prefix}/offices/")
    assert offices.status_code == 200
    page = client.get(f"{prefix}/offices/light/?days=365").content.decode()
    for text in ("<svg", "definitions/", "limits/"):
        assert text in page
    assert ("confirm it is solved" if prefix else "多少人确认解决") in page
    assert client.get(f"{prefix}/definitions/").status_code == 200


def test_an_unknown_office_is_not_found_and_a_silly_period_falls_back() -> None:
    assert Client().get("/offices/atlantis/").status_code == 404
    assert "最近 90 天" in Client().get("/offices/light/?days=banana").content.decode()
