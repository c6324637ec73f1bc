"""Indicator 27: trust."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=27,
    code="trust_panel",
    family="relation",
    version=1,
    unit="points",
    title=Two("信任", "Trust"),
    meaning=Two(
        "独立抽样的人对这个单位的信任：答复、守信、公平、讲清楚，各 0–10 分；还愿不愿再来。",
        "What an independent panel says of this office: it answers, keeps its word, treats people equally, explains "
        "itself, 0 to 10 each; and whether they would come again.",
    ),
    denominators=Two("抽中并回答的人。", "People drawn who answered."),
    bias=Two("说好听的、害怕。", "Saying what pleases; fear."),
    gaming=Two("教人怎么答：由单位以外的人抽和问。", "Coaching: people outside the office draw and ask."),
    read_with=(14, 24),
    missing=Two(
        "还没有独立的居民抽样调查。",
        "There is no independent panel of residents yet.",
    ),
)
