"""A delay that was reported reaches the person it names: a list with its count, and the page of the matter."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.cases.lifecycle import Actor, Claim, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.projection import state_of
from huiyin.cases.tests.desk_town import HANDLER, HOME, NOON, OTHER, RESIDENT, TOP, dispatched, give, receive, working
from huiyin.cases.tests.pictures import small_png
from huiyin.desk.tests.conftest import SignIn, address
from huiyin.organisation import store

pytestmark = pytest.mark.django_db
SYSTEM = Actor(Role.SYSTEM)
LANGUAGES = ["zh-hans", "en"]


def late(levels: int, key: str = "late") -> tuple[Case, datetime]:
    """One that nobody acknowledged, reported `levels` times; and a minute after the last report."""
    case = dispatched(key=key)
    return case, run_out(case, "acknowledge", *["overdue"] * (levels - 1)) + timedelta(minutes=1)


def run_out(case: Case, *purposes: str) -> datetime:
    at = NOON
    for purpose in purposes:
        at = state_of(case).clocks[purpose].due_at
        give(case, c.ClockRanOut(purpose), SYSTEM, at)
    return at


@pytest.mark.parametrize(
    ("language", "tab", "heading", "why"),
    [
        ("zh-hans", "上报给您的", "这件事上报给了您", "“签收”的期限已过"),
        ("en", "Reported to you", "This matter was reported to you", "The deadline for “Acknowledge” has passed"),
    ],
)
def test_the_head_above_sees_what_was_reported_to_them_and_why_and_may_help(
    language: str, tab: str, heading: str, why: str, sign_in: SignIn
) -> None:
    case, at = late(2)
    with time_machine.travel(at, tick=False):
        head = sign_in("head", office=TOP)
        first = head.get(address(language, "inbox")).content.decode()
        assert f'<a href="?tab=reported">{tab} <span class="number">1</span></a>' in first
        assert f'<a href="?tab=reported">{tab} 1</a>' in first  # beside "nothing to do", which is only half of it
        listed = head.get(address(language, "inbox") + "?tab=reported").content.decode()
        assert case.number in listed
        assert store.current().offices[HOME].names.local(language) in listed
        page = head.get(address(language, "case", case.number)).content.decode()
        assert heading in page
        assert why in page
        assert 'id="do-Note"' in page
        assert 'id="do-AddSupport"' in page
        assert 'id="do-Acknowledge"' not in page
        handler = sign_in("handler", office=TOP)
        assert "reported" not in handler.get(address(language, "inbox")).content.decode()
        nothing = handler.get(address(language, "inbox") + "?tab=reported")
        assert (nothing.status_code, case.number in nothing.content.decode()) == (200, False)


def test_what_the_head_above_does_is_recorded_and_the_report_stays_until_the_office_moves(sign_in: SignIn) -> None:
    case, at = late(2)
    with time_machine.travel(at, tick=False):
        head = sign_in("head", office=TOP)
        note = {"seq": case.seq, "text": "请今天签收", "visible": "office"}
        assert head.post(reverse("desk:act", args=[case.number, "Note"]), note).status_code == 302
        case.refresh_from_db()
        help_ = {"seq": case.seq, "office": OTHER, "reason": "要一起看管线"}
        assert head.post(reverse("desk:act", args=[case.number, "AddSupport"]), help_).status_code == 302
        case.refresh_from_db()
        assert case.details["support"] == [OTHER]
        assert case.number in head.get(reverse("desk:inbox") + "?tab=reported").content.decode()
        give(case, c.Acknowledge(), HANDLER, at)
        assert case.number not in head.get(reverse("desk:inbox") + "?tab=reported").content.decode()
        page = head.get(reverse("desk:case", args=[case.number])).content.decode()
        assert "这件事上报给了您" not in page
        assert 'id="do-Note"' not in page


def test_the_inbox_of_a_head_takes_eight_statements_at_most(
    sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(3):
        late(1, str(i))
    at = late(1, "last")[1]
    with time_machine.travel(at, tick=False):
        client = sign_in("head", office=HOME)
        for tab in ("lead", "support", "reported", "answered", "rested"):
            store.current()
            monkeypatch.setattr(store._known, "checked", 0.0)
            with django_assert_max_num_queries(8):
                shown = client.get(reverse("desk:inbox") + f"?tab={tab}").content.decode()
            assert '上报给您的 <span class="number">4</span>' in shown


@pytest.mark.parametrize(("language", "tab"), [("zh-hans", "上报给您的"), ("en", "Reported to you")])
def test_the_supervisor_has_a_list_of_their_own(language: str, tab: str, sign_in: SignIn) -> None:
    told, at = late(3)
    other = receive(key="other")
    Case.objects.filter(pk=other.pk).update(escalation=1, details={**other.details, "escalated_to": f"head@{TOP}"})
    with time_machine.travel(at, tick=False):
        supervisor = sign_in("supervisor", office=TOP)
        shown = supervisor.get(address(language, "oversight") + "?list=reported").content.decode()
        assert f'{tab} <span class="number">1</span>' in shown
        assert told.number in shown
        assert other.number not in shown
        reviewer = sign_in("reviewer", office=TOP).get(address(language, "oversight")).content.decode()
        assert tab not in reviewer


def test_a_late_review_is_shown_to_the_supervisor_also_when_it_was_once_reported_to_nobody_who_reads(
    sign_in: SignIn,
) -> None:
    case = working()
    for said in ("路不平是正常的", "又看了一次"):
        give(case, c.Answer(Claim.EXPLAINED, said), HANDLER)
        give(case, [c.GiveVerdict(Verdict.NOT_SOLVED), c.Dispute(f"不同意：{said}")], RESIDENT)
    at = run_out(case, "review") + timedelta(minutes=1)
    with time_machine.travel(at, tick=False):
        supervisor = sign_in("supervisor", office=TOP)
        assert case.details["escalated_to"] == "supervisor"
        assert case.number in supervisor.get(reverse("desk:oversight") + "?list=reported").content.decode()
        Case.objects.filter(pk=case.pk).update(details={**case.details, "escalated_to": "administrator"})
        assert case.number in supervisor.get(reverse("desk:oversight") + "?list=reported").content.decode()
        assert "“复核”的期限已过" in supervisor.get(reverse("desk:case", args=[case.number])).content.decode()


@pytest.mark.parametrize(
    ("language", "above", "beside"),
    [
        ("zh-hans", "照片没有存下，要重新选一次；其他填的都还在。", "照片没有存下，请重新选一次。"),
        (
            "en",
            "The photo was not kept and must be chosen again; all else you filled in is still here.",
            "The photo was not kept. Please choose it again.",
        ),
    ],
)
def test_a_photo_lost_because_the_matter_moved_on_is_said_to_be_lost(
    language: str, above: str, beside: str, sign_in: SignIn
) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    photo = SimpleUploadedFile("a.png", small_png(), content_type="image/png")
    form = {"seq": case.seq - 1, "photo": photo, "visible": "resident"}
    response = client.post(address(language, "act", case.number, "Attach"), form)
    page = response.content.decode()
    assert response.status_code == 409
    assert above in page
    assert beside in page
    attach = page.split('id="do-Attach"')[1].split("</details>")[0]
    assert attach.split('value="resident"')[1].split(">")[0].strip() in ("selected", "checked") or "checked" in attach


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_that_is_none_must_be_chosen_again(language: str, sign_in: SignIn) -> None:
    case, client = working(), sign_in("handler", office=HOME)
    photo = SimpleUploadedFile("a.png", b"no picture", content_type="image/png")
    form = {"seq": case.seq, "photo": photo, "visible": "resident"}
    response = client.post(address(language, "act", case.number, "Attach"), form)
    said = {"zh-hans": "照片没有存下，请重新选一次。", "en": "The photo was not kept. Please choose it again."}
    assert response.status_code == 422
    assert said[language] in response.content.decode()
