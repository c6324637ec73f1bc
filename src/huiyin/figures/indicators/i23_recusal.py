"""Indicator 23: recusal."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=23,
    code="recusal",
    family="self_serving",
    version=1,
    unit="share",
    title=Two("回避", "Recusal"),
    meaning=Two(
        "分派前核对过利益冲突的比例；被反映的单位办自己的事的比例（目标是零）。",
        "Share of assignments checked for a conflict of interest; share of matters handled by the very office they "
        "are about (target: none).",
    ),
    denominators=Two("分派的事；有申报的关系。", "Assignments; declared relations."),
    bias=Two("没有申报的关系看不见。", "Undeclared ties are not seen."),
    gaming=Two("不申报：抽样核实。", "Not declaring: verify a sample."),
    read_with=(31,),
    missing=Two(
        "被反映的是哪个单位、有没有申报的关系，还没有登记。",
        "Which office a matter is about, and declared relations, are not recorded yet.",
    ),
)
