"""Indicator 8: a promise instead of a result."""

from __future__ import annotations

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Share

INDICATOR = Indicator(
    number=8,
    code="promise_instead",
    family="formalism",
    version=1,
    unit="share",
    method="wilson",
    better="low",
    title=Two("以承诺代办结", "A promise instead of a result"),
    meaning=Two(
        "答复只说以后会做，却不登记成有日期的承诺的比例。",
        "Share of answers that only say what will be done, without being recorded as a promise with a date.",
    ),
    denominators=Two(
        "检查过的答复；导入的和转来的不算。", "Answers that were checked, without imported and shared ones."
    ),
    bias=Two("机器读句子会看错。", "Reading sentences by machine makes mistakes."),
    gaming=Two("改写成已经做了：看 1 和 2。", "Writing as if it were done: see 1 and 2."),
    read_with=(1, 2, 28),
    measure=Share(
        "answers",
        base=c.own_answer,
        hit=lambda t, m: t.promise_only & (t.claim != "promised"),
        needs_check=True,
    ),
)
