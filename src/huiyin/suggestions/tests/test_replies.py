"""The signs of answers: flags and a keyed group of near-identical replies; nothing can be read from them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.cases import actions
from huiyin.cases.bulk_history import History, take_in
from huiyin.cases.lifecycle import Actor, Claim, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.figures.sources import ReplySigns
from huiyin.suggestions import queries, replies
from huiyin.suggestions.models import ReplyBand, ReplySign
from huiyin.suggestions.tests import body
from huiyin.worker import queue, registry
from huiyin.worker.models import Task

pytestmark = pytest.mark.django_db
SOLID = "11月3日上午我们到学校门口查看，灯泡烧坏了，当天下午已经更换，晚上试过两盏都亮。"
HOLLOW = "您好，您反映的问题已经收到，已转交有关部门处理，感谢您的支持和理解。"


def answered(key: str, text: str) -> Case:
    case = body.settle(body.receive(f"{body.LAMP}{key}", key, found=False), "RD2.01", "light", text)
    replies.keep(case.pk)
    return case


def signs(case: Case) -> ReplySigns:
    return queries.reply_signs([case.pk])[case.pk, 1]


def test_a_hollow_reply_is_marked_and_one_that_says_something_is_not() -> None:
    body.load()
    assert signs(answered("1", HOLLOW)).hollow
    solid = signs(answered("2", SOLID))
    assert (solid.hollow, solid.promise_only, solid.template) == (False, False, "")
    assert set(ReplySign.objects.values_list("version", flat=True)) == {replies.VERSION}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (SOLID, ["dated", "done", "to_the_point"]),
        (HOLLOW, ["forward_only"]),
        ("路灯的事，住户王先生手机13912345678，我们会尽快修好。", ["personal_data", "promise_without_date"]),
        ("Thank you. We inspected the lamp; section 12 applies. Mobile 13912345678.",
         ["contact", "found_out", "personal_data", "rule"]),
    ],
)  # fmt: skip
def test_every_part_is_kept_by_its_code_and_no_number(text: str, parts: list[str]) -> None:
    body.load()
    case = answered("1", text)
    kept = ReplySign.objects.get(case=case).parts
    assert kept == sorted(kept)
    assert set(parts) <= set(kept), kept
    assert all(isinstance(code, str) and code.isidentifier() for code in kept)
    numbers = {field.name for field in ReplySign._meta.get_fields() if "Float" in type(field).__name__}
    assert not numbers


def test_a_copy_is_a_part_of_the_later_reply() -> None:
    body.load()
    first, second = answered("1", SOLID), answered("2", SOLID)
    assert "copied" not in ReplySign.objects.get(case=first).parts
    assert "copied" in ReplySign.objects.get(case=second).parts


def test_a_promise_without_a_day_is_marked() -> None:
    body.load()
    assert signs(answered("1", "我们会尽快安排人员前往处理，请您放心。路灯的事我们一定会解决。")).promise_only


def test_near_identical_replies_to_different_matters_are_one_group() -> None:
    body.load()
    first = answered("1", SOLID)
    second = answered("2", SOLID.replace("11月3日", "11月9日"))
    other = answered("3", "自来水公司说明：停水是因为抢修主管，预计周五恢复，抄表数没有错。")
    group = signs(first).template
    assert (len(group), signs(second).template) == (16, group)
    assert signs(other).template == ""


def test_the_same_text_under_another_key_is_another_sketch(settings: object) -> None:
    one = replies.sketch(SOLID)
    settings.SECRET_KEY = "another secret of another body"  # type: ignore[attr-defined]
    other = replies.sketch(SOLID)
    assert one is not None
    assert other is not None
    assert not (one == other).any()


@pytest.mark.parametrize("text", ["", "好", "已办", "🙂" * 50])
def test_too_little_to_compare_has_no_sketch(text: str) -> None:
    assert replies.sketch(text) is None


def test_keeping_twice_changes_nothing_and_each_answer_has_its_number() -> None:
    body.load()
    case = answered("1", SOLID)
    actions.perform(
        case.pk, [c.GiveVerdict("not_solved", ""), c.Dispute("还是不亮")], body.RESIDENT,  # type: ignore[arg-type]
        body.NOON + timedelta(hours=1),
    )  # fmt: skip
    body.reply(case, "light", HOLLOW, body.NOON + timedelta(hours=2))
    for _ in range(2):
        replies.keep(case.pk)
    found = queries.reply_signs([case.pk])
    assert {number: sign.hollow for (_, number), sign in found.items()} == {1: False, 2: True}


def test_an_answer_shared_with_a_follower_is_no_template() -> None:
    body.load()
    leader = body.receive(body.LAMP, "lead", found=False)
    follower = body.receive(body.LAMP, "follow", found=False)
    actions.perform(follower.pk, c.Merge(str(leader.pk)), body.RESIDENT, body.NOON)
    body.settle(leader, "RD2.01", "light", SOLID)
    actions.perform(
        follower.pk, c.ShareAnswer(Claim.SOLVED, SOLID, "light"), Actor(Role.SYSTEM), body.NOON + timedelta(hours=1)
    )
    for case in (leader, follower):
        replies.keep(case.pk)
    assert {sign.template for sign in queries.reply_signs([leader.pk, follower.pk]).values()} == {""}


def test_the_worker_looks_at_every_answer() -> None:
    body.load()
    registry.discover()
    case = body.settle(body.receive(body.LAMP, "1", found=False), "RD2.01", "light", HOLLOW)
    queue.drain(body.NOON + timedelta(hours=1), worker="test")
    assert signs(case).hollow


def test_nothing_of_the_reply_can_be_read_and_it_goes_with_the_case() -> None:
    body.load()
    case = answered("1", SOLID)
    row = ReplySign.objects.get()
    assert "灯泡".encode() not in bytes(row.sketch)
    assert "灯泡" not in str(list(ReplySign.objects.values_list()))
    actions.perform(case.pk, c.Erase("resident_asked"), Actor(Role.SYSTEM), body.NOON + timedelta(days=1))
    assert (ReplySign.objects.count(), ReplyBand.objects.count()) == (0, 0)


def test_before_sending_the_writer_learns_how_often_it_was_sent_before() -> None:
    body.load()
    for n in range(3):
        answered(str(n), SOLID)
    case = body.receive(body.BINS, "new")
    _, copied = replies.look(SOLID, "", body.BINS, case.pk)
    assert copied == replies.Copied(3)
    assert replies.look("完全另外的一段话，说的是周三上午已清运。", "", body.BINS, case.pk)[1] is None


def test_answers_that_came_by_import_are_looked_at_together_with_the_matter() -> None:
    body.load()
    registry.discover()
    importer = Actor(Role.IMPORTER)
    steps = [
        (c.Receive("import", body.LAMP, imported=True), importer, body.NOON),
        (c.AnswerOnRecord("light", Claim.EXPLAINED, HOLLOW), importer, body.NOON),
    ]
    case = take_in([History(steps)], body.NOON).cases[0]
    assert list(Task.objects.values_list("kind", flat=True)) == ["cases.index"]
    queue.drain(body.NOON + timedelta(hours=1), worker="test")
    assert signs(case).hollow
