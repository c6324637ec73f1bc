from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from huiyin.base.limits import Bucket
from huiyin.cases import vault
from huiyin.cases.models import Attachment, Case
from huiyin.cases.projection import state_of
from huiyin.organisation import store
from huiyin.organisation.records import Names, Texts
from huiyin.portal import door, receipt, tokens, uploads
from huiyin.portal.tests import town
from huiyin.portal.tests.town import WORDS, hidden, page

BOTH = pytest.mark.parametrize("prefix", ["", "/en"])


def at_check(client: Client, **more: object) -> dict[str, object]:
    """The fields of the check page for these answers."""
    fields = {"token": town.token(client), "text": WORDS, "step": "more", "go": "next", "level": "open", **more}
    text = page(client.post("/say/", fields))
    assert "看一遍，再发送" in text, text
    return hidden(text)


def send(client: Client, **more: object) -> str:
    response = client.post("/say/", {**at_check(client, **more), "go": "send"})
    assert response.status_code == 200, page(response)
    return page(response)


def test_a_matter_is_said_in_four_steps_and_gets_a_receipt(here: Client) -> None:
    fields = hidden(page(here.get("/say/")))
    text = page(here.post("/say/", {**fields, "text": WORDS, "go": "next"}))
    assert "在哪里？" in text
    text = page(here.post("/say/", {**hidden(text), "area": "west", "place": "校门左边", "go": "next"}))
    assert "照片和联系方式" in text
    text = page(here.post("/say/", {**hidden(text), "phone": "13800001111", "level": "office", "go": "next"}))
    assert "看一遍，再发送" in text
    assert WORDS in text
    assert "校门左边" in text
    text = page(here.post("/say/", {**hidden(text), "go": "send"}))
    assert "收到了" in text
    case = Case.objects.get()
    assert case.number in text
    assert (case.area_id, case.confidentiality, case.reachable) == ("west", "office", True)
    kept = vault.words(case.pk)
    assert kept[1, "text"] == WORDS
    assert kept[1, "place"] == "校门左边"


def test_nothing_is_stored_in_the_browser_before_or_by_sending(here: Client) -> None:
    send(here)
    assert dict(here.cookies) == {}


def test_pages_with_own_words_are_never_kept_by_a_cache(here: Client) -> None:
    response = here.post("/say/", {"token": town.token(here), "text": WORDS, "go": "next"})
    assert "no-store" in response["Cache-Control"]


def test_the_receipt_shows_the_deadline_the_code_and_a_qr_without_the_code_in_any_address(here: Client) -> None:
    text = send(here)
    code = re.findall(r'name="code" value="([^"]+)"', text)[0]
    assert "最迟答复" in text
    assert "data:image/svg+xml" in text
    assert not re.search(rf'(href|action|src)="[^"]*{code[:6]}', text)
    assert Case.objects.get().number not in code


def test_sending_twice_gives_the_same_receipt_and_one_matter(here: Client) -> None:
    fields = at_check(here)
    first, second = (page(here.post("/say/", {**fields, "go": "send"})) for _ in range(2))
    codes = [re.findall(r'name="code" value="([^"]+)"', text)[0] for text in (first, second)]
    assert codes[0] == codes[1]
    assert Case.objects.count() == 1
    assert "只算一件" in second


def test_a_second_sending_with_other_words_says_that_they_are_not_in_it(here: Client) -> None:
    fields = at_check(here)
    here.post("/say/", {**fields, "go": "send"})
    text = page(here.post("/say/", {**fields, "text": WORDS + "还有一盏也坏了。", "go": "send"}))
    assert "后来改的话没有算进去" in text
    assert "还有一盏也坏了。" in text
    assert Case.objects.count() == 1


@BOTH
def test_a_token_that_expired_in_a_long_text_keeps_every_word_and_sends_at_the_second_press(
    here: Client, prefix: str
) -> None:
    fields = at_check(here)
    old = tokens.issue(timezone.now() - tokens.LIFETIME - timedelta(hours=1))
    long = WORDS * 90
    response = here.post(f"{prefix}/say/", {**fields, "token": old.text, "text": long, "go": "send"})
    assert response.status_code == 422
    text = page(response)
    assert long in text
    assert ("放了太久" if not prefix else "too long") in text
    again = hidden(text)
    assert tokens.read(str(again["token"]), timezone.now()).key == old.key
    assert "收到了" in page(here.post("/say/", {**again, "go": "send"}))


