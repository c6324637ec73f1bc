"""Times are shown in the zone in which the pack counts deadlines, whatever the machine's own zone is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from huiyin.cases import texts
from huiyin.cases.tests import body
from huiyin.organisation import store
from huiyin.site.middleware import BodyTime

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    store.forget()
    yield
    store.forget()


def zone_of_a_page() -> str:
    seen: list[str] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    BodyTime(page)(RequestFactory().get("/"))
    return seen[0]


def test_a_page_shows_times_in_the_zone_of_the_pack() -> None:
    store.load(replace(body.catalogue(), timezone="America/New_York"), body.NOW)
    store.current()
    assert zone_of_a_page() == "America/New_York"
    assert timezone.get_current_timezone_name() == timezone.get_default_timezone_name()  # not beyond the request


def test_before_a_pack_is_loaded_the_deployment_says_which_zone() -> None:
    assert zone_of_a_page() == timezone.get_default_timezone_name()


def test_a_refusal_names_a_moment_in_the_same_zone() -> None:
    store.load(replace(body.catalogue(), timezone="America/New_York"), body.NOW)
    store.current()
    told = texts._readable(datetime(2026, 12, 7, 22, 30, tzinfo=UTC))
    assert "17:30" in str(told) or "5:30" in str(told)


def test_the_zone_never_costs_a_statement(django_assert_num_queries) -> None:
    body.load()
    with django_assert_num_queries(0):
        store.zone()
    store.current()
    with django_assert_num_queries(0):
        assert str(store.zone()) == body.catalogue().timezone
