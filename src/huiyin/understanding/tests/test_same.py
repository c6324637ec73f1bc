"""The same matter is found again in other words, a copy is called a copy, and another place is another matter."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.understanding.same import (
    KEYS,
    Message,
    best,
    candidates,
    features,
    keys,
    profile,
    score,
    shared_words,
    weighted_keys,
)

DAY = datetime(2024, 3, 4, 8, tzinfo=UTC)
FIRST = Message(
    "梧桐苑小区旁边的混凝土搅拌站噪音太大",
    "梧桐苑南门外的搅拌站每天夜里施工，灰尘和噪音让人睡不着，请环保部门来查。",
    DAY,
)
AGAIN = Message(
    "投诉梧桐苑附近搅拌站扰民", "搅拌站就在梧桐苑南门，粉尘很大，孩子咳嗽，希望早点搬走。", DAY + timedelta(days=3)
)
ELSEWHERE = Message("枫林湾小区麻将馆噪音扰民", "一楼茶馆打牌到凌晨两点，家里有高三学生，派出所劝过几次又照旧。", DAY)
ENGLISH = Message("Street light out on Alder Road", "The lamp outside 12 Alder Road has been dark for two weeks.", DAY)
ENGLISH_AGAIN = Message(
    "Alder Road lamp still broken", "No light at night on Alder Road near the school crossing.", DAY
)


def test_the_same_matter_in_other_words_scores_above_another_matter() -> None:
    one, again, elsewhere = profile(FIRST), profile(AGAIN), profile(ELSEWHERE)
    assert score(one, again).probability > 0.45  # what a resident is asked about (cases.similar)
    assert score(one, elsewhere).probability < 0.2
    assert score(profile(ENGLISH), profile(ENGLISH_AGAIN)).probability > 5 * score(profile(ENGLISH), one).probability


def test_the_reason_names_what_stands_in_both() -> None:
    result = score(profile(FIRST), profile(AGAIN))
    reasons = dict(result.reasons)
    words = reasons["shared_words"]["words"]
    assert isinstance(words, tuple)
    assert any("梧桐苑" in word for word in words)
    assert reasons["days_apart"] == {"days": 3}
    assert result.version.startswith("pairs-")


def test_a_copy_is_called_a_copy_and_a_rewording_is_not() -> None:
    copied = Message(FIRST.title, FIRST.body + "！！", DAY + timedelta(days=400))
    assert score(profile(FIRST), profile(copied)).is_copy
    assert not score(profile(FIRST), profile(AGAIN)).is_copy


def test_places_that_contradict_each_other_lower_the_score() -> None:
    here = profile(Message(FIRST.title, FIRST.body, DAY, frozenset({"north"})))
    same = profile(Message(AGAIN.title, AGAIN.body, AGAIN.at, frozenset({"north", "elm-court"})))
    other = profile(Message(AGAIN.title, AGAIN.body, AGAIN.at, frozenset({"south"})))
    assert score(here, other).probability < score(here, same).probability
    assert ("different_places", {}) in score(here, other).reasons
    assert ("same_place", {"areas": ("north",)}) in score(here, same).reasons


def test_time_apart_lowers_the_score() -> None:
    late = profile(Message(AGAIN.title, AGAIN.body, DAY + timedelta(days=300)))
    assert score(profile(FIRST), late).probability < score(profile(FIRST), profile(AGAIN)).probability


def test_the_score_is_symmetric_and_repeatable() -> None:
    one, again = profile(FIRST), profile(AGAIN)
    assert features(one, again).tolist() == pytest.approx(features(again, one).tolist())
    assert score(one, again) == score(profile(FIRST), profile(AGAIN))


def test_keys_are_few_small_stable_and_the_same_in_traditional_writing() -> None:
    mine = keys("小区路灯坏了没有人修", "走路看不见")
    assert 0 < len(mine) <= KEYS
    assert all(0 <= key < 2**31 for key in mine)
    assert mine == keys("小區路燈壞了沒有人修", "走路看不見")
    assert keys("", "") == []
    assert len(keys("一二三四五六七八九十" * 10, "甲乙丙丁戊己庚辛" * 50)) <= KEYS


def test_candidates_are_ranked_by_shared_weight() -> None:
    store: dict[int, list[str]] = {}
    for name, message in (("elsewhere", ELSEWHERE), ("again", AGAIN), ("english", ENGLISH)):
        for key in keys(message.title, message.body):
            store.setdefault(key, []).append(name)
    found = candidates(
        weighted_keys(FIRST.title, FIRST.body), lambda wanted: [(k, name) for k in wanted for name in store.get(k, [])]
    )
    assert found[0] == "again"
    assert "english" not in found


def test_the_best_come_first_and_weak_ones_stay_out() -> None:
    found = best(profile(FIRST), [profile(ELSEWHERE), profile(AGAIN), profile(FIRST)])
    assert [at for at, _ in found] == [2, 1]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=80))
def test_any_two_texts_can_be_compared(title: str, body: str, other: str) -> None:
    one, two = profile(Message(title, body, DAY)), profile(Message(other, body, DAY))
    result = score(one, two)
    assert 0.0 <= result.probability <= 1.0
    assert 0.0 <= result.copied <= 1.0
    assert len(shared_words(one, two)) <= 4


def test_a_very_long_message_costs_no_more_than_its_beginning() -> None:
    start = time.process_time()
    profile(Message("路" * 100_000, "灯|" * 100_000, DAY))
    keys("路灯" * 100_000, "坏" * 100_000)
    assert time.process_time() - start < 0.5
