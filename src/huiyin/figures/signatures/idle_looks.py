"""Contacts are looked at and nothing follows."""

from __future__ import annotations

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN = 0.15


def look(window: Window) -> list[Tested]:
    """Of matters whose contact was looked at: how many had a look without a step of work within a day."""
    c = window.cases
    return [tally(window, c, c["idle_reveals"] > 0, (c["reveals"] > 0) & (c["lead"] >= 0), MARGIN, "idle", SEEN)]


SEEN = Words(
    "看过联系方式的 {n} 件里，{k} 件（{share}）看了以后一天内什么也没做；同类事通常约 {usual}。",
    "Of {n} matters whose contact was looked at, {k} ({share}) had a look that no step of work followed within a day; "
    "usually about {usual}.",
)


SIGNATURE = Signature(
    code="idle_looks",
    version=1,
    ailment=Ailment.SELF_SERVING,
    title=Words("看了联系方式，没有下文", "Contacts looked at, nothing done"),
    definition=Words(
        "看过联系方式、二十四小时内没有任何办理步骤的份额，比别的单位多十五个百分点以上才提问。",
        "The share of matters with a look at the contact and no step of work within 24 hours; asked about when more "
        "than fifteen points above elsewhere.",
    ),
    innocent=(
        Words(
            "打了电话没有打通，也没有记。",
            "The call did not get through, and nobody wrote it down.",
        ),
        Words(
            "几件事一起约时间，先看后办。",
            "Visits were arranged together: first looked at, done later.",
        ),
    ),
    next=Words(
        "由独立的人看查看记录和理由；确认没有透露给被反映的人。",
        "Let somebody independent read the log of looks and their reasons, and make sure nothing reached those "
        "complained about.",
    ),
    look=look,
)
