"""The same matter has to be raised again and again."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN = 0.06


def look(window: Window) -> list[Tested]:
    """Matters of the window that raise a recurring issue an earlier matter had raised already."""
    c, old = window.cases, window.earlier
    known = set(np.array(old.names["issue"], dtype=object)[np.unique(old["issue"])].tolist()) if len(old) else set()
    order = np.argsort(c["received_at"], kind="stable")
    first = np.zeros(len(c), dtype=np.bool_)
    first[order[np.unique(c["issue"][order], return_index=True)[1]]] = True
    new = np.array([text not in known for text in c.names["issue"]] or [True], dtype=np.bool_)
    named = c["issue"] != c.code("issue", "")
    again = named & ~(first & new[c["issue"]])
    every = (c["lead"] >= 0) & ~c["follows"].astype(bool)
    return [tally(window, c, again, every, MARGIN, "again", SEEN)]


SEEN = Words(
    "收到的 {n} 件里，{k} 件（{share}）是以前已经说过的同一个问题；同类事通常约 {usual}。",
    "Of {n} matters, {k} ({share}) raise an issue that was raised before; usually about {usual}.",
)


SIGNATURE = Signature(
    code="repeats",
    version=1,
    ailment=Ailment.RESOLUTION,
    title=Words("同一个问题反复来", "The same issue again and again"),
    definition=Words(
        "属于同一个反复出现的问题、并且以前已有人说过的事所占份额，比别的单位同类事多六个百分点以上才提问。",
        "The share of matters of a recurring issue that was raised before, against the same mix elsewhere; asked "
        "about when more than six points above it.",
    ),
    innocent=(
        Words(
            "根子在别处：要改造、要钱、要别的单位。",
            "The root lies elsewhere: rebuilding, money or another office.",
        ),
        Words(
            "季节性的事，每年都来。",
            "Seasonal matters come every year.",
        ),
        Words(
            "多人各自反映同一处，没有并在一起。",
            "Several people raised one place and were not joined.",
        ),
    ),
    next=Words(
        "把这个问题当一件事看：谁能从根上解决，什么时候。",
        "Look at the issue as one matter: who can end it, and by when?",
    ),
    look=look,
)
