"""Indicator 2: back within thirty days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.frames import seconds
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Moment, Share

DAYS = c.SETTLED
SECONDS = int(timedelta(days=DAYS).total_seconds())


def settled(t: Any, m: Moment) -> Any:
    return c.own_answer(t, m) & (t.claim != "promised") & (t.at < m.ago(days=DAYS))


def came_back(t: Any, m: Moment) -> Any:
    return t.returned_at.notnull() & (seconds(t.returned_at) - seconds(t.at) <= SECONDS)


INDICATOR = Indicator(
    number=2,
    code="returned",
    family="formalism",
    version=1,
    unit="share",
    method="wilson",
    better="low",
    title=Two("三十天返回率", "Back within thirty days"),
    meaning=Two(
        "答复后三十天内，事情被本人退回、重新打开，或者被复核发回的比例。只数已经过了三十天的答复。",
        "Share of answers after which the matter went back within thirty days: disputed or reopened by its owner, "
        "or sent "
        "back by the reviewer. Only answers older than thirty days count.",
    ),
    denominators=Two(
        "三十天前给出的答复；承诺、导入的和随同一件事转来的不算。",
        "Answers given more than thirty days ago, without promises, imported ones and those shared from a followed "
        "matter.",
    ),
    bias=Two("换个说法重新反映的，这里看不出来。", "A matter raised anew in other words is not seen here."),
    gaming=Two(
        "劝人别再反映：看 24 和独立回访。", "Talking people out of coming back: see 24 and the independent callbacks."
    ),
    read_with=(1, 19, 24, 26),
    measure=Share("answers", base=settled, hit=came_back),
)
