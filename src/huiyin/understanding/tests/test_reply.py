"""A reply that says nothing is seen as such, however long it is made; one that says something is not."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.understanding.reply import check, substance

TITLE, BODY = "梧桐苑路灯坏了", "小区南门的路灯坏了三个月，晚上老人走路摔倒，物业说不归他们管，请尽快修好。"
HOLLOW = (
    "网友：您好！您反映的问题已转相关部门调查处理。感谢您的留言！",
    "您的留言已收悉，感谢您对我们工作的关心、理解与支持！2024年3月4日",
    "您好，关于您反映的问题正在协调处理当中，请您耐心等待。",
    "Thank you for your message. It has been forwarded to the relevant department. Please wait.",
)
GOOD = (
    "您好！经现场查看，南门三盏路灯因电缆被挖断不亮，已于3月2日更换电缆40米并恢复照明。如再有问题请拨打0731-82220000。",
    "您好！南门道路未移交市政，路灯由开发商负责。根据《物业管理条例》第三十条，我们已责令开发商在3月20日前修好。",
    "We inspected the three lamps on 2 March and found a cut cable. It was replaced on March 4 and all work again.",
)
FILLER = (
    "我们将进一步加强工作，努力提升服务水平。",
    "我单位高度重视群众反映的每一个问题。",
    "今后我们将继续认真倾听意见，积极改进作风。",
    "有关部门正在积极协调，请您耐心等待。",
    "欢迎您继续监督我们的工作，祝您生活愉快。",
)

OFF_TOPIC = (
    "海边的日出非常壮观，游人早早起来等候。",
    "Fresh bread from the bakery on the corner smells wonderful in the morning.",
    "猫咪喜欢在窗台上晒太阳，一睡就是一个下午。",
    "Chess is a game of patience in which each move has consequences.",
    "春节前家家户户打扫屋子，贴春联，准备年夜饭。",
    "The orchestra played a famous symphony and the audience applauded.",
    "古代的诗人常常借月亮来表达对远方亲人的思念。",
    "因为下过一场雨，山里的空气格外清新。",
    "Learning to paint takes practice, and nobody becomes a master overnight.",
    "我们的城市正在变得越来越美丽，人民的生活越来越幸福。",
    "工作人员每天都在各自的岗位上默默付出，值得尊敬。",
    "Every season brings its own colours to the forest beside the lake.",
    "豆腐要先用盐水泡一会儿，再下锅慢慢煎到两面金黄。",
    "The novel tells the story of a sailor who returned from the sea.",
    "昨晚的足球比赛非常精彩，双方一直踢到加时才分出胜负。",
    "音乐能够让人放松心情，忘记一天的疲劳。",
    "Public servants work hard so that everyone may live a better life.",
    "大海的颜色会随着天空的变化而变化，十分迷人。",
    "茶要用滚水冲泡，头一遍先倒掉。",
    "A good cup of tea needs fresh water and a little patience.",
    "秋天的时候，枫叶红成一片，很多人前来拍照。",
    "Cats often sleep in the sun while dogs prefer to run about.",
)


@pytest.mark.parametrize("reply", HOLLOW)
def test_a_hollow_reply_is_seen(reply: str) -> None:
    result = check(reply, TITLE, BODY)
    assert result.is_hollow, result


@pytest.mark.parametrize("reply", GOOD)
def test_a_reply_with_facts_is_not_called_hollow(reply: str) -> None:
    result = check(reply, TITLE, BODY)
    assert not result.is_hollow
    assert result.codes & {"found_out", "done", "dated", "rule", "figures"}


@pytest.mark.parametrize(
    "reply",
    [
        "换了灯头和一段老化的线，当晚试亮，旁边两盏也一起检查了。", "修剪了四棵树，离窗户留出两米。",
        "感谢您的反映！已书面定下由街道牵头、城建配合，下周开工。", "重新画了标线，并补了一块让行标志。",
        "用高压车疏通了主管，掏了化粪池，做了闭水检查。", "请到户口所在地派出所申请办理。谢谢您！",
    ],
)  # fmt: skip
def test_plain_words_for_work_done_are_not_hollow_whatever_the_matter_says(reply: str) -> None:
    for title, body in ((TITLE, BODY), ("咨询改名字", "孩子想改名字，怎么办？"), ("", "")):
        assert not check(reply, title, body).is_hollow


def test_kinds_of_hollowness_are_told_apart() -> None:
    assert [sorted(check(reply).codes)[0] for reply in HOLLOW[:3]] == ["forward_only", "thanks_only", "wait_only"]


def test_padding_buys_nothing() -> None:
    rng = random.Random(4)
    for hollow in HOLLOW[:3]:
        padded = hollow + "".join(rng.choice(FILLER) for _ in range(60))
        assert substance(padded, TITLE, BODY) < 0.5 * min(substance(good, TITLE, BODY) for good in GOOD[:2])
        assert substance(padded, TITLE, BODY) < 0.35


@pytest.mark.parametrize("hollow", HOLLOW)
@pytest.mark.parametrize("count", [1, 2, 5, 20, len(OFF_TOPIC)])
@pytest.mark.parametrize("first", [False, True])
def test_sentences_about_something_else_buy_nothing(hollow: str, count: int, first: bool) -> None:
    filler = " ".join(OFF_TOPIC[:count])
    padded = f"{filler}\n{hollow}" if first else f"{hollow} {filler}"
    assert check(padded, TITLE, BODY).is_hollow
    assert substance(padded, TITLE, BODY) < 0.5 * min(substance(good, TITLE, BODY) for good in GOOD)


@pytest.mark.parametrize(
    "praise",
    ["我局领导班子团结一致，干部作风扎实，服务热情。", "我单位全体职工每天都在努力工作。办公室的窗户明亮整洁。"],
)
def test_an_offices_praise_of_itself_is_no_word_about_the_matter(praise: str) -> None:
    for hollow in HOLLOW[:3]:
        assert check(hollow + praise * 3, TITLE, BODY).is_hollow


def test_numbers_and_dates_about_something_else_do_not_outweigh_an_answer() -> None:
    loose = "".join(f"前年{n}月公园里种下{n}00棵树。" for n in range(3, 12))
    assert substance(HOLLOW[0] + loose, TITLE, BODY) < min(substance(good, TITLE, BODY) for good in GOOD)
    assert check(HOLLOW[0] + loose, TITLE, BODY).is_hollow


def test_words_about_the_matter_count_though_only_for_little() -> None:
    reply = "您好！小区南门的路灯没有移交给市政，一直由物业公司自己管理和维护。"
    found = check(reply, TITLE, BODY)
    assert not found.is_hollow
    assert "says_little" in found.codes
    many = "".join(f"小区南门的路灯{word}。" for word in ("很高很亮", "照着大家回家", "美化夜晚环境", "是居民的好朋友"))
    assert substance(many * 5, TITLE, BODY) < min(substance(good, TITLE, BODY) for good in GOOD)


def test_an_english_reply_is_read_sentence_by_sentence() -> None:
    reply = "Thank you for your message. We inspected the three lamps on 2 March. It has been repaired."
    found = check(reply, "Broken lamps", "The lamps at the south gate are broken")
    assert {"found_out", "done"} <= found.codes
    assert not found.is_hollow


@pytest.mark.parametrize(
    "reply",
    [
        "我们一定会尽快修好。", "您好，我们一定会尽快修好。", "感谢您的反映，我们马上安排人修理路灯。",
        "We will fix it soon.", "Thank you for your letter. We'll repair the lamp.", "The lamp will be replaced soon.",
    ],
)  # fmt: skip
def test_a_promise_of_work_is_a_promise_without_a_date_and_no_thanks(reply: str) -> None:
    for title, body in ((TITLE, BODY), ("Broken lamp", "The lamp at the gate is broken."), ("", "")):
        codes = check(reply, title, body).codes
        assert "promise_without_date" in codes
        assert codes.isdisjoint(("thanks_only", "forward_only", "wait_only"))


def test_work_done_or_dated_is_no_empty_promise() -> None:
    for reply in (
        "居委会已经修复路灯。",
        "已将损坏的路灯更换。",
        "我们会在3月20日前修好路灯。",
        "路灯我们会同物业修好了。",
    ):
        assert "promise_without_date" not in check(reply, TITLE, BODY).codes
    passed_on = check("您反映的问题已转相关部门。我们一定会尽快修好。", TITLE, BODY)
    assert {"forward_only", "promise_without_date"} <= passed_on.codes


def test_saying_a_thing_twice_counts_once() -> None:
    once = substance(GOOD[0], TITLE, BODY)
    assert substance(GOOD[0] * 6, TITLE, BODY) == pytest.approx(once, abs=0.02)


def test_repeating_the_question_counts_for_little() -> None:
    assert substance(f"您反映{BODY}", TITLE, BODY) < 0.3


def test_a_promise_needs_a_date() -> None:
    assert "promise_without_date" in check("经核实情况属实，我们将加大督促力度。", TITLE, BODY).codes
    dated = check("经核实情况属实，我们将督促物业在3月20日前修好。", TITLE, BODY).codes
    assert "dated_promise" in dated
    assert "promise_without_date" not in dated


def test_a_copy_of_another_reply_is_seen() -> None:
    other = (
        "您好！经现场查看，西街十二盏路灯因线路老化不亮，已安排在五月改造时一并更换，计划安装新灯四十盏，预算二十万元。"
    )
    assert "copied" in check(other, TITLE, BODY, others=[GOOD[0], other]).codes
    assert "copied" not in check(GOOD[0], TITLE, BODY, others=[other]).codes


def test_personal_data_in_a_reply_stops_it() -> None:
    result = check("经查，投诉人：王小明，身份证11010519491231002X，反映属实。", TITLE, BODY)
    assert "personal_data" in result.codes
    assert {f.kind for f in result.finds} == {"name", "identity"}
    own = check(GOOD[0] + "住户在3栋2单元501室。", TITLE, BODY)
    assert "personal_data" not in own.codes, "an office may give its own phone number"
    assert {f.kind for f in own.finds} == {"phone", "house"}, "but it is shown to be looked at"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_checked(reply: str) -> None:
    assert 0.0 <= substance(reply, TITLE, BODY) <= 1.0
    check(reply, reply, reply, others=[reply])


@pytest.mark.parametrize("unit", ["您好，", "。", "a", "已转交", "3月", "《", "将加强"])
def test_a_long_reply_is_checked_in_bounded_time(unit: str) -> None:
    start = time.process_time()
    check(unit * 30_000, unit * 1000, unit * 1000)
    assert time.process_time() - start < 1.5
