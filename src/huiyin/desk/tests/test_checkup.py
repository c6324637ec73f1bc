"""The check-up at the desk: exact numbers and matters for those who may, and a public answer that is looked through."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.cases.tests.desk_town import HOME, NOON, OTHER, TOP, working
from huiyin.checkup.models import Answer, Look, Question
from huiyin.desk.tests.conftest import SignIn

pytestmark = pytest.mark.django_db
TEXT = "看了十件，三件要重修。电话 13912345678。"


def asked(
    office: str = HOME,
    signature: str = "false_closing",
    strong: str = "verdict",
    ailment: str = "formalism",
    k: int = 90,
) -> Question:
    look, _ = Look.objects.get_or_create(
        until=NOON, defaults={
            "since": NOON, "looked_at": NOON, "lake_version": 1, "offices": 3, "alpha": 0.01, "signatures": {},
            "not_measurable": {}, "salt": bytes(32), "commitment": "0" * 64,
        },
    )  # fmt: skip
    words = {"zh": "看到的 {k}", "en": "seen {k}"}
    texts = {**dict.fromkeys(("title", "definition", "seen", "pattern", "next"), words), "innocent": [words]}
    return Question.objects.create(
        look=look, office=office, ailment=ailment, signature=signature, strong=strong, version=1, k=k, n=120,
        share=k / 120, low=0.0, high=1.0, usual=0.1, p=1e-9, p_adjusted=1e-7, words=texts,
    )  # fmt: skip


def page(client: Client, question: Question) -> str:
    return client.get(reverse("desk:question", args=[question.pk])).content.decode()


def post(client: Client, question: Question, **data: Any) -> Any:
    return client.post(reverse("desk:question", args=[question.pk]), {"after": "0", **data})


def test_a_head_is_led_to_the_matters_of_the_own_office_and_to_no_other(sign_in: SignIn) -> None:
    question, mine, theirs = asked(), working(key="1"), working(OTHER, key="2")
    for place, case in enumerate((mine, theirs)):
        question.seen_in.create(case=case, place=place)
    shown = page(sign_in("head", office=HOME), question)
    assert mine.number in shown
    assert theirs.number not in shown
    assert "还有 1 件没有列出来" in shown
    assert theirs.number in page(sign_in("reviewer", office=TOP), question)


def test_questions_of_other_offices_are_not_found_and_not_listed(sign_in: SignIn) -> None:
    question = asked(OTHER)
    client = sign_in("head", office=HOME)
    assert client.get(reverse("desk:question", args=[question.pk])).status_code == 404
    assert post(client, question, text="好").status_code == 404
    assert str(question.pk) not in client.get(reverse("desk:checkup")).content.decode()
    assert str(question.pk) in sign_in("supervisor", office=TOP).get(reverse("desk:checkup")).content.decode()


@pytest.mark.parametrize(("facts", "said"), [
    ({"signature": "false_closing", "strong": "callback"}, "这些事由复核和督办的人看"),
    ({"signature": "idle_looks", "strong": "idle", "ailment": "self_serving"}, "这些事由复核和督办的人看"),
    ({"signature": "pressure", "strong": "told", "ailment": "self_serving"}, "哪里都没有存"),
])  # fmt: skip
def test_the_office_is_not_led_to_those_who_told(sign_in: SignIn, facts: dict[str, str], said: str) -> None:
    question, case = asked(**facts), working(key="1")
    question.seen_in.create(case=case, place=0)
    shown = page(sign_in("head", office=HOME), question)
    assert case.number not in shown
    assert said in shown
    assert "没有列出来" not in shown


def test_what_few_told_is_read_by_those_who_watch_and_by_no_office(sign_in: SignIn) -> None:
    question = asked(signature="pressure", strong="told", ailment="self_serving", k=9)
    assert sign_in("head", office=HOME).get(reverse("desk:question", args=[question.pk])).status_code == 404
    assert "说的人不到十个" in page(sign_in("reviewer", office=TOP), question)


def test_personal_data_is_shown_to_the_writer_first_and_hidden_when_they_say_so(sign_in: SignIn) -> None:
    question, client = asked(), sign_in("head", office=HOME)
    warned = post(client, question, text=TEXT)
    assert warned.status_code == 422
    assert "手机号：13912345678" in warned.content.decode()
    assert not Answer.objects.exists()
    assert post(client, question, text=TEXT, traces="mask").status_code == 302
    assert Answer.objects.get().text == "看了十件，三件要重修。电话 ＊＊＊。"
    assert "看了十件" in page(client, question)


def test_an_office_number_may_be_told_on_purpose(sign_in: SignIn) -> None:
    question = asked()
    assert post(sign_in("head", office=HOME), question, text=TEXT, traces="keep").status_code == 302
    assert Answer.objects.get().text == TEXT


def test_a_second_answer_from_an_old_page_keeps_its_words_and_asks_again(sign_in: SignIn) -> None:
    question, client = asked(), sign_in("head", office=HOME)
    assert post(client, question, text="第一个").status_code == 302
    stale = post(client, question, text="第二个")
    assert stale.status_code == 409
    assert "第二个" in stale.content.decode()
    assert 'name="after" value="1"' in stale.content.decode()
    assert post(client, question, text="第二个", after="1").status_code == 302
    assert [answer.text for answer in question.answers.all()] == ["第一个", "第二个"]


@pytest.mark.parametrize("role", ["reviewer", "supervisor"])
def test_those_who_watch_do_not_answer_for_the_office(sign_in: SignIn, role: str) -> None:
    question, client = asked(), sign_in(role, office=TOP)
    assert "<textarea" not in page(client, question)
    assert post(client, question, text="好").status_code == 403
    assert not Answer.objects.exists()


def test_the_pages_read_as_much_with_many_as_with_one(
    sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    question = asked()
    for number in range(12):
        question.seen_in.create(case=working(key=str(number)), place=number)
        asked(signature=f"s{number}")
    client = sign_in("head", office=HOME)
    page(client, question)
    with django_assert_max_num_queries(9):
        client.get(reverse("desk:checkup"))
    with django_assert_max_num_queries(14):
        shown = page(client, question)
    assert shown.count("/desk/matters/26-") == 12
