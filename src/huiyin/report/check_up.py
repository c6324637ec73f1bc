"""What the check-up asked in this month: every ailment with what became of it, and each question beside its numbers."""

from __future__ import annotations

from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.base.drawing.words import date_words, english
from huiyin.checkup import words
from huiyin.checkup.queries import Asked, Both, Seen
from huiyin.report.blocks import Block, Section, Terms, Text
from huiyin.report.facts import Facts
from huiyin.report.wording import joined, name_of

#: So many questions are told with their numbers; of more only who is asked, or the report grows beyond its sheets.
TOLD = 12


def check_up(facts: Facts, language: str) -> Section:
    """The looks that ended in this month, newest first."""
    blocks: list[Block] = []
    if not facts.looks:
        blocks.append(Text(_("没有哪一次体检在这个月看完。体检每四周看一次，日子早就定好。")))
    for look in facts.looks:
        blocks += _look(facts, look, language, newest=look is facts.looks[0])
    return Section("check-up", _("四风体检：问了单位什么"), blocks)


def _look(facts: Facts, look: Seen, language: str, *, newest: bool) -> list[Block]:
    span = {
        "first": date_words(look.since, language, facts.zone),
        "last": date_words(look.until, language, facts.zone),
        "day": look.until.astimezone(facts.zone).strftime("%Y-%m-%d"),
        "offices": look.offices,
    }
    title = _("从 %(first)s到 %(last)s零点为止，八周里看不出来的，再看半年、一年：%(offices)s 个单位的事够多。")
    blocks: list[Block] = [Text(title % span, look="lead")]
    if newest:
        blocks += [
            Text(_("问的是单位，不是哪个人。问题不是结论：每个问题都可能有别的原因，单位可以公开回答。")),
            Terms([(str(name), _state(look, code, language)) for code, name in words.AILMENTS.items()]),
        ]
    elif not look.asked:
        blocks.append(Text(_("没有要公开问的。")))
    told = newest and len(look.asked) <= TOLD
    for _signature, group in groupby(look.asked, lambda question: question.signature):
        blocks += _signature_blocks(facts, list(group), language, told=told)
    where = _("区间、回答全文和怎么算的，在网站的“四风体检”页，看到 %(day)s 的那一次。")
    return [*blocks, Text(where % span, look="quiet")] if look.asked else blocks


def _state(look: Seen, code: str, language: str) -> str:
    """What became of looking for an ailment, with the number of questions or the reason."""
    state = look.state(code)
    if state == "asked":
        count = len(look.of(code))
        return ngettext("%(n)s 个问题", "%(n)s 个问题", count) % {"n": count}
    reason = look.not_measurable.get(code)
    said = str(words.STATES[state])
    return said if state != "not_measurable" or reason is None else said + _("：") + _local(reason, language)


def _signature_blocks(facts: Facts, asked: list[Asked], language: str, *, told: bool) -> list[Block]:
    """One signature: what it is, what else may be behind it, and each office it was seen in."""
    first = asked[0]
    order = {code: place for place, code in enumerate(["", *facts.names])}
    asked = sorted(asked, key=lambda question: (order.get(question.office, len(order)), question.office))
    names = [_who(facts, question.office, language) for question in asked]
    title = {"title": _local(first.title, language)}
    if not told:
        return [Text(_("%(title)s：%(names)s。") % {**title, "names": joined(names, language)})]
    rows = [(name, _asked(facts, question, language)) for name, question in zip(names, asked, strict=True)]
    innocent = {"reasons": " ".join(_local(reason, language) for reason in first.innocent)}
    return [
        Text(title["title"], look="lead"),
        Text(_("也许没有问题：%(reasons)s") % innocent, look="quiet"),
        Terms(rows),
    ]


def _asked(facts: Facts, question: Asked, language: str) -> str:
    sentences = [
        _local(question.seen, language), question.span, words.sure(question.p_adjusted) + _("。"),
    ]  # fmt: skip
    if question.answers:
        day = {"day": date_words(question.answers[-1].at, language, facts.zone)}
        sentences.append(_("单位 %(day)s公开回答了。") % day)
    else:
        sentences.append(_("单位还没有公开回答。"))
    return (" " if english(language) else "").join(sentences)


def _who(facts: Facts, code: str, language: str) -> str:
    return name_of(facts, code, language) if code else _local(words.WHOLE, language)


def _local(both: Both, language: str) -> str:
    return both["en" if english(language) else "zh"]
