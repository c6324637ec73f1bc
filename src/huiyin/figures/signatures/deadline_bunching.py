"""Answers crowd into the last part of the time that is allowed."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN = 0.15


def look(window: Window) -> list[Tested]:
    """Share of answers in the last tenth of the time; and how many of the last fifth are in the last tenth."""
    a = window.answers
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (a["at"] - a["started_at"]) / (a["due_at"] - a["started_at"])
    timed = ~np.isnan(part) & (a["due_at"] - a["started_at"] > 2 * 3_600)
    last = timed & (part > 0.9) & (part <= 1)
    return [
        tally(window, a, last, timed, MARGIN, "last_tenth", ALL),
        tally(window, a, last, timed & (part > 0.8) & (part <= 1), MARGIN, "jump", JUMP),
    ]


ALL = Words(
    "{n} 次答复里，{k} 次（{share}）在期限的最后十分之一时间里给出；同类事通常约 {usual}。",
    "Of {n} answers, {k} ({share}) came in the last tenth of the time allowed; usually about {usual}.",
)
JUMP = Words(
    "最后五分之一时间里给出的 {n} 次答复，有 {k} 次（{share}）挤在最后十分之一；同类事通常约 {usual}。",
    "Of {n} answers in the last fifth of the time, {k} ({share}) crowd into the last tenth; usually about {usual}.",
)


SIGNATURE = Signature(
    code="deadline_bunching",
    version=1,
    ailment=Ailment.FORMALISM,
    title=Words("赶着期限答复", "Answers crowd at the deadline"),
    definition=Words(
        "一次答复用掉了多少时间：从开始计时到期限为一。看最后十分之一里的份额，和别的单位同类事、同一套工作日相比，多十五个百分点以上才提问。",
        "How much of its time an answer took, from the start of the clock to the deadline. The share in the last "
        "tenth, against the same mix elsewhere under the same calendar; asked about when more than fifteen points "
        "above it.",
    ),
    innocent=(
        Words(
            "一批事同一天到，就会同一天到期。",
            "Many matters that came in on one day fall due on one day.",
        ),
        Words(
            "办理要等固定的班次、批文或检测结果。",
            "The work waits for a fixed shift, a permit or a test.",
        ),
        Words(
            "人手少，按期限先后做，刚好赶上。",
            "Few hands, and work is done in the order of the deadlines.",
        ),
    ),
    next=Words(
        "比一比：期限前最后几小时答复的，本人认可的是不是更少、退回的是不是更多。",
        "Compare: are answers of the last hours confirmed less often, and do more of them come back?",
    ),
    look=look,
)
