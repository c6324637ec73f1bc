"""The monthly report: page and PDF say the same, what is published and nothing else, in both languages."""

from __future__ import annotations

import dataclasses
import io
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from huiyin.figures import publishing
from huiyin.figures.definitions import DEFINITIONS
from huiyin.lake.models import Published
from huiyin.ledger.models import Checkpoint
from huiyin.organisation import store
from huiyin.outcomes import drawing
from huiyin.outcomes.models import Period
from huiyin.outcomes.tests.test_heard import closed
from huiyin.report import pdf
from huiyin.report.blocks import texts_of
from huiyin.report.cli import report as command
from huiyin.report.tests.published_body import (
    AS_OF,
    LANGUAGES,
    ROOT,
    asked,
    built,
    counts,
    looked,
    publish,
    town,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def squeezed(text: str) -> str:
    """Without spaces and breaks, which paper has elsewhere."""
    return re.sub(r"\s", "", text)


def on_paper(data: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


def on_the_page(client: Client, path: str) -> str:
    import html

    text = client.get(path).content.decode()
    return squeezed(html.unescape(re.sub(r"<[^>]+>", "", text[text.index("<main") :])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_pdf_say_every_word_and_number_of_the_report(client: Client, language: str) -> None:
    town()
    report = built(language=language)
    prefix = "/en" if language == "en" else ""
    page = on_the_page(client, f"{prefix}/reports/2026-02/")
    file = client.get(f"{prefix}/reports/2026-02.pdf")
    assert file["Content-Type"] == "application/pdf"
    paper = on_paper(file.content)
    texts = report.texts()
    assert len(texts) > 100
    for text in texts:
        assert squeezed(text) in page, text
        assert squeezed(text) in paper, text


def test_the_numbers_are_the_published_ones() -> None:
    town()
    texts = " ".join(built().texts()).replace("\xa0", " ")
    page = Published.objects.get(kind="body").page
    figure = page["2026-02"]["figures"]["confirmed"]
    assert (figure["n"], figure["value"]) == (70, 0.571)
    low, high = (f"{figure[end] * 100:.0f}%" for end in ("low", "high"))
    assert f"57%, between {low} and {high} (n = 70)" in texts
    assert "Received: 105. Offices say they dealt with 105; people confirm that 40 are solved." in texts
    assert (
        f"it would be {figure['bounds'][0] * 100:.0f}%; if all said solved, {figure['bounds'][1] * 100:.0f}%" in texts
    )
    assert "claims 865, confirmed 435, unknown 30" in texts


def test_both_languages_can_be_read_out_of_the_pdf() -> None:
    town()
    zh, en = (on_paper(pdf.render(built(language=language))) for language in LANGUAGES)
    assert "收到105件。单位说办了105件，本人确认解决的有40件。" in zh
    assert "没有来说的人不在里面。" in zh
    assert "Thosewhodidnotcomearenotinit." in en
    assert "照明所" in zh
    assert "Lighting" in en
    assert not re.search(r"[\u3400-\u9fff]", en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_figures_give_the_same_bytes_in_every_process(language: str, tmp_path: Path) -> None:
    town()
    report = built(language=language)
    first = pdf.render(report)
    pdf._kept.clear()
    assert pdf.render(built(language=language)) == first
    (tmp_path / "sheet.json").write_text(pdf._for_paper(report), encoding="utf-8")
    program = (
        "import sys, hashlib, pathlib; from huiyin.report import pdf\n"
        "words = pathlib.Path(sys.argv[1]).read_text(encoding='utf-8')\n"
        "print(hashlib.sha256(pdf.typeset(words, int(sys.argv[2]))).hexdigest())"
    )
    import hashlib

    arguments = [sys.executable, "-c", program, str(tmp_path / "sheet.json"), str(report.at)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(first).hexdigest()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_short_has_bookmarks_a_title_and_the_date_of_its_figures(language: str) -> None:
    town()
    report = built(language=language)
    reader = PdfReader(io.BytesIO(pdf.render(report)))
    assert len(reader.pages) <= 6
    outline = [item.title for item in reader.outline if not isinstance(item, list)]
    below = [item.title for part in reader.outline if isinstance(part, list) for item in part]
    assert outline == [report.title]
    assert below == [section.title for section in report.sections]
    assert reader.metadata is not None
    assert report.title in str(reader.metadata.title)
    assert reader.metadata.creation_date == AS_OF
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert all("/FontFile2" in str(font) or "/FontFile3" in str(font) for font in _fonts(reader))


def _fonts(reader: PdfReader) -> list[Any]:
    found = []
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            found.append(font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object())
    assert found
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_forty_offices_still_fit_on_six_sheets(language: str) -> None:
    town()
    for number in range(40):
        publish("office", f"o{number}", {"12m": counts(100, 40)})
        asked(f"o{number}", look=looked(day=23 if number % 2 else 2))
    closed("2026-01", {"light": 25, "water": 17, "city": 15}, random.Random(1))
    assert len(PdfReader(io.BytesIO(pdf.render(built(language=language)))).pages) <= 6


def test_before_the_first_month_there_is_no_report(client: Client) -> None:
    assert "还没有报告" in client.get("/reports/").content.decode()
    assert "There is no report yet" in client.get("/en/reports/").content.decode()
    for path in ("/reports/2026-02/", "/reports/2026-02.pdf"):
        assert client.get(path).status_code == 404
    publish("body", "", {})
    assert "还没有报告" in client.get("/reports/").content.decode()
    assert client.get("/reports/2026-02/").status_code == 404


@pytest.mark.parametrize("month", ["2025-03", "2026-03", "2026-13", "0000-00"])
def test_a_month_that_is_not_published_is_not_found(client: Client, month: str) -> None:
    town()
    assert client.get(f"/reports/{month}/").status_code == 404
    assert client.get(f"/reports/{month}.pdf").status_code == 404


def test_every_published_month_is_listed_newest_first(client: Client) -> None:
    town()
    found = re.findall(r"/en/reports/(\d{4}-\d\d)/", client.get("/en/reports/").content.decode())
    assert (found[0], found[-1], len(found)) == ("2026-02", "2025-04", 11)


def test_a_protected_office_is_named_without_any_number() -> None:
    town()
    report = built()
    offices = next(section for section in report.sections if section.name == "offices")
    texts = [text for block in offices.blocks for text in texts_of(block)]
    assert "Too few people answered for a share of these offices: Water." in texts
    assert [text for text in texts if "Water" in text] == [texts[-1]]
    assert not re.search(r"\d", texts[-1])


def test_a_share_that_is_kept_back_is_not_blamed_on_people_who_did_answer() -> None:
    publish("body", "", {"2026-02": counts(105, None)})
    publish("office", "water", {"12m": counts(30, None)})
    texts = " ".join(built().texts())
    assert "Fewer than 10 were confirmed as solved this month" in texts
    assert "Fewer than 10 confirmed, or kept back, so no share of these offices: Water." in texts
    assert "Too few people answered" not in texts


def test_offices_keep_the_order_of_the_register_and_are_never_numbered() -> None:
    publish("body", "", {"2026-02": counts(300, 120)})
    for office, confirmed in (("city", 20), ("light", 60), ("water", 40)):
        publish("office", office, {"12m": counts(100, confirmed)})
    offices = next(section for section in built().sections if section.name == "offices")
    rows = next(block.rows for block in offices.blocks if block.kind == "dots")
    assert [row.label for row in rows] == ["City", "Lighting", "Water"]


def test_what_anybody_can_subtract_is_about_right_and_says_so() -> None:
    publish("body", "", {"2026-02": counts(105, 40, unknown=None)})
    texts = " ".join(built().texts())
    assert "about 35" in texts
    assert "not told" not in next(tile.number for block in built().sections[0].blocks if block.kind == "tiles"
                                  for tile in block.items if tile.voice == "unknown")  # fmt: skip


def test_imported_history_is_told_as_never_asked() -> None:
    publish("body", "", {"2026-02": counts(105, 40, history=300, history_solved=200)})
    assert "300 matters came from an older system" in " ".join(built().texts())


def test_offices_beyond_chance_are_a_question_and_never_a_rank() -> None:
    town()
    row = Published.objects.get(kind="office", group="light")
    row.page["12m"]["beside"] = "below"
    row.save()
    texts = " ".join(built().texts())
    assert "below what chance explains: Lighting. That is a question to be asked, no verdict." in texts
    assert "above what chance explains" not in texts


def test_every_sheet_says_from_which_day_its_knowledge_is() -> None:
    town()
    for sheet in PdfReader(io.BytesIO(pdf.render(built("2026-01")))).pages:
        assert "As known on 4 March 2026" in sheet.extract_text()


def test_an_older_month_shows_its_offices_for_that_month_alone() -> None:
    town()
    texts = " ".join(built("2026-01").texts())
    assert "Matters received in January 2026." in texts
    assert "claims 60, confirmed 20, unknown 30" in texts
    assert "Last twelve months" not in texts


def test_a_month_whose_numbers_are_too_small_says_so_and_draws_nothing() -> None:
    publish("body", "", {"2026-01": counts(80, 30), "2026-02": counts(None, None, disputed=None, unknown=None)})
    report = built()
    texts = " ".join(report.texts())
    assert "Some numbers are too small to be told." in texts
    assert "Too few people answered this month to show a share" in texts
    bars = next(block.rows for block in report.sections[0].blocks if block.kind == "bars")
    assert {row.number for row in bars} == {"not told"}
    assert not any("<rect" in row.svg.replace("<pattern", "") for row in bars)
    assert len(PdfReader(io.BytesIO(pdf.render(report))).pages) <= 6


def test_a_month_without_a_sample_says_that_nobody_was_called() -> None:
    town()
    assert "No rule was announced before February 2026, so nobody was called back" in " ".join(built().texts())


def test_a_sample_is_told_step_by_step_and_never_before_it_is_closed() -> None:
    town()
    row = Period.objects.create(
        key="2026-02", start=AS_OF, end=AS_OF, rule=drawing.Rule(least=30, percent=10, days=28).as_json(),
        announced_at=AS_OF, secret=bytes(32),
    )  # fmt: skip
    assert "The rule for February 2026 is announced" in " ".join(built().texts())
    row.drawn_at, row.strata = AS_OF, {"light": {"size": 80, "drawn": 30}}
    row.save()
    texts = " ".join(built().texts())
    assert "For February 2026, 30 of 80 matters were drawn and calls go on." in texts
    assert "weighted by the matters of each office" not in texts


def test_what_callers_heard_stands_with_response_interval_and_bounds() -> None:
    town()
    closed("2026-01", {"light": 25, "water": 7, "city": 5}, random.Random(1))
    texts = " ".join(built().texts()).replace("\xa0", " ")
    assert "January 2026: of 89 matters that offices had answered, 43 were drawn and 37 people answered." in texts
    assert "at least 30 matters of each office, and at least 10% of large ones" in texts
    assert "(n = 37)" in texts
    assert "City, Water" in texts
    assert "(n = 7)" not in texts


def test_the_checkpoint_is_the_last_one_before_the_figures_were_made() -> None:
    town()
    texts = built().texts()
    assert ROOT in texts
    assert any(text.startswith("1,234 / 2026-03-04 03:58:00") for text in texts)
    raw = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.render(built()))).pages)
    assert ROOT in raw
    assert "\u200b" not in raw
    Checkpoint.objects.all().delete()
    assert "none yet" in built().texts()


def test_every_definition_in_use_stands_with_its_version() -> None:
    town()
    sources = next(section for section in built().sections if section.name == "sources")
    terms = [term for term, _meaning in sources.blocks[0].rows]
    assert len(terms) == len(DEFINITIONS) + len(publishing.codes())
    assert all(re.search(r"\(version.\d+\)$", term) for term in terms)


@pytest.mark.parametrize(("path", "most"), [("/reports/", 1), ("/reports/2026-02/", 7), ("/reports/2026-02.pdf", 7)])
def test_a_page_takes_the_same_few_statements_with_one_office_and_with_many(
    client: Client, path: str, most: int
) -> None:
    town()
    for number in range(40):
        publish("office", f"o{number}", {"12m": counts(100, 40)})
        asked("light", signature=f"s{number}")
    store.current()
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    own = [one["sql"] for one in seen.captured_queries if "organisation_" not in one["sql"]]
    assert len(own) <= most, own


def test_a_reader_who_has_the_file_is_not_sent_it_again(client: Client) -> None:
    town()
    first = client.get("/reports/2026-02.pdf")
    again = client.get("/reports/2026-02.pdf", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/en/reports/2026-02.pdf")["ETag"] != first["ETag"]


def test_words_from_a_pack_are_words_on_paper_and_never_commands() -> None:
    town()
    report = dataclasses.replace(built(), body='#panic("x") *a* <b> $ \\ @c', title="= #{1+1}")
    paper = on_paper(pdf.render(report))
    assert squeezed('#panic("x") *a* <b> $ \\ @c') in paper.replace("“", '"').replace("”", '"')
    assert squeezed("= #{1+1}") in paper


def test_the_command_writes_the_file_that_the_page_gives(client: Client, tmp_path: Path) -> None:
    town()
    out = tmp_path / "report.pdf"
    done = CliRunner().invoke(command, ["write", "2026-02", "--language", "en", "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["bytes"] == len(out.read_bytes())
    assert out.read_bytes() == client.get("/en/reports/2026-02.pdf").content
    assert list(tmp_path.glob("*.part")) == []


def test_the_command_says_which_months_there_are_and_where_it_cannot_write(tmp_path: Path) -> None:
    nothing = CliRunner().invoke(command, ["write", "2026-02", "--out", str(tmp_path / "a.pdf")])
    assert (nothing.exit_code, nothing.output.strip()) == (2, "2026-02 has no report. Nothing is published yet.")
    town()
    unknown = CliRunner().invoke(command, ["write", "2031-01", "--out", str(tmp_path / "a.pdf")])
    assert unknown.exit_code == 2
    assert "There are 2025-04, " in unknown.output
    assert not (tmp_path / "a.pdf").exists()
    nowhere = CliRunner().invoke(command, ["write", "2026-02", "--out", str(tmp_path / "no" / "a.pdf")])
    assert nowhere.exit_code == 2
    assert "No such file or directory" in nowhere.output


def test_reading_a_page_loads_no_typesetter() -> None:
    program = (
        "import sys; from huiyin.cli import prepare_django; prepare_django(); import huiyin.report.views\n"
        "print([m for m in ('typst', 'manimgx_fonts_cjk', 'ibis', 'duckdb', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
