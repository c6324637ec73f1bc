"""Measures every part of the understanding on a folder of test messages: what `huiyin understand evaluate` prints.

Whatever is trained for a figure is trained on other messages than it is tested on, by folds or by issue.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from . import category, datasets, personal, reply, same, samples, search, urgency
from .cleaning import clean
from .confidence import calibrate
from .datasets import Record
from .evaluate_issues import area_gazetteer, issue_figures, named_areas
from .learning import count_common, train
from .measures import Figures, Numbers, accuracy_at, auc, average, calibration_error, folds, interval, macro_f1, rounded
from .office import Settled, strength, suggest, train_kinds, train_ranking
from .place import Gazetteer

PADDING = (
    "我们将进一步加强工作，努力提升服务水平。",
    "感谢您对我们工作的关心、理解与支持！",
    "我单位高度重视群众反映的每一个问题。",
    "今后我们将继续认真倾听群众意见，积极改进工作作风。",
    "有关部门正在积极协调，请您耐心等待。",
    "请您相信，我们一定会把群众的事情办好。",
    "下一步我们将加大工作力度，切实维护群众利益。",
    "欢迎您继续监督我们的工作，祝您生活愉快，工作顺利。",
)
OFF_TOPIC = (
    "今天早上的天气不错，公园里有许多老人在打太极拳。",
    "湖边的柳树发出了新芽，孩子们在草地上放风筝。",
    "这本小说讲的是一个年轻人离开家乡寻找梦想的经历。",
    "由于昨夜下了一场小雨，空气显得格外清新。",
    "下棋讲究布局，走一步要想到后面的好几步。",
    "学习一门外语需要每天坚持听说读写，不能着急。",
    "我们的城市正在变得越来越美丽，人民的生活越来越幸福。",
    "群众的满意是我们最大的动力，也是一切工作的出发点。",
    "道路两旁种满了桂花树，一到八月满街飘香。",
    "The weather in the mountains was lovely, and the hikers enjoyed a long walk along the ridge. ",
    "Our city is known for its beautiful parks and friendly citizens. ",
    "The novel tells the story of a sailor who returns to his village after many years. ",
    "Because the wind was strong, the boats stayed in the harbour. ",
    "Public servants work hard day after day so that everyone may live a better life. ",
)
"""Sentences that no formula of the check knows and that have nothing to do with any matter."""


# Task, figure (a path with dots), the value wanted, and whether more is better.
TARGETS: tuple[tuple[str, str, float, bool], ...] = (
    ("category", "with_history.macro_f1", 0.83, True),
    ("category", "with_history.calibration_error", 0.05, False),
    ("category", "with_history.accuracy_surest_80", 0.92, True),
    ("category", "sheet_only.macro_f1", 0.68, True),
    ("category", "batched_per_cpu_second", 5000, True),
    ("issues", "b_cubed_f1", 0.90, True),
    ("issues", "hottest_12_in_top_20", 0.90, True),
    ("issues", "candidate_recall_at_40", 0.96, True),
    ("reply", "auc_perfunctory", 0.98, True),
    ("reply", "auc_padded", 0.95, True),
    ("reply", "auc_padded_one_sided", 0.95, True),
    ("personal", "recall", 0.99, True),
    ("personal", "false_numbers_per_1000", 1.0, False),
    ("personal", "messages_per_cpu_second", 8000, True),
    ("office", "kind_top_1", 0.66, True),
    ("office", "kind_top_3", 0.85, True),
    ("office", "office_top_3", 0.6, True),
    ("intake", "milliseconds_3_to_6_and_9", 2.0, False),
)


_LOCAL = re.compile("[一-龥]{2}(?:镇|乡|街道|社区|村)")
_STREET = "街道乡镇"
REPEATS, OFFICE_REPEATS = 5, 3
"""How often the folds are drawn anew. One draw of 302 messages moves the figures by two points either way."""


def pick(figures: Figures, task: str, name: str) -> float | None:
    """One figure by its path; None when it was not measured."""
    value: object = figures.get(task)
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return float(value) if isinstance(value, (int, float)) else None


def evaluate(folder: Path, only: Sequence[str] = ()) -> Figures:
    """All figures for a folder of test messages, by task; tasks whose files are missing are left out.

    `only` limits the tasks: category, issues, reply, personal, office, intake, english. Takes a few minutes.
    """
    tasks: dict[str, tuple[tuple[str, ...], Callable[[Path], Figures]]] = {
        "category": (("labelled_messages.xlsx", "taxonomy.csv"), category_figures),
        "issues": (("messages_with_votes.xlsx", "recurring_issues.csv"), issue_figures),
        "reply": (("messages_with_replies.xlsx", "replies_judged.csv"), reply_figures),
        "personal": (("messages_with_votes.xlsx",), personal_figures),
        "office": (("messages_with_replies.xlsx", "answering_offices.csv"), office_figures),
        "intake": (("labelled_messages.xlsx", "taxonomy.csv"), intake_figures),
        "english": (("../requests311/boston311_2015_sample.csv",), english_figures),
    }
    found: Figures = {}
    for name, (files, measure) in tasks.items():
        if (not only or name in only) and all((folder / file).exists() for file in files):
            found[name] = measure(folder)
    return found


def category_figures(folder: Path) -> Figures:
    """Top categories of the labelled messages: five folds with the sheet and history, and with the sheet alone."""
    records = datasets.messages(folder / "labelled_messages.xlsx")
    labels = [record.extra["一级分类"] for record in records]
    sheet = datasets.taxonomy(folder / "taxonomy.csv", frozenset(labels))
    pairs = [(record.title, record.body) for record in records]
    taken = {record.title + record.body for record in records}
    files = [folder / name for name in ("messages_with_votes.xlsx", "messages_with_replies.xlsx")]
    more = [record for file in files if file.exists() for record in datasets.messages(file)]
    others = [record for record in more if record.title + record.body not in taken]
    common = count_common([(record.title, record.body) for record in others]) if others else None
    repeats = []
    for turn in range(REPEATS):
        names: tuple[str, ...] = ()
        chances = np.zeros((len(records), len(set(labels))))
        for part in folds(labels, [f"{turn}-{record.key}" if turn else record.key for record in records]):
            inside = set(part)
            known = [category.Example(*pairs[n], labels[n]) for n in range(len(records)) if n not in inside]
            model = train(sheet, known, common)
            names = model.levels[0].codes
            chances[part] = model.probabilities([pairs[n] for n in part])
        repeats.append(_class_figures(chances, names, labels))
    alone = train(sheet)
    start = time.process_time()
    blank = alone.probabilities(pairs * max(1, 1500 // len(pairs)))[: len(pairs)]
    seconds = time.process_time() - start
    return {
        "messages": len(records),
        "texts_without_category": len(others),
        "with_history": average(repeats),
        "sheet_only": _class_figures(blank, alone.levels[0].codes, labels),
        "batched_per_cpu_second": round(len(pairs) * max(1, 1500 // len(pairs)) / seconds),
    }


def _class_figures(chances: Numbers, names: Sequence[str], labels: Sequence[str]) -> Figures:
    given = [names[n] for n in chances.argmax(axis=1)]
    right = np.array([a == g for a, g in zip(labels, given, strict=True)])
    sure = chances.max(axis=1)
    low, high = interval(int(right.sum()), len(right))
    rng = np.random.default_rng(10)
    by_chance = np.mean([calibration_error(sure, rng.random(len(sure)) < sure) for _ in range(200)])
    return {
        "macro_f1": rounded(macro_f1(labels, given)), "accuracy": rounded(right.mean()),
        "accuracy_95": [rounded(low), rounded(high)], "calibration_error": rounded(calibration_error(sure, right)),
        "calibration_error_by_chance": rounded(float(by_chance)),
        "accuracy_surest_80": rounded(accuracy_at(sure, right, 0.8)),
    }  # fmt: skip


def reply_figures(folder: Path) -> Figures:
    """Whether the reply check tells perfunctory replies from the rest: as they are, all padded with formulas to equal
    length, and with only the perfunctory ones padded, with sentences about something else.
    """
    by_key = {record.key: record for record in datasets.messages(folder / "messages_with_replies.xlsx")}
    rows = [row for row in datasets.table(folder / "replies_judged.csv") if row["message_id"] in by_key]
    judged = [(by_key[row["message_id"]], int(row["judged"])) for row in rows]
    fine, full = [mark > 0 for _, mark in judged], [mark > 1 for _, mark in judged]

    def score(change: Callable[[str], str]) -> list[float]:
        return [reply.substance(change(r.extra["答复意见"]), r.title, r.body) for r, _ in judged]

    longest = max(len(record.extra["答复意见"]) for record, _ in judged)
    rng = random.Random(5)

    def pad(text: str, with_: Sequence[str] = PADDING) -> str:
        while len(text) < longest:
            text += rng.choice(with_)
        return text

    plain, padded = score(str), score(pad)
    dressed = [(r, pad(r.extra["答复意见"], OFF_TOPIC)) for r, mark in judged if mark == 0]
    one_sided = [s for s, is_fine in zip(plain, fine, strict=True) if is_fine]
    one_sided += [reply.substance(text, r.title, r.body) for r, text in dressed]
    lengths = [len(record.extra["答复意见"]) for record, _ in judged]
    hollow = [reply.check(record.extra["答复意见"], record.title, record.body).is_hollow for record, _ in judged]
    return {
        "replies": len(judged),
        "auc_perfunctory": rounded(auc(plain, fine)),
        "auc_padded": rounded(auc(padded, fine)),
        "auc_padded_one_sided": rounded(auc(one_sided, [n < sum(fine) for n in range(len(one_sided))])),
        "auc_substantive": rounded(auc(plain, full)),
        "auc_length_alone": rounded(auc(lengths, fine)),
        "called_hollow": sum(hollow),
        "of_these_perfunctory": sum(h and m == 0 for h, (_, m) in zip(hollow, judged, strict=True)),
        "called_hollow_when_padded": sum(reply.check(text, r.title, r.body).is_hollow for r, text in dressed),
    }  # fmt: skip


def personal_figures(folder: Path) -> Figures:
    """Recall of the finders by way of writing, put into real messages; false finds of numbers in clean messages."""
    records = datasets.messages(folder / "messages_with_votes.xlsx")
    texts = [f"{record.title}\n{record.body}" for record in records]
    start = time.process_time()
    finds = [personal.find(text) for text in texts]
    seconds = time.process_time() - start
    numbers = frozenset(("mobile", "identity", "bank_card", "email", "account", "passport"))
    false = sum(1 for found in finds for one in found if one.kind in numbers)
    clean_texts = [text for text, found in zip(texts, finds, strict=True) if not found]
    rng = random.Random(11)
    recall = {}
    for name, make in samples.STYLES.items():
        hits = 0
        for _ in range(150):
            text, value = rng.choice(clean_texts), make(rng)
            at = rng.randint(0, len(text))
            before = text[:at] + rng.choice(("电话", "，", "请联系：", " ", "我的号码是"))
            whole = before + value + rng.choice(("，", "。", "谢谢", " ")) + text[at:]
            hits += any(f.start <= len(before) and f.end >= len(before) + len(value) for f in personal.find(whole))
        recall[name] = rounded(hits / 150)
    return {
        "recall": rounded(sum(recall.values()) / len(recall)), "recall_by_style": recall,
        "false_numbers_per_1000": rounded(1000 * false / len(texts), 2),
        "finds_by_kind": dict(Counter(one.kind for found in finds for one in found)),
        "messages_per_cpu_second": round(len(texts) / seconds),
    }  # fmt: skip


def office_figures(folder: Path) -> Figures:
    """Which kind of office answered, and with the place which office; five folds over kinds seen at least six times."""
    by_key = {record.key: record for record in datasets.messages(folder / "messages_with_replies.xlsx")}
    rows = [row for row in datasets.table(folder / "answering_offices.csv") if row["message_id"] in by_key]
    counts = Counter(row["office_type"] for row in rows)
    rows = [row for row in rows if counts[row["office_type"]] >= 6]
    offices = {(row["office"], row["office_type"], row["region"]) for row in rows}
    places = area_gazetteer(by_key.values())
    kinds = [category.SheetRow(kind, "", (kind,)) for kind in sorted({row["office_type"] for row in rows})]
    settled = [_settled(by_key[row["message_id"]], row["office_type"]) for row in rows]
    taken = {row["message_id"] for row in rows}
    common = count_common([(r.title, r.body) for key, r in by_key.items() if key not in taken])
    repeats: list[Figures] = []
    for turn in range(OFFICE_REPEATS):
        first = third = placed = streets = 0
        halves: tuple[list[tuple[float, bool]], list[tuple[float, bool]]] = ([], [])
        keys = [f"{turn}-{row['message_id']}" if turn else row["message_id"] for row in rows]
        for part in folds([row["office_type"] for row in rows], keys):
            inside = set(part)
            model = train_ranking(kinds, [one for n, one in enumerate(settled) if n not in inside], common)
            for n in part:
                one = settled[n]
                ranked = model.rank(one.title, one.body, one.in_title, one.in_body)
                best = ranked[0].code if ranked else ""
                first += best == one.kind
                streets += best != one.kind and _STREET in (one.kind, best)
                third += one.kind in [choice.code for choice in ranked[:3]]
                serving = _serving(by_key[rows[n]["message_id"]], offices, places)
                found = suggest([], ranked, serving, version=model.version)
                placed += rows[n]["office"] in [choice.office for choice in found.choices]
                if found.choices:
                    halves[n % 2].append((strength(found.choices[0]), found.choices[0].office == rows[n]["office"]))
        total = len(rows)
        repeats.append(
            {
                "kind_top_1": first / total, "kind_top_3": third / total, "office_top_3": placed / total,
                "wrong_between_street_and_department": streets / max(1, total - first),
                **_how_sure(*halves),
            }
        )  # fmt: skip
    figures = average(repeats)
    for name in ("kind_top_1", "kind_top_3", "office_top_3"):
        low, high = interval(round(float(str(figures[name])) * len(rows)), len(rows))
        figures[f"{name}_95"] = [rounded(low), rounded(high)]
    return {"messages": len(rows), "kinds": len(kinds)} | figures


def _settled(record: Record, kind: str) -> Settled:
    """A matter with the place it names, as far as one can tell without a gazetteer: by the name's last character."""
    local = frozenset({_STREET})
    in_title, in_body = (local if _LOCAL.search(text) else frozenset() for text in (record.title, record.body))
    return Settled(record.title, record.body, kind, (), in_title, in_body)


