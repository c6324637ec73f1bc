"""Matters are called not ours, although they are, and go round."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN = 0.10


def look(window: Window) -> list[Tested]:
    """Objections of an office to matters that are its own in the end; and matters that came back to an office."""
    c, e = window.cases, window.events
    objected = e.equals("kind", "objected")
    own = window.cases["lead"] >= 0
    ids = e.case_ids.to_pylist()
    mine: dict[str, set[int]] = {}
    for place in np.flatnonzero(objected):
        mine.setdefault(ids[place], set()).add(int(e["office"][place]))
    hit = np.array(
        [int(lead) in mine.get(case, ()) for case, lead in zip(c.case_ids.to_pylist(), c["lead"], strict=True)],
        dtype=np.bool_,
    )
    return [
        tally(window, c, hit, own, MARGIN, "own_in_the_end", OWN),
        tally(window, c, c["loops"] > 0, own, MARGIN, "loop", LOOP),
    ]


OWN = Words(
    "主办的 {n} 件里，{k} 件（{share}）先说过“不归我管”，最后还是归它；同类事通常约 {usual}。",
    "Of {n} matters it leads, {k} ({share}) were first called not ours and were its own in the end; usually about "
    "{usual}.",
)
LOOP = Words(
    "主办的 {n} 件里，{k} 件（{share}）转了一圈又回来；同类事通常约 {usual}。",
    "Of {n} matters it leads, {k} ({share}) went round and came back; usually about {usual}.",
)


SIGNATURE = Signature(
    code="returns",
    version=1,
    ailment=Ailment.RESOLUTION,
    title=Words("反复退单、转圈", "Sent back and going round"),
    definition=Words(
        "这个单位提出异议、最后仍由它主办的份额，和转一圈回来的份额，比别的单位同类事多十个百分点以上才提问。",
        "The share of matters an office objected to and leads in the end, and of those that went round, against the "
        "same mix elsewhere; asked about when more than ten points above it.",
    ),
    innocent=(
        Words(
            "职责清单写得不清楚，或者刚刚改过。",
            "The duty list is unclear, or has just been changed.",
        ),
        Words(
            "派单常常派错地方，退回是对的。",
            "Matters are often sent to the wrong place, and sending them back is right.",
        ),
        Words(
            "一类新的事，大家都还不知道归谁。",
            "A new kind of matter that nobody knows the owner of yet.",
        ),
    ),
    next=Words(
        "看这几件的裁定和理由；如果总是同一类事，先把职责清单说清楚。",
        "Read the rulings and their reasons; when it is always one kind of matter, clear up the duty list first.",
    ),
    look=look,
)
