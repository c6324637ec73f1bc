"""People tell independent callers that they were not listened to, not respected, or got no explanation."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Bools, Window

MARGIN = 0.15
#: Of 1 to 5; one such mark among the four is enough: an average would hide it.
LOW = 2


def look(window: Window) -> list[Tested]:
    """Share of people with a low mark, among those who answered all four questions."""
    calls = window.callbacks
    marks = np.stack([calls[name].astype(np.float64) for name in ("voice", "respect", "explained", "equal")])
    answered: Bools = np.all(marks > 0, axis=0)  # not a number: not answered
    low: Bools = np.any(marks <= LOW, axis=0)
    return [tally(window, calls, answered & low, answered, MARGIN, "low_mark", SEEN)]


SEEN = Words(
    "独立回访里答了四个态度问题的 {n} 人，{k} 人（{share}）至少给了一个 1 分或 2 分；同类事通常约 {usual}。",
    "Of {n} people who answered all four questions on manner, {k} ({share}) gave at least one mark of 1 or 2; usually "
    "about {usual}.",
)


SIGNATURE = Signature(
    code="manner",
    version=1,
    ailment=Ailment.MANNER,
    title=Words("对人不好", "People were not treated well"),
    definition=Words(
        "独立回访的第三到第六问：能不能说清楚、受不受尊重、讲没讲明白、是不是一视同仁，1 到 5 分。"
        "给过 1 分或 2 分的人的份额，比别的单位同类事多十五个百分点以上才提问。",
        "Questions 3 to 6 of the independent calls, from 1 to 5: could they explain themselves, were they respected, "
        "was it explained to them, would others be treated the same. The share of people with a mark of 1 or 2; asked "
        "about when more than fifteen points above the same mix elsewhere.",
    ),
    innocent=(
        Words(
            "不得不拒绝的事多，人不高兴，分就低。",
            "Much had to be refused, and people who are refused give low marks.",
        ),
        Words(
            "人手太少，没有时间好好听。",
            "Too few hands to listen properly.",
        ),
    ),
    next=Words(
        "看结果一样的事：没解决的里，这个单位的分是不是也比别的单位低？旁听几次接待。",
        "Compare matters that ended alike: are the marks of unsolved ones lower here than elsewhere, too? Sit in on "
        "some conversations.",
    ),
    look=look,
)
