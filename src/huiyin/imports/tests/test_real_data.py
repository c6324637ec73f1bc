"""The real files through the ready maps: every row accounted for, the record clean before and after an erasure."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.test import Client

from huiyin.cases import check as checking
from huiyin.cases.actions import perform
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.imports import maps
from huiyin.lake import rollup, sync
from huiyin.ledger import actions as ledger

from .conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.data, pytest.mark.slow]


def _file(name: str) -> Path:
    return Path(os.environ["HUIYIN_DATA"]) / name


def _balanced(summary) -> bool:
    return summary.read == summary.taken + summary.already + summary.rejected


def test_the_message_files_come_in_whole_and_the_record_stays_clean(take):
    expected = {
        "labelled_messages": (302, 301, {"id_repeated": 1}),
        "messages_with_votes": (2651, 2651, {}),
        "messages_with_replies": (1720, 1720, {}),
    }
    for name, (read, taken, reasons) in expected.items():
        summary = take(_file(f"messages/{name}.xlsx"), maps.find(name))
        assert (summary.read, summary.taken, summary.reasons) == (read, taken, reasons)
        assert _balanced(summary)
    again = take(_file("messages/messages_with_replies.xlsx"), maps.find("messages_with_replies"))
    assert (again.taken, again.already) == (0, 1720)
    assert Case.objects.filter(phase="rested", outcome="unknown", verdict="").count() == 1720
    assert Case.objects.filter(phase="received").count() == 2952
    assert checking.check().clean
    while (sealed := ledger.seal(NOW)) and sealed.more:
        pass
    first = checking.verify(NOW)
    assert first.clean, first.findings[:5]
    case = Case.objects.filter(phase="rested").earliest("pk")
    perform(case.pk, c.Erase("resident_asked"), Actor(Role.ADMINISTRATOR, staff="1"), NOW)
    ledger.seal(NOW)
    second = checking.verify(NOW)
    assert second.clean, second.findings[:5]
    assert second.openings == first.openings - 4
    assert checking.check().clean


def test_boston_comes_in_whole_and_the_board_says_that_nobody_was_asked(take, tmp_path):
    summary = take(_file("requests311/boston311_2015_sample.csv"), maps.find("boston311_2015"))
    assert (summary.read, summary.taken, summary.rejected) == (11_000, 11_000, 0)
    assert summary.flags["closed_before_opened"] == 13
    assert summary.flags["no_target"] == summary.flags["called_on_time_without_target"] == 1_818
    assert summary.flags["called_on_time_while_open"] == 470
    assert summary.flags["reply_without_words"] == 200
    assert Case.objects.filter(phase="rested", outcome="unknown").count() == 9_772
    assert Case.objects.filter(phase="received").count() == 1_228
    assert not Case.objects.exclude(verdict="").exists()
    assert checking.check().clean

    # what the public board says of such history
    rollup.refresh(sync.sync(NOW, folder=tmp_path / "lake"), NOW)
    page = re.sub(r"\s+", " ", Client().get("/en/figures/").content.decode())
    assert "Of the matters imported from another system, 9770 were closed there." in page
    assert "5430 (55.6%) are called “resolved” by that system itself." in page
    assert "Nobody asked the people who raised them, so here none of them counts as solved." in page
    page = Client().get("/figures/").content.decode()
    assert "5430 件（55.6%）那边自己说“已解决”。没有人问过反映的人" in page
