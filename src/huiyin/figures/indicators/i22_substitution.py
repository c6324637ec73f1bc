"""Indicator 22: spending moved to other accounts."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=22,
    code="spend_substitution",
    family="hedonism",
    version=1,
    unit="ratio",
    title=Two("此消彼长的科目", "Spending moved to other accounts"),
    meaning=Two(
        "接待费降、相邻科目同时升，超出正常起伏的信号。",
        "Receptions go down while neighbouring accounts go up beyond their usual range.",
    ),
    denominators=Two("同一单位同一季度的各科目。", "Accounts of one office in one quarter."),
    bias=Two("项目本身会变。", "Programmes change."),
    gaming=Two("账外：同审计结论连起来看。", "Off the books: link with audit findings."),
    read_with=(21,),
    missing=Two(
        "开支账还没有接进来。",
        "Accounts of spending are not connected yet.",
    ),
)
