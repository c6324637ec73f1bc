"""Indicator 15: conduct complaints upheld."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two

INDICATOR = Indicator(
    number=15,
    code="conduct_upheld",
    family="manner",
    version=1,
    unit="",
    title=Two("查实的作风问题", "Conduct complaints upheld"),
    meaning=Two(
        "每一千次接触里，查实的对人态度投诉。",
        "Complaints about conduct that were upheld, for each thousand contacts.",
    ),
    denominators=Two("查实的作风投诉；接触的次数。", "Upheld complaints about conduct; contacts."),
    bias=Two("害怕的人不投诉。", "Fear keeps complaints away."),
    gaming=Two("投诉少不等于好：同 26 一起看。", "Fewer complaints are not better: read with 26."),
    read_with=(14, 26, 31),
    missing=Two(
        "受保护的举报还没有单独的登记和结论。",
        "Protected reports and their findings are not recorded separately yet.",
    ),
)
