"""Replies that fit everything, say nothing, or answer another matter."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN = 0.10
#: A sentence used for so many kinds of matters is no longer about any of them.
KINDS = 3


def look(window: Window) -> list[Tested]:
    """Near-identical replies over many kinds of matters; replies without content; replies to something else."""
    a = window.answers
    every = a["lead"] >= 0
    group, none = a["template"], a.code("template", "")
    pairs = np.unique(np.stack([group, a["category"]]), axis=1)[0]
    wide = np.bincount(pairs, minlength=int(group.max()) + 1 if len(group) else 1) >= KINDS
    pasted = (group != none) & wide[group] if len(group) else np.zeros(0, dtype=np.bool_)
    return [
        tally(window, a, pasted, every, MARGIN, "template", TEMPLATE),
        tally(window, a, a["hollow"].astype(bool), every, MARGIN, "hollow", HOLLOW),
        tally(window, a, a["other_matter"].astype(bool), every, MARGIN, "other_matter", OTHER),
    ]


TEMPLATE = Words(
    "{n} 份答复里，{k} 份（{share}）是用在三类以上事情上的同一段话；同类事通常约 {usual}。",
    "Of {n} replies, {k} ({share}) are one text used for three or more kinds of matters; usually about {usual}.",
)
HOLLOW = Words(
    "{n} 份答复里，{k} 份（{share}）只有转办、感谢、请等待；同类事通常约 {usual}。",
    "Of {n} replies, {k} ({share}) hold forwarding, thanks or waiting and nothing else; usually about {usual}.",
)
OTHER = Words(
    "{n} 份答复里，{k} 份（{share}）看起来答的是别的事；同类事通常约 {usual}。",
    "Of {n} replies, {k} ({share}) seem to answer another matter; usually about {usual}.",
)


SIGNATURE = Signature(
    code="empty_replies",
    version=1,
    ailment=Ailment.FORMALISM,
    title=Words("答复空、套、答非所问", "Replies that are empty, pasted or about something else"),
    definition=Words(
        "由答复检查标出：几乎相同的段落用在三类以上事情上、没有内容、内容像别的事。份额比别的单位多十个百分点以上才提问。",
        "As marked by the reply check: near-identical texts over three or more kinds, no content, content of "
        "another matter. Asked about when more than ten points above elsewhere.",
    ),
    innocent=(
        Words(
            "法律规定必须写的固定语句。",
            "Wording that the law prescribes.",
        ),
        Words(
            "同一个问题很多人问，正确的回答本来就一样。",
            "Many people asked the same question, and the right answer is the same.",
        ),
        Words(
            "真正的答复在电话里或附件里说了。",
            "The real answer was given by telephone or in an attachment.",
        ),
    ),
    next=Words(
        "读十份：有没有写谁、什么时候、在哪里、做了什么。",
        "Read ten of them: do they say who did what, when and where?",
    ),
    look=look,
)
