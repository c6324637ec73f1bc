"""A caller at work, through the pages: what is offered, what is shown and what never is."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from huiyin.cases.models import Case
from huiyin.desk.tests.conftest import SignIn
from huiyin.ledger import actions as ledger
from huiyin.ledger.models import Entry
from huiyin.outcomes.models import Attempt, Drawn
from huiyin.outcomes.tests import month
from huiyin.outcomes.tests.month import AFTERNOON, MORNING

pytestmark = pytest.mark.django_db
WORDS = ("OFFICE-WORDS", "路灯不亮了")


@pytest.fixture
def at_work(_town: None, tmp_path: Path, settings: Any) -> Iterator[time_machine.Coordinates]:
    """A month with two drawn matters, on a morning after the draw."""
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path / "home")
    ledger.forget_cache()
    month.lived([("a", "light"), ("b", "light")])
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


def begin(client: Client) -> str:
    """Take a call; its address."""
    return client.post(reverse("desk:next-call")).url


def test_a_call_from_beginning_to_end(at_work: object, sign_in: SignIn) -> None:
    client = sign_in("caller")
    assert "要打的电话：2 个" in client.get(reverse("desk:calls")).content.decode()
    url = begin(client)
    page = client.get(url).content.decode()
    assert month.PHONE not in page
    assert client.post(url, {"step": "number"}).status_code == 302
    page = client.get(url).content.decode()
    assert month.PHONE in page
    assert not any(words in page for words in WORDS)
    assert Entry.objects.filter(kind="contact_revealed").count() == 1
    answers = {"result": "partly", "contacted": "yes", "remembered": "week", "voice": "4", "respect": "5",
               "explained": "2", "equal": "", "pressed": "no", "again": "yes"}  # fmt: skip
    done = client.post(url, {"step": "done", "disposition": "answered", **answers}, follow=True)
    assert "记下了" in done.content.decode()
    drawn = Drawn.objects.get(disposition="answered")
    assert (drawn.result, drawn.contacted_days, drawn.voice, drawn.equal) == ("partly", 5, 4, None)
    assert Case.objects.get(pk=drawn.case_id).verdict == "partly"
    assert client.get(url).status_code == 302  # it is over: nobody comes back to it


def test_pressure_is_kept_with_one_press_and_everything_typed_stays(at_work: object, sign_in: SignIn) -> None:
    client = sign_in("caller")
    url = begin(client)
    page = client.post(url, {"step": "pressed", "result": "solved", "voice": "5"}).content.decode()
    for name, value in (("result", "solved"), ("voice", "5"), ("pressed", "yes")):
        assert re.search(f'name="{name}" value="{value}" checked', page)
    assert Drawn.objects.filter(pressed="yes").count() == 1
    assert not Attempt.objects.exists()


def test_the_enter_key_in_a_form_never_presses_the_button_for_pressure(at_work: object, sign_in: SignIn) -> None:
    client = sign_in("caller")
    form = client.get(begin(client)).content.decode().partition('class="call"')[2]
    assert re.findall(r'name="step" value="(\w+)"', form)[0] == "done"


def test_a_form_that_cannot_be_right_comes_back_as_it_was(at_work: object, sign_in: SignIn) -> None:
    client = sign_in("caller")
    url = begin(client)
    for wrong in (
        {"disposition": "answered", "contacted": "yes"},
        {"disposition": "no_contact", "result": "solved"},
        {"result": "solved"},
        {"disposition": "answered", "result": "perfect"},
    ):
        response = client.post(url, {"step": "done", **wrong})
        assert response.status_code == 422
        assert "error-summary" in response.content.decode()
    assert not Attempt.objects.exists()


def test_somebody_else_cannot_open_a_call_that_is_taken(at_work: object, sign_in: SignIn) -> None:
    url = begin(sign_in("caller"))
    other = sign_in("caller")
    assert other.get(url, follow=True).redirect_chain[-1][0] == reverse("desk:calls")
    assert other.post(url, {"step": "number"}).status_code == 302
    assert not Entry.objects.filter(kind="contact_revealed").exists()


def test_nothing_is_offered_at_an_hour_that_was_tried(at_work: time_machine.Coordinates, sign_in: SignIn) -> None:
    client = sign_in("caller")
    for _ in range(2):
        client.post(begin(client), {"step": "done", "disposition": "no_contact"})
    assert begin(client) == reverse("desk:calls")
    at_work.move_to(AFTERNOON + timedelta(days=4))
    client = sign_in("caller")  # the session of Thursday has ended
    assert begin(client) != reverse("desk:calls")
    assert "第 2 次" in client.get(begin(client)).content.decode()


def test_at_night_there_is_no_button(at_work: time_machine.Coordinates, sign_in: SignIn) -> None:
    at_work.move_to(MORNING.replace(hour=15))
    page = sign_in("caller").get(reverse("desk:calls")).content.decode()
    assert reverse("desk:next-call") not in page
    assert "现在太早或太晚" in page


def test_no_page_of_an_office_says_who_was_drawn_or_called(at_work: object, sign_in: SignIn) -> None:
    client = sign_in("caller")
    url = begin(client)
    client.post(url, {"step": "number"})
    client.post(url, {"step": "done", "disposition": "no_contact"})
    called = Drawn.objects.get(attempts=1).case
    assert "callback_gap" in called.details["clocks"]
    for role in ("handler", "head"):
        page = sign_in(role, office="light").get(reverse("desk:case", args=[called.number])).content.decode()
        assert "回访" not in page.replace("回访听到的", "")
        assert "没接通" not in page
    watched = sign_in("reviewer").get(reverse("desk:case", args=[called.number])).content.decode()
    assert "没接通" in watched


def test_a_head_and_a_supervisor_read_only_what_is_large_enough(at_work: object, sign_in: SignIn) -> None:
    assert "还没有凑够十个人" in sign_in("head", office="light").get(reverse("desk:heard")).content.decode()
    assert "没有单位有三个人以上" in sign_in("supervisor").get(reverse("desk:pressure")).content.decode()
