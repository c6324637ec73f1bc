"""The office answers, and the person says that nobody ever got in touch."""

from __future__ import annotations

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Window

MARGIN = 0.15


def look(window: Window) -> list[Tested]:
    """Share of people who tell an independent caller that nobody contacted them, among those who say yes or no."""
    calls = window.callbacks
    no = calls.equals("contacted", "no")
    return [tally(window, calls, no, no | calls.equals("contacted", "yes"), MARGIN, "nobody_came", SEEN)]


SEEN = Words(
    "独立回访问到的 {n} 人里，{k} 人（{share}）说单位没有联系过自己；同类事通常约 {usual}。",
    "Of {n} people asked in independent calls, {k} ({share}) say the office never got in touch; usually about {usual}.",
)


SIGNATURE = Signature(
    code="no_contact",
    version=1,
    ailment=Ailment.ACCESS,
    title=Words("没人联系过本人", "Nobody got in touch"),
    definition=Words(
        "独立回访的第二问：单位联系过您吗？回答“没有”的份额，比别的单位同类事多十五个百分点以上才提问。"
        "打不通、占线的电话还没有记录，看不到。",
        "Question 2 of the independent calls: did the office get in touch? The share of no; asked about when more than "
        "fifteen points above the same mix elsewhere. Calls that got no line or no answer are not recorded yet and "
        "cannot be seen.",
    ),
    innocent=(
        Words(
            "事情简单，办好了就答复，用不着先联系。",
            "The matter was simple: it was done and answered, and no contact was needed.",
        ),
        Words(
            "打过电话，没有人接。",
            "They rang, and nobody picked up.",
        ),
    ),
    next=Words(
        "对一对：单位记了“已联系”的，本人怎么说？",
        "Compare: where the office noted a contact, what does the person say?",
    ),
    look=look,
)
