"""Indicator 14: were people treated properly."""

from __future__ import annotations

from typing import Any

from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Mean, Moment

ITEMS = ("voice", "respect", "explained", "equal")


def all_answered(t: Any, m: Moment) -> Any:
    return t.voice.notnull() & t.respect.notnull() & t.explained.notnull() & t.equal.notnull()


INDICATOR = Indicator(
    number=14,
    code="procedure",
    family="manner",
    version=1,
    unit="points",
    method="normal",
    better="high",
    title=Two("有没有好好待人", "Were people treated properly?"),
    meaning=Two(
        "独立回访里四个问题的平均分：能不能说清楚、受不受尊重、讲没讲明白、是不是一视同仁。1 分最差，5 分最好。",
        "The average of four questions of the independent callbacks: could you explain, were you respected, was it "
        "explained to "
        "you, would others be treated the same. 1 is worst, 5 best.",
    ),
    denominators=Two("抽中、接通并且四个问题都回答了的人。", "People drawn, reached, who answered all four questions."),
    bias=Two(
        "有人习惯说好，有人不敢说；这里不加权，加权的在回访页。",
        "Some agree by habit, some are afraid. Not weighted here; the callbacks' page weighs.",
    ),
    gaming=Two("教人怎么答：所以由单位以外的人来问。", "Coaching: so people outside the offices ask."),
    read_with=(24,),
    measure=Mean(
        "callbacks",
        base=all_answered,
        number=lambda t, m: t.voice + t.respect + t.explained + t.equal,
        per=len(ITEMS),
    ),
)
