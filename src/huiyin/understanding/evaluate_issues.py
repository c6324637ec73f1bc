"""Measures candidates and recurring issues on a folder of test messages: one by one, in the order they came."""

from __future__ import annotations

import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from . import datasets, issues, same
from .datasets import Record
from .measures import Figures, rounded
from .place import Gazetteer, Place
from .training import fit_logistic

EVERY, NEWEST = 250, 4000
"""A gathering after so many messages, over so many of the newest."""

ORDERS = (20, 21, 22)
PARTS = 5
"""Issues are divided into so many parts; pairs of one part are judged by weights from the other four."""

NEITHER = 5000
"""Pairs without any issue among the examples of different matters."""


def area_gazetteer(records: Iterable[Record]) -> Gazetteer:
    """Areas of the test collection: its invented names all look like A市 or B3区."""
    pattern = re.compile(r"[A-M]\d*[市区县]")
    names = {name for record in records for name in pattern.findall(record.title + record.body)}
    return Gazetteer.of(
        [Place(name, "area", (name,), f"{name[0]}市" if name != f"{name[0]}市" else "") for name in sorted(names)]
    )


def issue_figures(folder: Path) -> Figures:
    """Candidates and recurring issues, in the order the messages came and in another; pair weights fitted crosswise."""
    records = datasets.messages(folder / "messages_with_votes.xlsx")
    records.sort(key=lambda record: (record.at, record.key))
    places = area_gazetteer(records)
    known = {row["message_id"]: row["issue"] for row in datasets.table(folder / "recurring_issues.csv")}
    truth = {n: known[record.key] for n, record in enumerate(records) if record.key in known}
    profiles = [same.profile(same.Message(r.title, r.body, r.at, named_areas(places, r))) for r in records]
    filed = [same.weighted_keys(r.title, r.body) for r in records]
    near, recall = _candidates(filed, truth)
    chance = _crosswise(profiles, near, truth)
    heat_truth: dict[str, list[int]] = defaultdict(list)
    for n, issue in truth.items():
        heat_truth[issue].append(n)
    start = time.process_time()
    clusters = _stream(range(len(records)), near, chance)
    seconds = time.process_time() - start
    both: dict[int, list[int]] = defaultdict(list)
    for n, others in near.items():
        for other in others:
            both[n].append(other)
            both[other].append(n)
    elsewise = []
    for seed in ORDERS:
        shuffled = list(range(len(records)))
        random.Random(seed).shuffle(shuffled)
        elsewise.append(issues.b_cubed(_stream(shuffled, both, chance), truth)[2])
    precision, recall_b, f1 = issues.b_cubed(clusters, truth)
    return {
        "messages": len(records), "issues": len(heat_truth), "labelled": len(truth),
        "candidate_recall_at_40": rounded(recall), "b_cubed_precision": rounded(precision),
        "b_cubed_recall": rounded(recall_b), "b_cubed_f1": rounded(f1),
        "b_cubed_f1_95": [rounded(edge) for edge in _by_issue(clusters, truth)],
        "b_cubed_f1_other_orders": [rounded(value) for value in elsewise],
        "hottest_12_in_top_20": rounded(_hottest(records, clusters, heat_truth)),
        "clustering_seconds": rounded(seconds, 2),
    }  # fmt: skip


def named_areas(places: Gazetteer, record: Record) -> frozenset[str]:
    """The areas a message names, in its title if there are any; districts before cities."""
    mentions = places.mentions(record.title) or places.mentions(record.body[:300])
    codes = {code for mention in mentions for code in mention.places}
    return frozenset({code for code in codes if code[1].isdigit()} or codes)


def _candidates(filed: Sequence[list[tuple[int, float]]], truth: dict[int, str]) -> tuple[dict[int, list[int]], float]:
    postings: dict[int, list[int]] = defaultdict(list)
    near: dict[int, list[int]] = {}
    asked = found = 0
    for n, weighted in enumerate(filed):
        near[n] = same.candidates(weighted, lambda keys: [(k, m) for k in keys for m in postings[k][-100:]])
        for key, _ in weighted:
            postings[key].append(n)
        if n in truth and any(truth.get(m) == truth[n] for m in range(n)):
            asked += 1
            found += any(truth.get(m) == truth[n] for m in near[n])
    return near, found / max(1, asked)


