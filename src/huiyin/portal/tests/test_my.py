from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huiyin.cases import vault
from huiyin.cases.actions import perform
from huiyin.cases.lifecycle import Actor, Claim, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Attachment, Case
from huiyin.ledger import actions as ledger
from huiyin.ledger.models import Entry
from huiyin.portal import access
from huiyin.portal.tests import town
from huiyin.portal.tests.town import HANDLER, mark, page

CONTACT = '{"name":"王女士","phone":"13800001111"}'


def do(client: Client, action: str, **fields: object) -> object:
    text = page(client.get("/my/"))
    return client.post("/my/", {"mark": mark(text), "do": action, **fields})


def answered(client: Client) -> Case:
    given = town.matter(contact=CONTACT)
    town.answer(given)
    town.enter(client, given)
    return Case.objects.get()


# --- being let in ---------------------------------------------------------------------------------------------------


def test_the_code_opens_the_matter_however_it_is_typed(here: Client) -> None:
    given = town.matter()
    response = here.post("/follow/", {"code": given.code.lower().replace("-", "  ")})
    assert (response.status_code, response["Location"]) == (303, "/my/")
    assert given.number in page(here.get("/my/"))


def test_the_cookie_is_closed_to_scripts_and_to_other_sites(here: Client) -> None:
    town.enter(here, town.matter())
    cookie = here.cookies[access.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["max-age"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_typo_is_found_and_the_group_is_named(here: Client, prefix: str) -> None:
    groups = town.matter().code.split("-")
    wrong = "A" if groups[2][0] != "A" else "B"
    groups[2] = wrong + groups[2][1:]
    response = here.post(f"{prefix}/follow/", {"code": "-".join(groups)})
    assert response.status_code == 422
    assert ("第 3 组不对" if not prefix else "Group 3 cannot be right") in page(response)
    assert "-".join(groups) in page(response)


@pytest.mark.parametrize(
    ("code", "words"),
    [("", "请写上"), ("12345", "字数不对"), ("U" + "0" * 29, "第 1 组里有"), ("灯" * 30, "第 1 组里有")],
)
def test_codes_that_cannot_be_right_get_a_plain_answer(here: Client, code: str, words: str) -> None:
    response = here.post("/follow/", {"code": code})
    assert response.status_code == 422
    assert words in page(response)


def test_wrong_codes_are_slowed_down_but_a_right_one_always_opens(here: Client) -> None:
    from huiyin.base.codes import claim_code

    given = town.matter()
    statuses = [here.post("/follow/", {"code": claim_code(b"x", "y", str(n))}).status_code for n in range(42)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert here.post("/follow/", {"code": given.code}).status_code == 303


def test_without_the_code_nothing_of_the_matter_is_shown(here: Client) -> None:
    town.matter()
    response = here.get("/my/")
    assert response.status_code == 401
    assert town.WORDS not in page(response)
    assert here.get("/my/proof/").status_code == 401


@pytest.mark.parametrize(
    "spoil", [lambda v: v[:-1] + "x", lambda v: "x" + v, lambda v: v.replace(".", ":", 1), lambda v: ""]
)
def test_a_spoilt_cookie_opens_nothing(here: Client, spoil: object) -> None:
    town.enter(here, town.matter())
    here.cookies[access.COOKIE] = spoil(here.cookies[access.COOKIE].value)  # type: ignore[operator]
    assert here.get("/my/").status_code == 401


def test_half_an_hour_without_a_move_closes_the_matter_and_gives_typed_words_back(here: Client) -> None:
    town.enter(here, town.matter())
    text = page(here.get("/my/"))
    with time_machine.travel(timezone.now() + timedelta(minutes=29), tick=False):
        assert here.get("/my/").status_code == 200  # a move: the half hour begins again
    with time_machine.travel(timezone.now() + timedelta(minutes=58), tick=False):
        assert here.get("/my/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=90), tick=False):
        response = here.post("/my/", {"mark": mark(text), "do": "message", "text": "一段写了很久的话"})
        assert response.status_code == 401
        assert "一段写了很久的话" in page(response)
    assert not Entry.objects.filter(kind="message").exists()


def test_leaving_forgets_the_cookie_and_asks_the_browser_to_forget_too(here: Client) -> None:
    town.enter(here, town.matter())
    response = here.post("/my/leave/")
    assert '"cache"' in response["Clear-Site-Data"]
    assert here.get("/my/").status_code == 401


def test_a_form_without_the_mark_of_this_visit_does_nothing_and_keeps_the_words(here: Client) -> None:
    town.enter(here, town.matter())
    other = Client()
    town.enter(other, town.matter(key="2"))
    foreign = mark(page(other.get("/my/")))
    for bad in ("", "1:forged", foreign):
        response = here.post("/my/", {"mark": bad, "do": "message", "text": "一句话"})
        assert response.status_code == 403
        assert "一句话" in page(response)
    assert not Entry.objects.filter(kind="message").exists()


def test_every_page_of_the_matter_stays_out_of_caches(here: Client) -> None:
    town.enter(here, town.matter())
    for address in ("/my/", "/my/?ask=erase", "/my/proof/", "/follow/"):
        assert "no-store" in here.get(address)["Cache-Control"], address


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_page_says_who_has_it_and_by_when(here: Client) -> None:
    given = town.matter()
    town.enter(here, given)
    assert "已经收到，正在找负责的单位。" in page(here.get("/my/"))
    town.work(given)
    text = page(here.get("/my/"))
    assert "现在由照明所处理。" in text
    assert "最迟答复您：" in text
    assert "Lighting office has it now." in page(here.get("/en/my/"))


def test_an_answer_shows_the_claim_beside_four_verdict_buttons(here: Client) -> None:
    answered(here)
    text = page(here.get("/my/"))
    assert "chip-claim" in text
    assert "换了灯泡，晚上试过，亮了。" in text
    for value in ("solved", "partly", "not_solved", "cannot_say"):
        assert f'value="verdict:{value}"' in text


def test_solved_rests_the_matter_in_the_residents_name(here: Client) -> None:
    case = answered(here)
    do(here, "verdict:solved")
    case.refresh_from_db()
    assert (case.outcome, case.verdict_by) == ("solved", "resident")
    assert "您确认已解决" in page(here.get("/my/"))


def test_not_solved_asks_why_first_and_then_sends_it_back_in_one_step(here: Client) -> None:
    case = answered(here)
    text = page(do(here, "verdict:not_solved"))
    assert "哪里没解决？" in text
    case.refresh_from_db()
    assert case.verdict == ""
    response = here.post("/my/", {"mark": mark(text), "do": "dispute", "value": "not_solved", "text": "还是黑的"})
    assert response["Location"].endswith("?done=dispute")
    case.refresh_from_db()
    assert (case.phase, case.round) == ("working", 2)
    assert "还是黑的" in vault.words(case.pk).values()


def test_the_reason_is_optional_and_so_is_having_it_done_again(here: Client) -> None:
    case = answered(here)
    text = page(do(here, "verdict:partly"))
    here.post("/my/", {"mark": mark(text), "do": "only:partly", "value": "partly", "text": ""})
    case.refresh_from_db()
    assert (case.phase, case.verdict) == ("answered", "partly")
    assert "退回去重新办" in page(here.get("/my/"))


def test_pressing_send_back_twice_sends_back_once(here: Client) -> None:
    case = answered(here)
    text = page(do(here, "verdict:not_solved"))
    for _ in range(2):
        response = here.post("/my/", {"mark": mark(text), "do": "dispute", "value": "not_solved", "text": ""})
        assert response.status_code == 303
    case.refresh_from_db()
    assert case.round == 2
    assert Entry.objects.filter(kind="disputed").count() == 1


def test_the_second_time_it_goes_to_the_independent_reviewer(here: Client) -> None:
    case = answered(here)
    do(here, "dispute", value="not_solved")
    perform(case.pk, c.Answer(Claim.SOLVED, "又换了一次"), HANDLER, timezone.now())
    text = page(do(here, "verdict:not_solved"))
    assert "请独立监督员复核" in text
    here.post("/my/", {"mark": mark(text), "do": "dispute", "value": "not_solved"})
    case.refresh_from_db()
    assert case.phase == "reviewing"


def test_a_verdict_pressed_on_a_page_that_is_out_of_date_is_told_so(here: Client) -> None:
    case = answered(here)
    old = mark(page(here.get("/my/")))
    do(here, "dispute", value="not_solved")
    response = here.post("/my/", {"mark": old, "do": "verdict:cannot_say"})
    assert response.status_code == 409
    assert "状态已经变了" in page(response)
    case.refresh_from_db()
    assert case.verdict == ""


def test_a_message_reaches_the_office_once_however_often_it_is_sent(here: Client) -> None:
    town.enter(here, town.matter())
    form = {"mark": mark(page(here.get("/my/"))), "do": "message", "text": "明天我在家"}
    assert [here.post("/my/", form).status_code for _ in range(3)] == [303] * 3
    assert Entry.objects.filter(kind="message").count() == 1
    assert "明天我在家" in page(here.get("/my/"))


def test_the_same_words_on_a_later_page_are_another_message(here: Client) -> None:
    town.enter(here, town.matter())
    for _ in range(2):
        do(here, "message", text="有消息吗")
    assert Entry.objects.filter(kind="message").count() == 2


@pytest.mark.parametrize(("words", "said"), [("", "还没有写留言"), ("灯" * 5001, "写得太长了")])
def test_messages_that_cannot_be_taken_stay_on_the_page(here: Client, words: str, said: str) -> None:
    town.enter(here, town.matter())
    response = do(here, "message", text=words)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert said in page(response)
    assert words in page(response)


def test_a_question_is_answered_on_the_page(here: Client) -> None:
    given = town.matter()
    town.work(given)
    perform(given.case_id, c.AskResident("几点到几点黑？"), HANDLER, timezone.now())
    town.enter(here, given)
    assert "几点到几点黑？" in page(here.get("/my/"))
    do(here, "reply", text="晚上七点以后")
    assert "晚上七点以后" in page(here.get("/my/"))
    assert not Case.objects.get().details.get("waiting_for")


def test_a_photo_can_be_added_and_is_shown_to_its_owner_only(here: Client) -> None:
    town.enter(here, town.matter())
    do(here, "photo", photo=SimpleUploadedFile("a.jpg", town.photo(), "image/jpeg"))
    address = f"/my/photo/{Attachment.objects.get().pk}/"
    assert address in page(here.get("/my/"))
    response = here.get(address)
    assert response["Content-Type"] == "image/jpeg"
    stranger = Client()
    assert stranger.get(address).status_code == 404
    town.enter(stranger, town.matter(key="2"))
    assert stranger.get(address).status_code == 404


def test_a_bad_photo_is_named_and_a_good_one_beside_it_kept(here: Client) -> None:
    town.enter(here, town.matter())
    files = [SimpleUploadedFile("ok.jpg", town.photo()), SimpleUploadedFile("bad.jpg", b"<html>")]
    text = page(do(here, "photo", photo=files))
    assert "bad.jpg" in text
    assert Attachment.objects.count() == 1
    assert "您添加了一张照片" in text


def test_who_looked_at_the_contact_is_always_there(here: Client) -> None:
    given = town.matter(contact=CONTACT)
    town.work(given)
    town.enter(here, given)
    assert "到现在还没有人看过" in page(here.get("/my/"))
    perform(given.case_id, c.RevealContact("arrange_visit", "约今晚"), HANDLER, timezone.now())
    text = page(here.get("/my/"))
    assert "照明所看了您的联系方式" in text
    assert "约今晚" in text
    assert "约上门时间" in text


def test_without_a_contact_the_page_says_that_nobody_can_look(here: Client) -> None:
    town.enter(here, town.matter())
    assert "没有留联系方式，所以没有人能看。" in page(here.get("/my/"))


def test_who_can_see_it_can_be_changed_and_takes_it_off_the_public_page(here: Client) -> None:
    given = town.matter(title="路灯不亮")
    town.enter(here, given)
    do(here, "level", level="confidential")
    assert Case.objects.get().confidentiality == "confidential"
    assert here.get(f"/matters/{given.number}/").status_code == 404
    assert do(here, "level", level="everybody").status_code == 422  # type: ignore[attr-defined]


def test_withdrawing_asks_first(here: Client) -> None:
    town.enter(here, town.matter())
    assert "没有人可以要求您撤回" in page(here.get("/my/?ask=withdraw"))
    do(here, "withdraw", text="")
    assert Case.objects.get().outcome == "withdrawn"


def test_a_declined_matter_can_be_reviewed(here: Client) -> None:
    given = town.matter()
    perform(given.case_id, c.Decline("litigation", "合同争议", "去法院立案庭"), town.DISPATCHER, timezone.now())
    town.enter(here, given)
    text = page(here.get("/my/"))
    assert "去法院立案庭" in text
    assert "?ask=review" in text
    do(here, "review", text="不是合同")
    assert Case.objects.get().phase == "reviewing"


def test_a_matter_at_rest_can_be_opened_again_with_a_reason(here: Client) -> None:
    answered(here)
    do(here, "verdict:solved")
    response = do(here, "reopen", text="")
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert "还没有写理由" in page(response)
    do(here, "reopen", text="又黑了")
    assert Case.objects.get().phase == "working"


def test_erasing_needs_a_tick_and_leaves_no_word(here: Client) -> None:
    answered(here)
    assert do(here, "erase", what="all").status_code == 422  # type: ignore[attr-defined]
    assert do(here, "erase", sure="yes").status_code == 422  # type: ignore[attr-defined]
    do(here, "erase", what="all", sure="yes")
    case = Case.objects.get()
    assert case.erased
    assert vault.openings(case.pk) == []
    text = page(here.get("/my/"))
    assert town.WORDS not in text
    assert "内容已经全部删除" in text
    assert Entry.objects.get(kind="erased").actor == {"role": "system"}


def test_who_erased_everything_may_still_say_what_came_of_it_and_is_offered_nothing_that_nobody_could_do(
    here: Client,
) -> None:
    answered(here)
    do(here, "erase", what="all", sure="yes")
    asked = page(do(here, "verdict:not_solved"))
    assert "退回去重新办" not in asked
    assert "只记“没解决”" in asked
    do(here, "only:not_solved")
    case = Case.objects.get()
    assert (case.phase, case.verdict) == ("answered", "not_solved")
    assert "?ask=dispute" not in page(here.get("/my/"))
    assert "没有人能再办理或复核" in page(do(here, "dispute"))
    assert Case.objects.get().phase == "answered"


def test_erasing_only_the_contact_leaves_the_matter_going(here: Client) -> None:
    town.enter(here, town.matter(contact=CONTACT))
    do(here, "erase", what="contact", sure="yes")
    case = Case.objects.get()
    assert (case.erased, case.reachable) == (False, False)
    text = page(here.get("/my/"))
    assert town.WORDS in text
    assert "13800001111" not in text


def test_a_follower_sees_the_matter_it_follows_and_has_a_verdict_of_its_own(here: Client) -> None:
    first = town.matter(title="小学门口路灯不亮")
    second = town.matter(text="门口的灯黑着", key="2")
    perform(second.case_id, c.Merge(str(first.case_id)), town.RESIDENT, timezone.now())
    town.work(first)
    town.enter(here, second)
    text = page(here.get("/my/"))
    assert "小学门口路灯不亮" in text
    assert "现在由照明所处理。" in text
    assert town.WORDS not in text
    perform(second.case_id, c.ShareAnswer(Claim.SOLVED, "修好了", "light"), Actor(Role.SYSTEM), timezone.now())
    do(here, "verdict:solved")
    assert Case.objects.get(pk=second.case_id).verdict == "solved"
    assert Case.objects.get(pk=first.case_id).verdict == ""


def test_a_follower_can_part_again(here: Client) -> None:
    first, second = town.matter(title="路灯"), town.matter(key="2")
    perform(second.case_id, c.Merge(str(first.case_id)), town.RESIDENT, timezone.now())
    town.enter(here, second)
    do(here, "unmerge")
    assert Case.objects.get(pk=second.case_id).phase == "received"


def test_the_proof_waits_for_the_seal_and_then_opens_ones_own_words_only(here: Client) -> None:
    given = town.matter()
    town.enter(here, given)
    assert here.get("/my/proof/").status_code == 409
    perform(given.case_id, c.Dispatch("light", (), "内部指示"), town.DISPATCHER, timezone.now())
    ledger.seal(timezone.now())
    built = json.loads(page(here.get("/my/proof/")))
    labels = {opening["label"] for opening in built["openings"]}
    assert {"text", "body", "case"} <= labels
    assert built["number"] == given.number
    assert built["proof"]
    sent = page(here.get("/my/proof/?seq=2"))
    assert "内部指示" not in sent
    assert "staff" not in sent
    assert [here.get(f"/my/proof/?seq={bad}").status_code for bad in ("0", "99", "x", "٣", "9" * 9)] == [404] * 5


def test_no_working_note_and_no_account_reaches_the_resident(here: Client) -> None:
    given = town.matter()
    town.work(given)
    perform(given.case_id, c.Note("只给同事看"), HANDLER, timezone.now())
    perform(given.case_id, c.Note("灯泡到货了", "resident"), HANDLER, timezone.now())
    town.enter(here, given)
    text = page(here.get("/my/"))
    assert "只给同事看" not in text
    assert "灯泡到货了" in text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_of_a_long_matter_asks_the_database_little(
    here: Client, prefix: str, django_assert_max_num_queries: object
) -> None:
    case = answered(here)
    for n in range(12):
        perform(case.pk, c.Message(f"第 {n} 句"), HANDLER, timezone.now())
    here.get("/my/")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        text = page(here.get(f"{prefix}/my/"))
    assert "第 11 句" in text
    assert len(text.encode()) < 60_000


def test_words_of_the_office_are_shown_as_words(here: Client) -> None:
    given = town.matter()
    town.answer(given, "<script>alert(1)</script>")
    town.enter(here, given)
    assert not re.search(r"<script>alert", page(here.get("/my/")))
