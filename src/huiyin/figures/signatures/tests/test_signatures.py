"""Each signature asks where its pattern was planted, asks nobody else, and is silent where nothing was planted."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import pytest

from huiyin.figures import schema
from huiyin.figures.signatures import Ailment, check_up, findings, looks, read, signatures, window, windows
from huiyin.figures.signatures.tests.rows import UNTIL, Plant, Row, blank, day, town


def false(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 4:
        answer["verdict"] = case["verdict"] = "not_solved"


def comes_back(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 2:
        answer["returned_at"] = answer["at"] + timedelta(days=9)


def denied_by_phone(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 4:
        call["result"] = "not_solved"


def at_the_deadline(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 3:
        answer["at"] = answer["due_at"] - timedelta(hours=1)


def in_piles(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 5:
        answer["at"] = UNTIL - timedelta(days=7 * (1 + n // 30), minutes=n % 7)


def sent_back(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 3 == 0:
        at = case["received_at"] + timedelta(hours=1)
        events.append(
            blank(schema.EVENTS, case_id=case["case_id"], seq=0, kind="objected", at=at, office="A", lead="A")
        )


def round_and_back(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 3 == 0:
        case["loops"] = 1


def pasted(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 3:
        answer["template"] = "one sentence"


def hollow(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    answer["hollow"] = n % 3 == 0


def other_matter(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    answer["other_matter"] = n % 3 == 0


def again(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 3 == 0:
        case["issue"] = f"issue {n % 4}"


def handed_down(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 3 == 0:
        case |= {"lead": "F", "sustained": 1, "leads": 2}


def urged(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    call["pressed"] = "yes" if n % 6 == 0 else "no"


def treated_badly(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    call["respect"] = 2 if n % 2 else 5


def left_alone(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    call["contacted"] = "no" if n % 2 else "yes"


def talked_round(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 6 == 0:
        last = events[-1]
        events.append(last | {"seq": 2, "code": "not_solved", "at": last["at"] - timedelta(days=1)})
        events.append(
            blank(
                schema.EVENTS, case_id=case["case_id"], seq=3, kind="message", at=last["at"] - timedelta(hours=5),
                office="A", lead="A",
            )
        )  # fmt: skip
        last["code"] = "solved"


def one_area_waits(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if answer["area"] == "R1":
        answer["at"] = answer["due_at"] + timedelta(hours=n % 20)


def promises(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 2:
        answer |= {"claim": "promised", "promise_due": day(UNTIL + timedelta(days=30))}


def all_is_well(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    answer["verdict"] = "solved"


def idle(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    case["idle_reveals"] = int(n % 3 == 0)


def no_day(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    if n % 3 == 0:
        case |= {"parked_at": case["received_at"] + timedelta(days=1), "parks": 1, "phase": "parked"}


PLANTED: list[tuple[str, str, Plant]] = [
    ("false_closing", "verdict", false),
    ("false_closing", "returned", comes_back),
    ("false_closing", "callback", denied_by_phone),
    ("deadline_bunching", "jump", at_the_deadline),
    ("batch_closing", "pile", in_piles),
    ("returns", "own_in_the_end", sent_back),
    ("returns", "loop", round_and_back),
    ("empty_replies", "template", pasted),
    ("empty_replies", "hollow", hollow),
    ("empty_replies", "other_matter", other_matter),
    ("repeats", "again", again),
    ("push_down", "down", handed_down),
    ("pressure", "told", urged),
    ("pressure", "flip", talked_round),
    ("manner", "low_mark", treated_badly),
    ("no_contact", "nobody_came", left_alone),
    ("equity", "time", one_area_waits),
    ("promises", "many", promises),
    ("ceiling", "ceiling", all_is_well),
    ("idle_looks", "idle", idle),
    ("parked", "no_day", no_day),
]


@pytest.mark.parametrize(("code", "part", "plant"), PLANTED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_planted_pattern_is_asked_about_and_leads_to_its_matters(code: str, part: str, plant: Plant) -> None:
    found = check_up(town(plant), UNTIL).findings
    mine = [finding for finding in found if finding.signature == code]
    assert [finding.office for finding in mine] == ["A"]
    (finding,) = mine
    assert (finding.strong, finding.weeks) == (part, 8)
    assert finding.low <= finding.share <= finding.high
    assert finding.k == round(finding.share * finding.n)
    assert finding.p <= finding.p_adjusted <= 0.01
    assert len(finding.cases) >= min(finding.k, 10)
    assert {case[0] for case in finding.cases} == {"A"}
    assert {finding.office for finding in found} == {"A"}


@pytest.mark.parametrize(("code", "part", "plant"), PLANTED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_was_lived_in_an_older_system_is_nobodys_question(code: str, part: str, plant: Plant) -> None:
    def imported(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
        plant(n, case, answer, events, call)
        case["imported"] = True

    # Calls are made by people here, about answers given here: an imported matter is never drawn.
    if part not in ("callback", "told", "low_mark", "nobody_came"):
        assert check_up(town(imported), UNTIL).findings == ()


def test_nothing_is_asked_where_nothing_was_planted() -> None:
    result = check_up(town(), UNTIL)
    assert result.findings == ()
    assert result.offices == 6
    assert set(result.by_ailment) == {str(kind) for kind in Ailment}


def test_what_was_looked_at_without_a_question_is_told_apart_from_what_was_too_little() -> None:
    def nine(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
        if n >= 9:
            answer["at"] -= timedelta(days=200)
            call["period_start"] -= timedelta(days=200)

    looked = check_up(town(nine), UNTIL).looked
    assert set(looked) == {signature.code for signature in signatures()}
    assert looked["false_closing"] == ("B", "C", "D", "E", "F")
    assert looked["ceiling"] == ("B", "C", "D", "E", "F")
    assert looked["returns"] == ("A", "B", "C", "D", "E", "F")
    assert looked["silent_areas"] == ()  # nothing is known of the weeks before


def test_an_area_that_falls_silent_is_asked_of_the_body() -> None:
    def silent(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
        case["received_at"] -= timedelta(days=58 if n % 2 else 0)
        case["area"] = "R9" if n % 2 else "R1"

    found = findings(town(silent), UNTIL)
    assert [(finding.signature, finding.office) for finding in found] == [("silent_areas", "")]
    assert found[0].k == 0
    assert len(found[0].cases) > 20


def test_one_office_can_be_asked_alone() -> None:
    assert findings(town(false), UNTIL, office="B") == ()
    assert [f.signature for f in findings(town(false), UNTIL, office="A")] == ["false_closing"]


def test_few_matters_are_no_reason_to_ask() -> None:
    def nine(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
        false(n, case, answer, events, call)
        if n >= 9:
            answer["at"] -= timedelta(days=200)

    assert findings(town(nine), UNTIL, office="A") == ()


def test_every_signature_speaks_both_languages_and_gives_the_innocent_explanations() -> None:
    known = signatures()
    assert len({signature.code for signature in known}) == len(known) == 16
    for signature in known:
        assert len(signature.innocent) >= 2
        for words in (signature.title, signature.definition, signature.next, *signature.innocent):
            assert words.zh
            assert words.en
            assert words.text("en") == words.en != words.text("zh")


def test_looking_more_often_costs_certainty() -> None:
    assert looks(8) == 13
    assert looks(52) == 2
    assert looks(4) == 26


def older(weeks: int) -> Plant:
    """Three of four matters called settled are not; only every eighth is of the last weeks, the others so much older,
    again so many weeks apart."""

    def plant(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
        false(n, case, answer, events, call)
        back = timedelta(weeks=weeks * (n % 8))
        for row in (case, answer, *events, call):
            for column, value in row.items():
                if isinstance(value, datetime):
                    row[column] = value - back

    return plant


@pytest.mark.parametrize(("apart", "weeks"), [(5, 26), (20, 52)])
def test_what_few_matters_hide_in_eight_weeks_shows_in_a_longer_time(apart: int, weeks: int) -> None:
    body = town(older(apart))
    assert read([window(body, UNTIL, 8)]).findings == ()
    (finding,) = check_up(body, UNTIL).findings
    assert (finding.office, finding.signature, finding.weeks) == ("A", "false_closing", weeks)
    assert finding.n > 15
    assert finding.p_adjusted <= 0.01


def test_longer_spans_cost_certainty_whether_they_are_read_or_not() -> None:
    body = town(false)
    (short,), (both,) = read([window(body, UNTIL, 8)]).findings, check_up(body, UNTIL).findings
    assert (short.p, short.p_adjusted) == (both.p, both.p_adjusted)
    assert short.p_adjusted == pytest.approx(short.p * 6 * 16 * 13 * 3)


def test_a_span_in_which_nothing_more_lies_is_not_looked_at() -> None:
    assert [seen.weeks for seen in windows(town(), UNTIL)] == [8]
    assert [seen.weeks for seen in windows(town(older(1)), UNTIL)] == [8, 26]
    assert [seen.weeks for seen in windows(town(older(7)), UNTIL)] == [8, 26, 52]
    assert [seen.weeks for seen in windows(town(older(30)), UNTIL)] == [8, 52]


def test_a_large_body_shows_enough_in_eight_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[windows.__module__], "LARGE", 600)
    assert [seen.weeks for seen in windows(town(older(5)), UNTIL)] == [8]


def test_what_was_lived_elsewhere_makes_no_span_longer() -> None:
    def imported(n: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
        older(5)(n, case, answer, events, call)
        case["imported"] = True

    assert [seen.weeks for seen in windows(town(imported), UNTIL)] == [8]
