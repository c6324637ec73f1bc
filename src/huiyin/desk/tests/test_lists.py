"""Inbox, board, rulings, docket and oversight: the right matters, few statements, one press where one is enough."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.cases.lifecycle import Claim, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.tests.desk_town import HANDLER, HOME, NOON, OTHER, RESIDENT, TOP, dispatched, give, receive, working
from huiyin.desk.tests.conftest import SignIn
from huiyin.organisation import store

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, query: str = "") -> str:
    return client.get(reverse(f"desk:{name}") + query).content.decode()


def test_an_inbox_page_takes_eight_statements_at_most(
    sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Session, account and staff row included, and the look (every two seconds) whether another pack is in force."""
    for i in range(27):
        dispatched(key=str(i))
    client = sign_in("handler", office=HOME)
    store.current()
    monkeypatch.setattr(store._known, "checked", 0.0)
    with django_assert_max_num_queries(8):
        shown = page(client, "inbox")
    assert shown.count('name="number" value="26-') == 25


def test_the_inbox_leads_on_to_the_rest(sign_in: SignIn) -> None:
    for i in range(27):
        dispatched(key=str(i))
    client = sign_in("handler", office=HOME)
    after = page(client, "inbox").split("?after=")[1].split('"')[0]
    assert page(client, "inbox", f"?after={after}").count('name="number" value="26-') == 2


def test_the_inbox_of_an_office_holds_no_matter_of_another(sign_in: SignIn) -> None:
    mine, theirs = dispatched(key="1"), dispatched(OTHER, key="2")
    shown = page(sign_in("handler", office=HOME), "inbox")
    assert mine.number in shown
    assert theirs.number not in shown


def test_ticked_matters_are_acknowledged_and_the_others_are_named_with_the_reason(sign_in: SignIn) -> None:
    ready, worked_on, foreign = dispatched(key="1"), working(key="2"), dispatched(OTHER, key="3")
    client = sign_in("handler", office=HOME)
    numbers = [ready.number, worked_on.number, foreign.number]
    answer = client.post(reverse("desk:acknowledge"), {"number": numbers, "back": "tab=lead"}, follow=True)
    shown = answer.content.decode()
    assert "已签收 1 件。" in shown
    assert f"{worked_on.number} 没有签收：这件事的状态已经变了" in shown
    assert f"{foreign.number} 没有签收：没有找到这件事" in shown
    ready.refresh_from_db()
    foreign.refresh_from_db()
    assert (ready.phase, foreign.phase) == ("working", "dispatched")


def fields_of(shown: str) -> dict[str, str]:
    """What a browser would send for the suggestion as it stands."""
    form = shown.split('id="send"')[1].split("</form>")[0]
    fields = {}
    for name in ("category", "area", "urgency", "lead", "kind"):
        part = form.split(f'name="{name}"')[1].split("</select>")[0]
        fields[name] = part.split(" selected")[0].rsplit('value="', 1)[1].split('"')[0]
    fields["seq"] = form.split('name="seq" value="')[1].split('"')[0]
    return fields


def test_a_suggestion_explains_itself_and_is_accepted_with_one_press(sign_in: SignIn) -> None:
    case = receive("路上有个大坑，骑车危险")
    client = sign_in("dispatcher", office=TOP)
    shown = page(client, "board")
    assert "因为写了：大坑" in shown
    assert "路面由所在街道主办（派单目录第 5 行）" in shown
    client.post(reverse("desk:send", args=[case.number]), {**fields_of(shown), "do": "send"})
    case.refresh_from_db()
    assert (case.phase, case.lead_id, case.category_id) == ("dispatched", HOME, "A1")


def test_another_category_brings_another_office_and_loses_nothing_typed(sign_in: SignIn) -> None:
    case = receive("路上有个大坑，骑车危险")
    client = sign_in("dispatcher", office=TOP)
    form = {**fields_of(page(client, "board")), "category": "A2", "instruction": "请先看现场", "do": "look"}
    shown = client.post(reverse("desk:send", args=[case.number]), form).content.decode()
    assert fields_of(shown)["lead"] == TOP
    assert "请先看现场" in shown
    case.refresh_from_db()
    assert case.phase == "received"


