"""The eight questions as they are read out, the answers to choose from, and what a refusal says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from huiyin.base.errors import Refusal
from huiyin.cases import texts
from huiyin.outcomes.questions import CHOICES

Text = str | Promise

QUESTIONS: Mapping[str, Text] = {
    "result": _("您反映的事，现在解决了吗？"),
    "contacted": _("有人就这件事联系过您吗？"),
    "remembered": _("大约是您说了以后多久？"),
    "voice": _("您有机会把情况说清楚吗？"),
    "respect": _("对方尊重您吗？"),
    "explained": _("对方把为什么这样处理讲明白了吗？"),
    "equal": _("换一个人来反映，您觉得会得到同样的对待吗？"),
    "pressed": _("有没有人要求、劝说或者奖励您怎样回答？"),
    "again": _("以后有事，还愿意来反映吗？"),
}

_SCALE: Mapping[str, Text] = {
    "5": pgettext_lazy("scale", "完全是"),
    "4": pgettext_lazy("scale", "大多是"),
    "3": pgettext_lazy("scale", "一半一半"),
    "2": pgettext_lazy("scale", "不太是"),
    "1": pgettext_lazy("scale", "完全不是"),
}
_ANSWERS: Mapping[str, Mapping[str, Text]] = {
    "result": {
        "solved": pgettext_lazy("callback", "解决了"),
        "partly": pgettext_lazy("callback", "部分解决"),
        "not_solved": pgettext_lazy("callback", "没解决"),
        "cannot_say": pgettext_lazy("callback", "说不清"),
    },
    "contacted": {
        "yes": pgettext_lazy("callback", "有"),
        "no": pgettext_lazy("callback", "没有"),
        "cannot_say": pgettext_lazy("callback", "说不清"),
    },
    "remembered": {
        "same_day": pgettext_lazy("callback", "当天"),
        "few_days": pgettext_lazy("callback", "三天以内"),
        "week": pgettext_lazy("callback", "一星期以内"),
        "fortnight": pgettext_lazy("callback", "两星期以内"),
        "later": pgettext_lazy("callback", "更久"),
    },
    "pressed": {
        "yes": pgettext_lazy("callback", "有"),
        "no": pgettext_lazy("callback", "没有"),
        "rather_not": pgettext_lazy("callback", "不想说"),
    },
    "again": {
        "yes": pgettext_lazy("callback", "愿意"),
        "no": pgettext_lazy("callback", "不愿意"),
        "cannot_say": pgettext_lazy("callback", "说不清"),
    },
}
ONLY_THEN: Text = _("（有人联系过才问）")
#: What stands beside the answers of every question: nobody has to say anything.
_SKIP: Text = _("说不清，或不想回答")
_SKIPS: Mapping[str, Text] = {
    **dict.fromkeys(("result", "contacted", "again"), _("不想回答")),
    "remembered": _("记不清"),
    "pressed": _("没有回答"),
}

DISPOSITIONS: Mapping[str, Text] = {
    "answered": pgettext_lazy("callback", "接通，回答了第一题"),
    "refused": pgettext_lazy("callback", "接通，不愿回答，或第一题前就挂了"),
    "no_contact": pgettext_lazy("callback", "没有接通，或不是本人"),
    "wrong_number": pgettext_lazy("callback", "号码不对"),
    "opted_out": pgettext_lazy("callback", "要求以后不再回访"),
    "not_asked": pgettext_lazy("callback", "没有打过电话"),
}
HOURS: Mapping[str, Text] = {
    "morning": pgettext_lazy("hours", "上午"),
    "afternoon": pgettext_lazy("hours", "下午"),
    "evening": pgettext_lazy("hours", "晚上"),
}
EXCLUDED: Mapping[str, Text] = {
    "imported": _("从旧系统导入的"),
    "confidential": _("本人要求保密的"),
    "erased": _("内容已经删除的"),
}
MANNER: Mapping[str, Text] = {
    "voice": _("有机会把情况说清楚"),
    "respect": _("受到尊重"),
    "explained": _("听明白了为什么这样处理"),
    "equal": _("换一个人也会一样对待"),
}

SENTENCES: Mapping[str, Text] = {
    "bad_period": _("“%(period)s”不是一个月份，请写成 2026-10 这样。"),
    "period_has_begun": _("%(period)s 已经开始了，规则只能在开始以前公布。请公布下一个月的。"),
    "announced_otherwise": _("%(period)s 的规则已经公布，不能再改。"),
    "not_announced": _("%(period)s 没有事先公布过规则，不能抽样。"),
    "no_closing_checkpoint": _("%(period)s 还没有结束，或者结束以后日志还没有封存。请过一会儿再抽。"),
    "beacon_needed": _("规则里说要加一个外面的公开数字（%(beacon)s），请一起写上。"),
    "beacon_not_announced": _("规则里没有说要加外面的数字，不能加。"),
    "announced_too_late": _("%(period)s 的规则公布以后，到月初还没有封存进日志，没法证明是事先公布的。这个月不抽。"),
    "not_drawn": _("%(period)s 还没有抽样。"),
    "calls_go_on": _("%(period)s 的回访还没有做完，时间也还没有到。"),
    "not_your_call": _("这个电话现在不归您打了（过了半小时，或者别人已经打过）。请取下一个。"),
    "not_independent": _("您所在的单位办过这件事，不能由您来问。请取下一个。"),
    "tried_at_this_hour": _("这个时段已经打过一次。请换一个时段再打。"),
    "answer_the_first": _("还没有选第一题的回答。第一题没有回答的，请选“不愿回答”。"),
    "nothing_was_said": _("没有接通的电话不会有回答。请看看是不是选错了。"),
    "unknown_answer": _("有一题的回答不在选项里，请重新选。"),
    "answered_meanwhile": _("单位又答复了一次。请先看新的答复，再回答。"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose from."""

    code: str
    words: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One question as a page shows it. `number` is empty for the second half of question 2."""

    name: str
    number: str
    words: Text
    choices: tuple[Choice, ...]
    chosen: str = ""
    hint: Text = ""
    skip: Text = _SKIP


def questions(chosen: Mapping[str, str] | None = None) -> list[Question]:
    """The questions in their order, with what was chosen so far."""
    given = chosen or {}
    found, number = [], 0
    for name, words in QUESTIONS.items():
        number += name != "remembered"
        answers = _ANSWERS.get(name, _SCALE)
        choices = tuple(Choice(code, answers[code]) for code in CHOICES[name])
        label = "" if name == "remembered" else str(number)
        found.append(
            Question(
                name, label, words, choices, given.get(name, ""), "" if label else ONLY_THEN, _SKIPS.get(name, _SKIP)
            )
        )
    return found


def sentence(refusal: Refusal) -> str:
    """What a refusal of this room, or of a case, says in the reader's language."""
    if refusal.code not in SENTENCES:
        return texts.sentence(refusal)
    text = str(SENTENCES[refusal.code])
    return text % refusal.facts if "%(" in text else text


def both(refusal: Refusal) -> str:
    """The same in both languages, for the command line."""
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(sentence(refusal))
    return " ".join(said)
