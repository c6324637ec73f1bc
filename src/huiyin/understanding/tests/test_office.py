"""The dispatch catalogue comes first, learning fills its gaps, and objections that were right are remembered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from huiyin.understanding.category import Choice, Example, SheetRow, save
from huiyin.understanding.confidence import calibrate
from huiyin.understanding.office import (
    CatalogueMatch,
    OfficeModel,
    Precedent,
    Settled,
    load_ranking,
    objections,
    save_ranking,
    strength,
    suggest,
    told_how_sure,
    train_kinds,
    train_ranking,
    with_measures,
)

OFFICES = {"roads": ["roads-north", "roads-city"], "police": ["police-north"], "schools": ["schools-city"]}


def serving(kind: str) -> Sequence[str]:
    return OFFICES.get(kind, [])


EXACT = CatalogueMatch("roads-north", "roads", True, 0, 0, 17)


def test_an_exact_row_of_the_catalogue_comes_first_even_against_the_model() -> None:
    result = suggest([EXACT], [Choice("police", 0.9), Choice("roads", 0.05)], serving)
    assert [choice.office for choice in result.choices[:2]] == ["roads-north", "police-north"]
    code, facts = result.choices[0].reasons[0]
    assert (code, facts["row"]) == ("catalogue", 17)


def test_without_a_row_the_learned_kind_and_the_place_decide() -> None:
    result = suggest([], [Choice("schools", 0.7), Choice("roads", 0.2)], serving)
    assert result.choices[0].office == "schools-city"
    assert result.choices[0].reasons == (("learned", {"kind": "schools", "probability": 0.7}),)
    assert len(result.choices) == 3


def test_a_general_row_gives_way_to_a_sure_model() -> None:
    general = CatalogueMatch("hotline", "general", True, 4, 2, 1)
    result = suggest([general], [Choice("police", 0.95)], serving)
    assert result.choices[0].office == "police-north"


def test_objections_that_were_ruled_right_move_an_office_down() -> None:
    second = CatalogueMatch("roads-city", "roads", False, 0, 1, 18)
    before = suggest([EXACT, second], [], serving)
    after = suggest([EXACT, second], [], serving, objections({"roads-north": (0, 5)}))
    assert before.choices[0].office == "roads-north"
    assert after.choices[0].office == "roads-city"
    assert ("objected", {"times": 5}) in after.choices[1].reasons


def test_three_like_this_went_there_is_told() -> None:
    result = suggest([], [Choice("roads", 0.3)], serving, [Precedent("police-north", settled=3)])
    shown = {choice.office: choice.reasons for choice in result.choices}
    assert ("precedents", {"settled": 3}) in shown["police-north"]


def test_with_nothing_known_nothing_is_suggested() -> None:
    result = suggest([], [], serving)
    assert result.choices == ()
    assert not result.sure


def test_kinds_are_learned_from_names_and_from_who_settled_matters() -> None:
    kinds = [
        SheetRow("roads", "", ("市政路灯", "Roads and lights"), ("路灯", "井盖")),
        SheetRow("schools", "", ("教育", "Education"), ("学校", "学位")),
    ]
    model = train_kinds(kinds, [Example("共享单车乱放", "堵住人行道", "roads")] * 3)
    assert model.suggest("共享单车太多", "人行道走不了").choices[0].code == "roads"
    assert model.suggest("孩子没有学位", "学校说满了").choices[0].code == "schools"
    assert model.version.startswith("office-3-")


KINDS = (
    SheetRow("roads", "", ("道路", "Roads"), ("坑洼", "路面")),
    SheetRow("lights", "", ("路灯", "Street lights"), ("照明",)),
    SheetRow("street", "", ("街道", "Sub-district"), ("邻里",)),
)


def history(count: int = 16) -> list[Settled]:
    found = []
    for n in range(count):
        found.append(Settled(f"{n}号路面坑洼", "路面破了一个大坑，车过不去", "roads"))
        found.append(Settled(f"{n}号路灯不亮", "晚上路灯不亮，很黑", "lights"))
        found.append(
            Settled(f"梧桐社区{n}栋邻里纠纷", "邻居吵架，社区没有人管", "street", in_title=frozenset({"street"}))
        )
    return found


def test_a_ranking_is_saved_loaded_and_made_again_the_same(tmp_path: Path) -> None:
    model = train_ranking(KINDS, history())
    save_ranking(model, tmp_path / "office.npz")
    save_ranking(train_ranking(KINDS, history()), tmp_path / "again.npz")
    assert (tmp_path / "office.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()
    loaded = load_ranking(tmp_path / "office.npz")
    asked = ("路灯坏了", "晚上很黑")
    assert loaded.version == model.version == loaded.card["version"]
    assert [c.code for c in loaded.rank(*asked)] == [c.code for c in model.rank(*asked)]
    assert loaded.rank(*asked)[0].code == "lights"
    assert any("路灯" in word for word in loaded.words(*asked))
    assert loaded.card["left_out_first"] is not None


def test_probabilities_of_a_ranking_add_up_and_a_named_place_raises_its_office() -> None:
    model = train_ranking(KINDS, history())
    plain = {c.code: c.probability for c in model.rank("问题", "有个问题要反映")}
    placed = {c.code: c.probability for c in model.rank("问题", "有个问题要反映", in_title={"street"})}
    assert abs(sum(placed.values()) - 1.0) < 1e-9
    assert placed["street"] > plain["street"]


def test_an_objection_that_was_ruled_right_teaches_both_offices() -> None:
    asked = ("井盖边的路面坑洼", "路面破了，井盖松动")
    ruled = [Settled("窨井盖松动响", "井盖松了，车一过就响", "street", refused=("roads",)) for _ in range(4)]
    silent = [Settled("窨井盖松动响", "井盖松了，车一过就响", "street") for _ in range(4)]
    taught = {c.code: c.probability for c in train_ranking(KINDS, history() + ruled).rank(*asked)}
    untaught = {c.code: c.probability for c in train_ranking(KINDS, history() + silent).rank(*asked)}
    assert taught["street"] > untaught["street"]
    assert taught["roads"] < untaught["roads"]


def test_few_matters_leave_the_words_alone_to_decide() -> None:
    model = train_ranking(KINDS, history(2))
    assert model.weights == (1.0, 0.0, 0.0, 0.0)
    assert model.card["left_out_first"] is None


def test_words_that_say_too_little_rank_nothing() -> None:
    assert train_ranking(KINDS, history()).rank("", "") == []


def town(count: int, share: float) -> list[tuple[float, bool]]:
    """Suggestions of a strength from 0 to 1, right by `share` more often the stronger they are."""
    return [(n / count, (n * 7919) % count < count * (0.3 + share * n / count)) for n in range(count)]


def test_fewer_than_thirty_matters_measure_nothing_and_points_alone_tell_no_probability() -> None:
    assert calibrate(town(29, 0.5)) is None
    found = suggest([EXACT], [Choice("police", 0.9)], serving)
    assert [choice.probability for choice in found.choices] == [None, None]
    assert told_how_sure(found, None) == found


def test_a_probability_is_the_share_that_was_right_and_never_falls() -> None:
    measured = calibrate(town(600, 0.6))
    assert measured is not None
    assert measured.matters == 600
    assert all(band.matters >= 30 for band in measured.bands)
    shares = [(band.right + 1) / (band.matters + 2) for band in measured.bands]
    assert shares == sorted(shares)
    asked = [(measured.chance(strong), right) for strong, right in town(997, 0.6)]
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 1.0)):
        part = [(chance, right) for chance, right in asked if chance is not None and low <= chance < high]
        said, hit = (sum(one[at] for one in part) / len(part) for at in (0, 1))
        assert abs(said - hit) < 0.05


def test_all_right_is_not_certain_and_what_is_weaker_than_anything_counted_is_not_told() -> None:
    measured = calibrate([(2.0, True)] * 60)
    assert measured is not None
    assert len(measured.bands) == 1
    assert measured.chance(3.0) == 61 / 62
    assert measured.chance(1.9) is None


def test_only_the_first_office_gets_a_probability_and_it_decides_what_is_sure() -> None:
    found = suggest([EXACT], [Choice("police", 0.9)], serving)
    half = calibrate([(-9.0, n % 3 == 0) for n in range(60)])
    told = told_how_sure(found, half)
    assert found.sure
    assert not told.sure
    assert [choice.probability for choice in told.choices] == [21 / 62, None]


def test_an_objection_a_doubtful_category_and_a_wider_row_weaken() -> None:
    wider = CatalogueMatch("roads-north", "roads", True, 2, 0, 17)

    def strong(match: CatalogueMatch, *records: Precedent, category: float | None = None) -> float:
        best = next(one for one in suggest([match], [], serving, records).choices if one.office == "roads-north")
        return strength(best, category)

    plain = strong(EXACT)
    assert strong(EXACT, Precedent("roads-north", settled=5)) > plain
    assert strong(EXACT, Precedent("roads-north", objected=1)) < plain
    assert strong(wider) < plain
    assert strong(EXACT, category=0.4) < plain < strong(EXACT, category=0.9)


def test_the_measure_goes_with_the_file_and_its_version(tmp_path: Path) -> None:
    plain = train_ranking(KINDS, history())
    measured = calibrate(town(90, 0.6))
    assert measured is not None
    model: OfficeModel = with_measures(plain, {"filed": measured})
    assert model.version != plain.version
    save_ranking(model, tmp_path / "office.npz")
    loaded = load_ranking(tmp_path / "office.npz")
    assert (loaded.measured, loaded.version) == ({"filed": measured}, model.version)
    assert with_measures(plain, {}).version == plain.version


def test_a_category_model_is_no_office_model(tmp_path: Path) -> None:
    save(train_kinds(KINDS, []), tmp_path / "other.npz")
    with pytest.raises(ValueError, match="train-office"):
        load_ranking(tmp_path / "other.npz")
