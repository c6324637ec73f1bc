"""Indicator 7: visits that bear fruit."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=7,
    code="visit_yield",
    family="formalism",
    version=1,
    unit="share",
    title=Two("走访见效", "Visits that bear fruit"),
    meaning=Two(
        "走访带回来的事里，后来确认解决的比例；另有入户抽样问是否真的来过。",
        "Of matters brought back from visits, the share later confirmed as solved; and a household sample asking "
        "whether somebody came.",
    ),
    denominators=Two("走访的次数和走访带回的事。", "Visits, and matters they brought back."),
    bias=Two("容易的地方好走访。", "Easy places are easy to visit."),
    gaming=Two("挑地方去：从抽样名单里定。", "Choosing places: a sampling frame decides."),
    read_with=(6, 26),
    missing=Two(
        "走访本身还没有登记，只登记了走访带回来的事。",
        "Visits themselves are not recorded yet, only the matters they brought back.",
    ),
)
