"""What an institution answers to a question: in public, one after the other, never edited.

Each answer leaves an event in the log with a salted commitment to its text. The text itself is kept here alone, so that
personal data that slipped through can be erased without breaking a proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.cases.lifecycle import Actor
from huiyin.checkup import access
from huiyin.checkup.models import Answer, Question
from huiyin.checkup.moments import OWN
from huiyin.ledger import commitments, streams
from huiyin.ledger.events import timestamp
from huiyin.understanding import personal

ANSWERED, ERASED = "check_up_answered", "check_up_answer_erased"
#: Letters in one answer.
LONGEST = 2_000


def give(question: Question, text: str, actor: Actor, at: datetime, *, after: int) -> Answer:
    """Publish an answer as the next one after number `after`, the newest its writer has seen. The same text again
    gives back the answer that is there.

    Refuses: not_yours_to_answer, nothing_written, too_long, answered_meanwhile.
    """
    if not access.may_answer(actor, question):
        raise Refusal("not_yours_to_answer")
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refusal("nothing_written")
    if len(text) > LONGEST:
        raise Refusal("too_long", longest=LONGEST)
    try:
        return write(lambda: _give(question, text, actor, at, after))
    except IntegrityError as error:  # two at once
        same = Answer.objects.filter(question=question, number=after + 1, text=text).first()
        if same is None:
            raise Refusal("answered_meanwhile") from error
        return same


def _give(question: Question, text: str, actor: Actor, at: datetime, after: int) -> Answer:
    newest = Answer.objects.filter(question=question).order_by("-number").first()
    if newest is not None and newest.number == after + 1 and newest.text == text:
        return newest  # the button was pressed twice
    if (newest.number if newest else 0) != after:
        raise Refusal("answered_meanwhile")
    salt = commitments.new_salt()
    answer = Answer(question=question, number=after + 1, at=at, text=text, salt=salt)
    answer.save()
    facts = {**_which(answer), "text": commitments.commit("text", text.encode(), salt).hex()}
    streams.append(OWN, ANSWERED, at, {"role": str(actor.role), "office": actor.office, "staff": actor.staff}, facts)
    return answer


def erase(answer: Answer, at: datetime, actor: Mapping[str, Any]) -> Answer:
    """Take the words of an answer away for good; that there was one stays. Erased already: nothing changes."""

    def work() -> Answer:
        if Answer.objects.filter(pk=answer.pk, erased_at=None).update(text="", salt=b"", erased_at=at):
            streams.append(OWN, ERASED, at, actor, _which(answer))
        return Answer.objects.get(pk=answer.pk)

    return write(work)


def _which(answer: Answer) -> dict[str, Any]:
    question = answer.question
    return {
        "look": timestamp(question.look.until), "office": question.office, "signature": question.signature,
        "question": str(question.pk), "number": answer.number,
    }  # fmt: skip


def masked(text: str) -> personal.Masked:
    """The text with what looks like personal data hidden, and where that stands."""
    return personal.mask(text)
