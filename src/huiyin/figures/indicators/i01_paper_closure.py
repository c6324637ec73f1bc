"""Indicator 1: solved on paper."""

from __future__ import annotations

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Share

INDICATOR = Indicator(
    number=1,
    code="paper_closure",
    family="formalism",
    version=1,
    unit="share",
    method="wilson",
    better="low",
    title=Two("纸面办结差", "Solved on paper"),
    meaning=Two(
        "单位说“已解决”的事里，回答了的人中有多少人说没有解决。没回答的另外列出，不算解决。",
        "Of the matters an office calls solved, the share that is not solved according to those who answered. The "
        "silent "
        "are shown apart and are never counted as solved.",
    ),
    denominators=Two(
        "单位说已解决、问过本人、本人（或独立回访、复核）回答了的事；旁边写问过的总数。",
        "Matters called solved whose owner was asked and answered (or an independent callback or review did); "
        "beside it, all "
        "who were asked.",
    ),
    bias=Two(
        "没回答的人可能不一样；各单位办的事难易不同。",
        "The silent may differ; offices handle matters of different difficulty.",
    ),
    gaming=Two(
        "改口说“已解释”，就不算进来：同 19 一起看。逼人改口：看 24。",
        "Calling it “explained” keeps a matter out: read with 19. Pressing people to agree: see 24.",
    ),
    read_with=(2, 19, 24),
    measure=Share(
        "cases",
        base=lambda t, m: (t.claim == "solved") & c.answered(t, m),
        hit=c.disputed,
        asked=lambda t, m: (t.claim == "solved") & c.asked(t, m),
    ),
    adds_up=True,
)
