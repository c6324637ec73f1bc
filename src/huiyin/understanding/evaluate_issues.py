"""Measures candidates and recurring issues on a folder of test messages: one by one, in the order they came."""

from __future__ import annotations

import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import datasets, issues, packing, same
from .datasets import Record
from .measures import Figures, rounded
from .place import Gazetteer, Place
from .training import fit_logistic

EVERY = 100
"""A gathering after so many messages."""

LIMIT = 40
"""Candidates that are looked up; the first `issues.COMPARED` of them are compared."""

GRID = tuple((power, least) for power in (1.0, 0.8, 0.6) for least in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5))
"""Settings of a gathering among which the nested figure chooses."""

ORDERS = (20, 21, 22)
PARTS = 5
"""Issues are divided into so many parts; pairs of one part are judged by weights from the other four."""

MARK = (1 << 24) - 1
Pair = tuple[int, int]
Weights = NDArray[np.float64]

NEITHER = 2500
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
    pairs = crosswise(profiles, near, truth)
    heat_truth: dict[str, list[int]] = defaultdict(list)
    for n, issue in truth.items():
        heat_truth[issue].append(n)
    begun = time.process_time()
    clusters = stream(range(len(records)), pairs)
    seconds = time.process_time() - begun
    elsewise = []
    for seed in ORDERS:
        shuffled = list(range(len(records)))
        random.Random(seed).shuffle(shuffled)
        elsewise.append(stream(shuffled, pairs))
    precision, recall_b, f1 = issues.b_cubed(clusters, truth)
    wordings: list[Hashable] = [tuple(key for key, _ in weighted) or n for n, weighted in enumerate(filed)]
    return {
        "messages": len(records), "issues": len(heat_truth), "labelled": len(truth),
        "candidate_recall_at_40": rounded(recall), "b_cubed_precision": rounded(precision),
        "b_cubed_recall": rounded(recall_b), "b_cubed_f1": rounded(f1),
        "b_cubed_f1_95": [rounded(edge) for edge in _by_issue(clusters, truth)],
        "b_cubed_f1_setting_chosen_on_other_issues": rounded(_nested(pairs, truth, len(records))),
        "b_cubed_f1_other_orders": [rounded(issues.b_cubed(found, truth)[2]) for found in elsewise],
        "hottest_12_in_top_20": rounded(_hottest(records, clusters, heat_truth, pairs)),
        "hottest_12_other_orders": [rounded(_hottest(records, found, heat_truth, pairs)) for found in elsewise],
        "hottest_12_by_number_of_people": rounded(_hottest(records, clusters, heat_truth, None)),
        "hottest_12_without_senders_and_votes": rounded(_hottest(records, clusters, heat_truth, pairs, wordings)),
        "hottest_12_other_orders_without_senders_and_votes": [
            rounded(_hottest(records, found, heat_truth, pairs, wordings)) for found in elsewise
        ],
        "hottest_12_by_number_of_messages": rounded(
            _hottest(records, clusters, heat_truth, None, range(len(records)))
        ),
        "clustering_seconds": rounded(seconds, 2),
    }  # fmt: skip


def named_areas(places: Gazetteer, record: Record) -> frozenset[str]:
    """The areas a message names, in its title if there are any; districts before cities."""
    mentions = places.mentions(record.title) or places.mentions(record.body[:300])
    codes = {code for mention in mentions for code in mention.places}
    return frozenset({code for code in codes if code[1].isdigit()} or codes)


def _candidates(filed: Sequence[list[tuple[int, float]]], truth: dict[int, str]) -> tuple[dict[int, list[int]], float]:
    """The earlier messages each one is compared with, found as the product finds them, and the recall among forty."""
    asked_for = [[key & MARK for key, _ in weighted] for weighted in filed]
    rows = [(n, 0, packing.to_bytes(list(dict.fromkeys(marks)))) for n, marks in enumerate(asked_for)]
    near: dict[int, list[int]] = {}
    asked = found = 0
    for n, marks in enumerate(asked_for):
        query = packing.Query(marks, 0, n, 0)
        query.take_loose(rows[:n])
        likely = query.best(LIMIT) if marks else []
        near[n] = likely[: issues.COMPARED]
        if n in truth and any(truth.get(m) == truth[n] for m in range(n)):
            asked += 1
            found += any(truth.get(m) == truth[n] for m in likely)
    return near, found / max(1, asked)


def examples(
    values: Mapping[Pair, Weights], truth: Mapping[int, str], without: Collection[str] = ()
) -> tuple[Weights, Weights, Weights]:
    """What a pair score is fitted to: features, whether both are of one issue, and how much the pair counts.

    Pairs that touch an issue of `without` stay out. Pairs in which neither message has an issue are taken as different
    matters: most candidates in daily work are. An issue of n messages has about n² pairs, so its pairs count 1/√n:
    otherwise the two largest would say alone what a recurring issue looks like.
    """
    size = Counter(truth.values())
    neither = sorted(pair for pair in values if not any(n in truth for n in pair))
    chosen = random.Random(3).sample(neither, min(NEITHER, len(neither)))
    chosen += [
        (n, m) for n, m in values
        if (n in truth or m in truth) and truth.get(n) not in without and truth.get(m) not in without
    ]  # fmt: skip
    labels = np.array([float(n in truth and truth[n] == truth.get(m)) for n, m in chosen])
    weights = np.array(
        [1.0 / size[truth[n]] ** 0.5 if alike else 1.0 for (n, _), alike in zip(chosen, labels, strict=True)]
    )
    alike = labels > 0
    weights[alike] *= alike.sum() / max(1e-9, weights[alike].sum())
    return np.array([values[pair] for pair in chosen]), labels, weights


