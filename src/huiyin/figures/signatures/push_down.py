"""Matters end with an office of a lower level than the one they were first sent to."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN = 0.10


def look(window: Window) -> list[Tested]:
    """Of matters first sent to an office: how many are led by a lower level now."""
    c = window.cases
    level = np.array([office.level for office in window.offices] + [0])
    sent = (c["first_lead"] >= 0) & (c["lead"] >= 0)
    down = sent & (c["lead"] != c["first_lead"]) & (level[c["lead"]] > level[c["first_lead"]]) & (c["sustained"] > 0)
    return [tally(window, c, down, sent, MARGIN, "down", SEEN, by="first_lead")]


SEEN = Words(
    "先派给它的 {n} 件里，{k} 件（{share}）后来由更基层的单位主办；同类事通常约 {usual}。",
    "Of {n} matters first sent to it, {k} ({share}) are led by a lower level now; usually about {usual}.",
)


SIGNATURE = Signature(
    code="push_down",
    version=1,
    ailment=Ailment.RESOLUTION,
    title=Words("往下推", "Handed down"),
    definition=Words(
        "先派给一个单位、经它提出异议后改由更低层级单位主办的份额，比别的单位多十个百分点以上才提问。",
        "The share of matters first sent to an office that a lower level leads after its objection; asked about "
        "when more than ten points above elsewhere.",
    ),
    innocent=(
        Words(
            "事情本来就该由所在街道、乡镇办，派单派高了。",
            "The matter was the street office's from the start and was sent too high.",
        ),
        Words(
            "正在把一项职责依法下放，人和钱也跟着下去。",
            "A duty is being handed down by law, with people and money.",
        ),
    ),
    next=Words(
        "问接手的单位：有没有这项权限和人手？推下去以后解决的是不是更少？",
        "Ask the office that took over: has it the power and the people? Are fewer of these solved there?",
    ),
    look=look,
)