def _crosswise(
    profiles: Sequence[same.Profile], near: dict[int, list[int]], truth: dict[int, str]
) -> Callable[[int, int], float]:
    """Pair probabilities from weights that were fitted without the issues of the two messages."""
    half = {issue: at % PARTS for at, issue in enumerate(sorted(set(truth.values())))}
    values = {(n, m): same.features(profiles[n], profiles[m]) for n, others in near.items() for m in others}
    models = []
    # Pairs in which neither message has an issue are taken as different matters: most candidates in daily work are.
    neither = sorted(pair for pair in values if not any(n in truth for n in pair))
    other = random.Random(3).sample(neither, min(NEITHER, len(neither)))
    for side in range(PARTS):
        rows, labels = [values[pair] for pair in other], [0.0] * len(other)
        for (n, m), value in values.items():
            named = {truth[x] for x in (n, m) if x in truth}
            if named and all(half[issue] != side for issue in named):
                rows.append(value)
                labels.append(float(truth.get(n) == truth.get(m)))
        weights, constant = fit_logistic(np.array(rows), np.array(labels))
        models.append(same.PairModel(tuple(weights.tolist()), constant, f"side-{side}"))

    def chance(n: int, m: int) -> float:
        value = values[(n, m)] if (n, m) in values else values[(m, n)]
        issue = truth.get(n, truth.get(m))
        if issue is not None:
            return same.probability(value, models[half[issue]])
        return sum(same.probability(value, model) for model in models) / PARTS

    return chance


def _stream(order: Sequence[int], near: dict[int, list[int]], chance: Callable[[int, int], float]) -> dict[int, str]:
    """Clusters after all messages came one by one in the given order, with a gathering every `EVERY` messages.

    What came after the last gathering stands as it was decided when it came.
    """
    cluster: dict[int, str] = {}
    members: dict[str, list[int]] = {}
    seen: set[int] = set()
    pairs: dict[tuple[int, int], float] = {}
    for count, n in enumerate(order, 1):
        links = [issues.Link(m, cluster.get(m, ""), chance(n, m)) for m in near.get(n, []) if m in seen]
        seen.add(n)
        pairs |= {(n, link.item): link.probability for link in links}
        links = [link for link in links if link.probability > 0.1]
        decision = issues.place(links, {name: len(found) for name, found in members.items()})
        if decision.action != "alone":
            name = decision.cluster or f"issue-{n}"
            members.setdefault(name, [])
            joining = [n]
            if decision.action == "found":
                joining += [k.item for k in links if not k.cluster and k.probability >= issues.FOUND]
            for absorbed in decision.absorbed:
                joining += members.pop(absorbed)
            members[name] += joining
            cluster |= dict.fromkeys(joining, name)
        if count % EVERY == 0:
            newest = order[max(0, count - NEWEST) : count]
            movable = set(newest)
            fixed = [[m for m in found if m not in movable] for found in members.values()]
            groups = issues.gather([*([m] for m in newest), *fixed], pairs)
            cluster, _ = issues.reconcile(cluster, groups, _named)
            members = defaultdict(list)
            for m, name in cluster.items():
                members[name].append(m)
    return cluster


def _named(group: Sequence[int]) -> str:
    return f"gathered-{min(group)}-{len(group)}"


def _by_issue(clusters: dict[int, str], truth: dict[int, str]) -> tuple[float, float]:
    """A 95 % interval of the F1: issues drawn again with replacement, 400 times."""
    names = sorted(set(truth.values()))
    values = []
    rng = random.Random(9)
    parts = {}
    for name in names:
        own = {n: issue for n, issue in truth.items() if issue == name}
        parts[name] = (*issues.b_cubed(clusters, own)[:2], len(own))
    for _ in range(400):
        drawn = [parts[rng.choice(names)] for _ in names]
        total = sum(count for _, _, count in drawn)
        precision = sum(p * count for p, _, count in drawn) / total
        recall = sum(r * count for _, r, count in drawn) / total
        values.append(2 * precision * recall / (precision + recall))
    values.sort()
    return values[10], values[389]


def _hottest(records: Sequence[Record], clusters: dict[int, str], truth: dict[str, list[int]]) -> float:
    """Share of the 12 hottest true issues that own half of, and are half inside, one of the 20 hottest clusters."""

    def heat(found: Sequence[int]) -> float:
        votes = sum(int(records[n].extra.get("点赞数") or 0) for n in found)
        return issues.heat((records[n].sender for n in found), votes)

    members: dict[str, list[int]] = defaultdict(list)
    for n, name in clusters.items():
        members[name].append(n)
    top = sorted(members.values(), key=lambda found: -heat(found))[:20]
    hottest = sorted(truth.values(), key=lambda found: -heat(found))[:12]
    seen = 0
    for issue in hottest:
        both = [(len(set(issue) & set(found)), len(found)) for found in top]
        seen += any(shared >= 0.5 * len(issue) and shared >= 0.5 * size for shared, size in both)
    return seen / max(1, len(hottest))
