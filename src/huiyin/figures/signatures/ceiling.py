"""Results that are too good to be true."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.statistics import at_most
from huiyin.figures.signatures.window import Window

#: A body's usual share of "not solved" is taken half as high before it is called too low.
HALF = 0.5
LEAST = 50


def look(window: Window) -> list[Tested]:
    """Offices where next to nobody says "not solved", measured by what the same mix of matters gives elsewhere."""
    a = window.answers
    spoken = a.equals("verdict", "solved", "partly", "not_solved") & a.equals("verdict_by", "resident", "callback")
    happy = a.equals("verdict", "solved")
    base = tally(window, a, happy, spoken, 1.0, "ceiling", SEEN)
    p = np.ones(len(window.offices))
    for office in np.flatnonzero((base.n >= LEAST) & (base.k > base.n * base.usual)):
        unhappy = int(base.n[office] - base.k[office])
        p[office] = at_most(unhappy, int(base.n[office]), HALF * (1 - min(1.0, float(base.usual[office]))))
    return [Tested("ceiling", SEEN, base.k, base.n, base.usual, p, a, base.hit, base.office, least=LEAST)]


SEEN = Words(
    "表了态的 {n} 件里，{k} 件（{share}）都说解决了；同类事通常约 {usual}。好得不寻常。",
    "Of {n} matters whose owner has spoken, {k} ({share}) are called solved; usually about {usual}. Unusually good.",
)


SIGNATURE = Signature(
    code="ceiling",
    version=1,
    ailment=Ailment.SELF_SERVING,
    title=Words("好得不像真的", "Too good to be true"),
    definition=Words(
        "说“没解决”的人还不到别的单位同类事的一半。要有五十个以上的回答。",
        "Fewer than half as many say not solved as in the same mix elsewhere; from fifty answers on.",
    ),
    innocent=(
        Words(
            "这个单位就是办得好。先当面说一声谢谢，再请别的单位来学。",
            "The office is simply good. Thank it, and let others learn from it.",
        ),
        Words(
            "它办的事特别容易。",
            "Its matters are easy ones.",
        ),
    ),
    next=Words(
        "和独立回访的结果、三十天内的退回比一比；三处都好，就是真的好。",
        "Compare with independent calls and with returns within thirty days; when all three are good, it is good.",
    ),
    look=look,
)
