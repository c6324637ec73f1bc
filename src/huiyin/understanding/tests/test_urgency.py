"""Every rule recognises its own examples and leaves its counter-examples alone."""

from __future__ import annotations

import time

import pytest

from huiyin.understanding.urgency import judge, rules

YES = [(rule.code, rule.level, text) for rule in rules() for text in rule.yes]
NO = [(rule.code, text) for rule in rules() for text in rule.no]


@pytest.mark.parametrize(("code", "level", "text"), YES)
def test_a_rule_sees_its_examples(code: str, level: str, text: str) -> None:
    result = judge(text, "")
    assert code in [reason for reason, _ in result.reasons]
    assert result.level == ("emergency" if level == "emergency" else result.level)


@pytest.mark.parametrize(("code", "text"), NO)
def test_a_rule_leaves_its_counter_examples_alone(code: str, text: str) -> None:
    assert code not in [reason for reason, _ in judge("", text).reasons]


def test_an_emergency_names_the_service_whose_number_to_show() -> None:
    assert judge("楼道里煤气味很大", "请快来").services == ("gas",)
    assert judge("路灯坏了", "三个月没人修").level == "normal"


def test_every_rule_has_examples_of_both_kinds_in_both_languages() -> None:
    for rule in rules():
        assert rule.yes
        assert rule.no
        assert any(text.isascii() for text in rule.yes), rule.code
        assert any(not text.isascii() for text in rule.yes), rule.code


def test_traditional_and_wide_writing_is_understood() -> None:
    assert judge("樓道裡聞到很濃的煤氣味", "").level == "emergency"


@pytest.mark.parametrize("unit", ["燃气", "孩子。", "a", "着火 ", "\n", "。"])
def test_a_long_text_is_judged_quickly(unit: str) -> None:
    start = time.process_time()
    judge(unit * 50_000, unit * 50_000)
    assert time.process_time() - start < 0.5
