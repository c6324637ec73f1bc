"""Promises instead of work, and days that pass without anything more."""

from __future__ import annotations

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN_MANY, MARGIN_BROKEN = 0.15, 0.15


def look(window: Window) -> list[Tested]:
    """Share of answers that only promise; and of promises whose day has passed, how many nobody confirms."""
    a = window.answers
    every = a["lead"] >= 0
    promised = a.equals("claim", "promised")
    passed = promised & (a["promise_due"] < window.end - 7 * 86_400)
    open_ = passed & a.equals("verdict", "partly", "not_solved", "")
    return [
        tally(window, a, promised, every, MARGIN_MANY, "many", MANY),
        tally(window, a, open_, passed & every, MARGIN_BROKEN, "passed", PASSED),
    ]


MANY = Words(
    "{n} 次答复里，{k} 次（{share}）是答应以后办；同类事通常约 {usual}。",
    "Of {n} answers, {k} ({share}) promise to do it later; usually about {usual}.",
)
PASSED = Words(
    "答应的日子已过一星期的 {n} 件里，{k} 件（{share}）没有人确认做到了；同类事通常约 {usual}。",
    "Of {n} promises whose day passed a week ago, {k} ({share}) are confirmed by nobody; usually about {usual}.",
)


SIGNATURE = Signature(
    code="promises",
    version=1,
    ailment=Ailment.FORMALISM,
    title=Words("以答应代替办理", "Promises instead of work"),
    definition=Words(
        "“承诺”类答复的份额，以及承诺的日子已过、没有人确认做到的份额。比别的单位多十五个百分点以上才提问。",
        "The share of answers that claim a promise, and of promises past their day that nobody confirms; asked "
        "about when more than fifteen points above elsewhere.",
    ),
    innocent=(
        Words(
            "办的多是要设计、招标、等季节的工程。",
            "Most of its work needs design, tender or a season.",
        ),
        Words(
            "做到了，但没有人告诉本人去看。",
            "It was done, and nobody told the person to look.",
        ),
    ),
    next=Words(
        "逐件看承诺的内容、基线、日期和现在的情况；过了日子的，今天就告诉本人。",
        "Go through what was promised, from which baseline, by when, and how it stands; tell people about those "
        "that are past.",
    ),
    look=look,
)
