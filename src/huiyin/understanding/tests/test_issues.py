"""Messages about one matter gather, bridges merge clusters, and heat counts voices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from huiyin.understanding import same
from huiyin.understanding.issues import (
    Link,
    b_cubed,
    gather,
    heat,
    parts,
    place,
    reasons,
    reconcile,
    shared_places,
    start,
    sureness,
)


def test_a_message_like_no_other_stays_alone() -> None:
    assert place([], {}).action == "alone"
    assert place([Link("m1", "", 0.4), Link("m2", "c1", 0.2)], {"c1": 5}).action == "alone"


def test_a_message_joins_the_cluster_whose_best_three_it_resembles() -> None:
    links = [Link(f"m{n}", "c1", p) for n, p in enumerate((0.9, 0.8, 0.7, 0.1))] + [Link("x", "c2", 0.4)]
    decision = place(links, {"c1": 4, "c2": 3})
    assert (decision.action, decision.cluster) == ("join", "c1")
    assert abs(decision.confidence - 0.8) < 1e-9


def test_one_strong_pair_is_not_enough_for_a_large_cluster() -> None:
    links = [Link("m1", "c1", 0.9), Link("m2", "c1", 0.2), Link("m3", "c1", 0.1)]
    assert place(links, {"c1": 30}).action == "alone"


def test_two_messages_found_a_cluster_only_when_the_pair_is_sure() -> None:
    assert place([Link("m1", "", 0.8)], {}).action == "found"
    assert place([Link("m1", "", 0.5)], {}).action == "alone"


def test_a_bridge_merges_clusters_into_the_largest() -> None:
    links = [Link(f"{c}{n}", c, 0.9) for c in ("c1", "c2") for n in range(3)]
    decision = place(links, {"c1": 3, "c2": 8})
    assert (decision.action, decision.cluster, decision.absorbed) == ("merge", "c2", ("c1",))
    assert decision.reasons == (("bridges", {"clusters": ("c2", "c1")}),)


def test_heat_counts_voices_and_not_messages() -> None:
    assert heat(["a"] * 10) == heat(["a"])
    assert heat(["a", "b"]) == 2.0
    assert heat(["a"], votes=100) < heat(["a", "b", "c", "d"])


def test_a_person_counts_as_far_as_the_surest_message_belongs() -> None:
    assert heat(["a", "a", "b"], sure=[0.2, 0.6, 0.5]) == 1.1
    assert heat(["a", "b"], sure=[0.4, 0.4]) < heat(["a"], sure=[0.9])
    assert heat([], sure=[]) == 0


def test_sureness_is_the_mean_of_the_three_best_pairs_within() -> None:
    pairs = {("a", "b"): 0.9, ("c", "a"): 0.6, ("a", "d"): 0.3, ("a", "e"): 0.2, ("a", "x"): 1.0}
    found = sureness(["a", "b", "c", "d", "e"], pairs)
    assert abs(found["a"] - 0.6) < 1e-9
    assert abs(found["b"] - 0.3) < 1e-9
    assert sureness(["a", "b"], pairs) == {"a": 0.9, "b": 0.9}
    assert sureness(["z"], pairs) == {"z": 0.0}


def test_a_large_issue_takes_in_a_message_that_some_of_it_resembles_and_a_lone_bridge_joins_nothing() -> None:
    core = {(a, b): 0.9 for a in range(12) for b in range(a)}
    some = core | {(20, n): 0.8 for n in range(4)}
    assert [len(group) for group in gather([[n] for n in (*range(12), 20)], some)] == [13]
    assert [len(group) for group in gather([[n] for n in (*range(12), 20)], some, power=1.0)] == [13]
    few = core | {(20, n): 0.8 for n in range(3)}
    assert [len(group) for group in gather([[n] for n in (*range(12), 20)], few)] == [13]
    assert [len(group) for group in gather([[n] for n in (*range(12), 20)], few, power=1.0)] == [12, 1]
    other = core | {(a, b): 0.9 for a in range(20, 32) for b in range(20, a)} | {(0, 20): 0.6}
    assert [len(group) for group in gather([[n] for n in (*range(12), *range(20, 32))], other)] == [12, 12]


def test_a_gathering_begins_with_the_newest_apart_and_what_is_older_together() -> None:
    before = {"a": "lamp", "b": "lamp", "c": "lamp", "d": "road"}
    assert start(["c", "e"], before) == [["c"], ["e"], ["a", "b"], ["d"]]


def test_a_cluster_falls_apart_where_only_weak_pairs_hold_it() -> None:
    pairs = {("a", "b"): 0.9, ("b", "c"): 0.2, ("c", "d"): 0.8}
    assert parts(pairs, ["a", "b", "c", "d", "e"]) == [["a", "b"], ["c", "d"], ["e"]]
    assert parts(pairs, ["a", "b"]) == [["a", "b"]]


def test_an_issue_is_in_a_place_when_most_that_are_known_and_half_of_all_are_there() -> None:
    north, south, nowhere = frozenset({"north"}), frozenset({"south"}), frozenset[str]()
    assert shared_places([north, north | {"elm"}, nowhere]) == ["north"]
    assert shared_places([north, north, nowhere, nowhere]) == ["north"]
    assert shared_places([north, north, nowhere, nowhere, nowhere]) == []
    assert shared_places([north, north, south]) == []
    assert shared_places([north, south, frozenset({"east"}), nowhere]) == shared_places([]) == []


def test_b_cubed_is_one_for_the_truth_and_falls_with_mixing_and_splitting() -> None:
    truth = {1: "a", 2: "a", 3: "b", 4: "b"}
    assert b_cubed({1: "x", 2: "x", 3: "y", 4: "y"}, truth) == (1.0, 1.0, 1.0)
    assert b_cubed({1: "x", 2: "x", 3: "x", 4: "x"}, truth)[0] == 0.5
    assert b_cubed({}, truth)[1] == 0.5


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["", "c1", "c2"]), st.floats(0, 1)), max_size=12))
def test_a_decision_is_always_consistent(rows: list[tuple[int, str, float]]) -> None:
    decision = place([Link(*row) for row in rows], {"c1": 4, "c2": 2})
    assert decision.action in ("join", "found", "merge", "alone")
    assert bool(decision.cluster) == (decision.action in ("join", "merge"))
    assert bool(decision.absorbed) == (decision.action == "merge")


PAIRS = {("a", "b"): 0.9, ("b", "c"): 0.8, ("a", "c"): 0.7, ("d", "e"): 0.6, ("c", "d"): 0.3}


def test_gathering_joins_what_is_alike_on_average_and_keeps_a_single_bridge_apart() -> None:
    groups = gather([[item] for item in "abcdef"], PAIRS, least=0.2)
    assert sorted(sorted(group) for group in groups) == [["a", "b", "c"], ["d", "e"], ["f"]]


@given(st.permutations("abcdef"), st.permutations(sorted(PAIRS)))
def test_gathering_does_not_depend_on_the_order(items: list[str], order: list[tuple[str, str]]) -> None:
    groups = gather([[item] for item in items], {pair: PAIRS[pair] for pair in order}, least=0.2)
    assert sorted(sorted(group) for group in groups) == [["a", "b", "c"], ["d", "e"], ["f"]]


@given(
    st.dictionaries(st.tuples(st.integers(0, 9), st.integers(10, 19)), st.floats(0, 1), max_size=40),
    st.dictionaries(st.integers(0, 19), st.sampled_from("xyz"), max_size=20),
)
def test_every_message_is_in_one_group_and_every_change_is_told(
    pairs: dict[tuple[int, int], float], before: dict[int, str]
) -> None:
    groups = gather([[item] for item in range(20)], pairs)
    assert sorted(item for group in groups for item in group) == list(range(20))
    after, changes = reconcile(before, groups, lambda group: f"new-{min(group)}")
    assert {frozenset(group) for group in groups if len(group) > 1} == {
        frozenset(item for item in after if after[item] == name) for name in set(after.values())
    }
    told = {item for change in changes for item in change.items}
    assert {item for item in range(20) if before.get(item) != after.get(item)} <= told


def test_a_cluster_keeps_its_name_and_the_history_says_what_merged_and_what_split() -> None:
    before = {"a": "lamp", "b": "lamp", "c": "lamp", "d": "lamp", "e": "road", "g": "road"}
    groups = [["a", "b", "e", "g"], ["c", "d", "h"], ["f"]]
    after, changes = reconcile(before, groups, lambda group: f"new-{group[0]}")
    assert after["a"] == "lamp"
    assert after["c"] == "new-c"
    assert [(change.action, change.cluster, change.others) for change in changes] == [
        ("merged", "lamp", ("road",)),
        ("split", "new-c", ("lamp",)),
        ("joined", "new-c", ()),
    ]


def test_a_cluster_says_why_its_messages_belong_together() -> None:
    day = datetime(2024, 1, 1, tzinfo=UTC)
    texts = ("梧桐苑北门路灯不亮", "梧桐苑北门的灯又坏了", "请修梧桐苑北门路灯")
    profiles = [
        same.profile(same.Message(text, text + "，走路看不见", day + timedelta(days=at), frozenset({"elm"})))
        for at, text in enumerate(texts)
    ]
    found = dict(reasons(profiles))
    assert found["days"] == {"days": 2}
    assert found["same_place"] == {"areas": ("elm",), "messages": 3}
    words = found["shared_words"]["words"]
    assert any("梧桐苑北门" in word for word, _ in words)  # type: ignore[attr-defined]
    assert reasons(profiles[:1]) == ()
