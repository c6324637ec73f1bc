"""What the counts of the funnel mean, word by word, with a version. A number without its definition is not published.

How they are counted is in `conditions`; what the figures mean stands with each indicator.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition. Raise `version` whenever the meaning changes; old figures keep their version."""

    code: str
    version: int
    zh: str
    en: str
    limits_zh: str
    limits_en: str

    def text(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh

    def title(self, language: str) -> str:
        zh, en = _TITLES[self.code]
        return en if language.startswith("en") else zh

    def limits(self, language: str) -> str:
        return self.limits_en if language.startswith("en") else self.limits_zh


FUNNEL_DEFINITIONS = (
    Definition(
        "received",
        2,
        "这段时间里收到、由这个单位主办的事；先派给它、后来转给下级单位的，也算它的。每个人反映的一件算一件；一起办的，每个人各算一件。",
        "Matters received in the period that this office leads; what was first sent to it and then handed to a lower "
        "level counts for it, too, and not below. What each person raised counts once, also when several people raised "
        "the same matter.",
        "没有来说的人不在里面。",
        "People who did not come are not in it.",
    ),
    Definition(
        "claimed",
        1,
        "其中单位至少答复过一次的。答复是单位的说法。",
        "Of these, matters the office has answered at least once. An answer is the office's claim.",
        "答复不等于解决。",
        "An answer is not a solution.",
    ),
    Definition(
        "asked",
        1,
        "其中向本人问过结果的：问题放在本人的查询页上；留了联系方式的，还发了通知。导入的旧事没有问过。",
        "Of these, matters whose owner was asked for the result: on the page of the matter, and by a notice where a "
        "contact was left. Imported history was never asked.",
        "没留联系方式的人，可能没有再打开页面。",
        "Who left no contact may never have opened the page again.",
    ),
    Definition(
        "answered",
        1,
        "其中本人说了结果，或者由独立的回访、复核得出结果的。",
        "Of these, matters where the owner said how it ended, or an independent callback or review did.",
        "没回答的人，想法可能不一样。",
        "Those who did not answer may think differently.",
    ),
    Definition(
        "confirmed",
        1,
        "本人（或独立回访、复核）确认已经解决，事情因此结束的。",
        "Matters at rest because the owner (or an independent callback or review) confirmed they are solved.",
        "",
        "",
    ),
    Definition(
        "disputed",
        1,
        "本人说只解决了一部分或没解决，或者退回重办、送去复核还没有确认解决的。",
        "Matters the owner calls partly solved or not solved, or that went back or to review and are not confirmed "
        "since.",
        "",
        "",
    ),
    Definition(
        "unknown",
        1,
        "问过但本人没有说，或者说不清的。不知道就是不知道，不算解决。",
        "Matters whose owner was asked and said nothing, or cannot say. Unknown is unknown, never solved.",
        "",
        "",
    ),
)

HISTORY_DEFINITIONS = (
    Definition(
        "history",
        1,
        "从别的系统导入的旧事里，那个系统记为答复过或办结的。",
        "Matters imported from another system which that system calls answered or closed.",
        "没有人问过反映的人，所以一件也不算解决。",
        "Nobody asked the people who raised them, so none of them counts as solved.",
    ),
    Definition(
        "history_solved",
        1,
        "其中那个系统自己说已经解决的。这是它的说法。",
        "Of these, matters that system itself calls solved. This is its claim.",
        "没有人问过反映的人，真假不知道。",
        "Nobody asked the people who raised them; whether it is true is unknown.",
    ),
)

DEFINITIONS = (*FUNNEL_DEFINITIONS, *HISTORY_DEFINITIONS)

_TITLES = {
    "received": ("收到", "Received"),
    "claimed": ("单位称办了", "Claimed by the office"),
    "asked": ("问过本人", "Asked"),
    "answered": ("本人回答了", "Answered"),
    "confirmed": ("确认解决", "Confirmed as solved"),
    "disputed": ("不认可", "Not accepted"),
    "unknown": ("不知道", "Unknown"),
    "history": ("导入的旧事里称办了的", "Closed in imported history"),
    "history_solved": ("导入的旧事里称已解决的", "Called solved in imported history"),
}


def definition(code: str) -> Definition:
    """The definition in force; KeyError for an unknown code."""
    return next(d for d in DEFINITIONS if d.code == code)
