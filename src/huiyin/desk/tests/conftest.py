"""Staff who are signed in, at a fixed time, in a small body."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from huiyin.cases.tests import desk_town
from huiyin.organisation import people

SignIn = Callable[..., Client]
#: an hour and a half after the matters of desk_town came in
NOW = desk_town.NOON + timedelta(minutes=90)


def address(language: str, name: str, *args: object) -> str:
    """Where a page of the desk stands in a language, whatever the last page was read in."""
    with translation.override(language):
        return reverse(f"desk:{name}", args=args)


@pytest.fixture(autouse=True)
def _town(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # dozens of accounts a test
    if "db" not in request.fixturenames and not any(m.name == "django_db" for m in request.node.iter_markers()):
        yield
        return
    request.getfixturevalue("db")
    with translation.override("zh-hans"), time_machine.travel(NOW, tick=False):
        desk_town.load()
        yield


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """sign_in("handler", office="street-1") → a client of a new account with these roles."""
    made = iter(range(1, 1000))

    def make(*roles: str, office: str = "") -> Client:
        staff, _ = people.add(f"person{next(made)}", roles, office or None, NOW, password="correct-horse-battery-9")
        client = Client()
        client.force_login(staff.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make
