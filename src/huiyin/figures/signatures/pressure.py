"""People were asked to answer kindly, or changed their word after the office rang."""

from __future__ import annotations

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Signature, Tested, Words, tally
from huiyin.figures.signatures.window import Rows, Window

#: Told by people themselves; and changes of mind, which hardly ever follow a call by chance.
MARGIN_TOLD, MARGIN_FLIP = 0.02, 0.006
#: A change of mind this soon after the office got in touch.
SOON = 48 * 3_600


def look(window: Window) -> list[Tested]:
    """What people tell independent callers; and verdicts that became "solved" after the office got in touch."""
    calls, e = window.callbacks, window.events
    answered = calls["pressed"] != calls.code("pressed", "")
    given, flipped = _changes(e)
    return [
        tally(window, calls, calls.equals("pressed", "yes"), answered, MARGIN_TOLD, "told", TOLD),
        tally(window, e, flipped, given, MARGIN_FLIP, "flip", FLIP, stratum="kind"),
    ]


def _changes(e: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Last verdicts in a row of the owner's verdicts, and those that turned to solved after the office was in touch.

    Between the two verdicts lies no new answer: nothing was done that could have changed the result.
    """
    cases = e.case_ids.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    own = e.equals("kind", "verdict_given") & e.equals("by", "resident")
    # Most people speak once: theirs is their last word, and nothing more is to be looked at.
    several = np.bincount(cases[own], minlength=int(cases.max()) + 1 if len(cases) else 1)[cases] > 1
    last, flipped = own & ~several, np.zeros(len(e), dtype=np.bool_)
    rows = np.flatnonzero(several)
    touch, work = e.equals("kind", "message", "contacted") & (e["office"] >= 0), e.equals("kind", "answered")
    yes, no = e.equals("code", "solved"), e.equals("code", "partly", "not_solved")
    case, said, word, touched, at = -1, -1, False, -np.inf, e["at"]
    for place in rows[np.lexsort((e["seq"][rows], cases[rows]))].tolist():
        if cases[place] != case or work[place]:
            case, said, word, touched = cases[place], -1, False, -np.inf
        if touch[place]:
            touched = at[place]
        if own[place]:
            if said >= 0:
                last[said] = False
                flipped[place] = word and yes[place] and at[place] - touched <= SOON
            last[place], said, word = True, place, bool(no[place])
            touched = -np.inf
    return last, flipped


TOLD = Words(
    "独立回访问到的 {n} 人里，{k} 人（{share}）说有人要求、劝说或者奖励他们怎样回答；同类事通常约 {usual}。",
    "Of {n} people reached by independent callers, {k} ({share}) say somebody asked, urged or rewarded them to "
    "answer a certain way; usually about {usual}.",
)
FLIP = Words(
    "{n} 个评判里，{k} 个（{share}）在单位联系之后四十八小时内从“没解决”改成“解决了”，中间没有新的答复；"
    "同类事通常约 {usual}。",
    "Of {n} verdicts, {k} ({share}) turned to solved within 48 hours after the office got in touch, with no new "
    "answer in between; usually about {usual}.",
)


SIGNATURE = Signature(
    code="pressure",
    version=1,
    ailment=Ailment.SELF_SERVING,
    title=Words("有人被劝着说好话", "People were urged to answer kindly"),
    definition=Words(
        "两项：独立回访第七问回答“有”的份额；本人评判在单位联系后四十八小时内改成“解决了”、中间没有新答复的份额。第一项多两个百分点、第二项多零点六个百分点以上才提问。",
        "Two shares: people who say yes to question 7 of an independent call; verdicts that turned to solved within "
        "48 hours after the office got in touch, with no new answer between. Asked about when two points (the "
        "first) or 0.6 points (the second) above elsewhere.",
    ),
    innocent=(
        Words(
            "单位打电话是去解释或补做，本人因此满意了。",
            "The office rang to explain or to finish the work, and the person was content.",
        ),
        Words(
            "本人先点错了，自己改过来。",
            "The person had tapped the wrong answer and put it right.",
        ),
        Words(
            "有人把正常的回电当成劝说。",
            "Some took an ordinary call for urging.",
        ),
    ),
    next=Words(
        "由不归该单位管的人问：电话里说了什么？在弄清楚之前，该单位不应再接触评判过的人。不要去查是谁说的。",
        "Let somebody outside the office ask what was said in the calls; until then the office should not contact "
        "people about verdicts. Do not try to find out who told.",
    ),
    look=look,
)
