"""Danger that only the program's rules see: shown to the operator and to the dispatcher, and kept with the matter."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.cases.models import Case
from huiyin.cases.tests.desk_town import TOP, receive
from huiyin.desk.tests.conftest import SignIn
from huiyin.desk.tests.test_intake import TYPED
from huiyin.desk.tests.test_lists import fields_of

pytestmark = pytest.mark.django_db
LOST = "孩子放学后走失了，到现在没有回家"


def press(operator: Client, do: str) -> str:
    return operator.post(reverse("desk:intake"), {**TYPED, "text": LOST, "do": do}).content.decode()


def test_the_operator_sees_it_at_once_and_it_is_kept(sign_in: SignIn) -> None:
    operator = sign_in("operator", office=TOP)
    for do in ("look", "check"):
        assert "因为写了“孩子…走失”" in press(operator, do)
    press(operator, "save")
    assert Case.objects.get().urgency == "emergency"


def test_the_dispatcher_sees_it_and_the_level_is_chosen(sign_in: SignIn) -> None:
    receive(LOST)
    page = sign_in("dispatcher", office=TOP).get(reverse("desk:board")).content.decode()
    assert "因为写了“孩子…走失”" in page
    assert fields_of(page)["urgency"] == "emergency"
