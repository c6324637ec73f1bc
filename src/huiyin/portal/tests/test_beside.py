"""What is shown while somebody writes: offers only, nothing kept, nothing lost, the same without a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.base.limits import Bucket
from huiyin.cases import actions
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.ledger.models import Entry
from huiyin.portal import door
from huiyin.portal.tests.town import hidden, page
from huiyin.suggestions import files
from huiyin.suggestions.models import Suggestion
from huiyin.suggestions.tests import body

pytestmark = pytest.mark.django_db
Count = Callable[[int], AbstractContextManager[object]]
ENGLISH = "The street light at the gate is out for a week, it is dark at night."


@pytest.fixture(autouse=True)
def _body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "models")
    files.forget()
    monkeypatch.setattr(door, "LOOKS", Bucket(capacity=5, per_second=1))
    with time_machine.travel(body.NOON, tick=False):
        body.load()
        yield
    files.forget()


def look(text: str, prefix: str = "", **more: str) -> str:
    response = Client().post(f"{prefix}/say/look/", {"text": text, **more})
    assert response.status_code == 200
    return str(json.loads(response.content)["html"])


def listed(text: str, title: str, key: str = "l", category: str = "RD2.01") -> Case:
    case = body.receive(text, key)
    actions.perform(case.pk, [c.Classify(category), c.Publish(title, "")], body.DISPATCHER, body.NOON)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("prefix", "text", "category", "office"),
    [("", body.LAMP, "路灯不亮", "照明所"), ("/en", ENGLISH, "Street light out", "Lighting office")],
)
def test_category_and_office_are_offered_in_plain_words(prefix: str, text: str, category: str, office: str) -> None:
    shown = look(text, prefix)
    assert f"<strong>{category}</strong>" in shown
    assert f"<strong>{office}</strong>" in shown


def test_a_listed_matter_that_may_be_the_same_can_be_joined() -> None:
    case = listed(body.LAMP, "校门口路灯不亮")
    shown = look(body.LAMP + "请修。", area="e1")
    assert "校门口路灯不亮" in shown
    assert f'value="join:{case.number}"' in shown
    assert "join:" not in look(body.LAMP + "请修。", area="e1", apart="1")


def test_one_filed_as_another_kind_of_matter_is_not_offered() -> None:
    listed(body.LAMP, "校门口大坑", category="RD1.01")
    assert "join:" not in look(body.LAMP, area="e1")


def test_an_emergency_number_is_there_at_once() -> None:
    assert 'href="tel:119"' in look("家里燃气泄漏了怎么办")


def test_personal_data_is_listed_for_the_writer() -> None:
    shown = look(f"{body.LAMP}打我手机13912345678")
    assert "13912345678" in shown
    assert "公开页不会出现" in shown
    assert 'value="hide:1"' in shown


def test_a_name_of_two_places_is_asked_back_and_the_answer_sets_the_area() -> None:
    client = Client()
    shown = look("中山路的路灯坏了三天")
    assert "哪一个“中山路”？" in shown
    fields = hidden(page(client.get("/say/")))
    where = page(client.post("/say/", {**fields, "text": "中山路的路灯坏了三天", "go": "next"}))
    assert "哪一个“中山路”？" in where
    assert not hidden(where).get("area")
    assert "selected" not in where.split('<select id="area"')[1].split("</select>")[0]
    chosen = page(client.post("/say/", {**hidden(where), "place": "", "area": "", "go": "at:e2"}))
    assert '<option value="e2" selected>' in chosen


def test_a_spot_far_from_the_place_in_the_words_is_pointed_out() -> None:
    assert "请看看点得对不对" in look("柳荫小学门口的路灯坏了", point="30.08,120.08")
    assert "请看看点得对不对" not in look("柳荫小学门口的路灯坏了", point="30.03,120.03")


def test_what_leaves_in_bulk_is_masked_whatever_somebody_confirmed() -> None:
    listed(body.LAMP, "校门口路灯不亮，问13912345678")
    table = page_of_file(Client().get("/matters.csv"))
    assert "校门口路灯不亮" in table
    assert "13912345678" not in table


def page_of_file(response: object) -> str:
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_taking_a_piece_out_takes_out_that_piece_only_and_loses_no_word() -> None:
    client = Client()
    fields = hidden(page(client.get("/say/")))
    text = f"{body.LAMP}手机13912345678，邮箱a.b@example.com。"
    shown = page(client.post("/say/", {**fields, "text": text, "go": "hide:1"}))
    assert "13912345678" not in shown
    assert "a.b@example.com" in shown
    assert body.LAMP in shown


@pytest.mark.parametrize("go", ["hide:99", "hide:x", "hide:", "at:nowhere", "hide:-1"])
def test_a_press_that_makes_no_sense_changes_nothing(go: str) -> None:
    client = Client()
    fields = hidden(page(client.get("/say/")))
    shown = page(client.post("/say/", {**fields, "text": f"{body.LAMP}手机13912345678", "area": "e1", "go": go}))
    assert "13912345678" in shown
    assert hidden(shown)["area"] == "e1"


def test_without_a_script_the_next_step_shows_the_same() -> None:
    client = Client()
    fields = hidden(page(client.get("/say/")))
    shown = page(client.post("/say/", {**fields, "text": f"{body.LAMP}手机13912345678", "go": "next"}))
    assert "<strong>路灯不亮</strong>" in shown
    assert "<strong>照明所</strong>" in shown
    assert 'value="hide:1"' in shown


def test_looking_keeps_nothing() -> None:
    look(body.LAMP)
    assert (Case.objects.count(), Suggestion.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_looking_is_at_most_eight_statements(django_assert_max_num_queries: Count) -> None:
    """Seven of them look for the same matter: postings are packed in pages, and each kind of page is one look."""
    listed(body.LAMP, "校门口路灯不亮")
    with django_assert_max_num_queries(8):
        look(body.LAMP)


def test_too_many_looks_are_answered_with_nothing_and_sending_still_works() -> None:
    client = Client()
    statuses = [client.post("/say/look/", {"text": body.LAMP}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert client.get("/say/").status_code == 200


@pytest.mark.parametrize(
    "text", ["", " ", "a", "\x00\x01", "🙂" * 400, "路" * 6000, "<script>alert(1)</script>", "%s" * 50]
)
def test_whatever_is_typed_gets_an_answer(text: str) -> None:
    assert "<script" not in look(text)


def test_the_address_alone_leads_to_the_form() -> None:
    assert Client().get("/say/look/").headers["Location"] == "/say/"


def test_sending_is_no_statement_more_than_without_suggestions() -> None:
    """What is done with a new matter here is the worker's, after the intake."""
    counts = []
    for turn in range(3):
        client = Client()
        fields = hidden(page(client.get("/say/")))
        form = {**fields, "text": body.LAMP, "level": "open", "step": "check", "go": "send"}
        with CaptureQueriesContext(connection) as captured:
            sent = page(client.post("/say/", form))
        assert "收到了" in sent
        counts.append(len([q for q in captured if "SAVEPOINT" not in q["sql"]]))
        assert not [q for q in captured if "suggestions_" in q["sql"]], turn
    # one for everything on PostgreSQL, one for each table on SQLite
    assert counts[-1] == (1 if connection.vendor == "postgresql" else 6)
