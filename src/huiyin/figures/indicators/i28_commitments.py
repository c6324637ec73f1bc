"""Indicator 28: promises kept."""

from __future__ import annotations

from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Moment, Share


def due(t: Any, m: Moment) -> Any:
    return c.own_answer(t, m) & (t.claim == "promised") & (t.promise_due < m.as_of.date())


INDICATOR = Indicator(
    number=28,
    code="promises_kept",
    family="relation",
    version=1,
    unit="share",
    method="wilson",
    better="high",
    title=Two("承诺兑现", "Promises kept"),
    meaning=Two(
        "到期的承诺里，本人（或独立回访、复核）说兑现了的比例，只算回答了的。没回答的另外列出。",
        "Of promises whose day has come, the share kept according to the owner (or a callback or review), among "
        "those who answered. "
        "The silent are shown apart.",
    ),
    denominators=Two(
        "日期已过、有人回答了的承诺；旁边写到期的全部承诺。",
        "Promises past their day on which somebody spoke; beside it all that are due.",
    ),
    bias=Two("容易的承诺容易兑现。", "Easy promises are easily kept."),
    gaming=Two("承诺得含糊：承诺必须有日期，改了看得见。", "Vague promises: each needs a day, and changes show."),
    read_with=(2, 8),
    measure=Share(
        "answers",
        base=lambda t, m: due(t, m) & t.verdict.isin(["solved", "partly", "not_solved"]),
        hit=lambda t, m: t.verdict == "solved",
        asked=due,
    ),
)
