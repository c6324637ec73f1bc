"""Cleaning keeps the writer's words and undoes the damage of copying; folding makes texts comparable."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.understanding.cleaning import LIMIT, clean, fold, simplify


def test_widths_and_invisible_characters_are_mended_and_chinese_punctuation_stays() -> None:
    result = clean("\t\t１２栋Ａ座\u200b路灯，坏了！\x00\u3000请修\n\n\n")
    assert result.text == "12栋A座路灯，坏了！ 请修"
    assert result.original.startswith("\t\t１２")
    assert {"invisible", "width"} <= set(result.changes)


def test_greeting_and_thanks_are_left_out_of_the_core_only() -> None:
    result = clean("尊敬的领导：您好！小区门口的路灯不亮。谢谢！此致敬礼")
    assert result.core == "小区门口的路灯不亮"
    assert result.text.startswith("尊敬的领导")
    assert "greeting" in result.changes
    assert clean("Dear Sir or Madam,\nthe street light is out. Thank you").core == "the street light is out."


def test_a_message_that_is_only_a_greeting_keeps_its_words() -> None:
    assert clean("您好！").core == "您好！"
    assert clean("谢谢").core == "谢谢"


def test_page_furniture_is_removed_and_sentences_stay() -> None:
    text = "反映路灯不亮\n第 3 页 共 12 页\n晚上很黑\n- 4 -\n下载本文档请登录\nPage 2 of 9\n请修好第2页说的灯"
    result = clean(text)
    assert result.text == "反映路灯不亮\n晚上很黑\n请修好第2页说的灯"
    assert "furniture" in result.changes


def test_a_character_doubled_at_a_line_join_is_undoubled_but_real_doubling_stays() -> None:
    assert clean("这条路已经坏了很久没\n没有人来修").text == "这条路已经坏了很久没有人来修"
    assert clean("天天都吵，谢谢").text == "天天都吵，谢谢"
    assert fold("A7县县城") == fold("A7县城")


def test_traditional_and_simplified_writing_fold_to_the_same() -> None:
    assert fold("路燈壞了，請儘快處理馬路積水") == fold("路灯坏了，请儘快处理马路积水")
    assert simplify("噪聲擾民") == "噪声扰民"
    assert clean("噪聲擾民").text == "噪聲擾民"


def test_folding_ignores_case_width_accents_and_blanks_between_characters() -> None:
    assert fold("Ｃａｆé  NOISE") == "cafe noise"
    assert fold("路 灯\n不 亮") == "路灯不亮"


def test_what_lies_beyond_the_limit_is_not_read_and_the_original_is_whole() -> None:
    text = "路" + "灯坏" * LIMIT
    result = clean(text)
    assert len(result.text) <= LIMIT
    assert result.original == text
    assert "cut" in result.changes


@given(st.text(max_size=300))
def test_any_text_can_be_cleaned_and_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert once.original == text
    assert clean(once.text).text == once.text
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "unit", ["\n", " ", "a\n", "第1页\n", "领导", "谢谢", "-", "\u200b", "没\n没", "&nbsp;", "é", "１"]
)
def test_cleaning_takes_time_in_proportion_to_the_text(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    start = time.process_time()
    clean(text)
    fold(text)
    assert time.process_time() - start < 1.0
