"""Indicator 6: site work somebody confirms."""

from __future__ import annotations

from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Moment, Share


def claims_site_work(t: Any, m: Moment) -> Any:
    return c.own_answer(t, m) & t.site_checked & (t.claim == "solved")


INDICATOR = Indicator(
    number=6,
    code="evidence",
    family="formalism",
    version=1,
    unit="share",
    method="wilson",
    better="high",
    title=Two("现场办结有人证实", "Site work somebody confirms"),
    meaning=Two(
        "单位说去过现场并已解决的答复里，回答了的人（本人、独立回访、复核）证实的比例。照片不算证实。",
        "Of answers that claim work on the site and call it solved, the share confirmed by those who answered: the "
        "owner, a "
        "callback, a reviewer. Photographs confirm nothing.",
    ),
    denominators=Two(
        "有现场核查、说已解决、有人回答了的答复；旁边写全部这样的答复。",
        "Answers with a site check that call it solved and on which somebody spoke; beside it all such answers.",
    ),
    bias=Two("不是每件事都要去现场。", "Not every matter needs a visit."),
    gaming=Two(
        "不写现场核查：看同类事里写了的比例。",
        "Leaving the site check out: compare how often it is recorded for the same kind of matter.",
    ),
    read_with=(1, 7),
    measure=Share(
        "answers",
        base=lambda t, m: claims_site_work(t, m) & t.verdict.isin(["solved", "partly", "not_solved"]),
        hit=lambda t, m: t.evidence,
        asked=claims_site_work,
    ),
)
