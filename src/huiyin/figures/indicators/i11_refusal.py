"""Indicator 11: refusals overturned."""

from __future__ import annotations

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Share

INDICATOR = Indicator(
    number=11,
    code="refusal_overturned",
    family="access",
    version=1,
    unit="share",
    method="wilson",
    better="low",
    title=Two("不受理被推翻", "Refusals overturned"),
    meaning=Two(
        "不予受理后本人要求复核、已有结论的事里，复核认为应当办的比例。",
        "Of refusals that were taken to the reviewer and ruled on, the share the reviewer overturned.",
    ),
    denominators=Two(
        "不予受理、复核有结论的事；旁边写不予受理的总数。",
        "Refused matters with a ruling; beside it all that were refused.",
    ),
    bias=Two("要求复核的人很少。", "Few ask for a review."),
    gaming=Two("编个理由：要抽查理由。", "Bogus reasons: reasons need spot checks."),
    read_with=(10, 26),
    measure=Share(
        "cases",
        base=lambda t, m: c.own(t, m) & (t.decline_reason != "") & (t.reviews > 0),
        hit=lambda t, m: t.decline_overturned,
        asked=lambda t, m: c.own(t, m) & (t.decline_reason != ""),
        beside={"other": lambda t, m: c.own(t, m) & (t.decline_reason == "other")},
    ),
    adds_up=True,
)
