"""From a voice to a settled matter: one resident's matter lived from the first word to the checked proof, and what a
neighbour, an operator and an unlucky moment add to it. In both languages, on both databases.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.kill.harness import request
from tests.story.earlier import ENOUGH
from tests.story.people import Member, Person
from tests.story.town import OFFICE, Town, offline

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Words:
    """What the people of one story say."""

    resident: str
    place: str
    neighbour: str
    title: str
    summary: str
    first_answer: str
    still_wrong: str
    second_answer: str
    call: str
    name: str


WORDS = {
    "zh": Words(
        resident="小区东门外面的路灯坏了三天，晚上很黑，老人出门怕摔，请来修一下。",
        place="东门公交站旁边",
        neighbour="小区东门外面的路灯坏了三天，晚上很黑，老人出门怕摔，请来修一下。我家孩子也怕。",
        title="东门外路灯不亮",
        summary="东门公交站旁的路灯不亮，晚上看不清路。",
        first_answer="今天上午换了灯泡，路灯已经亮了。",
        still_wrong="灯还是不亮，昨天晚上去看过。",
        second_answer="查出是地下电缆断了，已经接好，晚上去看过，灯亮着。",
        call="菜市场后面的垃圾三天没有清运，味道很大，住户都不敢开窗。",
        name="林女士",
    ),
    "en": Words(
        resident="The street light outside the north gate has been out for a week. It is a dark street at night and my"
        " mother is afraid of falling. Please repair the broken lamp.",
        place="next to the school crossing",
        neighbour="The street light outside the north gate has been out for a week. It is a dark street at night and my"
        " mother is afraid of falling. Please repair the broken lamp. My son is afraid too.",
        title="Street light out at the north gate",
        summary="The street light next to the school crossing is out; the path is dark.",
        first_answer="The bulb was replaced this morning. The light works.",
        still_wrong="It is still dark, we looked last night.",
        second_answer="A cable under the pavement was broken. It is mended; the light was on at dusk.",
        call="The rubbish behind the market has not been collected for three days and it smells badly.",
        name="Mrs Lin",
    ),
}


def photo() -> bytes:
    """A small picture such as a telephone takes."""
    file = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def speaks(person: Person, words: Words, text: str) -> None:
    """From the first page to the page "where": own words, and a place pressed on the map."""
    person.opens("/")
    person.follows("说一件事")
    person.writes("用自己的话说", text)
    person.presses("下一步：在哪里")
    person.writes("用文字写地点", words.place)
    pin = person.page.locator("input.map-pin")
    box = pin.bounding_box()
    assert box is not None
    with person.page.expect_navigation():
        pin.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert person.page.locator("input[name=point]").get_attribute("value")
    person.presses("下一步")


def leaves_contact(person: Person, words: Words, phone: str, picture: bytes | None) -> None:
    """The page with photos and contact, then one look at everything."""
    if picture is not None:
        person.page.locator("input[type=file]").set_input_files(
            {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": picture}
        )
        person.presses("先传照片看看")
        expect(person.page.locator("ul.photos img")).to_have_count(1)
    if phone:
        person.writes("怎么称呼", words.name)
        person.writes("电话", phone)
    person.presses("下一步：看一遍")


def sends(person: Person) -> tuple[str, str]:
    """Send, and copy number and code from the receipt."""
    person.presses("发送")
    person.sees("收到了")
    receipt = person.page.locator("section.receipt")
    assert receipt.locator("img.qr").count() == 1
    number = (receipt.locator("strong.nowrap").first.text_content() or "").strip()
    code = "-".join(receipt.locator(".code span").all_text_contents())
    assert re.fullmatch(r"\d\d-\w{4}-\w{4}", number)
    assert re.fullmatch(r"(\w{6}-){4}\w{6}", code)
    return number, code


def comes_back(person: Person, code: str) -> None:
    """Days later: type the code from the receipt, small letters and blanks instead of dashes."""
    person.opens("/follow/")
    person.writes("回执上的查询码", code.lower().replace("-", " "))
    person.presses("去看我的事")


def verified(python: list[str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier as it was downloaded, in a folder of its own."""
    return subprocess.run(
        [*python, "verifier.py", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_matter_is_raised_disputed_redone_confirmed_and_proved(
    browser: Browser, town: Town, language: str, tmp_path: Path
) -> None:
    words = WORDS[language]

    # A resident speaks, on a telephone that runs no scripts.
    resident = Person(browser, town, language, javascript=False, width=360)
    speaks(resident, words, words.resident)
    leaves_contact(resident, words, "13800138000", photo())
    resident.reads(words.resident)
    number, code = sends(resident)

    # The dispatcher signs in with password and second factor, lists it, and sends it where the suggestion says.
    dispatcher = Member(browser, town, language, "dispatcher1")
    dispatcher.signs_in()
    dispatcher.finds(number)
    listing = dispatcher.does("列上公开页")
    dispatcher.writes("公开标题", words.title, within=listing)
    dispatcher.writes("公开摘要", words.summary, within=listing)
    dispatcher.decides("列上公开页")
    dispatcher.opens(f"/desk/board/?number={number}")
    dispatcher.reads(words.resident)
    assert dispatcher.page.locator("button[name=office]").count() >= 1
    assert dispatcher.page.locator("select[name=lead]").input_value() == OFFICE
    dispatcher.presses("就这样派")

    # A neighbour passes the same words on and adds a sentence, is offered that matter, and joins it.
    neighbour = Person(browser, town, language, javascript=False, width=360)
    speaks(neighbour, words, words.neighbour)
    neighbour.sees("和这件是同一件事吗？")
    neighbour.reads(words.title)
    neighbour.presses("是同一件，加入它")
    leaves_contact(neighbour, words, "", None)
    _, neighbour_code = sends(neighbour)

    # The handler takes it over, gets in touch, and answers.
    handler = Member(browser, town, language, "urban1")
    handler.signs_in()
    handler.page.locator("main tr", has_text=number).locator("a").first.click()
    handler.page.wait_for_url(f"**/matters/{number}/")
    handler.decides("签收")
    reveal = handler.does("查看联系方式")
    handler.chooses("为什么要看", "问清情况", within=reveal)
    assert "13800138000" not in handler.text
    handler.decides("查看联系方式")
    handler.reads("13800138000")
    handler.opens(f"/desk/matters/{number}/")
    assert "13800138000" not in handler.text
    touched = handler.does("记录先行联系")
    handler.chooses("怎样联系的", "打电话", within=touched)
    handler.decides("记录先行联系")
    answer = handler.does("答复")
    handler.chooses("本单位认为结果是", "已解决", within=answer)
    handler.writes("答复", words.first_answer, within=answer)
    handler.decides("答复")

    # The resident reads the claim and who looked at the contact, and does not agree.
    comes_back(resident, code)
    resident.sees("单位称已解决", "问清情况")
    resident.reads(words.first_answer)
    looks = resident.page.locator("section", has=resident.page.locator("#looks"))
    assert looks.locator("li").count() == 1
    resident.presses("没解决")
    resident.page.locator("#text").fill(words.still_wrong)
    resident.presses("退回去重新办")
    resident.sees("已经退回去了，单位要重新办，新的期限写在下面。", "最迟答复您：")

    # The neighbour got the same answer and has a word of their own.
    comes_back(neighbour, neighbour_code)
    neighbour.sees("单位称已解决")
    neighbour.reads(words.first_answer)
    neighbour.presses("说不清")
    neighbour.sees("您说不清是否解决")

    # Done again, with a new clock.
    handler.opens("/desk/inbox/")
    handler.page.locator("main tr", has_text=number).locator("a").first.click()
    handler.page.wait_for_url(f"**/matters/{number}/")
    handler.reads(words.still_wrong)
    if handler.does("签收").count():
        handler.decides("签收")
    answer = handler.does("答复")
    handler.chooses("本单位认为结果是", "已解决", within=answer)
    handler.writes("答复", words.second_answer, within=answer)
    handler.decides("答复")

    # The resident says it is solved, and only now does it rest.
    comes_back(resident, code)
    resident.reads(words.second_answer)
    resident.presses("解决了")
    resident.sees("您确认已解决")
    facts = json.loads(town.place.run("cases", "show", number, "--json").stdout)
    assert (facts["phase"], facts["outcome"], facts["verdict"]) == ("rested", "solved", "solved")
    assert [event["kind"] for event in facts["events"]].count("answered") == 2

    # Everybody can read that on the matter's public page.
    visitor = Person(browser, town, language)
    visitor.opens(f"/matters/{number}/")
    visitor.reads(words.title)
    visitor.sees("确认已解决")
    for private in (words.resident, words.first_answer, words.still_wrong, words.name, "13800138000"):
        assert private not in visitor.text
    # The office's page has the month that is over. What was confirmed today waits until its month is over too.
    visitor.opens(f"/offices/{OFFICE}/")
    confirmed = visitor.page.locator(
        "dl.summary div", has=visitor.page.get_by_text(visitor.words("确认解决"), exact=True)
    )
    assert confirmed.locator("dd").text_content() == str(ENOUGH)
    visitor.reads("只算已经过完的整月" if language == "zh" else "Only whole months that are over count")

    # The proof, checked offline by a program that knows nothing of us, and in the browser.
    receipt = tmp_path / "receipt.json"
    resident.unfolds("下载证明")
    with resident.saves(receipt):
        resident.page.get_by_role("link", name=resident.words("下载收到这件事的证明")).click()
    for name in ("verifier.py", "archive.tar", "checkpoint", "keys"):
        status, content = request(f"{town.url}/log/{name}")
        assert status == 200
        (tmp_path / name).write_bytes(content)
    python = offline(tmp_path)
    accepted = verified(python, tmp_path, "receipt.json", "--key", "keys", "--archive", "archive.tar")
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert number in accepted.stdout
    assert words.resident in receipt.read_text()
    altered = tmp_path / "altered.json"
    altered.write_text(receipt.read_text().replace(words.resident, words.neighbour))
    rejected = verified(python, tmp_path, "altered.json", "--key", "keys")
    assert rejected.returncode == 1, rejected.stdout + rejected.stderr
    visitor.opens("/log/verify/")
    for file, result in ((receipt, "ok"), (altered, "opening")):
        visitor.page.set_input_files("#receipt-file", str(file))
        visitor.page.wait_for_selector(f"#verify-result[data-code={result}]")

    # The notices said that there is news and nothing else.
    sent = [message for message in town.messages() if number in message["text"]]
    assert len(sent) >= 4
    assert {message["address"] for message in sent} == {"13800138000"}
    assert all(words.title not in message["text"] and words.first_answer not in message["text"] for message in sent)

    for person in (resident, neighbour, dispatcher, handler, visitor):
        person.leaves()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_call_is_taken_down_though_the_session_ends_in_the_middle_of_it(
    browser: Browser, town: Town, language: str
) -> None:
    words = WORDS[language]
    operator = Member(browser, town, language, "operator1")
    operator.signs_in()
    long_text = "\n".join(f"{n}. {words.call}" for n in range(1, 30))
    operator.page.get_by_label(operator.words("只给经办单位看：不列在公开页上")).check()
    operator.page.locator("textarea[name=text]").fill(long_text)
    operator.page.locator("input[name=phone]").fill("13900139000")

    # The session is gone; nothing typed is.
    cookies = {cookie["name"]: cookie["value"] for cookie in operator.context.cookies()}
    town.end_session(cookies["sessionid"])
    operator.presses("读给对方听")
    operator.sees("请重新登录，您写的还在")
    operator.shows_who_it_is("登录，接着写")
    operator.sees("您刚才写的还在")
    operator.presses("发送")
    operator.sees("读给对方听，对方同意再记下")
    assert operator.page.locator("p.said").text_content() == long_text
    operator.reads("13900139000")
    operator.page.get_by_label(operator.words("把编号和查询码用短信发给对方")).check()
    operator.presses("对方同意，记下并给凭据")

    # The receipt is printed: the slip and nothing else.
    operator.sees("记下了。把凭据给对方")
    slip = operator.page.locator("div.receipt")
    code = "-".join(operator.page.locator("p.code span").all_text_contents())
    operator.page.emulate_media(media="print")
    expect(slip).to_be_visible()
    expect(operator.page.locator("ol.aloud")).to_be_hidden()
    assert operator.page.pdf(format="A6").startswith(b"%PDF")

    # It is on its way by text message too, and the caller follows the matter with the code.
    texted = town.message_to("13900139000", containing=code)
    assert words.call not in texted
    caller = Person(browser, town, language, javascript=False, width=360)
    comes_back(caller, code)
    caller.reads(words.call)
    operator.leaves()
    caller.leaves()