def test_a_forged_token_keeps_every_word_and_makes_no_matter(here: Client) -> None:
    fields = at_check(here)
    text = page(here.post("/say/", {**fields, "token": "abc.1:forged", "go": "send"}))
    assert WORDS in text
    assert Case.objects.count() == 0
    assert "收到了" in page(here.post("/say/", {**hidden(text), "go": "send"}))


@BOTH
@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        ("", "还没有写内容", "written"),
        ("   \n\t ", "还没有写内容", "written"),
        ("\x00\x01\x02\x1b", "还没有写内容", "written"),
        ("😡😡😡‼️", "只有表情或标点", "only pictures"),
        ("路灯坏了" * 8000, "写得太长了", "too long"),
        ("好\ufffd\ufffd灯", "没有读出来", "could not be read"),
    ],
    ids=["empty", "blank", "control characters", "emoji only", "100 kB", "unreadable letters"],
)
def test_words_that_cannot_be_taken_get_a_plain_answer_and_stay(
    here: Client, prefix: str, words: str, zh: str, en: str
) -> None:
    response = here.post(f"{prefix}/say/", {"token": town.token(here), "text": words, "step": "words", "go": "next"})
    text = page(response)
    assert response.status_code == 422
    assert (en if prefix else zh) in text
    readable = "".join(sign for sign in words if sign.isprintable())
    assert readable.strip() in text
    assert 'aria-invalid="true"' in text


def test_control_characters_between_words_are_dropped_and_the_words_kept(here: Client) -> None:
    send(here, text="路灯\x00坏了\x1b[31m\r\n三天")
    assert vault.words(Case.objects.get().pk)[1, "text"] == "路灯坏了[31m\n三天"


def test_words_in_gb18030_are_read(here: Client) -> None:
    from urllib.parse import quote_from_bytes

    body = f"token={town.token(here)}&step=words&go=next&text=" + quote_from_bytes("路灯坏了".encode("gb18030"))
    response = here.post("/say/", body, content_type="application/x-www-form-urlencoded")
    assert hidden(page(response))["text"] == "路灯坏了"


