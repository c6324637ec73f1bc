"""The dispatch catalogue comes first, learning fills its gaps, and objections that were right are remembered."""

from __future__ import annotations

from collections.abc import Sequence

from huiyin.understanding.category import Choice, Example, SheetRow
from huiyin.understanding.office import CatalogueMatch, Precedent, objections, suggest, train_kinds

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
