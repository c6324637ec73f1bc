"""Indicator 24: pressed to say yes."""

from __future__ import annotations

from typing import Any

from huiyin.figures.comparisons import Sampled
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Moment


def said(t: Any, m: Moment) -> Any:
    return t.pressed.isin(["yes", "no"])


INDICATOR = Indicator(
    number=24,
    code="pressure",
    family="self_serving",
    version=2,
    unit="share",
    method="sampled",
    better="low",
    title=Two("有没有人逼着说好", "Pressed to say yes"),
    meaning=Two(
        "独立回访里，说有人要求、劝说或者奖励自己怎样回答的人的比例，按单位加权。",
        "Share of people called back who say that somebody asked, talked or paid them into an answer, weighted by "
        "office.",
    ),
    denominators=Two(
        "抽中并且回答了这个问题的人；旁边写抽中的总数。“不想说”不算没有。",
        "People drawn who answered this question; beside it all who were drawn. “Rather not say” is not a no.",
    ),
    bias=Two("害怕的人不说。", "Those who are afraid do not say."),
    gaming=Two(
        "用私人电话联系：所以本人可以一键说“有人逼我”。", "Private telephones: so people can say it with one tap."
    ),
    read_with=(14, 19),
    measure=Sampled(base=said, hit=lambda t, m: t.pressed == "yes"),
)
