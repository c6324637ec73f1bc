"""The operator's console: nothing is recorded before it was read back, and nothing is recorded twice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from huiyin.base import codes
from huiyin.cases import vault
from huiyin.cases.jobs import index
from huiyin.cases.models import Case
from huiyin.cases.tests.desk_town import NOON, TOP, receive
from huiyin.desk import drawing
from huiyin.desk.jobs import text_receipt
from huiyin.desk.tests.conftest import NOW, SignIn, address
from huiyin.desk.words import PERSONAL
from huiyin.worker import gateways
from huiyin.worker.models import Task

pytestmark = pytest.mark.django_db
TYPED = {
    "ticket": "t" * 32, "channel": "phone", "text": "学校门口路灯坏了三天。", "kind": "help", "language": "zh",
    "confidentiality": "office", "phone": "139 1234 5678", "name": "李先生",
}  # fmt: skip


@pytest.fixture
def operator(sign_in: SignIn) -> Client:
    return sign_in("operator", office=TOP)


def press(client: Client, do: str, **changed: str) -> Any:
    return client.post(reverse("desk:intake"), {**TYPED, **changed, "do": do})


def test_reading_back_records_nothing_and_saving_gives_the_receipt(operator: Client) -> None:
    back = press(operator, "check")
    assert "学校门口路灯坏了三天。" in back.content.decode()
    assert not Case.objects.exists()
    saved = press(operator, "save").content.decode()
    case = Case.objects.get()
    assert (case.channel, case.phase, case.reachable) == ("phone", "received", True)
    assert case.number in saved
    shown = [part.split("<")[0] for part in saved.split('<li><span class="code">')[1:]]
    assert codes.claim_hash(codes.parse_claim("-".join(shown))) == bytes(case.claim_hash)


def test_pressing_twice_makes_one_case_and_shows_one_receipt(operator: Client) -> None:
    first, second = (press(operator, "save").content.decode() for _ in range(2))
    assert Case.objects.count() == 1
    number = Case.objects.get().number
    assert number in first
    assert number in second
    assert "没有重复记" in second


def test_what_is_missing_is_said_and_what_was_typed_stays(operator: Client) -> None:
    page = press(operator, "check", confidentiality="", phone="abc")
    assert page.status_code == 422
    text = page.content.decode()
    assert "请问对方，再选谁可以看到。" in text
    assert "这个电话号码不像是对的" in text
    assert "学校门口路灯坏了三天。" in text


@pytest.mark.parametrize("text", ["", " \n ", "\x00"])
def test_nothing_said_is_no_matter(operator: Client, text: str) -> None:
    assert press(operator, "save", text=text).status_code == 422
    assert not Case.objects.exists()


def test_a_text_that_is_too_long_is_kept_to_be_shortened(operator: Client) -> None:
    page = press(operator, "check", text="长" * 20_001)
    assert page.status_code == 422
    assert "长" * 20_001 in page.content.decode()


def test_an_answer_at_once_waits_for_the_persons_verdict(operator: Client) -> None:
    press(operator, "save", answer="明天有人来修。")
    case = Case.objects.get()
    assert (case.phase, case.claim, case.verdict) == ("answered", "explained", "")


# --- personal data, and the reply check on an answer at once ------------------------------------------

IDENTITY, MOBILE = "11010519491231002X", "13812345678"


def kinds_in(language: str) -> tuple[str, str, str]:
    with translation.override(language):
        return str(PERSONAL["identity"]), str(PERSONAL["mobile"]), str(PERSONAL["house"])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_personal_data_is_listed_while_somebody_types(operator: Client, language: str) -> None:
    text = f"我的身份证{IDENTITY}，手机{MOBILE}，住3栋2单元501室，路灯坏了。"
    answer = operator.post(address(language, "similar"), {"text": text, "area": ""})
    html = json.loads(answer.content)["html"]
    for piece in (*kinds_in(language), IDENTITY, MOBILE, "3栋2单元501室"):
        assert piece in html
    assert 'name="hide" value="1"' in html
    looked = operator.post(address(language, "intake"), {**TYPED, "text": text, "do": "look"}).content.decode()
    assert all(kind in looked for kind in kinds_in(language))
    none = operator.post(address(language, "similar"), {"text": "学校门口路灯坏了三天。", "area": ""})
    assert 'name="hide"' not in json.loads(none.content)["html"]


def test_one_press_takes_a_piece_out_of_the_words_and_keeps_the_rest(operator: Client) -> None:
    page = press(operator, "", text=f"路灯坏了，身份证{IDENTITY}，手机{MOBILE}", hide="1").content.decode()
    assert IDENTITY not in page
    assert MOBILE in page
    assert "路灯坏了" in page
    assert press(operator, "", hide="99").status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_answer_at_once_with_personal_data_must_be_confirmed(operator: Client, language: str) -> None:
    data = {**TYPED, "answer": f"请找王师傅，手机{MOBILE}。"}

    def sent(do: str, **more: str) -> Any:
        return operator.post(address(language, "intake"), {**data, **more, "do": do})

    for do in ("check", "save"):
        refused = sent(do)
        assert refused.status_code == 422
        assert f"{kinds_in(language)[1]}：{MOBILE}" in refused.content.decode()
        assert 'name="confirmed"' in refused.content.decode()
    assert not Case.objects.exists()
    back = sent("check", confirmed="on").content.decode()
    assert 'name="confirmed" value="True"' in back
    assert sent("edit", confirmed="True").content.decode().count('name="confirmed"') == 0, "asked again when changed"
    assert sent("save", confirmed="True").status_code == 200
    assert Case.objects.get().phase == "answered"


def test_an_answer_at_once_is_looked_at_before_it_is_sent_and_may_go_all_the_same(operator: Client) -> None:
    hollow = "您反映的问题已转交有关部门处理，感谢您的支持和理解。"
    for do in ("look", "check"):
        page = press(operator, do, answer=hollow)
        assert page.status_code == 200
        assert "只说转交了" in page.content.decode()
    url = reverse("desk:intake-check")
    html = json.loads(operator.post(url, {"text": hollow, "asked": TYPED["text"]}).content)["html"]
    assert "只说转交了" in html
    english = json.loads(
        operator.post(address("en", "intake-check"), {"text": "We will fix it soon.", "asked": "Lamp"}).content
    )["html"]
    assert "Can you name the day?" in english
    assert json.loads(operator.post(url, {"text": " ", "asked": ""}).content)["html"].strip() == ""
    press(operator, "save", answer=hollow)
    assert Case.objects.get().phase == "answered"


def test_only_the_console_has_the_check_of_an_answer_at_once(sign_in: SignIn) -> None:
    assert sign_in("handler", office="street-1").post(reverse("desk:intake-check"), {"text": "x"}).status_code == 403


def test_similar_matters_are_found_while_somebody_still_speaks(operator: Client) -> None:
    known = receive("学校门口的路灯坏了，三天没有人修。")
    index({"case": str(known.pk)}, NOON)
    answer = operator.post(reverse("desk:similar"), {"text": "学校门口的路灯坏了三天，没有人修", "area": "street-1"})
    found = json.loads(answer.content)["html"]
    assert known.number in found
    assert "因为写了：路灯坏" in found


def test_the_search_works_without_a_script_and_a_match_can_be_joined(operator: Client) -> None:
    known = receive("学校门口的路灯坏了，三天没有人修。")
    index({"case": str(known.pk)}, NOON)
    page = press(operator, "look", text="学校门口的路灯坏了三天，没有人修")
    assert f'name="join_to" value="{known.number}"' in page.content.decode()
    joined = press(operator, "", join_to=known.number)
    assert f'name="join" value="{known.number}"' in joined.content.decode()
    press(operator, "save", join=known.number)
    follower = Case.objects.exclude(pk=known.pk).get()
    assert (follower.phase, follower.merged_into_id) == ("merged", known.pk)


def test_danger_is_shown_at_once_with_the_number_to_call(operator: Client) -> None:
    page = press(operator, "look", text="楼里燃气泄漏").content.decode()
    assert "tel:119" in page
    press(operator, "save", text="楼里燃气泄漏")
    assert Case.objects.get().urgency == "emergency"


def test_a_press_on_the_map_sets_spot_and_area(operator: Client) -> None:
    from huiyin.organisation import store

    catalogue = store.current()
    area = next((a for a in catalogue.areas.values() if a.code == "street-1"), None)
    view = drawing.whole(catalogue)
    if area is None or area.centroid is None or view is None:
        pytest.fail("the example pack has outlines")
    x, y = view.xy(area.centroid[1], area.centroid[0])
    page = press(operator, "", view=view.as_text(), **{"pin.x": str(round(x)), "pin.y": str(round(y))}).content.decode()
    assert '<option value="street-1" selected>' in page
    assert "data:image/svg+xml;base64," in page


def test_the_receipt_as_a_text_goes_out_once_and_the_outbox_cannot_be_read(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(operator, "save", text_message="1")
    press(operator, "save", text_message="1")
    task = Task.objects.get(kind="desk.text_receipt")
    case = Case.objects.get()
    code = codes.claim_code(settings.SECRET_KEY.encode(), "desk", TYPED["ticket"])
    assert code not in json.dumps(task.payload)
    sent: list[tuple[str, str, str]] = []

    class Gateway:
        def send(self, message_id: object, channel: str, address: str, subject: str, text: str) -> None:
            sent.append((channel, address, text))

    monkeypatch.setattr(gateways, "gateway", Gateway)
    text_receipt(task.payload, NOW)
    assert [(channel, address) for channel, address, _ in sent] == [("sms", "13912345678")]
    assert code in sent[0][2]
    vault.erase(case.pk, ())
    text_receipt(task.payload, NOW)
    assert len(sent) == 1
