"""A pile of matters is answered within one hour."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN = 0.12
HOUR = 3_600
#: An hour is a pile from this many answers on, and this many times what the office usually gives at that time of day.
PILE, TIMES = 4, 3
WORKING_DAYS = 5


def look(window: Window) -> list[Tested]:
    """Share of answers given in hours with far more answers than the office usually gives at that time of day."""
    a = window.answers
    own = ~(a["at_intake"].astype(bool) | a["shared"].astype(bool)) & (a["lead"] >= 0)
    lead, hour = np.maximum(a["lead"], 0), (a["at"] // HOUR).astype(np.int64)
    _, place, count = np.unique(np.where(own, lead * 10_000_000 + hour, -1), return_inverse=True, return_counts=True)
    of_day = lead * 24 + hour % 24
    usual = np.bincount(of_day[own], minlength=len(window.offices) * 24) / (window.weeks_of_answers * WORKING_DAYS)
    pile = own & (count[place] >= np.maximum(PILE, TIMES * usual[of_day]))
    return [tally(window, a, pile, own, MARGIN, "pile", SEEN)]


SEEN = Words(
    "{n} 次答复里，{k} 次（{share}）挤在少数几个小时里成批给出；同类事通常约 {usual}。",
    "Of {n} answers, {k} ({share}) were given in piles within a few hours; usually about {usual}.",
)


SIGNATURE = Signature(
    code="batch_closing",
    version=1,
    ailment=Ailment.FORMALISM,
    title=Words("成批答复", "Answered in piles"),
    definition=Words(
        "一个小时里答复四件以上、并且是该单位一天里这个时候平常件数的三倍以上，算成堆。"
        "成堆答复的份额比别的单位多十二个百分点以上才提问。",
        "An hour with four or more answers, and three times what the office usually gives at that time of day, is a "
        "pile. "
        "Asked about when the share of answers in piles is more than twelve points above elsewhere.",
    ),
    innocent=(
        Words(
            "同一件事有很多人反映，一次修好、一起答复。",
            "Many people raised the same matter; it was solved once and answered together.",
        ),
        Words(
            "单位按天集中录入，实际办理早就完成了。",
            "Entries are made once a day; the work was done before.",
        ),
        Words(
            "系统停了几小时，恢复后补录。",
            "The system was down for some hours and entries were made afterwards.",
        ),
    ),
    next=Words(
        "打开同一小时里的几件：它们是不是同一件事？各自的答复写的是不是各自的事？",
        "Open some of one hour: are they one matter? Does each answer speak of its own?",
    ),
    look=look,
)
