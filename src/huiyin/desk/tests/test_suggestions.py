"""Suggestions at the desk: how sure, why, the second best, one press to correct; the reply check; recurring issues."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.cases.models import Case
from huiyin.cases.tests.desk_town import TOP
from huiyin.desk.fields import path_name
from huiyin.desk.reply_help import look
from huiyin.desk.tests.conftest import SignIn
from huiyin.desk.tests.test_lists import fields_of
from huiyin.organisation import store
from huiyin.suggestions import files, issues, matters, regather, replies
from huiyin.suggestions.models import Issue, Suggestion
from huiyin.suggestions.tests import body

pytestmark = pytest.mark.django_db
Count = Callable[[int], AbstractContextManager[object]]
HOLLOW = "您好，您反映的问题已经收到，已转交有关部门处理，感谢您的支持和理解。"
SOLID = "11月3日上午我们到学校门口查看，灯泡烧坏了，当天下午已经更换，晚上试过两盏都亮。"


@pytest.fixture(autouse=True)
def _body(_town: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "models")
    files.forget()
    body.load()
    yield
    files.forget()


def shown(client: Client, name: str = "board", *args: object) -> str:
    return client.get(reverse(f"desk:{name}", args=args)).content.decode()


def test_the_board_says_why_and_shows_the_second_best(sign_in: SignIn) -> None:
    body.receive(body.LAMP, "1")
    page = shown(sign_in("dispatcher", office=TOP))
    assert fields_of(page)["category"] == "RD2.01"
    assert fields_of(page)["lead"] == "light"
    assert "因为写了：路灯坏" in page
    assert "照明归照明所（派单目录第 3 行）" in page
    assert 'name="office" value="main"' in page
    assert Suggestion.objects.get().category == "RD2.01"


def test_not_sure_is_said_and_nothing_is_chosen(sign_in: SignIn) -> None:
    body.receive("请问一下这个怎么办才好呢", "1")
    page = shown(sign_in("dispatcher", office=TOP))
    assert "是哪一类拿不准，请您看。" in page
    assert fields_of(page)["category"] == ""
    assert Suggestion.objects.get().category == ""


def test_one_press_takes_another_category_or_another_office(sign_in: SignIn) -> None:
    case = body.receive(body.LAMP, "1")
    client = sign_in("dispatcher", office=TOP)
    form = {**fields_of(shown(client)), "instruction": "请先看现场"}
    picked = client.post(reverse("desk:send", args=[case.number]), {**form, "pick": "RD1.01"}).content.decode()
    assert (fields_of(picked)["category"], fields_of(picked)["lead"]) == ("RD1.01", "street-e")
    assert "请先看现场" in picked
    other = client.post(reverse("desk:send", args=[case.number]), {**form, "office": "main"}).content.decode()
    assert (fields_of(other)["category"], fields_of(other)["lead"]) == ("RD2.01", "main")
    client.post(reverse("desk:send", args=[case.number]), {**fields_of(other), "do": "send"})
    case.refresh_from_db()
    assert (case.category_id, case.lead_id) == ("RD2.01", "main")
    # what was suggested and what was chosen stay two things
    assert Suggestion.objects.get().office == "light"


def test_a_copy_of_another_matter_is_said_to_be_one(sign_in: SignIn) -> None:
    body.receive(body.LAMP, "1", at=body.NOON - timedelta(days=3))  # due first, so it is the one that is shown
    body.receive("学校门口路灯不亮，孩子放学走夜路看不见，请派人修一下。", "2")
    client = sign_in("dispatcher", office=TOP)
    assert "写得几乎一样" not in shown(client)
    body.receive(body.LAMP + "！", "3")
    assert "写得几乎一样" in shown(client)


def test_three_like_this_went_to(sign_in: SignIn) -> None:
    for n in range(3):
        body.settle(body.receive(f"{body.LAMP}{n}", f"p{n}"), "RD2.01", "light")
    body.receive(body.LAMP, "new")
    page = shown(sign_in("dispatcher", office=TOP))
    assert "像这样的 3 件交给了照明所" in page
    assert "同地同类的事它办过 3 件" in page


def test_the_board_stays_within_twenty_one_statements(sign_in: SignIn, django_assert_max_num_queries: Count) -> None:
    """Seven of them look for the same matter, one for what happened before, one for the stored suggestion."""
    for n in range(3):
        body.settle(body.receive(f"{body.LAMP}{n}", f"p{n}"), "RD2.01", "light")
    case = body.receive(body.LAMP, "new")
    matters.keep_suggestion(case.pk, body.NOON)
    client = sign_in("dispatcher", office=TOP)
    shown(client)
    with django_assert_max_num_queries(21):
        shown(client)


def test_the_operator_sees_the_same_while_typing(sign_in: SignIn) -> None:
    client = sign_in("operator", office=TOP)
    html = json.loads(client.post(reverse("desk:similar"), {"text": body.LAMP, "area": "e1"}).content)["html"]
    assert "路灯不亮" in html
    assert "照明所" in html
    html = json.loads(client.post(reverse("desk:similar"), {"text": "请问一下中山路那件事", "area": ""}).content)[
        "html"
    ]
    assert "拿不准，请您看。" in html
    assert "哪一个“中山路”？" in html


# --- the reply check --------------------------------------------------------------------------------


def working(sign_in: SignIn) -> tuple[Client, Case]:
    from huiyin.cases import actions
    from huiyin.cases.lifecycle import Actor, Role
    from huiyin.cases.lifecycle import commands as c

    case = body.receive(body.LAMP, "w", category="RD2.01")
    actions.perform(case.pk, c.Dispatch("light"), body.DISPATCHER, body.NOON)
    actions.perform(case.pk, c.Acknowledge(), Actor(Role.HANDLER, "light", "2"), body.NOON)
    case.refresh_from_db()
    return sign_in("handler", office="light"), case


def test_the_check_comes_in_parts_and_never_as_a_number(sign_in: SignIn) -> None:
    _, case = working(sign_in)
    found = look(case, HOLLOW)
    assert found is not None
    assert any("转交" in asks for asks, _ in found.weak)
    good = look(case, SOLID)
    assert good is not None
    assert not good.weak
    assert "说了做了什么" in good.good
    assert look(case, "  ") is None


def test_a_telephone_number_and_an_address_are_shown_to_be_looked_at(sign_in: SignIn) -> None:
    _, case = working(sign_in)
    found = look(case, f"{SOLID}住户在3栋2单元501室，电话0731-82220000。")
    assert found is not None
    assert {piece for _, piece in found.personal} >= {"3栋2单元501室", "0731-82220000"}


def test_a_copy_of_another_reply_is_asked_about(sign_in: SignIn) -> None:
    earlier = body.settle(body.receive(body.LAMP, "e"), "RD2.01", "light", SOLID)
    replies.keep(earlier.pk)
    _, case = working(sign_in)
    found = look(case, SOLID)
    assert found is not None
    assert any("和 1 件别的事的答复几乎一样" in asks for asks, _ in found.weak)


def test_looking_first_sends_nothing_and_keeps_what_is_typed(sign_in: SignIn) -> None:
    client, case = working(sign_in)
    data = {"seq": case.seq, "claim": "solved", "text": HOLLOW, "look": "1"}
    page = client.post(reverse("desk:act", args=[case.number, "Answer"]), data).content.decode()
    assert "发出前请看一眼" in page
    assert HOLLOW in page
    case.refresh_from_db()
    assert case.phase == "working"


def test_a_weak_reply_can_be_sent_all_the_same(sign_in: SignIn) -> None:
    client, case = working(sign_in)
    data = {"seq": case.seq, "claim": "explained", "text": HOLLOW}
    assert client.post(reverse("desk:act", args=[case.number, "Answer"]), data).status_code == 302
    case.refresh_from_db()
    assert case.phase == "answered"


def test_personal_data_alone_must_be_confirmed(sign_in: SignIn) -> None:
    client, case = working(sign_in)
    data = {"seq": case.seq, "claim": "solved", "text": f"{SOLID}住户手机13912345678"}
    url = reverse("desk:act", args=[case.number, "Answer"])
    assert client.post(url, data).status_code == 422
    assert client.post(url, {**data, "confirmed": "on"}).status_code == 302


def test_the_script_gets_the_same_and_only_for_ones_own_cases(sign_in: SignIn) -> None:
    client, case = working(sign_in)
    url = reverse("desk:reply-check", args=[case.number])
    assert "转交" in json.loads(client.post(url, {"text": HOLLOW}).content)["html"]
    assert sign_in("handler", office="water").post(url, {"text": HOLLOW}).status_code == 404


def test_a_ruling_that_will_be_public_is_looked_through(sign_in: SignIn) -> None:
    from huiyin.desk.move_forms import FORMS

    assert FORMS["Review"].leaving == ("reason",)
    assert "confirmed" in FORMS["Review"].base_fields


# --- recurring issues -------------------------------------------------------------------------------


def three_alike() -> tuple[Issue, list[Case]]:
    cases = []
    for n in range(3):
        case = body.receive(f"{body.LAMP}{n}", f"i{n}")
        issues.gather(case.pk, body.NOON)
        cases.append(case)
    return Issue.objects.get(), cases


def test_recurring_issues_are_listed_and_lead_to_their_matters(sign_in: SignIn) -> None:
    issue, cases = three_alike()
    client = sign_in("supervisor", office=TOP)
    assert reverse("desk:issue", args=[issue.pk]) in shown(client, "issues")
    assert (
        reverse("desk:issue", args=[issue.pk])
        not in client.get(reverse("desk:issues") + "?list=themes").content.decode()
    )
    page = shown(client, "issue", issue.pk)
    assert all(case.number in page for case in cases)
    assert "它们都写了：" in page
    assert "发现是同一件事" in page


def test_what_shares_only_a_larger_area_is_a_theme_and_a_school_is_named(sign_in: SignIn) -> None:
    for area in ("e1", "e2", "e3"):
        issues.gather(body.receive(body.LAMP, f"theme-{area}", area=area).pk, body.NOON)
    regather.anew(body.NOON)
    client, theme = sign_in("supervisor", office=TOP), Issue.objects.get()
    east = "多数在" + path_name(store.current().area_path("east"))
    assert east in client.get(reverse("desk:issues") + "?list=themes").content.decode()
    page = shown(client, "issue", theme.pk)
    assert east in page
    assert "它们不在同一个最小的区域，也没有写同一个地名" in page
    Issue.objects.filter(pk=theme.pk).update(theme=False, area="place:p3")
    assert "柳荫小学" in shown(client, "issues")
    assert "写明在哪里的，至少四分之三在" in shown(client, "issue", theme.pk)


def test_an_issue_that_went_into_another_leads_there(sign_in: SignIn) -> None:
    issue, _ = three_alike()
    gone = Issue.objects.create(founded_at=body.NOON, newest_at=body.NOON, into=issue)
    response = sign_in("supervisor", office=TOP).get(reverse("desk:issue", args=[gone.pk]))
    assert response.headers["Location"] == reverse("desk:issue", args=[issue.pk])


@pytest.mark.parametrize("role", ["operator", "reviewer", "handler", "head", "caller", "administrator"])
def test_other_roles_have_no_list_of_recurring_issues(role: str, sign_in: SignIn) -> None:
    office = "light" if role in ("handler", "head") else ("" if role == "administrator" else TOP)
    assert sign_in(role, office=office).get(reverse("desk:issues")).status_code == 403
