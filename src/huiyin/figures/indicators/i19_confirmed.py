"""Indicator 19: confirmed share."""

from __future__ import annotations

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Share

INDICATOR = Indicator(
    number=19,
    code="confirmed",
    family="resolution",
    version=1,
    unit="share",
    method="wilson",
    better="high",
    title=Two("确认解决的比例", "Confirmed share"),
    meaning=Two(
        "确认解决的件数 ÷ 回答了的件数。旁边写着：没回答的人全说没解决或全说解决时，会是多少。",
        "Confirmed ÷ answered. Beside it: what it would be if all who did not answer said no, or all said yes.",
    ),
    denominators=Two(
        "问过本人、本人（或独立回访、复核）回答了的事；旁边写问过的总数。",
        "Matters whose owner was asked and answered (or an independent callback or review did); beside it all who "
        "were asked.",
    ),
    bias=Two(
        "不同单位办的事难易不同，不能拿来排名次；没回答的人可能不一样。",
        "Offices handle matters of different difficulty, so this is no ranking; the silent may differ.",
    ),
    gaming=Two(
        "教人怎么说、逼人改口：看 24；只让满意的人回答：看回答率和上下限。",
        "Coaching and pressing: see 24. Getting only the pleased to answer: see how many answered, and the bounds.",
    ),
    read_with=(1, 2, 24),
    measure=Share("cases", base=c.answered, hit=c.confirmed, asked=c.asked),
    adds_up=True,
)
