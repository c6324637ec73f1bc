"""Indicator 29: what became of each opinion."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=29,
    code="loop_closure",
    family="relation",
    version=1,
    unit="share",
    title=Two("意见有回音", "What became of each opinion"),
    meaning=Two(
        "征求来的意见里，公布了采纳与否和理由的比例；认为自己的意思被如实写下的人的比例。",
        "Share of inputs to consultations with a published, reasoned decision; share of contributors who find their "
        "point fairly represented.",
    ),
    denominators=Two("征求意见收到的意见。", "Inputs to consultations."),
    bias=Two("会说的人说得多。", "The articulate speak more."),
    gaming=Two("理由都一样：理由也查套话（4）。", "Copied reasons: they are checked for templates too (4)."),
    read_with=(4,),
    missing=Two(
        "征求意见还没有登记。",
        "Consultations are not recorded yet.",
    ),
)
