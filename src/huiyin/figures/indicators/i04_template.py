"""Indicator 4: template replies."""

from __future__ import annotations

from typing import Any

from huiyin.figures import conditions as c
from huiyin.figures.frames import Frames
from huiyin.figures.indicators.base import Indicator, Two
from huiyin.figures.measures import Share

#: A group of near-identical replies counts as a template when it answers matters of this many kinds.
KINDS = 3


def with_span(frames: Frames, table: Any) -> Any:
    """Adds `span`: how many categories are answered with the same words, in the whole lake."""
    every = frames.answers.filter((frames.answers.template != "") & ~frames.answers.shared)
    spans = every.group_by("template").aggregate(span=lambda t: t.category.nunique()).rename(of_template="template")
    joined = table.left_join(spans, table.template == spans.of_template)
    return joined.mutate(span=joined.span.fill_null(0)).drop("of_template")


INDICATOR = Indicator(
    number=4,
    code="template",
    family="formalism",
    version=1,
    unit="share",
    method="wilson",
    better="low",
    title=Two("套话答复", "Template replies"),
    meaning=Two(
        "答复里，和别的答复几乎一字不差、而且用在三类以上不同事情上的比例。",
        "Share of answers that are nearly word for word the same as others and used for three or more kinds of matter.",
    ),
    denominators=Two(
        "检查过的答复；导入的和转来的不算。", "Answers that were checked, without imported and shared ones."
    ),
    bias=Two("法规原文本来就一样。", "Statutory wording is rightly the same everywhere."),
    gaming=Two(
        "换几个词：看答复里有没有做了什么、什么时候、在哪里。",
        "Paraphrasing: see whether answers name what was done, when and where.",
    ),
    read_with=(2, 5, 8),
    measure=Share(
        "answers",
        base=c.own_answer,
        hit=lambda t, m: t.span >= KINDS,
        beside={
            "hollow": lambda t, m: c.own_answer(t, m) & t.hollow,
            "other_matter": lambda t, m: c.own_answer(t, m) & t.other_matter,
        },
        needs_check=True,
        shape=with_span,
    ),
)
