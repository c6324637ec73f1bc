"""Recurring issues: messages about one matter gathered as they come, with a history of joins, merges and splits.

Two steps: `place` decides at once where a new message belongs; `gather` goes over the newest messages again now and
then and puts right what came in an unlucky order, because its result does not depend on the order. `reconcile` says
what changed, under names that stay. Pure: the caller keeps clusters, pairs and history. Heat counts voices, each as
far as it is sure that they mean this issue: people where they are known, else wordings.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from .same import Profile, shared_words

Item = TypeVar("Item", bound=Hashable)
Reason = tuple[str, dict[str, object]]

JOIN = 0.45
"""A message joins when the mean of its three best pair scores within a cluster reaches this."""

MERGE = 0.5
FOUND = 0.6
"""A new cluster is founded on one pair alone, so that pair must be surer."""
_BEST = 3
_READ = 12

COMPARED = 12
"""A message is compared with so many earlier ones, the likeliest by shared keys (`packing.Query`)."""

FLOOR = 0.05
"""Pairs below this say nothing and are not kept."""

NEWEST = 4000
"""A gathering moves the newest so many messages; older clusters stay as they are, but may grow."""

GATHER, POWER = 0.25, 0.8
"""Two groups become one when the scores of all pairs between them, summed, reach `GATHER` times (the number of such
pairs to the power of `POWER`). A pair nobody kept counts 0. A plain mean (a power of 1) would ask of a large issue that
everybody tells it alike; a sum (0) would let one bridge join two."""


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


def gather(
    groups: Sequence[Sequence[Item]],
    pairs: Mapping[tuple[Item, Item], float],
    least: float = GATHER,
    power: float = POWER,
) -> list[list[Item]]:
    """Groups joined, closest first, until no two are close enough (`GATHER`, `POWER`). Largest first.

    `groups` to begin with: one message each for those that may be moved (the newest some thousand), and the older
    clusters as they are. `pairs` are pair scores, each pair once in either order. The order in which groups and pairs
    are given decides nothing but ties. Takes time in proportion to the pairs, times the logarithm of their number.
    """
    members = {at: list(group) for at, group in enumerate(groups) if group}
    home = {item: at for at, group in members.items() for item in group}
    near: dict[int, dict[int, float]] = {at: {} for at in members}
    for (one, other), probability in pairs.items():
        a, b = home.get(one), home.get(other)
        if a is not None and b is not None and a != b:
            near[a][b] = near[b][a] = near[a].get(b, 0.0) + probability

    def close(a: int, b: int, total: float) -> float:
        return float(total / (len(members[a]) * len(members[b])) ** power)

    queue = [(-close(a, b, total), a, b) for a, others in near.items() for b, total in others.items() if a < b]
    heapq.heapify(queue)
    fresh = len(groups)
    while queue and -queue[0][0] >= least:
        _, a, b = heapq.heappop(queue)
        if a not in members or b not in members:
            continue
        both = fresh = fresh + 1
        members[both] = members.pop(a) + members.pop(b)
        totals: dict[int, float] = {}
        for gone in (a, b):
            for there, total in near.pop(gone).items():
                near.get(there, {}).pop(gone, None)
                if there in members:
                    totals[there] = totals.get(there, 0.0) + total
        near[both] = totals
        for there, total in totals.items():
            near[there][both] = total
            heapq.heappush(queue, (-close(both, there, total), there, both))
    return sorted(members.values(), key=lambda group: -len(group))


def start(newest: Sequence[Item], before: Mapping[Item, str]) -> list[list[Item]]:
    """The groups a gathering begins with: each of the newest messages by itself, and what is older of every cluster."""
    movable = set(newest)
    fixed: dict[str, list[Item]] = {}
    for item, name in before.items():
        if item not in movable:
            fixed.setdefault(name, []).append(item)
    return [*([item] for item in newest), *fixed.values()]


@dataclass(frozen=True, slots=True)
class Change(Generic[Item]):
    """One line of the history: `founded`, `joined`, `left`, `merged` (from the clusters `others`), `split` (off the
    clusters `others`), with the messages it is about."""

    action: str
    cluster: str
    items: tuple[Item, ...]
    others: tuple[str, ...] = ()


def reconcile(
    before: Mapping[Item, str], groups: Sequence[Sequence[Item]], name: Callable[[Sequence[Item]], str]
) -> tuple[dict[Item, str], list[Change[Item]]]:
    """The clusters after a gathering, under the names they had, and what changed.

    `before` says in which cluster each message was. A name stays with the group that holds most of its messages; `name`
    gives one to a group that has none. Groups of one message are no clusters.
    """
    claims: dict[str, tuple[int, int]] = {}
    shares: list[dict[str, int]] = []
    real = [group for group in groups if len(group) > 1]
    for at, group in enumerate(real):
        share: dict[str, int] = {}
        for item in group:
            if item in before:
                share[before[item]] = share.get(before[item], 0) + 1
        shares.append(share)
        for old, count in share.items():
            if old not in claims or count > claims[old][0]:
                claims[old] = count, at
    after: dict[Item, str] = {}
    changes: list[Change[Item]] = []
    for at, group in enumerate(real):
        own = sorted((old for old in shares[at] if claims[old][1] == at), key=lambda old: (-shares[at][old], old))
        kept = own[0] if own else name(group)
        after |= dict.fromkeys(group, kept)
        off = tuple(sorted(old for old in shares[at] if claims[old][1] != at))
        if not own and not off:
            changes.append(Change("founded", kept, tuple(group)))
        if own[1:]:
            moved = tuple(item for item in group if before.get(item) in own[1:])
            changes.append(Change("merged", kept, moved, tuple(own[1:])))
        if off:
            changes.append(Change("split", kept, tuple(item for item in group if before.get(item) in off), off))
        new = tuple(item for item in group if item not in before)
        if new and (own or off):
            changes.append(Change("joined", kept, new))
    gone: dict[str, list[Item]] = {}
    for item, old in before.items():
        if item not in after:
            gone.setdefault(old, []).append(item)
    changes += [Change("left", old, tuple(items)) for old, items in sorted(gone.items())]
    return after, changes


def reasons(profiles: Sequence[Profile], limit: int = 4) -> tuple[Reason, ...]:
    """Why messages belong together: `shared_words` {words: ((word, in how many messages), …)} that the message nearest
    to all others has in common with them, `days` {days} from first to last, `same_place` {areas, messages}."""
    if len(profiles) < 2:
        return ()
    some = profiles[:_READ]
    said = [[shared_words(one, other) for other in some if other is not one] for one in some]
    counts: list[dict[str, int]] = []
    for words in said:
        count: dict[str, int] = {}
        for word in (word for found in words for word in found):
            count[word] = count.get(word, 0) + 1
        counts.append(count)
    best = max(counts, key=lambda count: sum(sorted(count.values(), reverse=True)[:limit]))
    ranked = sorted(best, key=lambda word: (-best[word], -len(word), word))
    words_told = [word for at, word in enumerate(ranked) if not any(word in w or w in word for w in ranked[:at])]
    found: list[Reason] = []
    if words_told:
        told = tuple((word, best[word] + 1) for word in words_told[:limit])
        found.append(("shared_words", {"words": told, "of": len(some)}))
    times = [profile.at for profile in profiles]
    found.append(("days", {"days": (max(times) - min(times)).days}))
    named: dict[str, int] = {}
    for profile in profiles:
        for area in profile.areas:
            named[area] = named.get(area, 0) + 1
    shared = tuple(sorted(area for area, count in named.items() if 2 * count > len(profiles)))
    if shared:
        found.append(("same_place", {"areas": shared, "messages": max(named[area] for area in shared)}))
    return tuple(found)


def sureness(members: Sequence[Item], pairs: Mapping[tuple[Item, Item], float]) -> dict[Item, float]:
    """How sure it is that each member belongs, 0 to 1: the mean of its three best pairs within (fewer in a small one).

    `pairs` may hold others; it is looked through once for each call.
    """
    own: dict[Item, list[float]] = {item: [] for item in members}
    for (one, other), probability in pairs.items():
        if one in own and other in own:
            own[one].append(probability)
            own[other].append(probability)
    count = min(_BEST, len(own) - 1) or 1
    return {item: sum(sorted(values, reverse=True)[:count]) / count for item, values in own.items()}


def heat(voices: Iterable[Hashable], votes: int = 0, sure: Iterable[float] | None = None) -> float:
    """How hot an issue is: distinct voices, plus a little for agreement that costs nothing to give.

    A voice is whatever the caller can tell apart, as an opaque mark, never a name: who sent a message, or where that is
    not known (the product links no two matters of one person) how it is worded, so that a copy adds nothing. With
    `sure` (`sureness`, in the order of the voices) each counts as far as its surest message belongs, so that a loose
    heap of many is no hotter than a few that mean the same.
    """
    heard: dict[Hashable, float] = {}
    known = list(voices)
    for voice, part in zip(known, [1.0] * len(known) if sure is None else sure, strict=True):
        heard[voice] = max(part, heard.get(voice, 0.0))
    return sum(heard.values()) + 0.5 * math.log1p(max(0, votes))


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


def shared_places(areas: Sequence[frozenset[str]], least: float = 0.75) -> list[str]:
    """The places an issue is in, the most shared first: at least `least` of the messages whose place is known have it,
    and half of all. An issue whose messages share no small place is a theme; themes go in a second list.
    """
    counts: dict[str, int] = {}
    for named in areas:
        for area in named:
            counts[area] = counts.get(area, 0) + 1
    known = sum(1 for named in areas if named)
    enough = max(least * known, 0.5 * len(areas))
    return sorted((code for code, count in counts.items() if count >= enough), key=lambda code: (-counts[code], code))


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