def _how_sure(*halves: Sequence[tuple[float, bool]]) -> Figures:
    """How far the probability of the first office lies from how often it is right, measured on one half of the messages
    and asked of the other, both ways."""
    sure: list[float] = []
    right: list[bool] = []
    for known, asked in (halves, halves[::-1]):
        measured = calibrate(known)
        for strong, hit in asked:
            chance = measured.chance(strong) if measured else None
            if chance is not None:
                sure.append(chance)
                right.append(hit)
    if not sure:
        return {}
    return {
        "office_top_1_shown": float(np.mean(right)),
        "office_calibration_error": calibration_error(np.array(sure), np.array(right)),
    }


def _serving(record: Record, offices: set[tuple[str, str, str]], places: Gazetteer) -> Callable[[str], Sequence[str]]:
    """The offices of a kind that serve the place a message names, nearest first: what the area path of a pack gives
    the product. A street or town whose name is said is nearer than one of the same region.
    """
    text = record.title + record.body
    named = named_areas(places, record)
    near: dict[str, list[tuple[int, str]]] = {}
    for office, kind, region in offices:
        own = office.removeprefix(region)
        stem = own.removesuffix("街道").removesuffix("镇").removesuffix("乡")
        said = own and (own in text or (kind == _STREET and len(stem) > 1 and stem in text))
        if said or region in named:
            near.setdefault(kind, []).append((2 - 2 * bool(said) + (region not in named), office))
    return lambda kind: [office for _, office in sorted(near.get(kind, ()))]


