"""Messages about one matter gather, bridges merge clusters, and heat counts people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huiyin.understanding.issues import Link, b_cubed, heat, is_theme, parts, place


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


def test_heat_counts_people_and_not_messages() -> None:
    assert heat(["a"] * 10) == heat(["a"])
    assert heat(["a", "b"]) == 2.0
    assert heat(["a"], votes=100) < heat(["a", "b", "c", "d"])


def test_a_cluster_falls_apart_where_only_weak_pairs_hold_it() -> None:
    pairs = {("a", "b"): 0.9, ("b", "c"): 0.2, ("c", "d"): 0.8}
    assert parts(pairs, ["a", "b", "c", "d", "e"]) == [["a", "b"], ["c", "d"], ["e"]]
    assert parts(pairs, ["a", "b"]) == [["a", "b"]]


def test_a_theme_shares_no_place() -> None:
    assert is_theme([frozenset({"north"}), frozenset({"south"}), frozenset({"east"}), frozenset()])
    assert not is_theme([frozenset({"north"}), frozenset({"north", "elm"}), frozenset()])


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
