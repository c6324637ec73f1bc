"""Personal data is found in every way of writing it, and nothing else is taken for it."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest

from huiyin.understanding.numbers import identity_check_digit, luhn
from huiyin.understanding.personal import KINDS, MASK, find, hide, mask
from huiyin.understanding.samples import MORE, STYLES

BEFORE = (
    "小区门口的路灯坏了很久，请尽快修好。电话",
    "孩子上学没有公交车，",
    "The street light is out. Call ",
    "我的号码是",
    "请联系： ",
)
AFTER = ("，谢谢！", "。望回复", " thanks", "\n此致敬礼", "（白天）")


@pytest.mark.parametrize("style", sorted(STYLES))
def test_each_way_of_writing_a_number_is_found_whole(style: str) -> None:
    rng = random.Random(7)
    missed = []
    for _ in range(200):
        before, value, after = rng.choice(BEFORE), STYLES[style](rng), rng.choice(AFTER)
        text = before + value + after
        if not any(f.start <= len(before) and f.end >= len(before) + len(value) for f in find(text)):
            missed.append(value)
    assert len(missed) <= 2, missed[:5]


@pytest.mark.parametrize("style", sorted(MORE))
def test_other_personal_data_is_found_whole(style: str) -> None:
    rng = random.Random(8)
    trigger, make, after = MORE[style]
    for _ in range(100):
        value = make(rng)
        before = "楼下每天很吵。" + trigger
        text = before + value + after + "请处理"
        assert any(f.start <= len(before) and f.end >= len(before) + len(value) for f in find(text)), text


@pytest.mark.parametrize(
    "text",
    [
        "2019年4月25日9:32:09提交，2019-04-25 到 2019/5/6 一直没有人来",
        "工单号20190425093209123，订单编号 202004151234567",
        "公交19、812、501、213、139、602、147、226、262、26路都不停",
        "总投资152.8亿元，占地1234567平方米，补偿款1,234,567.89元",
        "拨打12345和110没有用，400-820-8820也打不通",
        "一二三四五六期房子都有问题，三三两两的人",
        "第2018号文件，湘政发〔2017〕12号，GB 50352-2019",
        "坐标112.9388146,28.2282090，服务器121.41.105.198",
        "5栋和6栋的路灯都不亮，12号线一期，88号公交站",
        "我是业主，我家住顶楼，本人和邻居都反映过，何时解决",
        "Please fix the light on Main Street at 10:30, order 4567-8910, room for improvement",
        "为什么先生病的人不能报销？女士优先",
        "两个亿的项目，11000户居民，2020年3月15日至18日",
    ],
)
def test_dates_amounts_lists_and_ordinary_words_are_left_alone(text: str) -> None:
    assert find(text) == ()


def test_a_wrong_check_digit_is_found_but_said_to_be_unsure() -> None:
    body = "43010019800101123"
    right, wrong = body + identity_check_digit(body), body + ("1" if identity_check_digit(body) != "1" else "2")
    (sure,), (unsure,) = find(f"身份证{right}"), find(f"身份证{wrong}")
    assert (sure.kind, sure.sure, sure.reason) == ("identity", True, "check_digit")
    assert (unsure.kind, unsure.sure, unsure.reason) == ("identity", False, "form")


def test_the_check_digit_rules_agree_with_published_examples() -> None:
    assert identity_check_digit("11010519491231002") == "x"
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")


def test_masking_hides_every_find_and_nothing_else() -> None:
    text = "我叫王小明，电话13800138000，住3栋2单元501室，邮箱someone@example.org，路灯坏了。"
    masked = mask(text)
    assert masked.text == f"我叫{MASK}，电话{MASK}，住{MASK}，邮箱{MASK}，路灯坏了。"
    assert [f.kind for f in masked.finds] == ["name", "mobile", "house", "email"]
    assert find(masked.text) == ()


def test_the_writer_can_take_a_find_off_the_list() -> None:
    text = "我叫王小明，电话13800138000"
    finds = find(text)
    assert hide(text, finds[1:], {"mobile": "[phone]"}) == "我叫王小明，电话[phone]"


def test_two_numbers_side_by_side_are_two_finds() -> None:
    finds = find("联系电话13800138000、13900139000，座机0731-82220000")
    assert [f.kind for f in finds] == ["mobile", "mobile", "phone"]
    assert [f.kind for f in find("打1380013800013900139000")] == ["mobile"]


def test_english_names_are_found_by_what_stands_before_them() -> None:
    text = "My name is Jane Doe and my phone is 555-123-4567.\nSincerely,\nJane Q. Doe"
    assert [text[f.start : f.end] for f in find(text) if f.kind == "name"] == ["Jane Doe", "Jane Q. Doe"]
    assert [f.kind for f in find(text)] == ["name", "phone", "name"]


def test_every_find_is_of_a_known_kind_and_finds_never_overlap() -> None:
    rng = random.Random(3)
    for _ in range(300):
        pieces = [STYLES[rng.choice(sorted(STYLES))](rng) for _ in range(4)]
        text = rng.choice(("", "，", " ", "电话")).join(pieces)
        finds = find(text)
        assert all(f.kind in KINDS and 0 <= f.start < f.end <= len(text) for f in finds)
        assert all(a.end <= b.start for a, b in pairwise(finds))


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "1-",
        "a@",
        "a.",
        "我",
        "我叫",
        "一",
        "3栋",
        "住",
        "(",
        "微信",
        "E1",
        "\u200b",
        "Mr A ",
        "🙂",
        "人：",
        "\x00",
    ],
)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        start = time.process_time()
        find(text)
        return time.process_time() - start

    assert seconds(100_000) < 1.5
