"""Indicator 21: restricted spending per head."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=21,
    code="spend_per_head",
    family="hedonism",
    version=1,
    unit="ratio",
    title=Two("人均受限开支", "Restricted spending per head"),
    meaning=Two(
        "公务接待、用车、出国开支按人算，同预算比、同同类单位比。",
        "Spending on receptions, cars and trips per head, against the budget and against similar offices.",
    ),
    denominators=Two("开支、人数、批次、预算。", "Spending, heads, batches, budget."),
    bias=Two("年份之间有起伏。", "Years differ."),
    gaming=Two("换个科目报：看 22。", "Booking it elsewhere: see 22."),
    read_with=(22,),
    missing=Two(
        "开支账还没有接进来。",
        "Accounts of spending are not connected yet.",
    ),
)
