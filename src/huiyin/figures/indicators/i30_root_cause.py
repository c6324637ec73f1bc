"""Indicator 30: did acting on the cause help."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=30,
    code="root_cause",
    family="relation",
    version=1,
    unit="difference",
    title=Two("治本有没有用", "Did acting on the cause help?"),
    meaning=Two(
        "对一类反复出现的事采取行动后，同类的事变化多少，同没有行动的相似一类比。",
        "How related matters changed after action on a recurring issue, compared with similar issues without action.",
    ),
    denominators=Two("反复出现的事：行动前后的件数。", "Recurring issues: matters before and after the action."),
    bias=Two("季节；反映累了。", "Seasons; people tired of reporting."),
    gaming=Two("劝人别再反映：同 26 一起看。", "Talking people out of reporting: read with 26."),
    read_with=(2, 26),
    missing=Two(
        "对一类事采取过什么行动、从哪天起，还没有登记。",
        "What was done about a recurring issue, and from which day, is not recorded yet.",
    ),
)
