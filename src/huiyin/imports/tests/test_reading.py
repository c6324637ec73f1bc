"""Spreadsheets as they come, read without losing a row."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.imports.reading import open_table
from huiyin.imports.reading_csv import decode
from huiyin.imports.words import FileProblem

cells = st.text(alphabet=st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]), max_size=12)


def _read(path, columns=("a", "b"), **more):
    return list(open_table(path, columns, **more).rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(cells, cells, cells), max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_a_program_writes_is_read_back_cell_by_cell(tmp_path, rows, delimiter, ending, encoding):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    path = tmp_path / "x.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    got = [tuple(row.cells.values()) for row in _read(path)]
    assert got == [row for row in rows if any(cell.strip() for cell in row)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet='ab,"\r\n ;', max_size=12), max_size=12))
def test_no_line_of_a_broken_file_disappears(tmp_path, lines):
    path = tmp_path / "x.csv"
    body = "".join(f"{line}\n" for line in lines)
    path.write_text("a,b\n" + body, encoding="utf-8", newline="")
    kept = "".join(row.raw or "".join(row.cells.values()) for row in _read(path))
    for letter in "ab":
        assert kept.count(letter) == body.count(letter)


def test_encodings_are_told_apart_by_the_stated_rule():
    chinese = "编号,内容\n1,路灯坏了，晚上很黑\n"
    assert decode(chinese.encode()) == (chinese, "utf-8")
    assert decode(chinese.encode("utf-8-sig")) == (chinese, "utf-8-sig")
    assert decode(chinese.encode("gb18030")) == (chinese, "gb18030")
    french = "no,mot\n1,été à la forêt, garçon\n"
    assert decode(french.encode("latin-1")) == (french, "latin-1")
    with pytest.raises(FileProblem) as caught:
        decode(chinese.encode("gb18030"), "utf-8")
    assert caught.value.code == "encoding_wrong"


def test_a_row_with_another_number_of_cells_and_an_open_quote_come_out_whole(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,2\n1,2,3\n"open,2\n5" pipe,4\n"two\nlines",6\n', encoding="utf-8")
    rows = _read(path)
    assert [(r.number, r.problem) for r in rows] == [(2, ""), (3, "cells"), (4, "quote_not_closed"), (5, ""), (6, "")]
    assert rows[1].raw == "1,2,3\n"
    assert rows[2].raw == '"open,2\n'
    assert rows[3].cells == {"a": '5" pipe', "b": "4"}
    assert rows[4].cells == {"a": "two\nlines", "b": "6"}


def test_a_title_above_the_table_is_not_taken_for_the_header(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Report of May\n\nb;a\n1;2\n", encoding="utf-8")
    assert _read(path)[0].cells == {"b": "1", "a": "2"}


def test_a_file_without_the_columns_says_which_are_missing(tmp_path, workbook):
    path = tmp_path / "x.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    for file in (path, workbook()):
        with pytest.raises(FileProblem) as caught:
            _read(file)
        assert caught.value.code == "columns_missing"
        assert "a, b" in str(caught.value)


def test_a_file_that_is_no_workbook_is_refused_in_words(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"<html>not a workbook</html>")
    with pytest.raises(FileProblem) as caught:
        _read(path)
    assert caught.value.code == "not_a_spreadsheet"
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF")
    with pytest.raises(FileProblem):
        _read(path)


def test_a_merged_cell_holds_for_every_row_it_covers(workbook):
    path = workbook(("1", "same", "x"), ("2", None, "y"), ("3", "z", "w"), merge="B2:B3")
    rows = _read(path, ("no", "subject"))
    assert [row.cells["subject"] for row in rows] == ["same", "same", "z"]
    assert [row.merged for row in rows] == [False, True, False]


def test_a_formula_without_a_result_is_named_with_its_text(workbook):
    rows = _read(workbook(("1", "=A2&B2", "x"), ("2", "plain", "y")), ("no", "subject"))
    assert rows[0].formulas == {"subject"}
    assert rows[0].cells["subject"] == "=A2&B2"
    assert not rows[1].formulas


def test_a_wrong_size_written_in_the_file_hides_no_row(workbook, tmp_path):
    path = workbook(("1", "a", "b"), ("2", "c", "d"))
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.endswith("sheet1.xml"):
                data = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', data)
            new.writestr(item, data)
    shutil.move(broken, path)
    assert len(_read(path, ("no", "subject"))) == 2
