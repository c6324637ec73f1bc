"""One office serves some areas worse than others."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.statistics import groups_differ
from huiyin.figures.signatures.window import Rows, Window

#: Smallest part of the variation between areas that is worth a question, and of answers in an area.
PART, LEAST = 0.03, 10
SPOKEN = ("solved", "partly", "not_solved")


def look(window: Window) -> list[Tested]:
    """Within each office, between the areas it serves: how long answers take, and how often they are denied."""
    a = window.answers
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (a["at"] - a["started_at"]) / (a["due_at"] - a["started_at"])
    timed = np.isfinite(part) & (a["lead"] >= 0)
    spoken = a.equals("claim", "solved", "explained") & a.equals("verdict", *SPOKEN) & (a["lead"] >= 0)
    denied = a.equals("verdict", "partly", "not_solved")
    return [
        _between(window, a, part, timed, part > 1, "time", TIME),
        _between(window, a, denied.astype(float), spoken, denied, "result", RESULT),
    ]


def _between(
    window: Window, a: Rows, value: np.ndarray, among: np.ndarray, bad: np.ndarray, code: str, seen: Words
) -> Tested:
    """Offices whose areas differ more than chance makes; hits are the bad rows of the area that comes off worst."""
    base = tally(window, a, bad, among, 1.0, code, seen)
    p, k, n, usual = np.ones(len(window.offices)), base.k.copy(), base.n.copy(), base.usual.copy()
    hit = np.zeros(len(a), dtype=np.bool_)
    mine = np.flatnonzero(among)
    mine = mine[np.argsort(a["lead"][mine], kind="stable")]
    begins = np.searchsorted(a["lead"][mine], np.arange(len(window.offices) + 1))
    for office in np.flatnonzero(base.n >= 2 * LEAST):
        rows = mine[begins[office] : begins[office + 1]]
        areas = a["area"][rows]
        sizes = np.bincount(areas)
        rows = rows[sizes[areas] >= LEAST]
        areas = a["area"][rows]
        # Compared within kinds of matters: an area with harder matters is not served worse.
        kinds = a["category"][rows]
        means = np.bincount(kinds, weights=value[rows]) / np.maximum(np.bincount(kinds), 1)
        chance, part = groups_differ(value[rows] - means[kinds], areas)
        if part < PART or len(np.unique(areas)) < 2:
            continue
        by_area = np.bincount(areas, weights=value[rows]) / np.maximum(np.bincount(areas), 1)
        worst = areas == int(np.argmax(by_area))
        p[office] = chance
        k[office], n[office] = int(bad[rows[worst]].sum()), int(worst.sum())
        usual[office] = float(bad[rows[~worst]].mean())
        hit[rows[worst & bad[rows]]] = True
    enough = np.where(base.n >= 2 * LEAST, n, 0)  # of areas nothing is said where there are too few matters to compare
    return Tested(code, seen, k, enough, usual, p, a, hit, a["lead"])


TIME = Words(
    "它服务的片区之间，答复快慢差得多：最慢的片区 {n} 次答复里 {k} 次（{share}）超期，其他片区 {usual}。",
    "Between the areas it serves, answers differ in speed: in the slowest area {k} of {n} ({share}) came late, in "
    "the others "
    "{usual}.",
)
RESULT = Words(
    "它服务的片区之间，结果差得多：最差的片区 {n} 件里 {k} 件（{share}）说没解决，其他片区 {usual}。",
    "Between the areas it serves, results differ: in the worst area {k} of {n} ({share}) are called not solved, in "
    "the others "
    "{usual}.",
)


SIGNATURE = Signature(
    code="equity",
    version=1,
    ailment=Ailment.EQUITY,
    title=Words("片区之间不一样", "Areas are served differently"),
    definition=Words(
        "在一个单位内部，同类事在各片区之间比（Kruskal–Wallis）：用时占期限的份额，以及说没解决的份额。片区解释的差异不到百分之三不提问。",
        "Within one office and kind of matter, areas are compared (Kruskal and Wallis): the part of the time used, "
        "and the share called not solved. Not asked about when areas explain less than three per cent of the "
        "variation.",
    ),
    innocent=(
        Words(
            "有的片区远、路不好、设施老。",
            "Some areas are far away, hard to reach or have old equipment.",
        ),
        Words(
            "片区的事难易不同，分类没有分开。",
            "Areas have harder matters than the categories tell.",
        ),
        Words(
            "某个片区正在施工或人手轮换。",
            "Works or a change of staff in one area.",
        ),
    ),
    next=Words(
        "把最差片区的几件和别处同类的几件放在一起看：谁先派人、谁先修。",
        "Lay matters of the worst area beside the same kind elsewhere: who was sent first, and where?",
    ),
    look=look,
)