def test_bytes_that_are_no_letters_in_any_script_get_an_answer(here: Client) -> None:
    body = f"token={town.token(here)}&step=words&go=next&text=%FF%FE%FF%81"
    response = here.post("/say/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert "没有读出来" in page(response)


@pytest.mark.parametrize("step", ["words", "where", "same", "more", "check", "nonsense", ""])
@pytest.mark.parametrize("go", ["next", "send", "back:words", "edit:more", "drop:9", "map:closer", "join:x", "bogus"])
def test_steps_in_any_order_never_break_and_never_send_nothing(here: Client, step: str, go: str) -> None:
    response = here.post("/say/", {"token": town.token(here), "step": step, "go": go})
    assert response.status_code in (200, 422)
    assert Case.objects.count() == 0


def test_sending_from_nowhere_leads_to_the_step_that_lacks_something(here: Client) -> None:
    text = page(here.post("/say/", {"token": town.token(here), "step": "check", "go": "send", "place": "桥头"}))
    assert "您有什么事？" in text
    assert hidden(text)["place"] == "桥头"


@BOTH
@pytest.mark.parametrize("point", ["91,120", "north,south", "30.05", "1e999,1", "nan,nan", "0,0", "30.5,121.0"])
def test_wrong_coordinates_get_an_answer_and_cost_no_word(here: Client, prefix: str, point: str) -> None:
    fields = {"token": town.token(here), "text": WORDS, "step": "where", "go": "next", "point": point, "place": "桥头"}
    response = here.post(f"{prefix}/say/", fields)
    text = page(response)
    assert response.status_code == 422
    assert ("再点一次" if not prefix else "Press") in text
    assert "桥头" in text
    assert hidden(text)["text"] == WORDS


def test_a_press_on_the_map_finds_the_area_and_the_spot(here: Client) -> None:
    text = page(here.post("/say/", {"token": town.token(here), "text": "路灯坏了", "go": "next"}))
    text = page(here.post("/say/", {**hidden(text), "area": "", "pin.x": "230", "pin.y": "150"}))
    assert hidden(text)["point"].startswith("30.0")  # type: ignore[attr-defined]
    assert 'value="east" selected' in text
    text = page(here.post("/say/", {**hidden(text), "area": "east", "go": "next"}))
    assert "照片和联系方式" in text


def test_the_map_comes_closer_and_a_press_then_means_another_spot(here: Client) -> None:
    text = page(here.post("/say/", {"token": town.token(here), "text": "路灯坏了", "go": "next"}))
    far = hidden(text)
    near = hidden(page(here.post("/say/", {**far, "go": "map:closer"})))
    assert near["view"] != far["view"]
    spots = [hidden(page(here.post("/say/", {**f, "pin.x": "200", "pin.y": "150"})))["point"] for f in (far, near)]
    assert spots[0] != spots[1]


def test_an_area_chosen_after_the_press_wins_over_it(here: Client) -> None:
    fields = {"token": town.token(here), "text": WORDS, "step": "where", "go": "next"}
    text = page(here.post("/say/", {**fields, "point": "30.05,120.02", "area": "east"}))
    assert "point" not in hidden(text)
    assert hidden(text)["area"] == "east"


def test_the_place_is_guessed_from_the_words_and_said_to_be_a_guess(here: Client) -> None:
    text = page(here.post("/say/", {"token": town.token(here), "text": WORDS, "go": "next"}))
    assert 'value="west" selected' in text
    assert "我们猜是" in text


def test_no_address_of_any_step_holds_words_or_the_spot(here: Client) -> None:
    text = page(here.post("/say/", {"token": town.token(here), "text": WORDS, "go": "next"}))
    text = page(here.post("/say/", {**hidden(text), "pin.x": "230", "pin.y": "150"}))
    for address in re.findall(r'(?:href|action|formaction)="([^"]*)"', text):
        assert "30.0" not in address
        assert "%E6" not in address


def test_danger_in_the_words_shows_the_number_at_once_and_is_still_a_matter(here: Client) -> None:
    text = page(here.post("/say/", {"token": town.token(here), "text": "楼道里有煤气味", "go": "next"}))
    assert 'href="tel:119"' in text
    text = page(here.post("/en/say/", {"token": town.token(here), "text": "a strong smell of gas", "go": "next"}))
    assert "Leave at once." in text
    send(here, text="楼道里有煤气味")
    assert Case.objects.get().urgency == "emergency"


MISSING = "80岁老人昨晚走丢"


def test_a_rule_of_the_program_shows_the_number_of_the_pack_and_is_stored(here: Client) -> None:
    known = town.catalogue()
    gas = replace(known.urgency_rules[0], code="help", number="110", rules=("missing_person",))
    store.forget()
    store.load(replace(known, version="2", urgency_rules=(gas,)), timezone.now())
    assert "tel:110" in page(here.post("/say/look/", {"text": MISSING}))
    assert "tel:110" in page(here.post("/say/", {"token": town.token(here), "text": MISSING, "step": "more"}))
    assert 'href="tel:110"' in send(here, text=MISSING)
    case = Case.objects.get()
    assert (case.urgency, state_of(case).flags) == ("emergency", ("emergency_words",))


def test_an_emergency_without_a_number_shows_the_notice_of_the_pack(here: Client) -> None:
    known = town.catalogue()
    notice = Names(zh="先打电话。", en="Call first.")
    store.forget()
    store.load(replace(known, version="2", texts=Texts(known.texts, emergency_notice=notice)), timezone.now())
    text = page(here.post("/say/", {"token": town.token(here), "text": MISSING, "go": "next"}))
    assert text.count("先打电话。") == 1
    assert "先打电话。" in send(here, text=MISSING)
    assert Case.objects.get().urgency == "emergency"


def test_personal_details_in_the_words_are_listed_before_sending(here: Client) -> None:
    text = page(
        here.post(
            "/say/",
            {"token": town.token(here), "text": "我叫王小明，电话13912345678，路灯坏了", "step": "more", "go": "next"},
        )
    )
    assert "您的话里有这些个人信息" in text
    assert "<strong>13912345678</strong>" in text


def test_a_similar_public_matter_is_offered_and_joining_follows_it(here: Client) -> None:
    first = town.matter(title="小学门口路灯不亮")
    fields = {"token": town.token(here), "text": "柳荫里小学门口路灯坏了好几天，天黑孩子看不见路", "step": "where"}
    text = page(here.post("/say/", {**fields, "area": "west", "go": "next"}))
    assert "小学门口路灯不亮" in text
    assert WORDS not in text
    text = page(here.post("/say/", {**hidden(text), "go": f"join:{first.number}"}))
    text = page(here.post("/say/", {**hidden(text), "go": "next"}))
    assert "加入的事" in text
    assert "收到了" in page(here.post("/say/", {**hidden(text), "go": "send"}))
    joined = Case.objects.exclude(pk=first.case_id).get()
    assert (joined.phase, joined.merged_into_id) == ("merged", first.case_id)
    assert Case.objects.get(pk=first.case_id).supporters == 1


def test_a_joined_matter_sent_twice_is_one_supporter(here: Client) -> None:
    first = town.matter(title="小学门口路灯不亮")
    fields = at_check(here, join=first.number)
    for _ in range(2):
        here.post("/say/", {**fields, "go": "send"})
    assert Case.objects.get(pk=first.case_id).supporters == 1
    assert Case.objects.count() == 2


def test_a_matter_that_ended_meanwhile_is_not_joined_and_no_word_is_lost(here: Client) -> None:
    first = town.matter(title="小学门口路灯不亮")
    fields = at_check(here, join=first.number)
    town.answer(first)
    response = here.post("/say/", {**fields, "go": "send"})
    assert response.status_code == 409
    assert WORDS in page(response)
    assert "收到了" in page(here.post("/say/", {**hidden(page(response)), "go": "send"}))
    assert Case.objects.get(pk=first.case_id).supporters == 0


def test_a_tampered_join_names_no_unlisted_matter(here: Client) -> None:
    secret = town.matter(level="confidential")
    text = page(here.get(f"/say/?join={secret.number}"))
    assert "要加入的事" not in text


def test_a_tampered_level_never_shows_more(here: Client) -> None:
    send(here, level="everybody")
    assert Case.objects.get().confidentiality == "confidential"


def test_a_tampered_area_is_refused_and_the_rest_stays(here: Client) -> None:
    response = here.post(
        "/say/", {"token": town.token(here), "text": WORDS, "step": "check", "area": "' or 1", "go": "send"}
    )
    assert response.status_code == 422
    assert Case.objects.count() == 0
    assert hidden(page(response))["text"] == WORDS


def test_a_photo_is_cleaned_at_once_and_becomes_part_of_the_matter(here: Client) -> None:
    good = SimpleUploadedFile("a.jpg", town.photo(), "image/jpeg")
    fields = at_check(here, photo=good)
    assert len(fields["photos"]) == 1  # type: ignore[arg-type]
    here.post("/say/", {**fields, "go": "send"})
    assert Attachment.objects.get().case == Case.objects.get()


@BOTH
def test_a_bad_photo_says_what_is_wrong_with_it_and_costs_no_good_one(here: Client, prefix: str) -> None:
    files = [
        SimpleUploadedFile("ok.png", town.photo(form="PNG"), "image/png"),
        SimpleUploadedFile("page.jpg", b"<html><script>alert(1)</script></html>", "image/jpeg"),
        SimpleUploadedFile("empty.jpg", b"", "image/jpeg"),
        SimpleUploadedFile("bomb.png", town.photo((10_000, 10_000), "PNG"), "image/png"),
    ]
    text = page(
        here.post(
            f"{prefix}/say/",
            {"token": town.token(here), "text": WORDS, "step": "more", "go": "next", "phone": "138", "photo": files},
        )
    )
    assert len(hidden(text)["photos"]) == 1  # type: ignore[arg-type]
    for name in ("page.jpg", "bomb.png"):
        assert f"<strong>{name}</strong>" in text
    assert "<script>alert" not in text
    assert 'value="138"' in text
    assert hidden(text)["text"] == WORDS


def test_photos_can_be_taken_out_again(here: Client) -> None:
    fields = at_check(here, photo=SimpleUploadedFile("a.jpg", town.photo(), "image/jpeg"))
    text = page(here.post("/say/", {**fields, "step": "more", "go": "drop:1"}))
    assert "photos" not in hidden(text)


def test_a_reference_to_a_photo_that_we_did_not_sign_is_ignored(here: Client) -> None:
    stolen = uploads.take_in([SimpleUploadedFile("a.jpg", town.photo())], 1, "x", timezone.now())[0][0]
    fields = at_check(here, photos=[f"{stolen.pk.hex}:forged", "nonsense"])
    assert "photos" not in fields
    here.post("/say/", {**fields, "go": "send"})
    assert Attachment.objects.get().case is None


def test_a_photo_of_another_matter_is_never_adopted(here: Client) -> None:
    fields = at_check(here, photo=SimpleUploadedFile("a.jpg", town.photo(), "image/jpeg"))
    here.post("/say/", {**fields, "go": "send"})
    owner = Attachment.objects.get().case_id
    send(here, photos=fields["photos"])
    assert Attachment.objects.get().case_id == owner


@BOTH
def test_a_request_that_is_too_heavy_gets_a_page_that_says_how_to_get_back(here: Client, prefix: str) -> None:
    heavy = b"a" * (door.MAX_REQUEST + 1)
    response = here.post(f"{prefix}/say/", heavy, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert ("返回" if not prefix else "Back") in page(response)
    response = here.post(f"{prefix}/say/", {"text": "灯" * 1_000_000})
    assert response.status_code == 413


@BOTH
@pytest.mark.parametrize(
    ("field", "value", "zh", "en"),
    [
        ("phone", "一三八", "电话号码不像", "phone"),
        ("email", "a@b", "邮箱地址不像", "mail"),
        ("name", "王" * 80, "称呼太长", "long"),
    ],
)
def test_a_contact_that_cannot_be_right_is_asked_again_and_kept(
    here: Client, prefix: str, field: str, value: str, zh: str, en: str
) -> None:
    fields = {"token": town.token(here), "text": WORDS, "step": "more", "go": "next", field: value}
    response = here.post(f"{prefix}/say/", fields)
    assert response.status_code == 422
    assert f'value="{value}"' in page(response)
    assert (en if prefix else zh) in page(response)


def test_too_many_at_once_are_asked_to_wait_with_everything_kept(here: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SENDING", Bucket(capacity=1, per_second=0.1))
    send(here)
    response = here.post("/say/", {**at_check(here), "go": "send"})
    assert response.status_code == 429
    assert WORDS in page(response)
    assert re.search(r"请等 \d+ 秒", page(response))
    other = Client(REMOTE_ADDR="198.51.100.7")
    send(other)
    assert Case.objects.count() == 2


def test_a_database_that_fails_keeps_every_word(here: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = at_check(here)

    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(receipt, "receive", fail)
    response = here.post("/say/", {**fields, "go": "send"})
    assert response.status_code == 503
    assert WORDS in page(response)


def test_changing_the_language_or_the_letters_in_the_middle_keeps_every_word(here: Client) -> None:
    fields = {"token": town.token(here), "text": WORDS, "step": "where", "place": "桥头"}
    text = page(here.post("/en/say/", {**fields, "go": "stay"}))
    assert "Where is it?" in text
    assert "桥头" in text
    response = here.post("/say/", {**fields, "go": "size:large"})
    assert 'class="text-large"' in page(response)
    assert "桥头" in page(response)
    assert 'class="text-large"' in page(here.get("/follow/"))


def test_own_words_are_shown_as_words_never_as_markup(here: Client) -> None:
    text = page(
        here.post(
            "/say/",
            {"token": town.token(here), "text": "</textarea><script>x</script>路灯", "step": "more", "go": "next"},
        )
    )
    assert "<script>x" not in text


def test_the_deadline_on_the_receipt_is_the_one_of_the_matter(here: Client) -> None:
    text = send(here)
    due = state_of(Case.objects.get()).clocks["answer"].due_at
    local = timezone.localtime(due)
    assert f"{local.month}月{local.day}日" in text


def test_without_a_pack_the_page_says_that_nothing_can_be_taken_in(db: None) -> None:
    from huiyin.organisation import store

    store.forget()
    assert Client().get("/say/").status_code == 503
