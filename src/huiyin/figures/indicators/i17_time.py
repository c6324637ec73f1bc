"""Indicator 17: time to the answer."""

from __future__ import annotations

from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.frames import seconds
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Moment, Spread


def _due(t: Any, m: Moment) -> Any:
    """Accepted here, and old enough that an answer could be expected."""
    return c.own(t, m) & (t.received_at < m.ago(days=c.SETTLED)) & ~t.outcome.isin(["withdrawn", "declined"])


def _open(t: Any, m: Moment) -> Any:
    return t.answered_at.isnull()


def gross(t: Any, m: Moment) -> Any:
    return (seconds(t.answered_at) - seconds(t.received_at)) // 3600


def net(t: Any, m: Moment) -> Any:
    return (seconds(t.answered_at) - seconds(t.received_at) - t.waited_seconds) // 3600


def _make(code: str, kind: tuple[str, str, str, str], number: Any, share: float, people: tuple[str, str]) -> Indicator:
    return Indicator(
        number=17,
        code=code,
        family="resolution",
        version=1,
        unit="hours",
        method="order",
        better="low",
        title=Two(f"办理时间，{kind[0]}（{people[0]}）", f"Time to the answer, {kind[1]} ({people[1]})"),
        meaning=Two(
            f"{people[0]}的事从收到到最近一次答复在多少个整小时以内。{kind[2]}还没答复的排在最长。",
            f"Within how many whole hours {people[1]} of matters had their newest answer, counted from receipt"
            f"{kind[3]}. Those without an answer count as the longest.",
        ),
        denominators=Two(
            "三十天前收到的事，不受理、撤回和导入的不算；旁边写还没答复的。",
            "Matters received over thirty days ago, without refused, withdrawn and imported ones; beside it those "
            "without "
            "an answer.",
        ),
        bias=Two("以前积压的老事会拉长时间。", "Old backlogs make it longer."),
        gaming=Two("把事挂起来等：看 18。草草答复：看 2。", "Parking matters: see 18. Answering in haste: see 2."),
        read_with=(2, 3, 18),
        measure=Spread("cases", base=_due, number=number, share=share, open=_open),
    )


_HALF, _MOST = ("一半", "half"), ("九成", "nine in ten")
_ALL = ("全部", "all in all", "", "")
_NET = ("净", "net", "扣除只等本人回复的时间。", ", without the time spent waiting for its owner alone")
INDICATORS = (
    _make("time_gross_half", _ALL, gross, 0.5, _HALF),
    _make("time_gross_most", _ALL, gross, 0.9, _MOST),
    _make("time_net_half", _NET, net, 0.5, _HALF),
    _make("time_net_most", _NET, net, 0.9, _MOST),
)
