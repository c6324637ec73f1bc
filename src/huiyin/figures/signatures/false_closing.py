"""The office says a matter is settled; the person says it is not, or the matter comes back."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

#: How much worse than usual is not worth a question.
MARGIN = 0.12
SPOKEN = ("solved", "partly", "not_solved")


def look(window: Window) -> list[Tested]:
    """Claims contradicted by the verdict, by an independent call, or by coming back within thirty days."""
    a, calls = window.answers, window.callbacks
    claims = a.equals("claim", "solved", "explained")
    denied = a.equals("verdict", "partly", "not_solved")
    returned = a["returned_at"] - a["at"] <= 30 * 86_400
    heard = np.ones(len(calls), dtype=np.bool_)
    return [
        tally(window, a, denied, claims & a.equals("verdict", *SPOKEN), MARGIN, "verdict", VERDICT),
        tally(window, a, returned, claims, MARGIN, "returned", RETURNED),
        tally(
            window, calls, calls.equals("result", "partly", "not_solved"), heard & calls.equals("result", *SPOKEN),
            MARGIN, "callback", CALLED,
        ),
    ]  # fmt: skip


VERDICT = Words(
    "单位说办好了、本人也表了态的 {n} 件里，{k} 件（{share}）说没有解决或只解决了一部分；同类事通常约 {usual}。",
    "Of {n} matters called settled whose owner has spoken, {k} ({share}) say it is not solved or only partly; "
    "usually about {usual}.",
)
RETURNED = Words(
    "说办好了的 {n} 件里，{k} 件（{share}）三十天内又回来了；同类事通常约 {usual}。",
    "Of {n} matters called settled, {k} ({share}) came back within thirty days; usually about {usual}.",
)
CALLED = Words(
    "独立回访问到的 {n} 件里，{k} 件（{share}）说没有解决或只解决了一部分；同类事通常约 {usual}。",
    "Of {n} matters asked about in independent calls, {k} ({share}) say it is not solved or only partly; usually "
    "about {usual}.",
)


SIGNATURE = Signature(
    code="false_closing",
    version=1,
    ailment=Ailment.FORMALISM,
    title=Words("说办好了，本人说没有", "Called settled, but not for the person who raised it"),
    definition=Words(
        "看单位声称已解决或已解释的答复：本人、独立回访说没解决或部分解决的份额，或三十天内退回、重开的份额，和别的单位办同类事相比，多出十二个百分点以上才提问。",
        "Answers that claim a solution or an explanation: the share contradicted by the owner or an independent "
        "call, or coming back within thirty days, against the same mix elsewhere; asked about when more than twelve "
        "points above it.",
    ),
    innocent=(
        Words(
            "这段时间遇到的事确实难，有的要靠别的单位才能解决。",
            "The matters were hard ones, or depended on another office.",
        ),
        Words(
            "单位和本人对“解决”的理解不同，答复没有讲清楚做到哪一步。",
            "Office and resident mean different things by solved, and the answer did not say how far it went.",
        ),
        Words(
            "修好以后又坏了，和第一次处理无关。",
            "It was repaired and broke again for another reason.",
        ),
    ),
    next=Words(
        "打开下面这几件，看答复里有没有时间、地点、动作；挑几件去现场看。",
        "Open the matters below: does the answer name a day, a place and what was done? Go and look at some of them.",
    ),
    look=look,
)
