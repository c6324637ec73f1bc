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


@pytest.mark.parametrize("reply", HOLLOW)
def test_a_hollow_reply_is_seen(reply: str) -> None:
    result = check(reply, TITLE, BODY)
    assert result.is_hollow, result


@pytest.mark.parametrize("reply", GOOD)
def test_a_reply_with_facts_is_not_called_hollow(reply: str) -> None:
    result = check(reply, TITLE, BODY)
    assert not result.is_hollow
    assert result.codes & {"found_out", "done", "dated", "rule", "figures"}


def test_kinds_of_hollowness_are_told_apart() -> None:
    assert [sorted(check(reply).codes)[0] for reply in HOLLOW[:3]] == ["forward_only", "thanks_only", "wait_only"]


def test_padding_buys_nothing() -> None:
    rng = random.Random(4)
    for hollow in HOLLOW[:3]:
        padded = hollow + "".join(rng.choice(FILLER) for _ in range(60))
        assert substance(padded, TITLE, BODY) < 0.5 * min(substance(good, TITLE, BODY) for good in GOOD[:2])
        assert substance(padded, TITLE, BODY) < 0.35


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
    assert "personal_data" not in check(GOOD[0], TITLE, BODY).codes, "an office may give its own phone number"


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
