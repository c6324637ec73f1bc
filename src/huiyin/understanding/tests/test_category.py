"""Categories are suggested from the sheet alone, better with history, and not at all when the text says nothing."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.understanding.category import CategoryModel, Example, SheetRow, _stretches, load, save
from huiyin.understanding.learning import train

SHEET = (
    SheetRow("city", "", ("城市建设", "City works")),
    SheetRow("city.light", "city", ("路灯照明", "Street lighting"), ("路灯", "灯不亮", "lamp")),
    SheetRow("city.road", "city", ("道路养护", "Road repair"), ("坑洼", "路面破损", "pothole")),
    SheetRow("school", "", ("教育", "Education")),
    SheetRow("school.fees", "school", ("乱收费", "School fees"), ("补课费", "学费")),
    SheetRow("school.place", "school", ("入学与学区", "School places"), ("学位", "转学")),
    SheetRow("work", "", ("劳动保障", "Labour")),
    SheetRow("work.pay", "work", ("拖欠工资", "Unpaid wages"), ("农民工", "加班费")),
)


@pytest.fixture(scope="module")
def model() -> CategoryModel:
    return train(SHEET)


@pytest.mark.parametrize(
    ("title", "body", "top"),
    [
        ("小区门口路灯坏了三个月", "晚上一片漆黑，老人走路害怕", "city.light"),
        ("The street lamp outside is dark", "It has been broken for weeks", "city.light"),
        ("老闆拖欠農民工工資", "幹了半年一分錢沒有拿到", "work.pay"),
        ("孩子没有学位", "户口在这里，学区却划到别处，想转学也不行", "school.place"),
    ],
)
def test_the_sheet_alone_is_enough_to_suggest(model: CategoryModel, title: str, body: str, top: str) -> None:
    suggestion = model.suggest(title, body)
    assert suggestion.answer is not None
    assert suggestion.answer == top or top.startswith(suggestion.answer + ".")
    assert suggestion.version == model.version


@pytest.mark.parametrize("history", [0, 40])
def test_a_body_with_one_kind_of_matter_at_the_top_still_gets_suggestions_below_it(history: int) -> None:
    examples = [Example("路灯不亮", "晚上很黑", "city.light"), Example("路面坑洼", "车都陷进去", "city.road")] * history
    one_top = train([row for row in SHEET if row.code.startswith("city")], examples)
    said = one_top.suggest("小区门口路灯坏了三个月，灯不亮", "路灯一直不亮，晚上一片漆黑，老人走路害怕")
    assert said.choices[0].code == "city.light" or said.category == "city"


def test_reasons_are_words_of_the_message(model: CategoryModel) -> None:
    title, body = "小区门口路灯坏了三个月", "晚上一片漆黑"
    words = dict(model.suggest(title, body).reasons)["words"]["words"]
    assert isinstance(words, tuple)
    assert any("路灯" in word for word in words)
    assert all(word in title + body for word in words)


@pytest.mark.parametrize("text", ["", "？", "好", "zzzz qqqq", "🙂🙂", "\x00\x01"])
def test_the_model_abstains_when_the_text_says_nothing(model: CategoryModel, text: str) -> None:
    suggestion = model.suggest(text, text)
    assert suggestion.answer is None
    assert ("unsure", {}) in suggestion.reasons


def test_history_corrects_the_sheet() -> None:
    title, body = "共享单车乱堆放", "地铁口全是共享单车，过不去人"
    history = [Example(f"共享单车占道{n}", "共享单车乱停在人行道上，请清理", "city.road") for n in range(6)] + [
        Example(f"工资没有发{n}", "老板欠薪", "work.pay") for n in range(6)
    ]
    learned = train(SHEET, history)
    assert learned.suggest(title, body).choices[0].code in ("city", "city.road")
    assert learned.version != train(SHEET).version


def test_training_twice_gives_the_same_file_and_no_text_is_in_it(tmp_path: Path) -> None:
    history = [
        Example("梧桐苑的路灯坏了", "请联系王小明", "city.light"),
        Example("学费太贵", "乱收费", "school.fees"),
    ] * 4
    save(train(SHEET, history), tmp_path / "one.npz")
    save(train(SHEET, history), tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as stored:
        assert "王小明" not in stored["head"].tobytes().decode()
        assert {stored[name].dtype.kind for name in stored.files} <= {"u", "i", "f"}


def test_a_model_answers_alike_after_it_was_stored(model: CategoryModel, tmp_path: Path) -> None:
    save(model, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    messages = [("路灯不亮", "晚上看不见"), ("欠薪", "农民工讨薪"), ("", "")]
    assert np.allclose(model.probabilities(messages), again.probabilities(messages), atol=2e-3)
    assert [model.suggest(*m).answer for m in messages] == [again.suggest(*m).answer for m in messages]


def test_a_message_is_judged_alike_alone_and_in_company(model: CategoryModel) -> None:
    messages = [("路灯不亮", "晚上看不见"), ("school fees", "学费 " * 900), ("", "x"), ("欠薪|", "｜农民工|讨薪")]
    together = model.probabilities(messages)
    assert np.array_equal(together, np.vstack([model.probabilities([one]) for one in messages]))
    assert np.allclose(together.sum(axis=1), 1.0)


def test_a_sheet_without_rows_or_an_unknown_category_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        train(())
    with pytest.raises(ValueError, match="not in the sheet"):
        train(SHEET, [Example("a", "b", "elsewhere")])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_gets_an_answer_or_an_abstention(title: str, body: str) -> None:
    model = _small()
    suggestion = model.suggest(title, body)
    assert 0.0 <= suggestion.probability <= 1.0
    assert all(0.0 <= choice.probability <= 1.0 for choice in suggestion.choices)


def test_a_long_text_costs_no_more_than_its_beginning(model: CategoryModel) -> None:
    start = time.process_time()
    model.suggest("路灯" * 50_000, "坏了" * 50_000)
    assert time.process_time() - start < 0.3


_KEPT: list[CategoryModel] = []


def _small() -> CategoryModel:
    if not _KEPT:
        _KEPT.append(train(SHEET))
    return _KEPT[0]


@pytest.mark.parametrize(
    ("text", "at", "known", "told"),
    [
        ("怡海星城小区很吵", (3, 6), ["小区"], ("小区",)),
        ("石塘水库工程", (1, 6), ["水库"], ("水库",)),
        ("车过户的手续问题", (5, 8), [], ()),
        ("请把路牌，换掉", (2, 4), [], ("路牌",)),
        ("客运车辆安置", (1, 4), ["车辆"], ("车辆",)),
        ("the bus stop is gone", (5, 8), [], ("bus", "stop")),
    ],
)
def test_reasons_are_whole_words(text: str, at: tuple[int, int], known: list[str], told: tuple[str, ...]) -> None:
    marks = np.zeros(len(text) + 1)
    marks[slice(*at)] = 1.0
    if text.isascii():
        marks[8:12] = 0.5
    spans = [(text.index(word), text.index(word) + len(word)) for word in known]
    assert _stretches(text, marks, 5, spans) == told
