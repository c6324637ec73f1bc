"""Matters are parked without an end, or parked again and again."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN = 0.20


def look(window: Window) -> list[Tested]:
    """Of parked matters: how many have no day, a day that has passed, or a day put off twice."""
    c = window.cases
    waits = ~np.isnan(c["parked_at"]) & (c["lead"] >= 0)
    ever = (c["parks"] > 0) & (c["lead"] >= 0)
    lost = waits & (np.isnan(c["parked_until"]) | (c["parked_until"] < window.end))
    return [
        tally(window, c, lost, waits, MARGIN, "no_day", LOST),
        tally(window, c, c["reparked"] >= 2, ever, MARGIN, "again", AGAIN),
    ]


LOST = Words(
    "正挂着的 {n} 件里，{k} 件（{share}）没有日子或日子已过；同类事通常约 {usual}。",
    "Of {n} matters that are parked, {k} ({share}) have no day or a day that has passed; usually about {usual}.",
)
AGAIN = Words(
    "挂过的 {n} 件里，{k} 件（{share}）到期又挂了两次以上；同类事通常约 {usual}。",
    "Of {n} matters that were parked, {k} ({share}) were parked anew twice or more; usually about {usual}.",
)


SIGNATURE = Signature(
    code="parked",
    version=1,
    ailment=Ailment.RESOLUTION,
    title=Words("挂着没有头", "Parked without an end"),
    definition=Words(
        "正挂着而没有日子、日子已过的份额，和反复续挂的份额，比别的单位多二十个百分点以上才提问。",
        "The share of parked matters without a day or past it, and of those parked anew; asked about when more than "
        "twenty points above elsewhere.",
    ),
    innocent=(
        Words(
            "等法院、等上级、等季节，日子不在自己手里。",
            "It waits for a court, a higher level or a season, and the day is not its own to set.",
        ),
        Words(
            "已经恢复办理，忘了改状态。",
            "Work has gone on, and nobody changed the state.",
        ),
    ),
    next=Words(
        "每一件写清在等谁、等到哪天、本人知不知道。",
        "For each: who is waited for, until when, and does the person know?",
    ),
    look=look,
)
