"""The worker's recurring issues are those that are measured, and going over them again tells what changed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

import pytest

from huiyin.cases import actions
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.suggestions import issues, queries, regather
from huiyin.suggestions.models import FactChange, Gathering, Issue, IssueChange, IssueMember, Likeness
from huiyin.suggestions.tests import body
from huiyin.understanding import evaluate_issues, packing, same
from huiyin.understanding.issues import COMPARED, FLOOR

pytestmark = pytest.mark.django_db
THINGS = (
    "柳荫小学门口的路灯",
    "中山路十字口的窨井盖",
    "菜市场后面的垃圾桶",
    "公园北门的健身器材",
    "六栋电梯",
    "河边的护栏",
)
TROUBLES = (
    "坏了{n}天没人管，晚上很黑，孩子走路看不见",
    "已经坏了{n}天，请尽快来修",
    "又出毛病了，打过{n}次电话都没有结果",
)
ELSE = (
    "社保卡丢了怎样补办",
    "想问新生儿落户要带什么材料",
    "公交三路车早上等不到",
    "快递车在楼道里充电",
    "楼上装修半夜还在敲墙",
)


def stream_of(seed: int, count: int) -> list[str]:
    """Matters of a few recurring issues in different words, and some that stand alone."""
    rng = random.Random(seed)
    found = []
    for n in range(count):
        thing = rng.choice(THINGS)
        trouble = rng.choice(TROUBLES).format(n=rng.randint(2, 9))
        found.append(rng.choice(ELSE) + f"，第{n}次问" if rng.random() < 0.2 else f"{thing}{trouble}。")
    return found


def alike(profiles: list[same.Profile], texts: list[str]) -> dict[tuple[int, int], float]:
    """Likenesses as they are measured: the product's look-up, the program's weights, no database."""
    marks = [list(dict.fromkeys(key & evaluate_issues.MARK for key in same.keys("", text))) for text in texts]
    rows = [(n, 0, packing.to_bytes(found)) for n, found in enumerate(marks)]
    pairs = {}
    for n in range(1, len(texts)):
        query = packing.Query(marks[n], 0, n, 0)
        query.take_loose(rows[:n])
        for m in query.best(COMPARED):
            chance = same.score(profiles[n], profiles[m]).probability
            if chance >= FLOOR:
                pairs[n, m] = chance
    return pairs


def parted(clusters: Mapping[int, object]) -> set[frozenset[int]]:
    found: dict[object, set[int]] = {}
    for item, name in clusters.items():
        found.setdefault(name, set()).add(item)
    return {frozenset(group) for group in found.values()}


def members(cases: Iterable[Case]) -> dict[int, UUID]:
    number = {case.pk: n for n, case in enumerate(cases)}
    return {number[case]: issue for case, issue in IssueMember.objects.values_list("case", "issue")}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_worker_gathers_what_the_evaluation_measures(seed: int) -> None:
    catalogue = body.load(trained=False)
    texts, every = stream_of(seed, 45), 15
    cases = []
    for n, text in enumerate(texts, 1):
        case = body.receive(text, str(n), at=body.NOON + timedelta(hours=n))
        issues.gather(case.pk, case.received_at)
        cases.append(case)
        if n % every == 0:
            regather.anew(case.received_at)
    profiles = [
        issues.profile_of("", text, "e1", case.received_at, catalogue) for text, case in zip(texts, cases, strict=True)
    ]
    measured = evaluate_issues.stream(range(len(texts)), alike(profiles, texts), every=every)
    assert len(parted(measured)) >= 4
    assert parted(members(cases)) == parted(measured)
    for issue in Issue.objects.filter(members__gt=0):
        assert issue.members == IssueMember.objects.filter(issue=issue).count()


def lamps(count: int) -> list[Case]:
    cases = []
    for n in range(count):
        case = body.receive(body.LAMP.replace("三", "三四五六七八"[n]), str(n), at=body.NOON + timedelta(hours=n))
        issues.gather(case.pk, case.received_at)
        cases.append(case)
    return cases


def test_gathering_anew_again_changes_nothing_and_is_not_wanted_again() -> None:
    body.load(trained=False)
    assert not regather.wanted()
    lamps(4)
    assert regather.wanted()
    regather.anew(body.NOON)
    assert not regather.wanted()
    history = IssueChange.objects.count()
    assert regather.anew(body.NOON) == 0
    assert IssueChange.objects.count() == history
    assert Gathering.objects.count() == 1


def test_what_came_in_an_unlucky_order_is_put_right_and_the_history_says_so() -> None:
    body.load(trained=False)
    cases = lamps(4)
    issue = Issue.objects.get()
    # As if two had been put into an issue of their own, and one had stayed alone.
    other = Issue.objects.create(founded_at=body.NOON, newest_at=body.NOON, members=2)
    IssueMember.objects.filter(case=cases[3]).delete()
    IssueMember.objects.filter(case__in=[case.pk for case in cases[1:3]]).update(issue=other)
    FactChange.objects.all().delete()
    assert regather.anew(body.NOON) == 2
    kept = IssueMember.objects.values_list("issue", flat=True).distinct().get()
    assert IssueMember.objects.filter(issue=kept).count() == 4
    gone = {issue.pk, other.pk} - {kept}
    assert Issue.objects.get(pk=gone.pop()).into_id == kept
    assert set(IssueChange.objects.filter(issue=kept).order_by("-pk").values_list("kind", flat=True)[:2]) == {
        "merged", "joined",
    }  # fmt: skip
    assert FactChange.objects.count() == 2


def test_matters_that_no_longer_belong_are_let_go_and_an_empty_issue_is_not_listed() -> None:
    body.load(trained=False)
    lamps(3)
    assert len(queries.hottest(False, body.NOON)) == 1
    Likeness.objects.update(chance=0.06)
    assert regather.anew(body.NOON) == 3
    assert IssueMember.objects.count() == 0
    assert Issue.objects.get().members == 0
    assert queries.hottest(False, body.NOON) == []


def test_nothing_is_stored_when_somebody_changed_one_of_the_matters_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    body.load(trained=False)
    cases = lamps(3)
    Likeness.objects.update(chance=0.06)
    gather = regather.gather

    def meanwhile(*args: object) -> object:
        IssueMember.objects.filter(case=cases[0]).delete()
        return gather(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(regather, "gather", meanwhile)
    assert regather.anew(body.NOON) == 0
    assert IssueMember.objects.count() == 2
    assert regather.wanted()


def test_an_erased_matter_leaves_no_likeness_behind() -> None:
    body.load(trained=False)
    cases = lamps(3)
    actions.perform(cases[0].pk, c.Erase("resident_asked"), Actor(Role.SYSTEM), body.NOON)
    assert not Likeness.objects.filter(earlier=cases[0]).exists()
    assert Likeness.objects.filter(later=cases[2], earlier=cases[1]).exists()


def test_a_loose_heap_is_no_hotter_than_a_few_that_certainly_belong_together() -> None:
    body.load(trained=False)
    found = []
    for name, count, sure in (("a", 4, 0.3), ("b", 2, 0.9)):
        issue = Issue.objects.create(founded_at=body.NOON, newest_at=body.NOON, members=count)
        for n in range(count):
            case = body.receive(body.LAMP, f"{name}{n}")
            IssueMember.objects.create(case=case, issue=issue, received_at=case.received_at, confidence=sure)
        found.append(issue)
    assert [hot.issue for hot in queries.hottest(False, body.NOON)] == found[::-1]
    assert [hot.recent for hot in queries.hottest(False, body.NOON)] == [2, 4]


def test_gathering_anew_takes_few_statements(django_assert_max_num_queries: object) -> None:
    body.load(trained=False)
    lamps(4)
    regather.anew(body.NOON)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        regather.anew(body.NOON)