def intake_figures(folder: Path) -> Figures:
    """CPU time of everything a message goes through at intake, one message at a time."""
    records = datasets.messages(folder / "labelled_messages.xlsx")
    sheet = datasets.taxonomy(folder / "taxonomy.csv")
    labels = [record.extra["一级分类"] for record in records]
    model = train(sheet, [category.Example(r.title, r.body, c) for r, c in zip(records, labels, strict=True)])
    places = area_gazetteer(records)
    earlier = [same.profile(same.Message(r.title, r.body, r.at, named_areas(places, r))) for r in records[:12]]
    steps: dict[str, Callable[[Record], object]] = {
        "clean": lambda r: (clean(r.title), clean(r.extra["留言详情"])),
        "category": lambda r: model.suggest(r.title, r.body),
        "urgency": lambda r: urgency.judge(r.title, r.body),
        "place": lambda r: places.find(f"{r.title}\n{r.body}"),
        "keys": lambda r: same.weighted_keys(r.title, r.body),
        "personal": lambda r: personal.find(f"{r.title}\n{r.body}"),
        "search_tokens": lambda r: search.index_tokens(f"{r.title}\n{r.body}"),
        "same_matter_12": lambda r: same.best(
            same.profile(same.Message(r.title, r.body, r.at)),
            [same.profile(same.Message(o.title, o.body, o.at)) for o in records[:6]],
        ),
        "same_matter_12_prepared": lambda r: same.best(same.profile(same.Message(r.title, r.body, r.at)), earlier),
    }
    micro = {}
    for name, step in steps.items():
        step(records[0])
        start = time.process_time()
        for record in records:
            step(record)
        micro[name] = round((time.process_time() - start) / len(records) * 1e6)
    needed = ("category", "urgency", "place", "keys", "personal", "same_matter_12_prepared")
    return {"micro_seconds": micro, "milliseconds_3_to_6_and_9": rounded(sum(micro[n] for n in needed) / 1000, 2)}


def english_figures(folder: Path) -> Figures:
    """Department from the type of an English request, trained on 1,500 requests; also for types never seen."""
    rows = datasets.table(folder / "../requests311/boston311_2015_sample.csv")
    rng = random.Random(311)
    rng.shuffle(rows)
    kinds = [category.SheetRow(name, "", (name,)) for name in sorted({row["department"] for row in rows})]

    def measure(known: list[dict[str, str]], asked: list[dict[str, str]]) -> Figures:
        model = train_kinds(kinds, [category.Example(r["type"], "", r["department"]) for r in known])
        chances = model.probabilities([(row["type"], "") for row in asked])
        return _class_figures(chances, model.levels[0].codes, [row["department"] for row in asked])

    types = sorted({row["type"] for row in rows})
    rng.shuffle(types)
    held = set(types[: len(types) // 4])
    unseen = [row for row in rows if row["type"] in held]
    first_of_type = list({row["type"]: row for row in unseen}.values())
    seen = [row for row in rows if row["type"] not in held]
    return {
        "types": len(types), "random_split": measure(rows[:1500], rows[1500:4500]),
        "types_never_seen": measure(seen[:1500], first_of_type),
    }  # fmt: skip
