"""Asking the drawn: which call comes next, what an attempt leaves behind, and the same questions on one's own page."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.actions import perform_inside
from huiyin.cases.contact import Contact
from huiyin.cases.lifecycle import Actor, CaseState, Confidentiality, Phase, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.projection import state_of
from huiyin.ledger.models import Entry
from huiyin.organisation import store
from huiyin.outcomes.models import Attempt, Drawn
from huiyin.outcomes.questions import ATTEMPTS, DISPOSITIONS, FINAL, Answers

#: A call somebody took and left is offered to others after this long.
HELD = timedelta(minutes=30)
#: Nobody is called before and after these hours of the body's own time.
FROM_HOUR, TO_HOUR = 8, 21
#: Candidates looked at before saying that there is no call now.
LOOKED_AT = 200


def part_of_day(at: datetime) -> str:
    """morning (8 to 12), afternoon (12 to 18), evening (18 to 21) in the body's time zone; "" at night."""
    hour = at.astimezone(store.current().tz).hour
    if not FROM_HOUR <= hour < TO_HOUR:
        return ""
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def _open() -> QuerySet[Drawn]:
    return Drawn.objects.filter(disposition="", period__closed_at=None)


def waiting() -> int:
    """How many calls are still to be made."""
    return _open().filter(by_phone=True).count()


def is_independent(actor: Actor, state: CaseState) -> bool:
    """Whether this caller's office has and had nothing to do with the case."""
    return not actor.office or actor.office not in (state.lead, *state.support, *state.trail)


def take(actor: Actor, now: datetime) -> Drawn | None:
    """The next call for this caller, held for them for half an hour; None when there is none at this time of day.

    The order is that of the draw, whoever asks: a caller cannot choose. A call already held comes again.
    """
    hours = part_of_day(now)
    if not hours:
        return None
    return write(lambda: _take(actor, now, hours))


def _take(actor: Actor, now: datetime, hours: str) -> Drawn | None:
    held = _open().filter(taken_by=actor.staff, taken_until__gt=now).order_by("place", "id").first()
    if held is not None:
        return held
    tried = Attempt.objects.filter(drawn=OuterRef("pk"), hours=hours)
    free = Q(taken_until=None) | Q(taken_until__lte=now)
    candidates = (
        _open()
        .filter(free, ~Exists(tried), by_phone=True, case__reachable=True, case__erased=False)
        .exclude(case__confidentiality=Confidentiality.CONFIDENTIAL)  # made so since: a call could give them away
        .select_related("case")
        .select_for_update(of=("self",))
        .order_by(F("attempts").asc(), "place", "id")
    )
    for one in candidates[:LOOKED_AT]:
        if is_independent(actor, state_of(one.case)):
            one.taken_by, one.taken_until = actor.staff, now + HELD
            one.save(update_fields=["taken_by", "taken_until"])
            return one
    return None


def mine(drawn_id: UUID, actor: Actor, now: datetime) -> Drawn:
    """The call this caller holds. Refuses: not_your_call."""
    found = _open().select_related("case", "period").filter(pk=drawn_id, taken_by=actor.staff, taken_until__gt=now)
    one = found.first()
    if one is None:
        raise Refusal("not_your_call")
    return one


def reveal(drawn_id: UUID, actor: Actor, now: datetime) -> Contact:
    """The contact, for this one call: the look is an event of the case that its owner sees.

    Refuses: not_your_call, not_independent, no_contact_kept.
    """

    def work() -> UUID:
        one = mine(drawn_id, actor, now)
        if not is_independent(actor, state_of(one.case)):
            raise Refusal("not_independent")
        perform_inside(one.case_id, [c.RevealContact("callback")], actor, now)
        return one.case_id

    case_id = write(work)
    return Contact.from_json(vault.words(case_id, ("contact",)).get((1, "contact"), ""))


def shown(one: Drawn, actor: Actor, now: datetime) -> Contact | None:
    """The contact again, when this caller has looked at it for this very call; None otherwise. Not a second look."""
    looks = Entry.objects.filter(stream=one.case_id, kind="contact_revealed", at__gt=now - HELD)
    if not any(look.actor.get("staff") == actor.staff for look in looks):
        return None
    return Contact.from_json(vault.words(one.case_id, ("contact",)).get((1, "contact"), ""))


def note_pressure(drawn_id: UUID, actor: Actor, now: datetime) -> None:
    """Keep at once that somebody leaned on the person, however the call goes on. Refuses: not_your_call."""

    def work() -> None:
        one = mine(drawn_id, actor, now)
        Drawn.objects.filter(pk=one.pk).update(pressed="yes")

    write(work)


