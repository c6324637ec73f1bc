"""How many statements taking a matter in costs, and what two presses at the same moment do."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.cases.models import Case
from huiyin.portal.tests import town
from huiyin.portal.tests.test_say import at_check


@pytest.mark.django_db(transaction=True)
def test_taking_a_matter_in_costs_at_most_six_statements_on_postgresql() -> None:
    """SQLite has no way to insert into several tables in one statement; a file next door makes each of them cheap."""
    town.load()
    client = Client()
    client.post("/say/", {**at_check(client), "go": "send"})
    fields = at_check(client, area="west", phone="13800001111")
    with CaptureQueriesContext(connection) as captured:
        assert client.post("/say/", {**fields, "go": "send"}).status_code == 200
    most = 6 if connection.vendor == "postgresql" else 11
    assert len(captured) <= most, "\n".join(query["sql"][:100] for query in captured)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_make_one_matter_and_one_receipt() -> None:
    town.load()
    fields = at_check(Client())
    answers: list[tuple[int, str]] = []
    begin = threading.Barrier(4)

    def press() -> None:
        begin.wait()
        response = Client().post("/say/", {**fields, "go": "send"})
        code = response.content.decode().partition('name="code" value="')[2].partition('"')[0]
        answers.append((response.status_code, code))
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {200}
    assert len({code for _, code in answers}) == 1
    assert Case.objects.count() == 1
