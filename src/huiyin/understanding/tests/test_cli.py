"""The command trains, explains and refuses in words."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from huiyin.understanding.cli import understand

SHEET = """code,parent,name_zh,name_en,keywords_zh,keywords_en
# a comment
light,,路灯,Street lighting,路灯|灯不亮,lamp
school,,教育,Education,学校|学位,school
"""


def test_a_model_is_trained_from_a_sheet_and_explains_a_text(tmp_path: Path) -> None:
    sheet, out = tmp_path / "categories.csv", tmp_path / "model.npz"
    sheet.write_text(SHEET, "utf-8")
    result = CliRunner().invoke(understand, ["train", "--sheet", str(sheet), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["sheet_rows"] == 2
    shown = CliRunner().invoke(understand, ["explain", "小区路灯不亮，电话13800138000", "--model", str(out)])
    facts = json.loads(shown.output)
    assert facts["category"]["answer"] == "light"
    assert facts["personal"][0]["kind"] == "mobile"
    assert "13800138000" not in facts["masked"]


def test_a_history_with_an_unknown_category_is_refused(tmp_path: Path) -> None:
    sheet, history = tmp_path / "categories.csv", tmp_path / "history.csv"
    sheet.write_text(SHEET, "utf-8")
    history.write_text("title,body,code\na,b,elsewhere\n", "utf-8")
    result = CliRunner().invoke(
        understand, ["train", "--sheet", str(sheet), "--history", str(history), "--out", str(tmp_path / "m.npz")]
    )
    assert result.exit_code != 0
    assert "elsewhere" in result.output
    assert not (tmp_path / "m.npz").exists()


def test_an_empty_folder_cannot_be_evaluated(tmp_path: Path) -> None:
    result = CliRunner().invoke(understand, ["evaluate", str(tmp_path)])
    assert result.exit_code != 0
    assert "no test files" in result.output