def test_what_a_colleague_sent_meanwhile_is_not_sent_again(sign_in: SignIn) -> None:
    case = receive("路上有个大坑")
    client = sign_in("dispatcher", office=TOP)
    form = {**fields_of(page(client, "board")), "do": "send"}
    client.post(reverse("desk:send", args=[case.number]), form)
    again = client.post(reverse("desk:send", args=[case.number]), form, follow=True).content.decode()
    assert "没有重复派单" in again
    case.refresh_from_db()
    assert case.details["trail"] == [HOME]


def test_the_oldest_deadline_is_on_the_board_first(sign_in: SignIn) -> None:
    new = receive(key="new")
    old = receive(key="old", at=NOON - timedelta(days=4))
    shown = page(sign_in("dispatcher", office=TOP), "board")
    assert shown.index(f"?number={old.number}") < shown.index(f"?number={new.number}")


def test_objections_name_who_rules(sign_in: SignIn) -> None:
    case = working()
    give(case, c.Object("not_our_duty", "不归我们", OTHER), HANDLER)
    assert "看理由并裁定" in page(sign_in("dispatcher", office=TOP), "rulings")
    Case.objects.filter(pk=case.pk).update(details={**case.details, "rulings": 1})
    assert "由派单员的上级裁定。" in page(sign_in("dispatcher", office=TOP), "rulings")
    assert "看理由并裁定" in page(sign_in("supervisor", office=TOP), "rulings")


def disputed() -> Case:
    """Answered twice, disputed twice: with the reviewer."""
    case = working()
    for said in ("路不平是正常的", "又看了一次"):
        give(case, c.Answer(Claim.EXPLAINED, said), HANDLER)
        give(case, [c.GiveVerdict(Verdict.NOT_SOLVED), c.Dispute(f"不同意：{said}")], RESIDENT)
    return case


def test_the_docket_shows_both_sides_and_takes_the_ruling(sign_in: SignIn) -> None:
    case, client = disputed(), sign_in("reviewer", office=TOP)
    shown = page(client, "docket")
    assert "路不平是正常的" in shown
    assert "不同意：又看了一次" in shown
    form: dict[str, Any] = {"seq": case.seq, "ruling": "redo", "reason": "没有到现场，重办。", "next": "docket"}
    answer = client.post(reverse("desk:act", args=[case.number, "Review"]), form)
    assert answer.url == reverse("desk:docket")
    case.refresh_from_db()
    assert (case.phase, case.round) == ("working", 3)


def test_a_reviewer_whose_office_had_the_case_is_warned(sign_in: SignIn) -> None:
    disputed()
    assert "请交给另一位监督员" in page(sign_in("reviewer", office=HOME), "docket")
    assert "请交给另一位监督员" not in page(sign_in("reviewer", office=OTHER), "docket")


def test_what_is_overdue_or_parked_reaches_the_supervisor(sign_in: SignIn) -> None:
    late = dispatched(key="late", at=NOON - timedelta(days=20))
    Case.objects.filter(pk=late.pk).update(due_at=NOON - timedelta(days=9))
    fresh = dispatched(key="fresh")
    shown = page(sign_in("supervisor", office=TOP), "oversight", "?list=overdue")
    assert late.number in shown
    assert fresh.number not in shown


def test_a_number_finds_a_matter_only_for_those_who_may_see_it(sign_in: SignIn) -> None:
    case = dispatched(OTHER)
    operator, stranger = sign_in("operator", office=TOP), sign_in("handler", office=HOME)
    query = f"?number={case.number.lower()}"
    assert operator.get(reverse("desk:find") + query).url == reverse("desk:case", args=[case.number])
    assert stranger.get(reverse("desk:find") + query).url == reverse("desk:home")
    assert operator.get(reverse("desk:find") + "?number=x").url == reverse("desk:home")
