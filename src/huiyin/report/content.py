"""A report in one language, ready to be shown."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.base.drawing.words import date_words, month_words
from huiyin.report import sections
from huiyin.report.blocks import Report
from huiyin.report.facts import Facts, read


def build(month: str, language: str) -> Report | None:
    """The report of a month ("2026-10") in "zh-hans" or "en"; None for a month that has none."""
    facts = read(month)
    return None if facts is None else compose(facts, language)


def compose(facts: Facts, language: str) -> Report:
    with override(language):
        body = facts.body_name.local(language)
        named = {"body": body, "month": month_words(facts.month, language)}
        date = date_words(facts.as_of, language, facts.zone)
        return Report(
            month=facts.month,
            language="en" if language.startswith("en") else "zh",
            body=body,
            title=_("%(month)s报告") % named,
            subtitle=_("%(month)s收到的事，截至 %(date)s的情况") % {**named, "date": date},
            foot=sections.foot(facts, language),
            at=int(facts.as_of.timestamp()),
            sections=[part(facts, language) for part in sections.SECTIONS],
        )
