"""The one write door, with a database: what is durable, what is sealed, what is sent once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from huiyin.base.errors import Refusal
from huiyin.cases import actions, jobs, notices, projection, timeline, vault
from huiyin.cases import check as checking
from huiyin.cases.actions import perform, receive
from huiyin.cases.lifecycle import Actor, Claim, Event, Phase, Role, Verdict, replay
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case, CaseSupport, Posting, PublicMatter, Submission, VaultItem, VaultKey
from huiyin.cases.tests import body
from huiyin.cases.tests.body import NOW
from huiyin.ledger.models import Entry
from huiyin.organisation import store
from huiyin.organisation.catalogue import ClockKind, Rule
from huiyin.worker.models import Task

RESIDENT, SYSTEM = Actor(Role.RESIDENT), Actor(Role.SYSTEM)
DISPATCHER, REVIEWER = Actor(Role.DISPATCHER, staff="1"), Actor(Role.REVIEWER, staff="2")
LIGHT, WATER = Actor(Role.HEAD, "light", "3"), Actor(Role.HEAD, "water", "4")
WORDS = "巷口的路灯三天没亮了 the lamp is dark"
CONTACT = '{"language":"zh","name":"某人","phone":"13900000000"}'


@pytest.fixture(autouse=True)
def _small_body(db: None) -> None:
    body.load()


def take_in(key: str = "k", at: datetime = NOW, **fields: object) -> actions.Receipt:
    wish = c.Receive(**{"channel": "web", "text": WORDS, "contact": CONTACT, "point": "30.05123,120.05123", **fields})  # type: ignore[arg-type]
    return receive(wish, RESIDENT, at, door="web", key=key)


def answered(key: str = "k") -> UUID:
    case = take_in(key).case_id
    perform(case, c.Dispatch("light", ("water",)), DISPATCHER, NOW)
    perform(case, c.Acknowledge(), LIGHT, NOW)
    perform(case, c.Answer(Claim.SOLVED, "修好了"), LIGHT, NOW + timedelta(days=1))
    return case


def kinds(case: UUID) -> list[str]:
    return list(Entry.objects.filter(stream=case).order_by("seq").values_list("kind", flat=True))


def replayed(case: UUID) -> dict[str, object]:
    entries = Entry.objects.filter(stream=case).order_by("seq")
    return projection.differences(Case.objects.get(pk=case), replay((Event(e.kind, e.body), e.at) for e in entries))


# --- taking in -----------------------------------------------------------------------------------


def test_a_receipt_is_there_before_any_officer_sees_the_matter() -> None:
    receipt = take_in()
    assert Case.objects.get(pk=receipt.case_id).phase == Phase.RECEIVED
    assert receipt.due_at is not None
    assert receipt.due_at > NOW


def test_the_same_submission_again_gives_the_same_receipt_and_no_second_case() -> None:
    first, second = take_in(), take_in()
    assert (second.code, second.number, second.case_id, second.again) == (first.code, first.number, first.case_id, True)
    assert (Case.objects.count(), Entry.objects.count(), Submission.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_submission_many_times_at_once_makes_one_case() -> None:
    body.load()
    found: list[str] = []

    def send() -> None:
        try:
            found.append(take_in("same").code)
        finally:
            connections.close_all()

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 6
    assert Case.objects.count() == 1


def test_intake_is_a_handful_of_statements() -> None:
    take_in("warm")
    with CaptureQueriesContext(connection) as captured:
        take_in("counted")
    statements = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    # one statement for everything on PostgreSQL; one for each table on SQLite, where a statement is a function call
    assert len(statements) == (1 if connection.vendor == "postgresql" else 6)


def test_no_words_stand_outside_the_vault() -> None:
    case = answered()
    perform(
        case, [c.GiveVerdict(Verdict.NOT_SOLVED, "还是黑的"), c.Dispute("请再来")], RESIDENT, NOW + timedelta(days=2)
    )
    stored = [json.dumps([e.body, e.actor, e.leaf], ensure_ascii=False) for e in Entry.objects.all()]
    stored += [json.dumps(t.payload) for t in Task.objects.all()]
    stored += [str(vars(row)) for row in Case.objects.all()]
    stored += [bytes(item.box).decode("latin-1") for item in VaultItem.objects.all()]
    for secret in ("路灯", "lamp is dark", "13900000000", "某人", "修好了", "还是黑的", "请再来"):
        assert not [text for text in stored if secret in text], secret


def test_the_row_is_exactly_what_its_events_say() -> None:
    case = answered()
    perform(case, [c.GiveVerdict(Verdict.NOT_SOLVED), c.Dispute("no")], RESIDENT, NOW + timedelta(days=2))
    assert replayed(case) == {}


def test_several_commands_are_one_all_or_nothing() -> None:
    case = answered()
    before = kinds(case)
    with pytest.raises(Refusal, match="not_now"):
        perform(case, [c.GiveVerdict(Verdict.SOLVED), c.Dispute("no")], RESIDENT, NOW + timedelta(days=2))
    assert kinds(case) == before
    assert Case.objects.get(pk=case).phase == Phase.ANSWERED


def test_supporting_offices_are_linked_while_they_support() -> None:
    case = take_in().case_id
    perform(case, c.Dispatch("light", ("water",)), DISPATCHER, NOW)
    assert list(CaseSupport.objects.values_list("office_id", flat=True)) == ["water"]
    perform(case, c.RemoveSupport("water"), DISPATCHER, NOW)
    assert not CaseSupport.objects.exists()


# --- the public list -----------------------------------------------------------------------------


def test_a_listing_holds_what_staff_wrote_and_goes_when_the_resident_says_so() -> None:
    case = take_in().case_id
    perform(case, c.Publish("某巷路灯不亮", "三盏"), DISPATCHER, NOW)
    assert PublicMatter.objects.get().title == "某巷路灯不亮"
    assert WORDS not in str(timeline.public(Case.objects.get(pk=case)))
    perform(case, c.SetConfidentiality(c.Confidentiality.CONFIDENTIAL), RESIDENT, NOW)
    assert not PublicMatter.objects.exists()
    assert Case.objects.get(pk=case).lat is None


def test_the_spot_is_coarse_on_the_row_and_absent_when_anything_is_kept_back() -> None:
    assert Case.objects.get(pk=take_in("a").case_id).lat == 30.0512
    kept = take_in("b", confidentiality=c.Confidentiality.OFFICE)
    assert Case.objects.get(pk=kept.case_id).lat is None


def sensitive_lamps() -> None:
    small = body.catalogue()
    lamp = replace(small.categories["street.lamp"], sensitive=True)
    store.load(replace(small, version="2", categories={**small.categories, "street.lamp": lamp}), NOW)


def test_a_matter_of_a_sensitive_kind_keeps_its_spot_and_its_place_from_offices_and_from_everybody() -> None:
    sensitive_lamps()
    assert Case.objects.get(pk=take_in("filed at once", category="street.lamp").case_id).lat is None
    case_id = take_in(place="三号楼").case_id
    perform(case_id, c.Publish("某巷路灯不亮"), DISPATCHER, NOW)
    assert Case.objects.get(pk=case_id).lat == 30.0512
    perform(case_id, [c.Classify("street.lamp"), c.Dispatch("light")], DISPATCHER, NOW)
    case = Case.objects.get(pk=case_id)
    assert (case.lat, case.lon, case.published, PublicMatter.objects.exists()) == (None, None, False, False)
    for reader in (LIGHT, DISPATCHER):
        text = str([dict(step.words) for step in timeline.for_staff(case, reader)])
        assert ("三号楼" in text, "30.05123" in text) == (reader is not LIGHT, reader is not LIGHT)
    with pytest.raises(Refusal, match="sensitive_no_contact"):
        perform(case_id, c.RevealContact("ask_detail"), LIGHT, NOW)
    with pytest.raises(Refusal, match="sensitive_is_not_listed"):
        perform(case_id, c.Publish("某巷路灯不亮"), DISPATCHER, NOW)
    assert checking.check().clean


# --- who reads what ------------------------------------------------------------------------------


def test_the_office_of_a_confidential_case_reads_no_place_and_nobody_reads_a_contact_in_the_history() -> None:
    case_id = take_in(confidentiality=c.Confidentiality.CONFIDENTIAL, place="三号楼").case_id
    perform(case_id, c.Dispatch("light"), DISPATCHER, NOW)
    case = Case.objects.get(pk=case_id)
    for reader in (LIGHT, DISPATCHER, REVIEWER):
        text = str([dict(step.words) for step in timeline.for_staff(case, reader)])
        assert "13900000000" not in text
        assert ("三号楼" in text) == (reader is not LIGHT)
    assert "13900000000" in str([dict(step.words) for step in timeline.for_resident(case)])


def test_working_notes_stay_with_the_offices_unless_meant_for_the_resident() -> None:
    case_id = take_in().case_id
    perform(case_id, c.Dispatch("light", instruction="小心狗"), DISPATCHER, NOW)
    perform(case_id, c.Note("内部"), LIGHT, NOW)
    perform(case_id, c.Note("明天来", "resident"), LIGHT, NOW)
    read = str([dict(step.words) for step in timeline.for_resident(Case.objects.get(pk=case_id))])
    assert ("小心狗" in read, "内部" in read, "明天来" in read) == (False, False, True)


def test_every_look_at_a_contact_is_shown_to_the_resident_without_naming_a_person() -> None:
    case_id = take_in().case_id
    perform(case_id, c.Dispatch("light"), DISPATCHER, NOW)
    perform(case_id, c.RevealContact("arrange_visit"), LIGHT, NOW)
    (look,) = timeline.contact_looks(Case.objects.get(pk=case_id))
    assert (look.body["purpose"], look.actor["office"]) == ("arrange_visit", "light")
    assert "staff" not in look.actor


# --- erasing -------------------------------------------------------------------------------------


def test_erasing_everything_destroys_the_key_and_leaves_the_events() -> None:
    case_id = answered()
    perform(case_id, c.Publish("某巷路灯不亮"), DISPATCHER, NOW)
    jobs.index({"case": str(case_id), "seq": 1}, NOW)
    perform(case_id, c.Erase("resident_asked"), SYSTEM, NOW)
    assert not VaultKey.objects.exists()
    assert not VaultItem.objects.exists()
    assert not Posting.objects.exists()
    assert not PublicMatter.objects.exists()
    assert vault.openings(case_id) == []
    assert kinds(case_id)[-2:] == ["erased", "unpublished"]
    assert replayed(case_id) == {}


def test_erasing_one_field_keeps_the_others_under_a_new_key() -> None:
    case_id = take_in().case_id
    before = bytes(VaultKey.objects.get().box)
    perform(case_id, c.Erase("resident_asked", ("contact",)), SYSTEM, NOW)
    assert {o.label: o.value for o in vault.openings(case_id)}["text"] == WORDS
    assert "contact" not in {o.label for o in vault.openings(case_id)}
    assert bytes(VaultKey.objects.get().box) != before
    assert not Case.objects.get(pk=case_id).reachable


def test_nothing_can_be_written_to_an_erased_case() -> None:
    case_id = answered()
    perform(case_id, c.Erase("court"), SYSTEM, NOW)
    with pytest.raises(Refusal, match="erased_case_takes_no_words"):
        perform(case_id, c.Message("hello"), LIGHT, NOW)
    perform(case_id, c.GiveVerdict(Verdict.SOLVED), RESIDENT, NOW)


def test_keys_move_to_a_new_kek_and_the_old_one_can_go() -> None:
    case_id = take_in().case_id
    ring = vault.keyring()
    old = ring.current
    ring.rotate()
    assert vault.rewrap() == {"moved": 1, "remaining": 0}
    ring.destroy(old)
    assert vault.words(case_id)[1, "text"] == WORDS


def test_a_contact_goes_by_itself_when_its_time_is_over() -> None:
    case_id = answered()
    perform(case_id, c.GiveVerdict(Verdict.SOLVED), RESIDENT, NOW + timedelta(days=2))
    jobs.erase_contacts(NOW + timedelta(days=3))
    assert Case.objects.get(pk=case_id).reachable
    jobs.erase_contacts(NOW + timedelta(days=9))
    assert not Case.objects.get(pk=case_id).reachable
    assert "contact" not in {o.label for o in vault.openings(case_id)}
    jobs.erase_contacts(NOW + timedelta(days=9))
    assert kinds(case_id).count("erased") == 1


def test_an_exchanged_claim_code_or_a_lost_photo_record_is_found() -> None:
    case_id = take_in().case_id
    assert checking.check().clean
    Case.objects.filter(pk=case_id).update(claim_hash=b"x" * 32)
    assert [f.code for f in checking.check().findings] == ["identity_differs"]


# --- one matter, several people ------------------------------------------------------------------


def test_followers_get_the_answer_and_each_keeps_an_own_verdict() -> None:
    leader, follower = take_in("a").case_id, take_in("b").case_id
    perform(follower, c.Merge(str(leader)), RESIDENT, NOW)
    assert Case.objects.get(pk=leader).supporters == 1
    perform(leader, c.Dispatch("light"), DISPATCHER, NOW)
    perform(leader, c.Acknowledge(), LIGHT, NOW)
    perform(leader, c.Answer(Claim.SOLVED, "修好了"), LIGHT, NOW)
    (task,) = Task.objects.filter(kind="cases.share_answer")
    jobs.share_answer(task.payload, NOW)
    jobs.share_answer(task.payload, NOW)  # at least once, with the effect of once
    assert kinds(follower).count("answered") == 1
    assert vault.words(follower, ("text",))[3, "text"] == "修好了"
    perform(leader, c.GiveVerdict(Verdict.SOLVED), RESIDENT, NOW)
    perform(follower, [c.GiveVerdict(Verdict.NOT_SOLVED), c.Dispute("not here")], RESIDENT, NOW)
    assert Case.objects.get(pk=leader).outcome == "solved"
    assert Case.objects.get(pk=follower).phase == Phase.WORKING


def test_a_follower_stands_alone_again_when_the_matter_is_withdrawn() -> None:
    leader, follower = take_in("a").case_id, take_in("b").case_id
    perform(follower, c.Merge(str(leader)), RESIDENT, NOW)
    perform(leader, c.Withdraw(), RESIDENT, NOW)
    (task,) = Task.objects.filter(kind="cases.free_followers")
    jobs.free_followers(task.payload, NOW)
    assert Case.objects.get(pk=follower).phase == Phase.RECEIVED


def test_only_an_open_matter_can_be_joined() -> None:
    leader, follower = answered("a"), take_in("b").case_id
    with pytest.raises(Refusal, match="matter_is_not_open"):
        perform(follower, c.Merge(str(leader)), RESIDENT, NOW)
    with pytest.raises(Refusal, match="unknown_case"):
        perform(follower, c.Merge(str(uuid4())), RESIDENT, NOW)
    with pytest.raises(Refusal, match="merges_into_itself"):
        perform(follower, c.Merge(str(follower)), RESIDENT, NOW)


def test_a_matter_that_followed_another_goes_back_to_no_earlier_office_and_its_row_is_what_its_events_say() -> None:
    leader, case = take_in("a").case_id, take_in("b").case_id
    for office in ("light", "water"):
        perform(case, [c.Dispatch(office), c.Merge(str(leader)), c.Unmerge()], DISPATCHER, NOW)
    with pytest.raises(Refusal, match="office_had_it_already"):
        perform(case, c.Dispatch("light"), DISPATCHER, NOW)
    assert Case.objects.get(pk=case).details["trail"] == ["light", "water"]
    assert checking.check().clean


def test_erased_and_answered_rests_by_itself_when_the_time_for_a_word_is_over() -> None:
    case = answered()
    perform(case, c.Erase("resident_asked"), RESIDENT, NOW + timedelta(days=1))
    perform(case, c.GiveVerdict(Verdict.NOT_SOLVED), RESIDENT, NOW + timedelta(days=2))
    jobs.tick(case, NOW + timedelta(days=20))
    assert (Case.objects.get(pk=case).phase, Case.objects.get(pk=case).outcome) == ("rested", "not_solved")
    assert checking.check().clean


def test_one_erased_follower_keeps_the_answer_from_nobody() -> None:
    leader, gone, follower = take_in("a").case_id, take_in("b").case_id, take_in("c").case_id
    for one in (gone, follower):
        perform(one, c.Merge(str(leader)), RESIDENT, NOW)
    perform(gone, c.Erase("resident_asked"), RESIDENT, NOW)
    assert Case.objects.get(pk=leader).supporters == 1
    perform(leader, [c.Dispatch("light")], DISPATCHER, NOW)
    perform(leader, [c.Acknowledge(), c.Answer(Claim.NOT_OURS, "修好了", route="水务所")], LIGHT, NOW)
    (task,) = Task.objects.filter(kind="cases.share_answer")
    jobs.share_answer(task.payload, NOW)
    assert vault.words(follower, ("route",))[3, "route"] == "水务所"


def test_followers_of_a_matter_settled_by_the_reviewer_are_free_again() -> None:
    leader, follower = take_in("a").case_id, take_in("b").case_id
    perform(leader, c.Decline("private", "no", "a court"), DISPATCHER, NOW)
    perform(leader, c.AskReview(), RESIDENT, NOW)
    perform(follower, c.Merge(str(leader)), RESIDENT, NOW)
    perform(leader, c.Review("settled", "seen"), REVIEWER, NOW)
    (task,) = Task.objects.filter(kind="cases.free_followers")
    jobs.free_followers(task.payload, NOW)
    assert Case.objects.get(pk=follower).phase == Phase.RECEIVED
    assert Case.objects.get(pk=leader).supporters == 0


def test_nobody_joins_a_confidential_matter() -> None:
    leader = take_in("a", confidentiality=c.Confidentiality.CONFIDENTIAL).case_id
    with pytest.raises(Refusal, match="matter_is_confidential"):
        perform(take_in("b").case_id, c.Merge(str(leader)), RESIDENT, NOW)


def test_words_written_in_the_same_step_as_a_partial_erasure_stay_readable() -> None:
    case_id = take_in().case_id
    perform(case_id, [c.Message("first"), c.Erase("resident_asked", ("contact",))], RESIDENT, NOW)
    assert vault.words(case_id, ("text",)) == {(1, "text"): WORDS, (2, "text"): "first"}


def test_erasing_a_title_takes_it_off_the_list() -> None:
    case_id = take_in().case_id
    perform(case_id, c.Publish("某巷路灯不亮"), DISPATCHER, NOW)
    perform(case_id, c.Erase("unlawful", ("title",)), SYSTEM, NOW)
    assert not PublicMatter.objects.exists()


# --- clocks and notices --------------------------------------------------------------------------


def test_a_clock_that_runs_out_fires_by_itself_once() -> None:
    case_id = take_in().case_id
    jobs.run_clocks(NOW + timedelta(days=1))
    assert kinds(case_id) == ["received"]
    late = NOW + timedelta(days=3)
    jobs.run_clocks(late)
    jobs.run_clocks(late)
    assert kinds(case_id) == ["received", "escalated"]
    assert Case.objects.get(pk=case_id).escalation == 1


def test_one_case_that_cannot_move_stops_the_clocks_of_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, other = take_in("a").case_id, take_in("b").case_id
    move = jobs.perform

    def fail(case_id: UUID, *rest: object) -> object:
        if case_id == broken:
            raise RuntimeError("broken")
        return move(case_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "perform", fail)
    with pytest.raises(RuntimeError):
        jobs.run_clocks(NOW + timedelta(days=3))
    assert kinds(other) == ["received", "escalated"]


def test_a_year_without_a_calendar_shuts_no_door() -> None:
    small = body.catalogue()
    working = tuple(replace(row, rule=Rule(2, ClockKind.WORKING_DAYS)) for row in small.clock_rows)
    store.load(replace(small, clock_rows=working), NOW)
    receipt = take_in(at=NOW.replace(year=2030, month=12, day=30))
    assert receipt.due_at is not None
    assert receipt.due_at.year == 2031


def test_silence_after_reminders_ends_as_unknown_and_never_as_solved() -> None:
    case_id = take_in(contact="").case_id
    perform(case_id, c.Dispatch("light"), DISPATCHER, NOW)
    perform(case_id, c.Acknowledge(), LIGHT, NOW)
    perform(case_id, c.Answer(Claim.SOLVED, "修好了"), LIGHT, NOW)
    for day in range(1, 40):
        jobs.run_clocks(NOW + timedelta(days=day))
    case = Case.objects.get(pk=case_id)
    assert (case.outcome, kinds(case_id).count("reminded")) == ("unknown", 2)


def test_a_reachable_person_is_called_before_silence_counts() -> None:
    case_id = answered()
    for day in range(1, 40):
        jobs.run_clocks(NOW + timedelta(days=day))
    case = Case.objects.get(pk=case_id)
    assert case.phase == Phase.ANSWERED
    assert projection.state_of(case).escalated_to == "reviewer"


def test_the_last_call_that_was_owed_lets_silence_rest_the_case() -> None:
    case_id = answered()
    for day in range(1, 40):
        jobs.run_clocks(NOW + timedelta(days=day))
    later = NOW + timedelta(days=41)
    for attempt in range(3):
        perform(case_id, c.Callback("no_contact"), Actor(Role.CALLER, staff="9"), later + timedelta(days=5 * attempt))
    (task,) = Task.objects.filter(kind="cases.rest_on_silence").order_by("-created_at")[:1]
    jobs.rest_on_silence(task.payload, later + timedelta(days=16))
    assert Case.objects.get(pk=case_id).outcome == "unknown"


def test_a_taken_public_number_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([b"\0" * 5, b"\0" * 5, b"\1" * 5])
    monkeypatch.setattr(actions, "random_bytes", lambda n: next(draws))
    first, second = take_in("a"), take_in("b")
    assert first.number != second.number


def test_a_notice_says_that_there_is_news_and_nothing_else() -> None:
    case_id = answered()
    spool = Path(settings.CONFIG.home) / "spool"
    before = set(spool.rglob("*")) if spool.exists() else set()
    notices.send(case_id, 4, "answered")
    notices.send(case_id, 4, "answered")
    (sent,) = [p for p in set(spool.rglob("*")) - before if p.is_file()]
    text = sent.read_text()
    assert Case.objects.get(pk=case_id).number in text
    assert "路灯" not in text


def test_no_notice_goes_to_a_contact_that_was_erased() -> None:
    case_id = answered()
    perform(case_id, c.Erase("resident_asked", ("contact",)), SYSTEM, NOW)
    spool = Path(settings.CONFIG.home) / "spool"
    before = len(list(spool.rglob("*"))) if spool.exists() else 0
    notices.send(case_id, 4, "answered")
    assert (len(list(spool.rglob("*"))) if spool.exists() else 0) == before
