"""The receipt's frame is drawn once, its holes are filled anew, and nobody sees what belongs to another."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from huiyin.cases.models import Case
from huiyin.portal import receipt
from huiyin.portal.tests.test_say import BOTH, at_check
from huiyin.portal.tests.town import page, token


@pytest.fixture(autouse=True)
def no_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt, "_frames", {})


def _send(client: Client, prefix: str, **more: object) -> str:
    fields = {**at_check(client, **more), "token": token(client), "go": "send"}
    return page(client.post(f"{prefix}/say/", fields))


@BOTH
@pytest.mark.parametrize("phone", ["", "13800001111"])
@pytest.mark.parametrize("size", ["normal", "large"])
def test_a_filled_frame_is_the_page_the_template_draws(
    here: Client, monkeypatch: pytest.MonkeyPatch, prefix: str, phone: str, size: str
) -> None:
    if size == "large":
        here.cookies["text_size"] = "large"
    fields = {**at_check(here, phone=phone), "go": "send"}
    framed = page(here.post(f"{prefix}/say/", fields))
    assert len(receipt._frames) == 1
    monkeypatch.setattr(receipt, "_brings_more", lambda request: True)
    drawn = page(here.post(f"{prefix}/say/", fields))
    # The second sending is told so; everything else is the same to the letter.
    again = re.compile(r"<h1>.*?</h1>|<div class=\"notice\">.*?</div>|\n")
    assert again.sub("", framed) == again.sub("", drawn)


def test_two_people_get_one_frame_and_a_number_and_a_code_each(here: Client) -> None:
    first, second = _send(here, ""), _send(here, "")
    assert len(receipt._frames) == 1
    numbers = set(Case.objects.values_list("number", flat=True))
    for text in (first, second):
        assert sum(number in text for number in numbers) == 1
        assert "\ue000" not in text
    code = re.compile(r'name="code" value="([^"]+)"')
    assert code.findall(first) != code.findall(second)


def test_a_reader_with_a_session_is_never_shown_or_made_a_frame(here: Client) -> None:
    here.cookies["sessionid"] = "somebody"
    assert "收到了" in _send(here, "")
    assert receipt._frames == {}


def test_other_language_and_other_kinds_of_receipt_have_frames_of_their_own(here: Client) -> None:
    assert "Receipt" in _send(here, "/en")
    assert "回执" in _send(here, "")
    _send(here, "", phone="13800001111")
    assert len(receipt._frames) == 3


def test_memory_for_frames_has_an_end(here: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt, "_MOST", 1)
    _send(here, "/en")
    _send(here, "")
    assert len(receipt._frames) == 1
