"""Words of the check-up: the ailments, refusals, and how sure a question is."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.base.errors import Refusal

#: The ailments in the order of every page.
AILMENTS: Mapping[str, str | Promise] = {
    "formalism": _("形式主义"),
    "access": _("官僚主义：找得到人吗"),
    "manner": _("官僚主义：态度"),
    "resolution": _("官僚主义：办得成吗"),
    "indulgence": _("享乐主义和奢靡之风"),
    "self_serving": _("谋私"),
    "equity": _("一视同仁"),
    "relation": _("干群关系"),
}

#: Who is asked when no office is.
WHOLE = {"zh": "整个机构", "en": "The body as a whole"}

#: What became of looking for an ailment.
STATES: Mapping[str, str | Promise] = {
    "asked": _("有问题要问"),
    "nothing": _("看过，没有要公开问的"),
    "few": _("事太少，看不出来"),
    "not_measurable": _("现在还看不了"),
}

REFUSALS: Mapping[str, tuple[str, str]] = {
    "lake_behind": (
        "数据湖还没有到 {until}，先运行 huiyin lake sync。",
        "The lake does not reach up to {until} yet: run huiyin lake sync first.",
    ),
    "unknown_answer": (
        "没有这个回答：{question} {number}。",
        "There is no such answer: {question} {number}.",
    ),
}

#: Refusals of an answer as its writer reads them.
SENTENCES: Mapping[str, str | Promise] = {
    "nothing_written": _("还没有写。"),
    "too_long": _("太长了，请写短一些。"),
    "answered_meanwhile": _("您打开此页之后，本单位又有了一个回答。您写的还在，请看一眼再决定。"),
}


def both(refusal: Refusal) -> str:
    """A refusal in both languages, for the command line."""
    zh, en = REFUSALS[refusal.code]
    return f"{zh.format(**refusal.facts)} / {en.format(**refusal.facts)}"


#: How far back one looked, by weeks.
SPANS: Mapping[int, str | Promise] = {8: _("看的是八周。"), 26: _("看的是半年。"), 52: _("看的是一年。")}


def span(weeks: int) -> str:
    return str(SPANS.get(weeks, ""))


#: (below this adjusted chance, words): how seldom chance alone would ask; all offices, signatures and looks counted.
SURE: tuple[tuple[float, str | Promise], ...] = (
    (1e-6, _("纯属偶然的可能不到百万分之一")),
    (1e-3, _("纯属偶然的可能不到千分之一")),
    (1.0, _("纯属偶然的可能不到百分之一")),
)


def sure(p_adjusted: float) -> str:
    return str(next(words for limit, words in SURE if p_adjusted < limit or limit == 1.0))
