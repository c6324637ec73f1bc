"""What the report says of the check-up: what was asked in its month, as it was known, and nothing held back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.checkup.models import Answer
from huiyin.checkup.words import AILMENTS
from huiyin.report import check_up, sections
from huiyin.report.blocks import texts_of
from huiyin.report.tests.published_body import AS_OF, asked, built, looked, town

pytestmark = pytest.mark.django_db


def of_the_check_up(month: str = "2026-02", language: str = "en") -> list[str]:
    part = next(section for section in built(month, language).sections if section.name == "check-up")
    return [text for block in part.blocks for text in texts_of(block)]


def test_a_month_without_a_look_says_so() -> None:
    town()
    assert of_the_check_up() == [
        "No check-up ended in this month. It looks every four weeks, on days fixed long before."
    ]


def test_every_ailment_is_told_with_its_questions_or_the_reason_there_are_none() -> None:
    town()
    looked()
    terms = of_the_check_up()
    told = dict(zip(terms[2::2], terms[3::2], strict=True))
    assert len(told) == len(AILMENTS)
    assert told["Formalism: form in place of work"] == "Looked at; no public question"
    assert told["Bureaucratism: how people are treated"].endswith(": Nothing is recorded yet.")
    asked("light")
    assert "1 question" in of_the_check_up()


def test_a_question_stands_with_coarse_numbers_chance_other_reasons_and_whether_it_was_answered() -> None:
    town()
    question = asked("light")
    texts = of_the_check_up()
    assert "It may be all right: People differ. Harder matters." in texts
    assert texts[texts.index("Lighting") + 1].startswith("Of about 120 matters, about 95 (79%); usually 20%.")
    assert texts[texts.index("Lighting") + 1].endswith("less than one in a thousand. No public answer yet.")
    for at in (AS_OF - timedelta(days=1), AS_OF + timedelta(days=1)):
        number = question.answers.count() + 1
        Answer.objects.create(question=question, number=number, at=at, text="We looked.", salt=bytes(32))
    assert of_the_check_up()[texts.index("Lighting") + 1].endswith("Answered in public on 3 March 2026.")
    zh = of_the_check_up(language="zh-hans")
    assert zh[zh.index("照明所") + 1].startswith("约 120 件里，约 95 件（79%）；通常约 20%。")


def test_what_is_held_back_and_what_was_seen_later_stays_out() -> None:
    town()
    looked(day=2, looked_at=AS_OF + timedelta(hours=1))
    asked("light", signature="pressure", strong="told", k=4)
    assert "Lighting" not in of_the_check_up()
    assert len(built().sections) == len(sections.SECTIONS)
    assert sum("had enough matters" in text for text in of_the_check_up()) == 1
    assert sum("had enough matters" in text for text in of_the_check_up("2026-01")) == 0


def test_the_whole_body_and_an_office_that_is_gone_are_named() -> None:
    town()
    asked("")
    asked("gone")
    asked("light")
    terms = [text for text in of_the_check_up() if text in ("The body as a whole", "gone", "Lighting")]
    assert terms == ["The body as a whole", "Lighting", "gone"]


def test_many_questions_are_told_by_name_alone() -> None:
    town()
    for number in range(check_up.TOLD + 1):
        asked(f"o{number:02d}")
    texts = of_the_check_up()
    assert any(text.startswith("Called settled false_closing: o00, o01, ") for text in texts)
    assert not any("usually" in text for text in texts)
