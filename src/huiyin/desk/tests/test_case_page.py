"""One case, one page: everything needed to act, and whatever goes wrong nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from huiyin.cases import vocabulary as v
from huiyin.cases.lifecycle import TABLE, Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.tests.desk_town import (
    HANDLER,
    HOME,
    NOON,
    OTHER,
    PHONE,
    RESIDENT,
    TOP,
    dispatched,
    give,
    receive,
    working,
)
from huiyin.cases.tests.pictures import small_png
from huiyin.cases.timeline import READERS
from huiyin.desk.move_forms import FORMS
from huiyin.desk.tests.conftest import SignIn, address
from huiyin.ledger.models import Entry

pytestmark = pytest.mark.django_db
#: commands of staff roles that are no form of the case page, with the place where they are given
ELSEWHERE = {"Receive": "the operator's console", "Erase": "huiyin cases erase: administrators read no case"}
STAFF = frozenset(Role) - {Role.RESIDENT, Role.SYSTEM, Role.IMPORTER}


def do(client: Client, case: Case, command: str, **fields: object) -> Any:
    data = {"seq": case.seq, **fields}
    return client.post(reverse("desk:act", args=[case.number, command]), data)


def test_every_command_of_staff_has_a_form() -> None:
    given = {name for name, row in TABLE.items() if STAFF & row.roles.keys()}
    assert given - ELSEWHERE.keys() == FORMS.keys()


def test_every_form_says_what_the_resident_will_see_and_has_a_name() -> None:
    for name, form in FORMS.items():
        assert str(form.seen), name
        assert name in v.COMMANDS


def test_the_page_offers_what_may_be_done_and_nothing_else(sign_in: SignIn) -> None:
    case = dispatched()
    page = sign_in("handler", office=HOME).get(reverse("desk:case", args=[case.number])).content.decode()
    assert 'id="do-Acknowledge"' in page
    assert 'id="do-Object"' in page
    assert 'id="do-Answer"' not in page
    assert 'id="do-Dispatch"' not in page


def test_an_office_works_a_case_through_to_its_answer(sign_in: SignIn) -> None:
    case, client = dispatched(), sign_in("handler", office=HOME)
    do(client, case, "Acknowledge")
    case.refresh_from_db()
    do(client, case, "FirstContact", how="phone", note="约好下午")
    case.refresh_from_db()
    do(client, case, "Answer", claim="solved", text="已经补好。")
    case.refresh_from_db()
    assert (case.phase, case.claim, case.verdict) == ("answered", "solved", "")


def test_a_step_that_changed_meanwhile_is_told_with_what_changed_and_keeps_the_words(sign_in: SignIn) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    give(case, c.Message("我下午不在家"), RESIDENT, NOON + timedelta(minutes=70))
    case.seq -= 1
    response = do(client, case, "Note", text="准备下午去", visible="office")
    page = response.content.decode()
    assert response.status_code == 409
    assert "准备下午去" in page
    assert "您打开此页之后，这件事有了新进展" in page
    case.refresh_from_db()
    assert f'name="seq" value="{case.seq}"' in page
    assert do(client, case, "Note", text="准备下午去", visible="office").status_code == 302


def test_a_form_sent_twice_counts_once(sign_in: SignIn) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    for _ in range(2):
        do(client, case, "Message", text="我们下午三点来。")
    assert Entry.objects.filter(stream=case.pk, kind="message").count() == 1


def test_a_mistake_is_said_beside_the_field_and_the_words_stay(sign_in: SignIn) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    response = do(client, case, "Answer", claim="promised", text="我们会修，<b>很快</b>。")
    page = response.content.decode()
    assert response.status_code == 422
    assert "承诺要写明在哪一天前办好。" in page
    assert "我们会修，&lt;b&gt;很快&lt;/b&gt;。" in page


def test_personal_data_in_an_answer_must_be_confirmed_first(sign_in: SignIn) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    words = {"claim": "explained", "text": "请联系施工队，电话13700137000。"}
    first = do(client, case, "Answer", **words)
    assert first.status_code == 422
    assert "手机号：13700137000" in first.content.decode()
    assert do(client, case, "Answer", **words, confirmed="on").status_code == 302


#: command → the event it makes, for commands with words of staff that somebody outside the office reads
TOLD = {
    "Answer": "answered", "AnswerAtIntake": "answered", "AskResident": "resident_asked", "Message": "message",
    "Note": "noted", "SiteCheck": "site_checked", "Extend": "extended", "Park": "parked", "Resume": "resumed",
    "Object": "objected", "Decline": "declined", "RuleOnObjection": "objection_ruled", "Publish": "published",
    "Unpublish": "unpublished", "Unmerge": "unmerged", "Review": "reviewed", "Reopen": "reopened",
    "RevealContact": "contact_revealed",
}  # fmt: skip
#: these hold the person's own words, written down for them
OWN_WORDS = {"ReplyOfResident": "resident_replied", "Callback": "called_back"}


def test_every_text_that_leaves_the_office_is_looked_through_and_no_other() -> None:
    for name, form in FORMS.items():
        labels = READERS.get(TOLD.get(name, ""), {})
        outside = {label for label, readers in labels.items() if {"r", "p"} & {*readers}}
        assert set(form.leaving) == outside & form.base_fields.keys(), name
        assert ("confirmed" in form.base_fields) == bool(form.leaving), name
    events = {kind for kind, labels in READERS.items() if any("r" in readers for readers in labels.values())}
    by_residents = {"received", "verdict_given", "disputed", "review_asked", "withdrawn"}
    assert events == {*TOLD.values(), *OWN_WORDS.values(), *by_residents}


@pytest.mark.parametrize(("language", "kind"), [("zh-hans", "手机号"), ("en", "mobile number")])
@pytest.mark.parametrize(
    ("role", "command", "fields"),
    [
        ("handler", "Message", {"text": "{}"}),
        ("handler", "AskResident", {"question": "{}"}),
        ("handler", "Note", {"text": "{}", "visible": "resident"}),
        ("handler", "SiteCheck", {"found": "as_told", "text": "{}"}),
        ("head", "Extend", {"until": "last", "reason": "{}"}),
        ("head", "Park", {"reason_code": "weather", "reason": "{}", "until": "2026-05-20"}),
        ("dispatcher", "Decline", {"reason_code": "in_court", "reason": "{}", "route": "法院"}),
    ],
)
def test_personal_data_in_any_text_that_leaves_the_office_must_be_confirmed(
    role: str, command: str, fields: dict[str, str], language: str, kind: str, sign_in: SignIn
) -> None:
    case = receive() if command == "Decline" else working()
    client = sign_in(role, office=TOP if role == "dispatcher" else HOME)
    data = {name: value.format("请找施工队，13700137000") for name, value in fields.items()}
    choices = FORMS[command].base_fields
    for name in ("found", "reason_code"):
        if name in data:
            data[name] = next(code for code, _ in choices[name].choices if code)  # type: ignore[attr-defined]
    page = client.get(address(language, "case", case.number)).content.decode()
    if command == "Extend":
        data["until"] = re.findall(r"20\d\d-\d\d-\d\d", page.split('id="do-Extend"')[1])[0]
    url = address(language, "act", case.number, command)
    refused = client.post(url, {"seq": case.seq, **data})
    assert refused.status_code == 422
    said = refused.content.decode()
    assert kind in said
    assert "：13700137000" in said
    assert 'name="confirmed"' in said
    assert client.post(url, {"seq": case.seq, **data, "confirmed": "on"}).status_code == 302


def test_a_note_for_colleagues_needs_no_confirmation(sign_in: SignIn) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    assert do(client, case, "Note", text="施工队13700137000", visible="office").status_code == 302


def test_a_look_at_the_contact_needs_a_purpose_and_is_recorded(sign_in: SignIn) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    refused = do(client, case, "RevealContact")
    assert PHONE not in refused.content.decode()
    assert not Entry.objects.filter(stream=case.pk, kind="contact_revealed").exists()
    shown = do(client, case, "RevealContact", purpose="arrange_visit")
    assert PHONE in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert Entry.objects.filter(stream=case.pk, kind="contact_revealed").count() == 1
    assert PHONE not in client.get(reverse("desk:case", args=[case.number])).content.decode()


def test_an_extension_may_go_to_the_last_allowed_day(sign_in: SignIn) -> None:
    case, client = working(), sign_in("head", office=HOME)
    page = client.get(reverse("desk:case", args=[case.number])).content.decode()
    last = page.split("最晚 ")[1][:10]
    response = do(client, case, "Extend", until=last, reason="要等材料")
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.details["clocks"]["answer"]["due_at"].startswith(last)


def test_a_photo_is_cleaned_joined_and_served_so_that_it_can_run_nothing(sign_in: SignIn) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    upload = SimpleUploadedFile("a.png", small_png(), "image/png")
    assert do(client, case, "Attach", photo=upload, visible="resident").status_code == 302
    file = case.attachments.get()
    sent = client.get(reverse("desk:file", args=[case.number, file.pk]))
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    other = working(key="2")
    assert client.get(reverse("desk:file", args=[other.number, file.pk])).status_code == 404


def test_a_page_that_calls_itself_a_photo_is_refused_with_a_sentence(sign_in: SignIn) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    upload = SimpleUploadedFile("a.png", b"<html><script>alert(1)</script>", "image/png")
    response = do(client, case, "Attach", photo=upload, visible="office")
    assert response.status_code == 422
    assert "这个文件不是能打开的照片" in response.content.decode()


def test_the_second_objection_is_for_the_superior(sign_in: SignIn) -> None:
    case = working()
    give(case, c.Object("not_our_duty", "不归我们", OTHER), HANDLER)
    dispatcher, superior = sign_in("dispatcher", office=TOP), sign_in("supervisor", office=TOP)
    do(dispatcher, case, "RuleOnObjection", sustained="yes", lead=OTHER, reason="归供水公司")
    case.refresh_from_db()
    give(case, c.Object("no_power", "没有权限", HOME), Actor(Role.HANDLER, OTHER, "900004"))
    assert "RuleOnObjection" not in dispatcher.get(reverse("desk:case", args=[case.number])).content.decode()
    refused = do(dispatcher, case, "RuleOnObjection", sustained="no", reason="还是你们")
    assert "第二次异议要由派单员的上级裁定。" in refused.content.decode()
    ruled = do(superior, case, "RuleOnObjection", sustained="yes", lead=HOME, reason="改派")
    assert ruled.status_code == 302
    case.refresh_from_db()
    assert case.lead_id == HOME


def test_a_title_for_everybody_begins_without_personal_data(sign_in: SignIn) -> None:
    case = receive("张三家门口13800138000的路灯坏了。别的话")
    page = sign_in("dispatcher", office=TOP).get(reverse("desk:case", args=[case.number])).content.decode()
    title = page.split('name="title"')[1].split(">")[0]
    assert "13800138000" not in title
    assert "别的话" not in title


def test_a_merge_goes_to_a_number_that_may_be_seen(sign_in: SignIn) -> None:
    one, two = receive(key="1"), receive(key="2")
    client = sign_in("dispatcher", office=TOP)
    assert do(client, one, "Merge", number="26-0000-0000").status_code == 422
    assert do(client, one, "Merge", number=two.number.lower()).status_code == 302
    one.refresh_from_db()
    assert one.merged_into_id == two.pk


def test_the_page_in_english_is_english(sign_in: SignIn) -> None:
    case = working()
    page = sign_in("handler", office=HOME).get(f"/en/desk/matters/{case.number}/").content.decode()
    assert "What the resident will see" in page
    assert "诉求人" not in page
