"""`huiyin checkup`: look for the four ailments, and list what offices are asked."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn
from uuid import UUID

import click
from django.utils import timezone
from django.utils.translation import override

from huiyin.base.errors import Refusal
from huiyin.checkup import answers, looking, queries, words
from huiyin.checkup.models import Answer
from huiyin.figures.lakefiles import LakeError
from huiyin.organisation.store import NoPackLoaded

_as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


@click.group()
def checkup() -> None:
    """The four-ailment check-up 四风体检: every four weeks, over eight weeks, half a year and a year."""


@checkup.command()
@_as_json
def run(as_json: bool) -> None:
    """Make the look that is due. Made already: show what is kept. The worker does it by itself.

    There is no way to look at another time: how often one looks is part of the promise about false alarms.
    """
    try:
        looking.look(timezone.now(), {"role": "administrator"})
    except (Refusal, LakeError, NoPackLoaded) as error:
        text = words.both(error) if isinstance(error, Refusal) else str(error)
        _fail(text, as_json)
    _show(None, "zh", as_json)


@checkup.command("list")
@click.option("--office", help="Only of this office; an empty text is the whole body.")
@click.option("--english", is_flag=True, help="In English.")
@_as_json
def list_(office: str | None, english: bool, as_json: bool) -> None:
    """The questions of the newest look as they are public: no exact small numbers, no matters."""
    _show(office, "en" if english else "zh", as_json)


@checkup.command()
@click.argument("question", type=click.UUID)
@click.argument("number", type=int)
@_as_json
def erase(question: UUID, number: int, as_json: bool) -> None:
    """Take the words of a public answer away for good, because personal data slipped through.

    QUESTION and NUMBER stand in `huiyin checkup list --json`. That there was an answer stays.
    """
    found = Answer.objects.filter(question=question, number=number).first()
    if found is None:
        _fail(words.both(Refusal("unknown_answer", question=question, number=number)), as_json)
    erased = answers.erase(found, timezone.now(), {"role": "administrator"})
    day = erased.erased_at.isoformat() if erased.erased_at else ""
    click.echo(json.dumps({"erased_at": day}) if as_json else f"{question} {number}: {day}")


def _fail(text: str, as_json: bool) -> NoReturn:
    click.echo(json.dumps({"error": text}, ensure_ascii=False) if as_json else text, err=not as_json)
    sys.exit(1)


def _show(office: str | None, language: str, as_json: bool) -> None:
    seen = queries.latest()
    if seen is None:
        click.echo("{}" if as_json else "没有体检过 / No check-up yet: huiyin checkup run")
        return
    asked = [question for question in seen.asked if office in (None, question.office)]
    if as_json:
        facts = {
            "until": seen.until.isoformat(), "since": seen.since.isoformat(), "looked_at": seen.looked_at.isoformat(),
            "offices": seen.offices, "false_alarms_a_year": seen.alpha, "commitment": seen.commitment,
            "ailments": {ailment: seen.state(ailment, office) for ailment in words.AILMENTS},
            "not_measurable": seen.not_measurable, "questions": [_facts(question) for question in asked],
        }  # fmt: skip
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    with override("en" if language == "en" else "zh-hans"):
        click.echo(f"{seen.since:%Y-%m-%d} – {seen.until:%Y-%m-%d}")
        for ailment, name in words.AILMENTS.items():
            state = seen.state(ailment, office)
            click.echo(f"{name}: {words.STATES[state]}")
            if state == "not_measurable":
                click.echo(f"  {seen.not_measurable[ailment][language]}")
            for question in asked:
                if question.ailment == ailment:
                    click.echo(f"  {question.office or '*'} · {question.title[language]}")
                    sentences = question.seen[language], question.span, words.sure(question.p_adjusted)
                    click.echo(f"    {' '.join(sentences)}")


def _facts(question: queries.Asked) -> dict[str, Any]:
    return {
        "id": str(question.id), "office": question.office, "ailment": question.ailment,
        "signature": question.signature, "version": question.version, "weeks": question.weeks,
        "title": question.title, "seen": question.seen,
        "n": question.n, "k": question.k, "share": question.share, "low": question.low, "high": question.high,
        "usual": question.usual, "p_adjusted": question.p_adjusted, "innocent": list(question.innocent),
        "next": question.next,
        "answers": [{"number": a.number, "at": a.at.isoformat(), "text": a.text} for a in question.answers],
    }  # fmt: skip
