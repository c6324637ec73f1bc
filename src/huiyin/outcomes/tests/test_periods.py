"""A period from its announcement to its publication, and what anybody can check of it with public data alone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

from huiyin.base.errors import Refusal
from huiyin.cases import actions
from huiyin.cases.lifecycle import Actor, Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.ledger import archive, keys
from huiyin.ledger.actions import seal
from huiyin.ledger.models import Entry
from huiyin.outcomes import calls, cli, drawing, export, periods, publication, verify
from huiyin.outcomes.models import Drawn, Period
from huiyin.outcomes.questions import Answers
from huiyin.outcomes.tests import month
from huiyin.outcomes.tests.month import BEFORE, CALLER, END, MORNING, RULE, START, SYSTEM

pytestmark = pytest.mark.django_db

FIVE = [(f"k{n}", "light") for n in range(5)] + [(f"w{n}", "water") for n in range(2)]


def events(kind: str) -> list[dict[str, object]]:
    return [json.loads(leaf)["pub"] for leaf in Entry.objects.filter(kind=kind).values_list("leaf", flat=True)]


def test_the_rule_is_public_before_the_month_begins_and_nobody_changes_it_afterwards() -> None:
    row = month.announced()
    (told,) = events(drawing.ANNOUNCED)
    assert (told["rule"], told["period"]) == (RULE.as_json(), "2026-02")
    assert told["secret"] == drawing.commitment(bytes(row.secret))
    assert bytes(row.secret).hex() not in str(told)
    assert periods.announce("2026-02", RULE, BEFORE, SYSTEM).pk == row.pk
    with pytest.raises(Refusal, match="announced_otherwise"):
        periods.announce("2026-02", drawing.Rule(least=1), BEFORE, SYSTEM)
    with pytest.raises(Refusal, match="period_has_begun"):
        periods.announce("2026-01", RULE, BEFORE, SYSTEM)
    with pytest.raises(Refusal, match="bad_period"):
        periods.announce("2026-13", RULE, BEFORE, SYSTEM)
    assert len(events(drawing.ANNOUNCED)) == 1


def test_nothing_is_drawn_before_the_closing_checkpoint_or_without_an_announcement() -> None:
    month.announced()
    seal(START)
    for at in (END - timedelta(seconds=1), END + timedelta(hours=1)):
        with pytest.raises(Refusal, match="no_closing_checkpoint"):
            periods.draw("2026-02", at, SYSTEM)
    with pytest.raises(Refusal, match="not_announced"):
        periods.draw("2026-03", END, SYSTEM)
    assert not Drawn.objects.exists()


def test_drawing_twice_changes_nothing_and_the_log_holds_a_seal_but_no_names() -> None:
    row = month.lived(FIVE)
    first = list(Drawn.objects.order_by("pk").values_list("tag", "stratum", "place"))
    assert row.strata == {"light": {"size": 5, "drawn": 3}, "water": {"size": 2, "drawn": 2}}
    periods.draw("2026-02", END + timedelta(days=1), SYSTEM)
    assert list(Drawn.objects.order_by("pk").values_list("tag", "stratum", "place")) == first
    (told,) = events(drawing.DRAWN)
    assert (told["frame"], told["drawn"]) == (7, 5)
    assert not any(tag in json.dumps(told) for tag, _, _ in first)


def test_a_draw_that_dies_half_way_leaves_nothing_and_can_be_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    month.announced()
    seal(START)
    for key, office in FIVE:
        month.answered(key, office)
    seal(END)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(periods.streams, "append", die)
        with pytest.raises(KeyboardInterrupt):
            periods.draw("2026-02", END + timedelta(hours=1), SYSTEM)
    assert not Drawn.objects.exists()
    assert Period.objects.get().drawn_at is None
    periods.draw("2026-02", END + timedelta(hours=1), SYSTEM)
    assert Drawn.objects.count() == 5


def test_each_exclusion_is_counted_by_its_reason_and_others_stay_in() -> None:
    month.announced()
    seal(START)
    resident, system = Actor(Role.RESIDENT), Actor(Role.SYSTEM)
    at = START + timedelta(days=6)
    month.answered("quiet", level="confidential")
    later = month.answered("later quiet")
    actions.perform(later.pk, c.SetConfidentiality(Confidentiality.CONFIDENTIAL), resident, at)
    not_so = month.answered("office only")
    actions.perform(not_so.pk, c.SetConfidentiality(Confidentiality.OFFICE), resident, at)
    gone = month.answered("gone")
    actions.perform(gone.pk, c.Erase("resident_asked"), system, at)
    number = month.answered("number gone")
    actions.perform(number.pk, c.Erase("resident_asked", ("contact",)), system, at)
    month.answered("no contact", contact=False)
    importer = Actor(Role.IMPORTER)
    old = actions.receive(
        c.Receive("import", "旧事", imported=True, contact=""), importer, at, door="test", key="old"
    ).case_id
    actions.perform(old, c.AnswerOnRecord("light", c.Claim.SOLVED, "办了"), importer, at)
    seal(at)
    month.answered("after", at=END + timedelta(hours=2))
    seal(END + timedelta(hours=3))
    row = periods.draw("2026-02", END + timedelta(hours=4), SYSTEM)
    assert row.excluded == {"imported": 1, "confidential": 2, "erased": 1}
    assert row.strata["light"]["size"] == 4  # office only, number gone, no contact, and the one before the checkpoint
    assert {d.by_phone for d in row.drawn.filter(case__in=[number.pk])} <= {False}


def test_a_matter_answered_twice_in_a_month_is_one_matter_and_its_newest_answer_counts() -> None:
    month.announced()
    seal(START)
    case = month.answered("twice")
    handler, resident = Actor(Role.HANDLER, "light", "2"), Actor(Role.RESIDENT)
    at = START + timedelta(days=7)
    actions.perform(case.pk, [c.GiveVerdict(c.Verdict.NOT_SOLVED), c.Dispute("还黑")], resident, at)
    actions.perform(case.pk, c.Answer(c.Claim.SOLVED, "又换了"), handler, at + timedelta(days=1))
    seal(END)
    row = periods.draw("2026-02", END + timedelta(hours=1), SYSTEM)
    assert row.strata == {"light": {"size": 1, "drawn": 1}}
    assert row.drawn.get().answer == 2


def everything_closed() -> Period:
    month.lived(FIVE)
    row = periods.close("2026-02", END + timedelta(days=40), SYSTEM)
    seal(END + timedelta(days=41))
    return row


def public(folder: Path) -> tuple[str, list[str]]:
    tar = folder / "log.tar"
    tar.write_bytes(b"".join(archive.stream()))
    return str(tar), [keys.public_text().split("\n")[0]]


def test_anybody_can_compute_the_sample_anew_from_the_archive_and_the_file(tmp_path: Path) -> None:
    row = everything_closed()
    tar, key = public(tmp_path)
    (found,) = verify.check(tar, key, [row.file])
    assert (found.period, found.frame, found.drawn) == ("2026-02", 7, 5)


def test_every_lie_in_a_file_is_found(tmp_path: Path) -> None:
    row = everything_closed()
    tar, key = public(tmp_path)
    facts = json.loads(row.file)

    def changed(**more: object) -> str:
        return publication.canonical.encode({**facts, **more}).decode()

    strata = facts["strata"]
    light = strata["light"]
    others = sorted(set(light["frame"]) - set(light["drawn"]))
    lies = [
        changed(strata={**strata, "light": {**light, "drawn": [*light["drawn"][:2], others[0]]}}),
        changed(strata={**strata, "light": {**light, "frame": light["frame"][1:]}}),
        changed(secret="00" * 32),
        changed(rule={**facts["rule"], "least": 4}),
        changed(excluded={**facts["excluded"], "erased": 1}),
        changed(period="2026-03"),
        row.file + " ",
        "{}",
    ]
    for lie in lies:
        with pytest.raises(verify.Wrong):
            verify.check(tar, key, [lie])


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("secret", "00" * 32, "secret"),
        ("rule", {"least": 4, "percent": 10, "days": 28, "beacon": ""}, "announced"),
        ("excluded", {"imported": 0, "confidential": 0, "erased": 1}, "excluded"),
        ("opening", {"size": 1}, "checkpoints"),
        ("beacon", "7", "sample"),
    ],
)
def test_a_lie_is_found_even_when_the_log_was_told_the_same_lie(
    name: str, value: object, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    month.lived(FIVE)
    build = publication.build

    def lie(row: Period, frame: drawing.Frame) -> tuple[str, str]:
        text = publication.canonical.encode({**json.loads(build(row, frame)[0]), name: value}).decode()
        return text, publication.hashlib.sha256(text.encode()).hexdigest()

    monkeypatch.setattr(publication, "build", lie)
    row = periods.close("2026-02", END + timedelta(days=40), SYSTEM)
    seal(END + timedelta(days=41))
    tar, key = public(tmp_path)
    with pytest.raises(verify.Wrong) as wrong:
        verify.check(tar, key, [row.file])
    assert wrong.value.code == code


def test_a_file_with_anything_missing_or_of_another_kind_is_no_such_file(tmp_path: Path) -> None:
    row = everything_closed()
    tar, key = public(tmp_path)
    facts = json.loads(row.file)
    for name in facts:
        for more in ({}, {name: None}, {name: 7}, {name: [7]}):
            broken = {**{k: v for k, v in facts.items() if k != name}, **more}
            with pytest.raises(verify.Wrong):
                verify.check(tar, key, [publication.canonical.encode(broken).decode()])


def test_another_log_or_a_changed_one_is_not_believed(tmp_path: Path) -> None:
    row = everything_closed()
    tar, _ = public(tmp_path)
    with pytest.raises(verify.Wrong, match="log itself"):
        verify.check(tar, ["voices.example/log+00000000+AAAA"], [row.file])
    data = Path(tar).read_bytes()
    at = data.index(b'"kind":"answered"')
    Path(tar).write_bytes(data[: at + 9] + b"A" + data[at + 10 :])
    with pytest.raises(verify.Wrong, match="log itself"):
        verify.check(tar, [keys.public_text().split("\n")[0]], [row.file])


def test_a_rule_that_was_not_sealed_before_its_month_draws_nothing_and_stops_nobody_else() -> None:
    month.body.load()
    with pytest.raises(Refusal, match="period_has_begun"):
        periods.announce("2026-02", RULE, START - timedelta(minutes=5), SYSTEM)
    seal(START)
    periods.announce(
        "2026-02", RULE, BEFORE, SYSTEM
    )  # it states an early time, but the month's first checkpoint is out
    month.answered("one")
    seal(END)
    with pytest.raises(Refusal, match="announced_too_late"):
        periods.draw("2026-02", END + timedelta(hours=1), SYSTEM)
    periods.go_on(END + timedelta(hours=1), SYSTEM)
    assert not Drawn.objects.exists()


def test_a_sample_picked_by_hand_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = drawing.rank
    # The other end of the draw: of five matters, three others in part, whatever the seed is.
    monkeypatch.setattr(drawing, "rank", lambda seed, tag: bytes(255 - byte for byte in honest(seed, tag)))
    row = everything_closed()
    monkeypatch.undo()
    tar, key = public(tmp_path)
    with pytest.raises(verify.Wrong, match="drawn"):
        verify.check(tar, key, [row.file])


def test_a_beacon_that_was_announced_is_needed_and_checked(tmp_path: Path) -> None:
    rule = drawing.Rule(3, 10, 28, "双色球 2026024 期")
    with pytest.raises(Refusal, match="beacon_needed"):
        month.lived(FIVE, rule)
    row = periods.draw("2026-02", END + timedelta(days=1), SYSTEM, "03 09 12 21 28 33 + 07")
    row = periods.close("2026-02", END + timedelta(days=40), SYSTEM)
    seal(END + timedelta(days=41))
    tar, key = public(tmp_path)
    assert verify.check(tar, key, [row.file])[0].drawn == 5


def test_a_beacon_nobody_announced_is_refused() -> None:
    month.announced()
    seal(END)
    with pytest.raises(Refusal, match="beacon_not_announced"):
        periods.draw("2026-02", END + timedelta(days=1), SYSTEM, "7")


def test_the_worker_does_every_step_in_its_time() -> None:
    month.announced()
    seal(START)
    periods.go_on(START + timedelta(days=1), SYSTEM)
    assert set(Period.objects.values_list("key", flat=True)) == {"2026-02", "2026-03"}
    month.answered("one")
    seal(END)
    periods.go_on(END + timedelta(minutes=10), SYSTEM)
    assert Period.objects.get(key="2026-02").drawn_at is not None
    periods.go_on(END + timedelta(days=29), SYSTEM)
    row = Period.objects.get(key="2026-02")
    assert row.closed_at is not None
    assert row.drawn.get().disposition == "not_asked"
    before = Entry.objects.count()
    periods.go_on(END + timedelta(days=29), SYSTEM)
    assert Entry.objects.count() == before


def test_without_a_first_announcement_the_worker_does_nothing() -> None:
    periods.go_on(END, SYSTEM)
    assert not Period.objects.exists()


def test_whoever_asked_not_to_be_called_again_is_not_called_and_not_replaced() -> None:
    month.announced()
    seal(START)
    case = month.answered("enough")
    actions.perform(case.pk, c.Callback("opted_out"), CALLER, START + timedelta(days=8))
    seal(END)
    row = periods.draw("2026-02", END + timedelta(hours=1), SYSTEM)
    assert row.drawn.get().disposition == "opted_out"
    assert calls.take(CALLER, MORNING) is None


def test_the_lake_gets_rows_of_closed_months_in_exactly_its_shape() -> None:
    from huiyin.figures import schema

    month.lived(FIVE)
    assert list(export.callback_rows()) == []
    one = calls.take(CALLER, MORNING)
    assert one is not None
    calls.record(one.pk, CALLER, MORNING, "answered", Answers("partly", "yes", "week", 5, 4, None, 1, "no", "yes"))
    periods.close("2026-02", END + timedelta(days=40), SYSTEM)
    rows = list(export.callback_rows(["2026-02"]))
    assert len(rows) == 5
    assert all(row.keys() == schema.CALLBACKS.columns.keys() for row in rows)
    (asked,) = [row for row in rows if row["disposition"] == "answered"]
    assert (asked["result"], asked["contacted_days"], asked["explained"], asked["attempts"]) == ("partly", 5, None, 1)
    assert {row["disposition"] for row in rows} == {"answered", "not_asked"}
    assert list(export.callback_rows(["2026-01"])) == []


def test_the_commands_draw_close_and_check_and_say_what_is_missing(tmp_path: Path) -> None:
    run = CliRunner()
    month.lived(FIVE)
    assert run.invoke(cli.callbacks, ["draw", "--period", "2026-02", "--json"]).exit_code == 0
    early = run.invoke(cli.callbacks, ["draw", "--period", "2026-01"])
    assert early.exit_code == 1
    assert "not_announced" in early.stderr
    periods.close("2026-02", END + timedelta(days=40), SYSTEM)
    seal(END + timedelta(days=41))
    file = tmp_path / "2026-02.json"
    file.write_text(Period.objects.get().file, encoding="utf-8")
    tar, (key,) = public(tmp_path)
    for options in ([], [str(file), "--archive", tar, "--key", key]):
        done = run.invoke(cli.callbacks, ["verify", "--json", *options])
        assert done.exit_code == 0, done.output
        assert json.loads(done.output)[0]["drawn"] == 5
    file.write_text(file.read_text(encoding="utf-8").replace("light", "lights"), encoding="utf-8")
    assert run.invoke(cli.callbacks, ["verify", str(file)]).exit_code == 1
    assert run.invoke(cli.callbacks, ["status"]).output.startswith("2026-02  closed")


def test_the_commands_read_no_table_when_everything_is_given(tmp_path: Path) -> None:
    row = everything_closed()
    file = tmp_path / "2026-02.json"
    file.write_text(row.file, encoding="utf-8")
    tar, (key,) = public(tmp_path)
    with connection.execute_wrapper(lambda *_: pytest.fail("asked the database")):
        done = CliRunner().invoke(cli.callbacks, ["verify", str(file), "--archive", tar, "--key", key])
    assert done.exit_code == 0
