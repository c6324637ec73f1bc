"""Indicator 13: offline as good as online."""

from __future__ import annotations

from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.comparisons import Gap
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Moment

OFFLINE = ["phone", "counter", "letter", "visit"]
ONLINE = ["web", "api"]


def side(t: Any, m: Moment) -> Any:
    return t.channel.isin(OFFLINE).ifelse(1, t.channel.isin(ONLINE).ifelse(2, 0))


INDICATOR = Indicator(
    number=13,
    code="offline_parity",
    family="access",
    version=1,
    unit="difference",
    method="difference",
    better="",
    title=Two("线下和线上一样吗", "Offline as good as online?"),
    meaning=Two(
        "同类、同样紧急的事，电话、窗口、来信的确认解决率比网上的高多少（负数是低多少）。",
        "By how much the confirmed share of matters raised by telephone, counter or letter is above that of matters "
        "raised "
        "online (below: negative), like compared with like.",
    ),
    denominators=Two(
        "问过本人并且回答了的事，按类别和紧急程度分层。",
        "Matters whose owner was asked and answered, by category and urgency.",
    ),
    bias=Two("不同的人用不同的门。", "Different people use different doors."),
    gaming=Two(
        "改记渠道：看渠道比例有没有突变。", "Recording another channel: watch for sudden changes of their shares."
    ),
    read_with=(19, 25),
    measure=Gap("cases", base=c.answered, hit=c.confirmed, asked=c.asked, side=side),
)
