"""Indicator 9: steps of work per matter."""

from __future__ import annotations

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Mean

INDICATOR = Indicator(
    number=9,
    code="burden",
    family="burden",
    version=1,
    unit="per_case",
    method="normal",
    better="",
    title=Two("每件事的办理步数", "Steps of work per matter"),
    meaning=Two(
        "每件已经结束的事，工作人员平均记录了多少步。这是填报负担的近似，不是工作时间。",
        "How many steps staff recorded for each matter that has ended, on average. It stands in for the load of "
        "recording, "
        "not for hours of work.",
    ),
    denominators=Two("已经结束、不是导入的事。", "Matters that have ended, without imported ones."),
    bias=Two(
        "难办的事步数本来就多；系统外的表格看不见。",
        "Hard matters take more steps; forms outside this system are not seen.",
    ),
    gaming=Two("少记几步：看 6 和 12。", "Recording less: see 6 and 12."),
    read_with=(6, 16),
    measure=Mean(
        "cases",
        base=lambda t, m: c.own(t, m) & t.rested_at.notnull(),
        number=lambda t, m: t.staff_steps,
    ),
)