def crosswise(
    profiles: Sequence[same.Profile], near: Mapping[int, Sequence[int]], truth: Mapping[int, str]
) -> dict[Pair, float]:
    """Pair probabilities from weights that were fitted without the issues of the two messages; later message first."""
    part = {issue: at % PARTS for at, issue in enumerate(sorted(set(truth.values())))}
    values = {(n, m): same.features(profiles[n], profiles[m]) for n, others in near.items() for m in others}
    models = []
    for side in range(PARTS):
        rows, labels, counts = examples(values, truth, {issue for issue, at in part.items() if at == side})
        weights, constant = fit_logistic(rows, labels, sample=counts)
        models.append(same.PairModel(tuple(weights.tolist()), constant, f"side-{side}"))
    found = {}
    for (n, m), value in values.items():
        issue = truth.get(n, truth.get(m, ""))
        chances = [same.probability(value, model) for model in (models[part[issue] :][:1] if issue else models)]
        if sum(chances) >= issues.FLOOR * len(chances):
            found[n, m] = sum(chances) / len(chances)
    return found


def stream(
    order: Sequence[int], pairs: Mapping[Pair, float], every: int = EVERY, newest: int = issues.NEWEST
) -> dict[int, str]:
    """Clusters after all messages came one by one in the given order, with a gathering every so many messages.

    This is what the product's worker does, without its database. What came after the last gathering stands as it was
    decided when it came.
    """
    near: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (n, m), chance in pairs.items():
        near[n].append((m, chance))
        near[m].append((n, chance))
    cluster: dict[int, str] = {}
    members: dict[str, list[int]] = {}
    seen: dict[int, None] = {}
    known: dict[Pair, float] = {}
    for count, n in enumerate(order, 1):
        links = [issues.Link(m, cluster.get(m, ""), chance) for m, chance in near[n] if m in seen]
        seen[n] = None
        known |= {(n, link.item): link.probability for link in links}
        decision = issues.place(links, {name: len(found) for name, found in members.items()})
        if decision.action != "alone":
            name = decision.cluster or f"issue-{n}"
            joining = [n]
            if decision.action == "found":
                joining += [k.item for k in links if not k.cluster and k.probability >= issues.FOUND]
            for absorbed in decision.absorbed:
                joining += members.pop(absorbed)
            members[name] = members.get(name, []) + joining
            cluster |= dict.fromkeys(joining, name)
        if count % every == 0:
            groups = issues.gather(issues.start(order[max(0, count - newest) : count], cluster), known)
            cluster, _ = issues.reconcile(cluster, groups, _named)
            members = defaultdict(list)
            for m, name in cluster.items():
                members[name].append(m)
    return cluster


def _named(group: Sequence[int]) -> str:
    return f"gathered-{min(group)}-{len(group)}"


def _nested(pairs: Mapping[Pair, float], truth: Mapping[int, str], messages: int) -> float:
    """The B-cubed F1 when the setting of the gathering, too, is chosen on other issues than it is measured on."""
    part = {issue: at % PARTS for at, issue in enumerate(sorted(set(truth.values())))}
    alone = [[n] for n in range(messages)]
    tried = []
    for power, least in GRID:
        groups = issues.gather(alone, pairs, least, power)
        tried.append({n: str(at) for at, group in enumerate(groups) if len(group) > 1 for n in group})
    precision = recall = 0.0
    for side in range(PARTS):
        own = {n: issue for n, issue in truth.items() if part[issue] == side}
        others = {n: issue for n, issue in truth.items() if part[issue] != side}
        chosen = max(tried, key=lambda found: issues.b_cubed(found, others)[2])
        right = issues.b_cubed(chosen, own)
        precision, recall = precision + right[0] * len(own), recall + right[1] * len(own)
    return 2 * precision * recall / (precision + recall) / max(1, len(truth)) if precision + recall else 0.0


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


def _hottest(
    records: Sequence[Record],
    clusters: Mapping[int, str],
    truth: Mapping[str, Sequence[int]],
    pairs: Mapping[Pair, float] | None,
    wordings: Sequence[Hashable] | None = None,
) -> float:
    """Share of the 12 hottest true issues that own half of, and are half inside, one of the 20 hottest clusters.

    A true issue is as hot as the people in it and their votes make it. A cluster is ordered by the same, though the
    product knows neither; with `wordings` as the product does it: messages, those worded alike once, no votes. With
    `pairs`, each counts in a cluster as far as it surely belongs; in a true issue they always count whole.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for n, name in clusters.items():
        members[name].append(n)
    within: dict[str, dict[Pair, float]] = defaultdict(dict)
    for (n, m), chance in (pairs or {}).items():
        if n in clusters and clusters[n] == clusters.get(m):
            within[clusters[n]][n, m] = chance

    def votes(found: Sequence[int]) -> int:
        return sum(int(records[n].extra.get("点赞数") or 0) for n in found)

    def hot(name: str) -> float:
        found = members[name]
        sure = list(issues.sureness(found, within[name]).values()) if pairs is not None else None
        if wordings is not None:
            return issues.heat((wordings[n] for n in found), 0, sure)
        return issues.heat((records[n].sender for n in found), votes(found), sure)

    def truly(found: Sequence[int]) -> float:
        return issues.heat((records[n].sender for n in found), votes(found))

    top = [members[name] for name in sorted(members, key=lambda name: -hot(name))[:20]]
    hottest = sorted(truth.values(), key=lambda found: -truly(found))[:12]
    seen = 0
    for issue in hottest:
        both = [(len(set(issue) & set(found)), len(found)) for found in top]
        seen += any(shared >= 0.5 * len(issue) and shared >= 0.5 * size for shared, size in both)
    return seen / max(1, len(hottest))
