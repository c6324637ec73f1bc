"""Indicator 5: closed in batches."""

from __future__ import annotations

from huiyin.figures import conditions as c
from huiyin.figures.frames import seconds
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Fullest

INDICATOR = Indicator(
    number=5,
    code="batch",
    family="formalism",
    version=1,
    unit="share",
    method="wilson",
    better="low",
    title=Two("批量办结", "Closed in batches"),
    meaning=Two(
        "一个月的答复里，集中在同一个小时给出的最大比例。多个月时取最高的那个月。",
        "The largest share of a month's answers given within one hour; of several months, the highest.",
    ),
    denominators=Two(
        "那个月给出的答复；当场答复、导入的和转来的不算。",
        "Answers of that month, without those at intake, imported and shared ones.",
    ),
    bias=Two(
        "件数少时，最大值自然就高；区间只说那个小时的件数。",
        "With few answers the largest share is high by chance; the interval speaks of that one hour only.",
    ),
    gaming=Two("用程序慢慢点：看 3 和答复的间隔。", "Spreading them by a script: see 3 and the time between answers."),
    read_with=(2, 3, 4),
    measure=Fullest("answers", base=c.worked_answer, bucket=lambda t, m: (seconds(t.at) // 3600).cast("int64")),
)
