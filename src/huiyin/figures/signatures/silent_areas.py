"""An area from which much less is heard than before: silent is not the same as content."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words
from huiyin.figures.signatures.statistics import at_most
from huiyin.figures.signatures.window import Window

#: Asked about when an area gives less than half of what it used to.
HALF = 0.5
LEAST = 20


def look(window: Window) -> list[Tested]:
    """For each area: matters of the window against the weeks before, measured by the change of the whole body."""
    now, before = window.cases, window.earlier
    names = sorted(set(now.names["area"]) | set(before.names["area"]))
    place = {name: number for number, name in enumerate(names)}
    here = np.bincount([place[now.names["area"][code]] for code in now["area"]], minlength=len(names) or 1)
    then = np.bincount([place[before.names["area"][code]] for code in before["area"]], minlength=len(names) or 1)
    share = len(now) / max(1, len(now) + len(before))
    best, worst = 1.0, -1
    for area in np.flatnonzero(then >= LEAST).tolist():
        # Of all matters of this area, as many as elsewhere should lie in the window; half of that is still no question.
        odds = HALF * share / (HALF * share + 1 - share)
        p = at_most(int(here[area]), int(here[area] + then[area]), odds)
        if p < best:
            best, worst = p, area
    looked = max(1, int((then >= LEAST).sum()))
    area = before.names["area"].index(names[worst]) if worst >= 0 else -1
    k, n = (int(here[worst]), int(here[worst] + then[worst])) if worst >= 0 else (0, 0)
    return [
        Tested(
            "quiet", SEEN, np.array([k]), np.array([max(n, 1)]), np.array([share]), np.array([min(1.0, best * looked)]),
            before, before["area"] == area, before["lead"], body=True, least=LEAST,
        )
    ]  # fmt: skip


SEEN = Words(
    "有一个片区，八个多月里的 {n} 件只有 {k} 件（{share}）是最近几周来的；整个机构约 {usual}。",
    "From one area, only {k} ({share}) of {n} matters of the past months came in these weeks; in the whole body "
    "{usual} did.",
)


SIGNATURE = Signature(
    code="silent_areas",
    version=1,
    ailment=Ailment.RELATION,
    title=Words("有的片区不再说话", "An area has fallen silent"),
    definition=Words(
        "一个片区这几周来的事，和它之前二十六周相比，少于整个机构变化的一半才提问。",
        "Matters of an area in these weeks against the twenty-six weeks before; asked about when below half of the "
        "change of the whole body.",
    ),
    innocent=(
        Words(
            "问题从根上解决了，人们不用再来。",
            "The root was mended and people need not come.",
        ),
        Words(
            "居民搬走了，或者片区合并、改了编码。",
            "People moved away, or the area was merged or renumbered.",
        ),
        Words(
            "原先的一阵高峰过去了。",
            "An earlier wave is over.",
        ),
    ),
    next=Words(
        "下面是以前来自那里的事。去那里走一走，不事先通知；问问还愿不愿意来说、有没有人拦过。",
        "Below are the earlier matters from there. Go there without notice; ask whether people would still come, and "
        "whether anybody kept them from it.",
    ),
    look=look,
)
