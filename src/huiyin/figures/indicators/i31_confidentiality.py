"""Indicator 31: looks at a contact that led to nothing."""

from __future__ import annotations

from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Share

INDICATOR = Indicator(
    number=31,
    code="idle_looks",
    family="self_serving",
    version=1,
    unit="share",
    method="wilson",
    better="low",
    title=Two("看了联系方式却没办事", "Looks at a contact that led to nothing"),
    meaning=Two(
        "查看联系方式之后二十四小时内没有任何办理动作的比例。",
        "Share of looks at a contact that were not followed by any step of work within twenty-four hours.",
    ),
    denominators=Two("查看联系方式的次数。", "Looks at a contact."),
    bias=Two(
        "系统外的泄露看不见；一个人可能看几次，区间偏窄。",
        "Leaks outside the system are not seen; looks of one matter go together, so the interval is narrow.",
    ),
    gaming=Two("看后随手记一笔：看记的是什么。", "Writing something afterwards for show: see what was written."),
    read_with=(15,),
    measure=Share(
        "cases",
        base=lambda t, m: t.reveals.cast("int64"),
        hit=lambda t, m: t.idle_reveals.cast("int64"),
        sums=True,
    ),
    adds_up=True,
)