def record(drawn_id: UUID, actor: Actor, now: datetime, disposition: str, answers: Answers) -> Drawn:
    """How one attempt ended. Answers without question 1 are kept, and the call counts as refused.

    Question 1 becomes the verdict of the matter when its owner has not spoken and no newer answer was given; otherwise
    it is kept for the figures alone. Refuses: not_your_call, not_independent, unknown_disposition,
    answer_the_first, nothing_was_said, tried_at_this_hour.
    """
    if disposition not in DISPOSITIONS:
        raise Refusal("unknown_disposition", value=disposition)
    if disposition == "answered" and not answers.result:
        raise Refusal("answer_the_first")
    if disposition in ("no_contact", "wrong_number") and answers != Answers():
        raise Refusal("nothing_was_said")
    if disposition != "answered" and answers.result:
        disposition = "answered"  # they broke off, but they had said how it ended
    return write(lambda: _record(drawn_id, actor, now, disposition, answers))


def _record(drawn_id: UUID, actor: Actor, now: datetime, disposition: str, answers: Answers) -> Drawn:
    Drawn.objects.select_for_update(of=("self",)).filter(pk=drawn_id).first()
    one = mine(drawn_id, actor, now)
    state = state_of(one.case)
    if not is_independent(actor, state):
        raise Refusal("not_independent")
    hours = part_of_day(now) or "night"
    if one.calls.filter(hours=hours).exists():
        raise Refusal("tried_at_this_hour")
    one.attempts += 1
    Attempt.objects.create(drawn=one, number=one.attempts, at=now, hours=hours, disposition=disposition)
    if disposition in FINAL or one.attempts >= ATTEMPTS:
        one.disposition = disposition
    one.asked_at, one.taken_by, one.taken_until = now, "", None
    if disposition in ("answered", "refused"):
        _keep_answers(one, answers, "phone")
    one.save()
    _tell_the_case(one, state, actor, now, disposition, answers)
    return one


def _tell_the_case(
    one: Drawn, state: CaseState, actor: Actor, now: datetime, disposition: str, answers: Answers
) -> None:
    """The call as an event of the case, while the case still waits for this very word."""
    if state.phase is not Phase.ANSWERED or state.answers != one.answer:
        return
    verdict = Verdict(answers.result) if disposition == "answered" else None
    if verdict is not None and state.verdict_by == "resident":
        return  # the own word stands
    try:
        perform_inside(one.case_id, [c.Callback(disposition, verdict)], actor, now)
    except Refusal as refusal:
        if refusal.code != "call_again_later":  # somebody called about the matter itself today: one try is one try
            raise


def _keep_answers(one: Drawn, answers: Answers, mode: str) -> None:
    pressed = one.pressed
    for name, value in answers.columns(_days_before_dispatch(one.case)).items():
        setattr(one, name, value)
    one.mode = mode
    if pressed == "yes" and not answers.pressed:  # told with one tap: later silence takes nothing back
        one.pressed = "yes"


def _days_before_dispatch(case: Case) -> int:
    first = Entry.objects.filter(stream=case.pk, kind="dispatched").order_by("seq").values_list("at", flat=True).first()
    return (first - case.received_at).days if first is not None else 0


# --- on one's own page ------------------------------------------------------------------------------------------------


#: Calls that reached nobody leave the questions open on the page until the period is closed.
_UNHEARD = ("", "no_contact", "wrong_number")


def for_owner(case: Case) -> Drawn | None:
    """The open questions to the person this matter belongs to, when it was drawn; None otherwise."""
    mine = Drawn.objects.filter(case=case, period__closed_at=None, disposition__in=_UNHEARD)
    return mine.order_by("-period__key").first()


def answer_oneself(case: Case, now: datetime, answers: Answers, known: int) -> bool:
    """The eight answers from the owner's own page. Question 1 is the verdict when it is still theirs to give.

    `known` is the newest step the page showed. False when there is nothing (more) to answer. Refuses:
    answer_the_first, answered_meanwhile (the office answered anew since the page was made).
    """
    if not answers.result:
        raise Refusal("answer_the_first")

    def work() -> bool:
        held = for_owner(case)
        if held is None:
            return False
        one = Drawn.objects.select_for_update(of=("self",)).get(pk=held.pk)
        if one.disposition not in _UNHEARD:
            return False
        state = state_of(Case.objects.get(pk=case.pk))
        newer = Entry.objects.filter(stream=case.pk, seq__gt=known, kind="answered").exists()
        if newer:
            raise Refusal("answered_meanwhile")
        one.disposition, one.asked_at = "answered", now
        one.taken_by, one.taken_until = "", None
        _keep_answers(one, answers, "page")
        one.save()
        if state.phase is Phase.ANSWERED and not state.verdict and state.answers == one.answer:
            perform_inside(case.pk, [c.GiveVerdict(Verdict(answers.result))], Actor(Role.RESIDENT), now)
        return True

    return write(work)
