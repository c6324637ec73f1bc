"""Who may see what of a check-up: the one place to read. What a case shows is decided in `cases.access`.

| | anybody | head of the office or above | reviewer, supervisor |
| --- | --- | --- | --- |
| a question with coarse numbers | yes, unless held back | yes, unless held back | all |
| exact numbers | no | yes | yes |
| the matters in which it was seen | no | those they may read, where `for_the_office` | those they may read |
| to answer in public | no | the head of that very office; for the whole body, of an office with none above | no |

Held back (`held_back`): what fewer than ten people told independent callers. An office that reads it would know too
well whom to suspect. Who told a caller of pressure is kept nowhere (`UNNAMED`).
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from huiyin.cases.access import offices_of, visible
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.models import Case
from huiyin.checkup.models import Question
from huiyin.figures.ailments import Ailment
from huiyin.figures.protection import SMALLEST
from huiyin.organisation import store

#: (signature, comparison) made of what people told independent callers.
CALLED = frozenset(
    {("false_closing", "callback"), ("manner", "low_mark"), ("no_contact", "nobody_came"), ("pressure", "told")}
)
#: Of these no matter is kept: nobody is to find out who told.
UNNAMED = frozenset({("pressure", "told")})
#: Work for somebody independent: the office's own people are what is asked about.
INDEPENDENT = frozenset({str(Ailment.SELF_SERVING)})
WHOLE_BODY = frozenset({Role.REVIEWER, Role.SUPERVISOR})


def _called() -> Q:
    found = Q()
    for signature, strong in sorted(CALLED):
        found |= Q(signature=signature, strong=strong)
    return found


def open_to_all() -> Q:
    """The questions that are public; the rest is held back."""
    return ~(_called() & Q(k__lt=SMALLEST))


def held_back(question: Question) -> bool:
    return (question.signature, question.strong) in CALLED and question.k < SMALLEST


def for_the_office(question: Question) -> bool:
    """Whether the office itself may see in which matters it was seen."""
    return (question.signature, question.strong) not in CALLED and question.ailment not in INDEPENDENT


def questions(actor: Actor) -> QuerySet[Question]:
    """The questions this actor may see with their exact numbers."""
    if actor.role in WHOLE_BODY:
        return Question.objects.all()
    if actor.role is not Role.HEAD:
        return Question.objects.none()
    return Question.objects.filter(open_to_all(), office__in=[*offices_of(actor), *([""] if _leads(actor) else [])])


def may_see(actor: Actor, question: Question) -> bool:
    return questions(actor).filter(pk=question.pk).exists()


def matters(actor: Actor, question: Question) -> QuerySet[Case]:
    """The matters behind a question as far as this actor may read them, in the order of the lake."""
    found = visible(actor).filter(pk__in=question.seen_in.values("case"))
    if not may_see(actor, question) or not (actor.role in WHOLE_BODY or for_the_office(question)):
        return Case.objects.none()
    return found.order_by("received_at", "pk")


def may_answer(actor: Actor, question: Question) -> bool:
    """Whether this actor speaks for the institution that is asked."""
    if actor.role is not Role.HEAD or held_back(question):
        return False
    return actor.office == question.office if question.office else _leads(actor)


def _leads(actor: Actor) -> bool:
    """Whether the actor's office has none above it, so that it speaks for the whole body."""
    office = store.current().offices.get(actor.office or "")
    return office is not None and not office.parent
