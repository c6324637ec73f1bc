"""What other rooms know reaches the lake, follows every change, and nothing committed late is missed."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from huiyin.cases.models import Case
from huiyin.lake import sync
from huiyin.ledger.actions import forget_cache
from huiyin.outcomes import periods
from huiyin.outcomes.models import Drawn
from huiyin.outcomes.tests import month
from huiyin.outcomes.tests.month import END, SYSTEM
from huiyin.suggestions import changes, issues, replies
from huiyin.suggestions.lake_source import Suggested
from huiyin.suggestions.models import FactChange, IssueMember
from huiyin.suggestions.tests import body

pytestmark = pytest.mark.django_db
SOLID = "11月3日上午我们到学校门口查看，灯泡烧坏了，当天下午已经更换，晚上试过两盏都亮。"
HOLLOW = "您好，您反映的问题已经收到，已转交有关部门处理，感谢您的支持和理解。"
ALIKE = ("学校门口的路灯坏了四天，晚上很黑，孩子放学看不见路。", "学校门口的路灯还是坏的，晚上很黑，孩子放学看不见路。")
LATER = body.NOON + timedelta(days=9)


def lake(folder: Path, table: str) -> dict[str, dict[str, Any]]:
    """The lake brought up to date: its rows by case."""
    synced = sync.sync(LATER, folder=folder)
    return {row["case_id"]: row for row in synced.lake.read(table).to_pylist()}


def settled(key: str, reply: str) -> Case:
    return body.settle(body.receive(f"{body.LAMP}{key}", key, found=False), "RD2.01", "light", reply)


def touched(since: str) -> set[UUID]:
    return set(Suggested().changed(since)[1])


def test_signs_of_an_answer_reach_a_new_lake_and_one_that_is_there(tmp_path: Path) -> None:
    body.load()
    first = settled("1", HOLLOW)
    assert lake(tmp_path / "lake", "answers")[str(first.pk)]["hollow"] is False
    replies.keep(first.pk)
    for folder in (tmp_path / "lake", tmp_path / "new"):
        row = lake(folder, "answers")[str(first.pk)]
        assert (row["hollow"], row["promise_only"], row["template"]) == (True, False, "")


def test_a_second_answer_alike_marks_the_first_in_the_lake_too(tmp_path: Path) -> None:
    body.load()
    one = settled("1", SOLID)
    replies.keep(one.pk)
    assert lake(tmp_path / "lake", "answers")[str(one.pk)]["template"] == ""
    two = settled("2", SOLID.replace("11月3日", "11月9日"))
    replies.keep(two.pk)
    rows = lake(tmp_path / "lake", "answers")
    assert len(rows[str(one.pk)]["template"]) == 16
    assert rows[str(one.pk)]["template"] == rows[str(two.pk)]["template"]


def test_an_issue_joined_and_left_is_joined_and_left_in_the_lake(tmp_path: Path) -> None:
    body.load()
    cases = [body.receive(text, str(number)) for number, text in enumerate(ALIKE)]
    lake(tmp_path / "lake", "cases")
    for case in cases:
        issues.gather(case.pk, body.NOON)
    rows = lake(tmp_path / "lake", "cases")
    assert {rows[str(case.pk)]["issue"] for case in cases} == {str(IssueMember.objects.first().issue_id)}  # type: ignore[union-attr]
    issues.leave(cases[1].pk, body.NOON)
    assert lake(tmp_path / "lake", "cases")[str(cases[1].pk)]["issue"] == ""


def test_a_change_committed_after_one_with_a_higher_number_is_found_once() -> None:
    body.load()
    early, late = body.receive(body.LAMP, "1", found=False), body.receive(body.BINS, "2", found=False)
    changes.mark([early.pk])
    [first] = FactChange.objects.all()
    FactChange.objects.create(pk=first.pk + 2, case=early)
    cursor = Suggested().changed("")[0]
    assert touched(cursor) == set()
    FactChange.objects.create(pk=first.pk + 1, case=late)
    after, found = Suggested().changed(cursor)
    assert set(found) == {late.pk}
    assert touched(after) == set()


def test_a_cursor_that_is_no_number_asks_for_the_end_only() -> None:
    body.load()
    changes.mark([body.receive(body.LAMP, "1", found=False).pk])
    end, found = Suggested().changed("\uffff")
    assert (set(found), touched(end)) == (set(), set())


def test_the_first_question_names_every_case_with_facts_and_no_other() -> None:
    body.load()
    one = settled("1", SOLID)
    settled("2", SOLID)
    replies.keep(one.pk)
    assert touched("") == {one.pk}


def test_the_lake_follows_the_sample_when_a_month_closes_and_when_a_matter_goes(tmp_path: Path, settings: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, home=tmp_path / "home")
    forget_cache()
    folder = tmp_path / "lake"
    month.lived((f"k{number}", "light") for number in range(5))
    later = END + timedelta(days=41)
    assert sync.sync(later, folder=folder).lake.manifest.rows("callbacks") == 0
    periods.close("2026-02", END + timedelta(days=40), SYSTEM)
    lake = sync.sync(later, folder=folder).lake
    rows = lake.read("callbacks").to_pylist()
    assert [row["case_id"] for row in rows] == [str(row.case_id) for row in Drawn.objects.order_by("case_id")]
    assert {row["period_start"] for row in rows} == {datetime(2026, 2, 1, tzinfo=UTC)}
    assert lake.manifest.months("callbacks") == ["2026-02"]
    assert not sync.sync(later + timedelta(hours=1), folder=folder).wrote
    Drawn.objects.order_by("case_id")[0].delete()
    assert sync.sync(later + timedelta(hours=2), folder=folder).lake.read("callbacks").num_rows == len(rows) - 1
