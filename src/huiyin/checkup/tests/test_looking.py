"""A look: when it is made, that it is made once, what is kept of it, and what is kept when nothing was found."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from huiyin.base.errors import Refusal
from huiyin.checkup import access, jobs, looking, moments, queries
from huiyin.checkup.models import Look, Question, SeenIn
from huiyin.checkup.tests import planted
from huiyin.checkup.tests.planted import NOW, SYSTEM, UNTIL
from huiyin.checkup.words import AILMENTS
from huiyin.figures.signatures import NOT_MEASURABLE, InMemory, looks, signatures, window
from huiyin.figures.signatures.tests import rows
from huiyin.lake import sync
from huiyin.ledger import canonical, commitments
from huiyin.ledger.models import Entry
from huiyin.organisation import store

pytestmark = pytest.mark.django_db


def kept() -> list[tuple[object, ...]]:
    return list(Question.objects.order_by("pk").values_list("pk", "office", "signature", "strong", "k", "n", "words"))


def test_the_moments_are_mondays_every_four_weeks_in_local_time() -> None:
    tz = ZoneInfo("Asia/Shanghai")
    first = moments.moment(datetime(2026, 3, 22, 15, 59, tzinfo=UTC), tz)  # a minute before Monday there
    second = moments.moment(datetime(2026, 3, 22, 16, 0, tzinfo=UTC), tz)
    assert (first.weekday(), first.hour, second - first) == (0, 0, timedelta(weeks=4))
    assert second == datetime(2026, 3, 23, tzinfo=tz)
    year = {moments.moment(NOW + timedelta(days=day), tz) for day in range(28, 28 + 364)}
    assert len(year) == looks(8)  # as many as the budget of false alarms was made for


def test_a_second_run_gives_the_same_rows_even_when_the_lake_has_moved_on() -> None:
    look = planted.looked(planted.false)
    before, seen_in, events = kept(), SeenIn.objects.count(), Entry.objects.filter(kind=looking.LOOKED).count()
    assert [(row[1], row[2], row[3]) for row in before] == [("A", "false_closing", "verdict")]
    planted.lake(planted.nothing)
    assert looking.look(NOW + timedelta(days=20), SYSTEM).pk == look.pk
    assert (kept(), SeenIn.objects.count()) == (before, seen_in)
    assert Entry.objects.filter(kind=looking.LOOKED).count() == events == 1


def test_a_question_keeps_its_numbers_its_words_and_the_matters() -> None:
    known = {name: planted.working(name, "A").pk for name in ("A001", "A002", "A004")}
    planted.looked(planted.false, known=known)
    question = Question.objects.get()
    assert (question.k, question.n, question.ailment, question.version, question.weeks) == (96, 120, "formalism", 1, 8)
    assert question.low < question.share == 0.8 < question.high
    assert question.usual < 0.25
    assert question.p <= question.p_adjusted <= Look.objects.get().alpha
    assert set(question.words) == {"title", "definition", "seen", "pattern", "next", "innocent"}
    assert "96" in question.words["seen"]["zh"]
    assert "{k}" in question.words["pattern"]["en"]
    # Of the matters in the lake only those this body has are named; a matter of the others is not.
    assert set(question.seen_in.values_list("case", flat=True)) == {known["A001"], known["A002"]}


def test_what_was_looked_at_and_what_cannot_be_is_kept_as_well() -> None:
    look = planted.looked(planted.nothing)
    assert not look.questions.exists()
    assert set(look.signatures) == {signature.code for signature in signatures()}
    assert look.signatures["false_closing"]["looked"] == list(rows.OFFICES)
    assert look.signatures["parked"]["looked"] == []
    assert set(look.not_measurable) == {str(kind) for kind in NOT_MEASURABLE}
    assert all(words["zh"] and words["en"] for words in look.not_measurable.values())
    seen = queries.latest()
    assert seen is not None
    assert {ailment: seen.state(ailment) for ailment in AILMENTS} == {
        "formalism": "nothing", "access": "nothing", "manner": "nothing", "resolution": "nothing",
        "indulgence": "not_measurable", "self_serving": "nothing", "equity": "nothing", "relation": "few",
    }  # fmt: skip
    assert seen.state("formalism", "city") == "few"
    assert queries.questions() == ()


def test_one_looks_only_when_the_lake_reaches_up_to_the_moment() -> None:
    planted.lake(planted.false, as_of=UNTIL - timedelta(minutes=1))
    with pytest.raises(Refusal, match="lake_behind"):
        looking.look(NOW, SYSTEM)
    jobs.look_when_due(NOW)  # waits for the lake's own job
    assert not Look.objects.exists()
    planted.lake(planted.false)
    jobs.look_when_due(NOW)
    assert Look.objects.get().until == UNTIL


def test_without_a_lake_or_a_pack_the_job_waits() -> None:
    jobs.look_when_due(NOW)
    store.forget()
    assert not Look.objects.exists()


def test_the_log_binds_us_to_the_questions_without_telling_the_exact_counts() -> None:
    look = planted.looked(planted.false)
    entry = Entry.objects.get(kind=looking.LOOKED)
    told = json.loads(entry.leaf)["pub"]
    assert (told["questions"], told["commitment"]) == (1, look.commitment)
    assert set(told) == {"until", "since", "questions", "commitment"}
    asked = [
        {"office": "A", "signature": "false_closing", "version": 1, "weeks": 8, "strong": "verdict", "k": 96, "n": 120}
    ]  # fmt: skip
    value = canonical.encode(asked)
    assert commitments.matches(look.commitment, "questions", value, bytes(look.salt))
    asked[0]["k"] = 12
    assert not commitments.matches(look.commitment, "questions", canonical.encode(asked), bytes(look.salt))


def test_what_people_told_callers_is_known_to_the_rules_of_access() -> None:
    seen = window(InMemory(rows.town().tables), rows.UNTIL)
    called = {(s.code, test.code) for s in signatures() for test in s.look(seen) if test.rows is seen.callbacks}
    assert called == access.CALLED
    assert access.UNNAMED <= access.CALLED


def test_nobody_finds_the_matters_of_people_who_told_of_pressure() -> None:
    known = {"A001": planted.working("A001", "A").pk}
    planted.looked(planted.urged(40), known=known)
    question = Question.objects.get(signature="pressure")
    assert (question.strong, question.k) == ("told", 40)
    assert not question.seen_in.exists()


def test_a_lake_made_from_real_matters_is_looked_at_and_few_matters_are_no_question() -> None:
    for number in range(3):
        planted.working(str(number), "A")
    sync.sync(NOW)
    jobs.look_when_due(NOW)
    seen = queries.latest()
    assert seen is not None
    assert (seen.offices, seen.asked) == (0, ())
    assert seen.state("formalism", "A") == "few"
