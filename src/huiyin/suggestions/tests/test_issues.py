"""Recurring issues: gathered one at a time, once, whole; merged, left and split with their history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from huiyin.cases import actions
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.suggestions import issues, queries, regather
from huiyin.suggestions.models import Issue, IssueChange, IssueMember
from huiyin.suggestions.tests import body
from huiyin.understanding.issues import Decision
from huiyin.worker.models import Task

pytestmark = pytest.mark.django_db
MORE = (
    "学校门口的路灯坏了四天，晚上很黑，孩子放学看不见路。",
    "学校门口的路灯还是坏的，晚上很黑，孩子放学看不见路。",
    "学校门口的路灯坏了一周，天黑孩子放学看不见路，请修。",
)


def gathered(text: str, key: str, **more: str) -> Case:
    case = body.receive(text, key, **more)
    issues.gather(case.pk, body.NOON)
    return case


def groups() -> list[set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for case, issue in IssueMember.objects.values_list("case", "issue"):
        found.setdefault(issue, set()).add(case)
    return sorted(found.values(), key=len)


def test_two_alike_found_an_issue_and_a_third_joins_it() -> None:
    body.load()
    cases = [gathered(text, str(n)) for n, text in enumerate((body.LAMP, *MORE))]
    assert groups() == [{case.pk for case in cases}]
    issue = Issue.objects.get()
    assert (issue.members, issue.theme, issue.area) == (4, False, "e1")
    assert list(IssueChange.objects.order_by("pk").values_list("kind", "members")) == [
        ("founded", 2), ("joined", 3), ("joined", 4),
    ]  # fmt: skip


def test_another_matter_stands_alone() -> None:
    body.load()
    gathered(body.LAMP, "1")
    gathered(body.BINS, "2")
    assert groups() == []


def test_the_same_words_about_another_kind_of_matter_do_not_join() -> None:
    body.load()
    gathered(body.LAMP, "1", category="RD2.01")
    gathered(MORE[0], "2", category="RD1.01")
    assert groups() == []


def test_gathering_again_changes_nothing() -> None:
    body.load()
    first, second = gathered(body.LAMP, "1"), gathered(MORE[0], "2")
    for case in (first, second, first):
        issues.gather(case.pk, body.NOON + timedelta(days=1))
    assert groups() == [{first.pk, second.pk}]
    assert IssueChange.objects.count() == 1


def test_killed_on_the_way_nothing_half_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    body.load()
    gathered(body.LAMP, "1")
    case = body.receive(MORE[0], "2")

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(issues, "settle", die)
    with pytest.raises(KeyboardInterrupt):
        issues.gather(case.pk, body.NOON)
    assert (Issue.objects.count(), IssueMember.objects.count(), IssueChange.objects.count()) == (0, 0, 0)
    monkeypatch.undo()
    issues.gather(case.pk, body.NOON)
    assert [len(group) for group in groups()] == [2]


def two_issues() -> tuple[list[Case], list[Case]]:
    first = [gathered(text, f"a{n}") for n, text in enumerate((body.LAMP, MORE[0]))]
    second = [gathered(text, f"b{n}") for n, text in enumerate((body.BINS, body.BINS + "请快点。"))]
    assert [len(group) for group in groups()] == [2, 2]
    return first, second


def test_a_bridge_merges_two_issues_and_the_history_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = body.load()
    first, second = two_issues()
    bridge = body.receive("都是一回事", "bridge")
    stays, goes = (IssueMember.objects.get(case=group[0]).issue for group in (first, second))
    decision = Decision("merge", str(stays.pk), (str(goes.pk),), 0.6, ())
    issues._join(bridge, decision, body.NOON, catalogue)
    assert groups() == [{case.pk for case in (*first, *second, bridge)}]
    goes.refresh_from_db()
    assert (goes.members, goes.into_id) == (0, stays.pk)
    merged = IssueChange.objects.get(kind="merged")
    assert (merged.issue_id, merged.other_id) == (stays.pk, goes.pk)
    assert [one.issue for one in queries.hottest(False, body.NOON)] == [stays]


def test_an_erased_matter_leaves_and_what_it_held_together_is_looked_at() -> None:
    body.load()
    cases = [gathered(text, str(n)) for n, text in enumerate((body.LAMP, *MORE))]
    actions.perform(cases[0].pk, c.Erase("resident_asked"), Actor(Role.SYSTEM), body.NOON)
    assert groups() == [{case.pk for case in cases[1:]}]
    assert Issue.objects.get().members == 3
    task = Task.objects.get(kind="suggestions.split")
    issues.split(UUID(task.payload["issue"]), body.NOON)
    assert [len(group) for group in groups()] == [3]


def test_what_no_longer_holds_together_falls_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    body.load()
    first, second = two_issues()
    stays, goes = (IssueMember.objects.get(case=group[0]).issue for group in (first, second))
    IssueMember.objects.filter(issue=goes).update(issue=stays)
    lone = body.receive("水管爆了，路上全是水", "lone")
    IssueMember.objects.create(case=lone, issue=stays, received_at=lone.received_at, confidence=0.5)
    issues.split(stays.pk, body.NOON)
    assert sorted(map(sorted, groups())) == sorted(sorted(case.pk for case in group) for group in (first, second))
    assert IssueChange.objects.filter(kind="split").count() == 2
    again = groups()
    issues.split(stays.pk, body.NOON)
    assert groups() == again


def test_the_last_two_parted_leave_an_issue_without_matters() -> None:
    body.load()
    first, second = gathered(body.LAMP, "1"), gathered(MORE[0], "2")
    issue = Issue.objects.get()
    actions.perform(first.pk, c.Erase("resident_asked"), Actor(Role.SYSTEM), body.NOON)
    issues.split(issue.pk, body.NOON)
    assert groups() == []
    assert queries.hottest(False, body.NOON) == []
    assert queries.issue_of([second.pk]) == {}


def test_one_told_alike_in_many_places_is_a_theme() -> None:
    body.load()
    for n, area in enumerate(("e1", "e2", "e3")):
        gathered(body.LAMP, str(n), area=area)
    assert groups() == []  # three lamps, until somebody looks at those that stand alone
    regather.anew(body.NOON)
    issue = Issue.objects.get()
    assert issue.members == 3
    # East street is a larger place: two communities of it are not one place. Said, but in the list of themes.
    assert (issue.theme, issue.area) == (True, "east")
    for n in range(4):
        gathered(body.LAMP, f"nowhere{n}", area="")
    regather.anew(body.NOON)
    issue = Issue.objects.get(members__gt=0)
    assert (issue.members, issue.theme, issue.area) == (7, True, "")
    assert [one.issue for one in queries.hottest(True, body.NOON)] == [issue]


def test_the_same_words_filed_in_two_communities_are_two_matters() -> None:
    body.load()
    here = [gathered(text, f"a{n}") for n, text in enumerate((body.LAMP, *MORE))]
    there = [gathered(text, f"b{n}", area="e2") for n, text in enumerate((body.LAMP, MORE[0]))]
    regather.anew(body.NOON)
    assert groups() == [{case.pk for case in there}, {case.pk for case in here}]
    assert [(hot.issue.theme, hot.issue.area) for hot in queries.hottest(False, body.NOON)] == [
        (False, "e1"), (False, "e2"),
    ]  # fmt: skip


def test_a_school_that_is_named_is_one_place_wherever_it_is_filed() -> None:
    body.load()
    for n, (text, area) in enumerate(zip((body.LAMP, *MORE), ("e1", "e2", "e1", "e2"), strict=True)):
        gathered(text.replace("学校", "柳荫小学"), str(n), area=area)
    issue = Issue.objects.get()
    assert (issue.members, issue.theme, issue.area) == (4, False, "place:p3")


def test_matters_worded_alike_count_once_and_do_not_fill_an_issue() -> None:
    body.load()
    for n in range(4):
        gathered(body.LAMP, f"again{n}", at=body.NOON - timedelta(days=n))
    several = [gathered(f"{text}东门也黑。", f"b{n}", area="e2") for n, text in enumerate((body.LAMP, *MORE[:2]))]
    copied = Issue.objects.exclude(area="e2").get()
    hot = queries.hottest(False, body.NOON)
    assert [(one.issue.members, one.copies) for one in hot] == [(3, 0), (4, 3)]
    assert copied not in [one.issue for one in queries.hottest(False, body.NOON, least=3)]
    # Whoever joined one of its matters counts for it, in other words and without being a member.
    before = queries._heard([copied], body.NOON - timedelta(days=90))[copied.pk]
    joined = body.receive("水管爆了，路上全是水", "joined")
    leader = IssueMember.objects.filter(issue=copied).first()
    assert leader is not None
    Case.objects.filter(pk=joined.pk).update(merged_into=leader.case_id, phase="merged")
    after = queries._heard([copied], body.NOON - timedelta(days=90))[copied.pk]
    assert (after[0], round(after[1] - before[1], 6)) == (1, round(leader.confidence, 6))
    assert len(several) == 3


def test_the_reasons_are_words_they_share_and_only_read_from_the_vault() -> None:
    body.load()
    cases = [gathered(text, str(n)) for n, text in enumerate((body.LAMP, *MORE))]
    assert any("路灯" in word for word in issues.reasons([case.pk for case in cases]))
    for model in (Issue, IssueMember, IssueChange):
        stored = str(list(model.objects.values_list()))
        assert "路灯" not in stored


def test_no_table_links_two_matters_of_one_person() -> None:
    names = {field.name for model in (Issue, IssueMember, IssueChange) for field in model._meta.get_fields()}
    assert names.isdisjoint({"person", "sender", "resident", "contact", "phone", "score", "label"})


def test_what_a_human_files_elsewhere_leaves_the_issue_and_finds_its_own() -> None:
    body.load()
    first = [gathered(text, f"a{n}") for n, text in enumerate((body.LAMP, MORE[0], MORE[1]))]
    for case in first[:2]:
        actions.perform(case.pk, c.Classify("RD2.01"), body.DISPATCHER, body.NOON)
        issues.refile(case.pk, body.NOON)
    assert groups() == [{case.pk for case in first}]
    assert Issue.objects.get().category == "RD2.01"
    actions.perform(first[2].pk, c.Classify("RD1.01"), body.DISPATCHER, body.NOON)
    for _ in range(2):
        issues.refile(first[2].pk, body.NOON)
    assert groups() == [{case.pk for case in first[:2]}]
    assert IssueChange.objects.filter(kind="refiled").count() == 1
    other = gathered(MORE[2], "b", category="RD1.01")
    assert {first[2].pk, other.pk} in groups()


def test_one_that_stood_alone_is_looked_at_again_once_it_is_filed() -> None:
    body.load()
    first, second = body.receive(body.LAMP, "1"), body.receive(MORE[0], "2")
    issues.refile(first.pk, body.NOON)
    assert groups() == [{first.pk, second.pk}]
