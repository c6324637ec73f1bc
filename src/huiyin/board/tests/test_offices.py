"""Public figures: claims and verdicts apart, small numbers not told, nobody ranked, nothing counted on the page."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from huiyin.board import download_views, reading
from huiyin.cases.actions import perform, receive
from huiyin.cases.lifecycle import Actor, Claim, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.tests import body
from huiyin.lake import published, rollup, sync
from huiyin.lake.figures_cli import figures as figures_cli

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, tzinfo=UTC)
DESK = Actor(Role.DISPATCHER, "city", "2")
RESIDENT = Actor(Role.RESIDENT)
PAGES = (
    "/figures/", "/offices/", "/offices/light/", "/figures/area/", "/figures/channel/", "/figures/category/",
    "/figures/download/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _small_body(db: None) -> None:
    body.load()
    download_views._zip.cache_clear()


def matters(count: int, verdict: Verdict | None, prefix: str, office: str = "light") -> None:
    head = Actor(Role.HEAD, office, "1")
    for number in range(count):
        receipt = receive(
            c.Receive("web", "lamp", area="east", category="street.lamp"), RESIDENT, FEBRUARY, door="web",
            key=f"{prefix}{number}",
        )  # fmt: skip
        at = FEBRUARY + timedelta(hours=number)
        perform(receipt.case_id, c.Dispatch(office), DESK, at)
        perform(receipt.case_id, c.Acknowledge(), head, at)
        perform(receipt.case_id, c.Answer(Claim.SOLVED, "done"), head, at)
        if verdict is not None:
            perform(receipt.case_id, c.GiveVerdict(verdict), RESIDENT, at)


@pytest.fixture
def publish(tmp_path: Path) -> Any:
    def run() -> None:
        synced = sync.sync(NOW, folder=tmp_path / "lake")
        rollup.refresh(synced, NOW)

    return run


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", response.content.decode().replace("\xa0", " "))


@pytest.mark.parametrize("address", PAGES)
def test_before_the_first_month_every_page_says_that_nothing_is_published(client: Client, address: str) -> None:
    assert "还没有公布过数字" in text(client, address)
    assert "No figures have been published yet" in text(client, "/en" + address)
    assert client.get("/figures/huiyin-figures.zip").status_code == 404


def test_an_office_shows_its_claim_beside_what_people_said(client: Client, publish: Any) -> None:
    matters(40, Verdict.SOLVED, "s")
    matters(20, Verdict.NOT_SOLVED, "n")
    matters(30, None, "u")
    publish()
    page = text(client, "/en/offices/light/?months=1")
    assert "February 2026" in page
    assert "The office says 90 are done; people confirmed 40." in page
    assert "67%, between" in page  # 40 of 60 who answered
    assert "If they all said no, it is" in page or "If all of them" in page or "it would be" in page
    offices = text(client, "/en/offices/?months=1")
    assert "The office says 90 are done; people confirmed 40." in offices


def test_few_matters_are_not_told_anywhere(client: Client, publish: Any) -> None:
    matters(9, Verdict.SOLVED, "s")
    publish()
    page = text(client, "/offices/light/?months=1")
    assert "收到的不到 10 件" in page
    assert "<svg" not in page.split("<main")[1]
    assert "少于 10 件" in text(client, "/offices/?months=1")
    rows = list(csv.DictReader(io.StringIO(_zip(client).read("counts.csv").decode())))
    assert {row["count"] for row in rows} == {""}


def test_a_share_that_is_kept_back_is_not_blamed_on_people_who_did_answer(client: Client, publish: Any) -> None:
    matters(4, Verdict.SOLVED, "s")
    matters(30, Verdict.NOT_SOLVED, "n")
    publish()
    page = text(client, "/offices/light/?months=1")
    assert "确认解决的不到 10 件，或者写了就能算出" in page
    assert "回答的人不到 10 个" not in page
    assert "确认的太少，或不公布" in text(client, "/offices/?months=1")


def test_counts_without_answers_make_no_share(client: Client, publish: Any) -> None:
    matters(30, None, "u")
    publish()
    page = text(client, "/offices/light/?months=1")
    assert "回答的人不到 10 个" in page
    assert "<dd>30</dd>" in page  # received and claimed are told
    assert "不到 10，或不公布" in page


def test_offices_stand_in_the_pack_s_order_whatever_their_figures(client: Client, publish: Any) -> None:
    matters(30, Verdict.NOT_SOLVED, "a", "light")
    matters(30, Verdict.SOLVED, "b", "water")
    publish()
    page = text(client, "/en/offices/?months=1")
    names = re.findall(r"/en/offices/(\w+)/", page)
    assert names == list(dict.fromkeys(names))
    before = [page.group for page in published.pages("office")]
    assert [name for name in names if name in before] == before
    assert "rank" in page.lower()  # says that there is none


@pytest.mark.parametrize(("months", "shown"), [("banana", "3"), ("12", "12"), ("", "3"), ("999", "3")])
def test_a_silly_period_falls_back_to_three_months(client: Client, publish: Any, months: str, shown: str) -> None:
    matters(12, Verdict.SOLVED, "s")
    publish()
    page = text(client, f"/figures/?months={months}")
    assert f'<a href="?months={shown}" aria-current="page">' in page


def test_unknown_offices_and_groups_are_not_found(client: Client) -> None:
    assert client.get("/offices/atlantis/").status_code == 404
    assert client.get("/figures/mood/").status_code == 404
    assert client.post("/figures/").status_code == 405


@pytest.mark.parametrize(
    ("address", "statements"),
    [("/figures/", 1), ("/offices/", 2), ("/offices/light/", 3), ("/figures/area/", 2), ("/figures/download/", 1)],
)
def test_a_page_reads_published_rows_and_an_office_its_newest_look(
    client: Client, publish: Any, django_assert_num_queries: Any, address: str, statements: int
) -> None:
    matters(12, Verdict.SOLVED, "s")
    publish()
    client.get(address)
    with django_assert_num_queries(statements):
        client.get(address)


def _zip(client: Client) -> zipfile.ZipFile:
    response = client.get("/figures/huiyin-figures.zip")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="huiyin-figures.zip"'
    return zipfile.ZipFile(io.BytesIO(response.content))


def test_the_download_makes_every_figure_of_the_pages_again(client: Client, publish: Any, tmp_path: Path) -> None:
    matters(40, Verdict.SOLVED, "s")
    matters(20, Verdict.NOT_SOLVED, "n")
    publish()
    path = tmp_path / "figures.zip"
    path.write_bytes(client.get("/figures/huiyin-figures.zip").content)
    done = CliRunner().invoke(figures_cli, ["recompute", str(path)])
    assert done.exit_code == 0, done.output
    assert " 0 differences" in done.output
    told = {
        (row["kind"], row["group"], row["period"], row["code"]): row
        for row in csv.DictReader(io.StringIO(_zip(client).read("figures.csv").decode()))
    }
    figure = published.latest("office", "light").figure("confirmed", "2026-02")  # type: ignore[union-attr]
    assert figure is not None
    assert told["office", "light", "2026-02", "confirmed"]["value"] == str(figure.value)


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_something_else_than_a_download_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    done = CliRunner().invoke(figures_cli, ["recompute", str(path)])
    assert done.exit_code == 2
    assert "cannot be read" in done.output


def test_a_zip_that_names_other_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../counts.csv", "x")
    done = CliRunner().invoke(figures_cli, ["recompute", str(path)])
    assert done.exit_code == 2
    assert "no part of a download" in done.output


def test_definitions_are_there_for_people_and_for_programs(client: Client) -> None:
    page = text(client, "/en/definitions/")
    assert "Confirmed share" in page
    assert "Known bias" in page
    more = text(client, "/en/definitions/more/")
    assert "Cannot be measured yet" in more
    data = client.get("/definitions.json").json()
    shown = re.findall(r'<section id="(\w+)"', page + more)
    assert sorted(shown) == sorted(one["code"] for one in data["counts"] + data["indicators"])
    assert {"counts", "indicators"} == set(data)
    assert all(one["title"]["zh"] and one["title"]["en"] for one in data["indicators"])


@pytest.mark.parametrize(
    ("counts", "unknown", "disputed"),
    [
        ((100, 90, 85, 60, 40, 20, None), 25, 20),
        ((100, 90, 85, 60, 40, None, None), 25, 20),
        ((100, 90, 65, 60, 40, 20, None), None, 20),  # five: too few to be told, subtracted or not
        ((100, 90, None, 60, 40, None, None), None, 20),
        ((None,) * 7, None, None),
    ],
)
def test_what_anybody_can_subtract_is_not_left_blank(
    counts: tuple[int | None, ...], unknown: int | None, disputed: int | None
) -> None:
    made = reading.whole(published.Gap(*counts))
    assert (made.unknown, made.disputed) == (unknown, disputed)
