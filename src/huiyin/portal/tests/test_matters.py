from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.actions import perform
from huiyin.cases.lifecycle import Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.portal.tests import town
from huiyin.portal.tests.town import page

OWN = "我家住在三号楼，路灯坏了影响我妈出门"


def three() -> list[str]:
    """Three listed matters, the newest last: working, answered, settled. Returns their numbers."""
    ago = timezone.now() - timedelta(hours=40)
    titles = ("小学门口路灯不亮", "菜市场井盖松动", "Street lamp flickering at the bridge")
    given = [
        town.matter(OWN, key=title, title=title, at=ago + timedelta(hours=n), area="east" if n == 1 else "west",
                    point="30.05,120.07" if n == 1 else "")
        for n, title in enumerate(titles)
    ]  # fmt: skip
    town.work(given[0])
    town.answer(given[1])
    town.answer(given[2])
    perform(given[2].case_id, c.GiveVerdict(Verdict.SOLVED), town.RESIDENT, timezone.now())
    return [one.number for one in given]


def found(client: Client, query: str) -> list[str]:
    """Titles in the order of the list."""
    import re

    text = page(client.get(f"/matters/?{query}"))
    return list(re.findall(r'<h3><a href="[^"]*">([^<]*)</a>', text))


def test_the_list_shows_the_newest_first_and_nobodys_own_words(here: Client) -> None:
    three()
    assert found(here, "")[0].startswith("Street lamp")
    assert len(found(here, "")) == 3
    assert OWN not in page(here.get("/matters/"))


def test_claims_and_verdicts_have_chips_of_their_own(here: Client) -> None:
    three()
    text = page(here.get("/matters/"))
    assert text.count("单位称已解决") == 2
    assert "确认已解决" in text
    assert "本人还没说" in text


@pytest.mark.parametrize(
    ("query", "first", "many"),
    [
        ("q=路灯", "小学门口路灯不亮", 1), ("q=井盖", "菜市场井盖松动", 1), ("q=street+lamps", "Street lamp", 1),
        ("q=灯盖", "", 0), ("q=！！", "", 0), ("area=east", "菜市场井盖松动", 1), ("area=town", "Street", 3),
        ("category=street", "Street", 3), ("stage=open", "小学", 1), ("stage=answered", "菜市场", 1),
        ("stage=solved", "Street", 1), ("stage=unknown", "", 0), ("q=路灯&area=east", "", 0),
        ("area=nowhere&category=none&stage=odd", "Street", 3),
    ],
)  # fmt: skip
def test_words_places_kinds_and_stages_narrow_the_list(here: Client, query: str, first: str, many: int) -> None:
    three()
    titles = found(here, query)
    assert len(titles) == many
    assert not many or titles[0].startswith(first)


def test_a_number_in_the_search_leads_to_its_matter(here: Client) -> None:
    number = three()[0]
    response = here.get("/matters/", {"q": number.lower()})
    assert response["Location"] == f"/matters/{number}/"


def test_pages_follow_one_another_without_gaps_or_doubles(here: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import html
    import re

    from huiyin.cases import search

    monkeypatch.setattr(search, "PAGE", 2)
    monkeypatch.setattr(search.page, "__defaults__", ("", 2))
    at = timezone.now() - timedelta(hours=5)
    for n in range(5):
        town.matter(key=str(n), title=f"第 {n} 件", at=at)  # all listed at the same moment
    seen: list[str] = []
    query = ""
    while True:
        seen += found(here, query)
        text = page(here.get(f"/matters/?{query}"))
        following = re.findall(r'href="\?([^"]*after=[^"]*)"', text)
        if not following:
            break
        query = html.unescape(following[0])
    assert sorted(seen) == sorted(f"第 {n} 件" for n in range(5))
    assert found(here, "after=nonsense~x") == found(here, "")


def test_the_map_shows_spots_that_people_agreed_to_show(here: Client) -> None:
    number = three()[1]
    text = page(here.get("/matters/"))
    assert f'<a href="/matters/{number}/"><circle' in text


def test_the_file_holds_the_same_matters_and_runs_no_formula(here: Client) -> None:
    three()
    town.matter(key="formula", title="=HYPERLINK(1)")
    body = b"".join(here.get("/matters.csv?area=west").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["title"] for row in rows] == [
        "'=HYPERLINK(1)",
        "Street lamp flickering at the bridge",
        "小学门口路灯不亮",
    ]
    assert rows[1]["verdict"] == "solved"
    assert OWN not in body


def test_a_public_matter_tells_what_happened_without_words_of_its_owner(here: Client) -> None:
    number = three()[1]
    text = page(here.get(f"/matters/{number}/"))
    assert "菜市场井盖松动" in text
    assert "照明所答复" in text
    assert "换了灯泡" not in text  # what the office wrote to the person is for the person
    assert OWN not in text
    assert "菜市场井盖松动" in page(here.get(f"/matters/{number}/"))
    assert "Lighting office answered" in page(here.get(f"/en/matters/{number}/"))


def test_only_open_matters_can_be_joined(here: Client) -> None:
    working, answered, _settled = three()
    assert f"?join={working}" in page(here.get(f"/matters/{working}/"))
    assert "?join=" not in page(here.get(f"/matters/{answered}/"))


def test_an_unlisted_matter_looks_exactly_like_one_that_never_was(here: Client) -> None:
    secret = town.matter(level="office")
    never = "26-0000-000" + _check("26-0000-000")
    pages = [here.get(f"/matters/{number}/") for number in (secret.number, never)]
    assert [response.status_code for response in pages] == [404, 404]
    assert page(pages[0]).replace(secret.number, "") == page(pages[1]).replace(never, "")


def _check(begun: str) -> str:
    from huiyin.base.codes import ALPHABET, BadCode, parse_number

    for sign in ALPHABET:
        try:
            parse_number(begun + sign)
        except BadCode:
            continue
        return sign
    raise AssertionError("one sign must be right")


@pytest.mark.parametrize("number", ["x", "26-AAAA-AAAA", "26-J26S-RT3"])
def test_a_number_that_cannot_be_right_is_no_page(here: Client, number: str) -> None:
    assert here.get(f"/matters/{number}/").status_code == 404


def test_searching_too_fast_is_asked_to_wait_with_the_words_kept(here: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.base.limits import Bucket
    from huiyin.portal import door

    monkeypatch.setattr(door, "SEARCHES", Bucket(capacity=1, per_second=0.01))
    here.get("/matters/", {"q": "路灯"})
    response = here.get("/matters/", {"q": "路灯"})
    assert response.status_code == 429
    assert 'value="路灯"' in page(response)


@pytest.mark.parametrize("address", ["/", "/en/"])
def test_home_asks_one_question_and_sets_no_cookie(here: Client, address: str) -> None:
    three()
    response = here.get(address)
    assert dict(response.cookies) == {}
    text = page(response)
    assert text.count("button-primary") == 1
    assert "小学门口路灯不亮" in text
    assert len(text.encode()) < 60_000


def test_lists_cost_the_same_few_statements_however_long(here: Client, django_assert_max_num_queries: object) -> None:
    for n in range(25):
        town.matter(key=str(n), title=f"第 {n} 件")
    here.get("/")
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        here.get("/")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        here.get("/matters/?q=第")
    number = town.matter(key="one", title="一件").number
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        here.get(f"/matters/{number}/")
