"""Recurring issues: messages about one matter gathered as they come, with a history of joins, merges and splits.

Pure: the caller keeps the clusters and asks for a decision for each new message. Heat counts distinct people.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)
Reason = tuple[str, dict[str, object]]

JOIN = 0.45
"""A message joins when the mean of its three best pair scores within a cluster reaches this."""

MERGE = 0.5
FOUND = 0.6
"""A new cluster is founded on one pair alone, so that pair must be surer."""
_BEST = 3


@dataclass(frozen=True, slots=True)
class Link(Generic[Item]):
    """A scored pair: the earlier message, the cluster it is in now (empty: none), the probability from `same.score`."""

    item: Item
    cluster: str
    probability: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a new message: `join` one cluster, `found` a new one (with `partners`), `merge` several, `alone`.

    `cluster` is the one that stays (empty when a new one is founded), `absorbed` those that go into it. `confidence`
    is the mean of the best pair scores. Store every decision: together they are the history of the clusters.
    """

    action: str
    cluster: str
    absorbed: tuple[str, ...]
    confidence: float
    reasons: tuple[Reason, ...]


def place(
    links: Sequence[Link[Item]],
    sizes: Mapping[str, int],
    join: float = JOIN,
    merge: float = MERGE,
    found: float = FOUND,
) -> Decision:
    """Where a new message belongs. `links` are its scored candidates, `sizes` the number of messages in each cluster.

    Messages without a cluster count as clusters of one. The largest of the clusters that merge keeps its name.
    """
    by_cluster: dict[str, list[float]] = {}
    singles: list[tuple[float, Item]] = []
    for link in links:
        if link.cluster:
            by_cluster.setdefault(link.cluster, []).append(link.probability)
        else:
            singles.append((link.probability, link.item))
    strength = {name: _mean_best(values, sizes.get(name, 1)) for name, values in by_cluster.items()}
    ranked = sorted(strength, key=lambda name: (-strength[name], -sizes.get(name, 1), name))
    near = [probability for probability, _ in singles if probability >= found]
    if ranked and strength[ranked[0]] >= join:
        together = [name for name in ranked if strength[name] >= merge]
        best = ranked[0]
        if len(together) > 1:
            stays = max(together, key=lambda name: (sizes.get(name, 1), name))
            absorbed = tuple(sorted(name for name in together if name != stays))
            reasons: tuple[Reason, ...] = (("bridges", {"clusters": (stays, *absorbed)}),)
            return Decision("merge", stays, absorbed, strength[best], reasons)
        return Decision("join", best, (), strength[best], (("like_members", {"pairs": len(by_cluster[best])}),))
    if near:
        return Decision("found", "", (), max(near), (("like_messages", {"pairs": len(near)}),))
    return Decision("alone", "", (), max([*strength.values(), *(p for p, _ in singles)], default=0.0), ())


def _mean_best(values: Iterable[float], size: int) -> float:
    """The mean of the best three; a cluster of one or two needs no third."""
    best = sorted(values, reverse=True)[: min(_BEST, max(1, size))]
    return sum(best) / len(best)


def heat(senders: Iterable[Hashable], votes: int = 0) -> float:
    """How hot an issue is: distinct people, plus a little for agreement that costs nothing to give.

    A sender who writes ten times counts once. The caller passes opaque marks, never names.
    """
    return len(set(senders)) + 0.5 * math.log1p(max(0, votes))


def parts(pairs: Mapping[tuple[Item, Item], float], members: Sequence[Item], least: float = JOIN) -> list[list[Item]]:
    """The pieces a cluster falls into when only pairs of at least `least` hold it together: the base of a split.

    Largest first; members keep their order. A cluster that holds together gives one piece.
    """
    parent = {item: item for item in members}

    def root(item: Item) -> Item:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for (one, other), probability in pairs.items():
        if probability >= least and one in parent and other in parent:
            parent[root(one)] = root(other)
    groups: dict[Item, list[Item]] = {}
    for item in members:
        groups.setdefault(root(item), []).append(item)
    return sorted(groups.values(), key=lambda group: -len(group))


def is_theme(areas: Sequence[frozenset[str]], least: float = 0.5) -> bool:
    """Whether an issue is a theme: fewer than half of its messages share any one place. Themes go in a second list."""
    if not areas:
        return True
    counts: dict[str, int] = {}
    for named in areas:
        for area in named:
            counts[area] = counts.get(area, 0) + 1
    return max(counts.values(), default=0) < least * len(areas)


def b_cubed(found: Mapping[Item, str], truth: Mapping[Item, str]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 over the items of `truth`; every member of a found cluster counts for precision.

    Items without a found cluster stand alone (Bagga and Baldwin 1998).
    """
    members: dict[str, list[Item]] = {}
    for item, cluster in found.items():
        members.setdefault(cluster, []).append(item)
    issues: dict[str, set[Item]] = {}
    for item, issue in truth.items():
        issues.setdefault(issue, set()).add(item)
    precision = recall = 0.0
    for item, issue in truth.items():
        mine = members.get(found[item], [item]) if item in found else [item]
        right = sum(1 for other in mine if other in issues[issue])
        precision += right / len(mine)
        recall += right / len(issues[issue])
    total = len(truth) or 1
    precision, recall = precision / total, recall / total
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0
