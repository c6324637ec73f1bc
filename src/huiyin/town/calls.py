"""The callback sample of the demo town: announced, drawn and closed as everywhere, and what callers hear.

Callers work as at their console: they take the call that is next, look at the contact, and note what was said. What
people say follows from what is true of their matter and from how they were treated, by the same shares as in the
columns (`columnar.sample`); nobody's office decides it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

import numpy as np

from huiyin.base.errors import Refusal
from huiyin.cases.lifecycle import Role
from huiyin.outcomes import calls, drawing, periods
from huiyin.outcomes.models import Drawn
from huiyin.outcomes.questions import Answers
from huiyin.town.cast import Cast
from huiyin.town.columnar.sample import DISPOSITIONS, ON_THE_PAGE, RATHER_NOT, REACHED, STILL_KIND, TELLS
from huiyin.town.course import DONE, NO, PARTLY, VERDICTS, YES
from huiyin.town.residents import say
from huiyin.town.simulation import Hours, Matter

#: The sample begins with so many whole months before the present one: the last is being called, the others are closed.
MONTHS = 3
#: One caller has one session on each working day, at another part of it each time (tried again means another hour).
SESSIONS = (time(9, 40), time(15, 10), time(18, 30))
#: In a session one in so many of the waiting calls is made, and each takes so long.
PART, EACH = 8, timedelta(minutes=7)
#: In the last weeks half as many, so that whoever opens the console finds calls to make.
LATELY = timedelta(days=28)
SYSTEM = {"role": "system"}


@dataclass(frozen=True, slots=True)
class Owner:
    """What somebody knows who is asked about a matter: what was true after each answer (UNDONE, HALF, DONE), how they
    were treated (0 to 1), whether the office spoke with them, and whether it asked them to be kind."""

    truths: tuple[int, ...]
    voice: float = 0.6
    contacted: bool = True
    coached: bool = False

    def told(self, number: int, rng: Random) -> Answers:
        """The eight answers about the answer with this number, from 1."""
        dice = np.random.default_rng(rng.getrandbits(63))
        truth = self.truths[min(number, len(self.truths)) - 1] if self.truths else DONE
        result = int(say(dice, np.array([truth]))[0])
        if self.coached and result in (NO, PARTLY) and rng.random() < STILL_KIND:
            result = YES
        chance = rng.random()
        pressed = "yes" if chance < TELLS else "rather_not" if chance < TELLS + RATHER_NOT else "no"
        voice, respect, explained, equal = (
            min(5, max(1, round(1 + 4 * self.voice + rng.gauss(0, 0.7)))) for _ in range(4)
        )
        return Answers(
            result=VERDICTS[result],
            contacted="yes" if self.contacted else "no",
            remembered="few_days" if self.contacted else "",
            voice=voice,
            respect=respect,
            explained=explained,
            equal=equal,
            pressed=pressed if self.coached else "no",
            again="yes" if rng.random() < 0.55 + 0.35 * self.voice else "no",
        )


class Callers:
    """The sample's own clockwork in the town. `owners` is asked by the key of a matter, when somebody is called."""

    def __init__(self, hours: Hours, cast: Cast, owners: Mapping[str, Owner], start: datetime, seed: int) -> None:
        self.hours, self.owners, self.seed = hours, owners, seed
        self.caller = cast.actor(Role.CALLER)
        self.matters: dict[UUID, Matter] = {}
        #: Told of each matter that a call or an answer on the page may have changed.
        self.changed: Callable[[Matter, datetime], None] = lambda matter, at: None
        self._left = 0
        key = drawing.month_of(hours.until, hours.tz)
        for _ in range(MONTHS):
            year, month = (int(part) for part in key.split("-"))
            key = f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}"
        self.first = max(key, drawing.month_after(drawing.month_of(start, hours.tz)))

    def meet(self, matter: Matter) -> None:
        """A matter has come in."""
        self.matters[matter.case] = matter

    def begin(self) -> datetime:
        """The first session: when the first month has been drawn."""
        return self.next_session(drawing.period(self.first, self.hours.tz).end)

    def keep_going(self, at: datetime) -> None:
        """After each sealing: the rule is announced once, before its first month; then whatever is due."""
        first = drawing.period(self.first, self.hours.tz).start
        if first - timedelta(days=21) <= at < first - periods.AHEAD:
            periods.announce(self.first, drawing.Rule(), at, SYSTEM)
        periods.go_on(at, SYSTEM)

    def next_session(self, after: datetime) -> datetime:
        """When the caller sits down next."""
        day = after.astimezone(self.hours.tz).date()
        for step in range(1, 40):
            found = day + timedelta(days=step)
            if self.hours.calendar.is_working(found):
                begin = SESSIONS[found.toordinal() % len(SESSIONS)]
                return datetime.combine(found, begin, self.hours.tz).astimezone(after.tzinfo)
            if datetime.combine(found, time(), self.hours.tz) > self.hours.until:
                break
        return self.hours.until + timedelta(days=1)

    def call(self, at: datetime) -> datetime:
        """One call, when one is waiting; returns when the next one is made."""
        if self._left <= 0:
            waiting = calls.waiting()
            self._left = -(-waiting // (PART if at < self.hours.until - LATELY else 2 * PART))
            if waiting:
                self._pages(at)
        one = calls.take(self.caller, at) if self._left else None
        if one is None:
            self._left = 0
            return self.next_session(at)
        self._left -= 1
        self._make(one, at)
        return at + EACH if self._left else self.next_session(at)

    def _dice(self, one: Drawn) -> tuple[Random, Owner]:
        """The luck of this person in this month, the same at every attempt, and who they are."""
        key = self.matters[one.case_id].key
        return Random(f"{self.seed}/{one.period_id}/{key}"), self.owners[key]

    def _make(self, one: Drawn, at: datetime) -> None:
        rng, owner = self._dice(one)
        disposition = rng.choices(DISPOSITIONS[: len(REACHED)], REACHED)[0]
        if disposition == "answered" and one.attempts == 0 and rng.random() < 0.25:
            disposition = "no_contact"  # out just now; reached next time
        said = owner.told(one.answer, rng) if disposition == "answered" else Answers()
        try:
            calls.reveal(one.pk, self.caller, at)
        except Refusal as refusal:
            if refusal.code != "no_contact_kept":
                raise
            disposition, said = "no_contact", Answers()
        calls.record(one.pk, self.caller, at, disposition, said)
        self.changed(self.matters[one.case_id], at)

    def _pages(self, at: datetime) -> None:
        """Some of those who left no number answer the same questions on the page of their matter."""
        asked = Drawn.objects.filter(disposition="", period__closed_at=None, by_phone=False, attempts=0)
        for one in asked.select_related("case"):
            rng, owner = self._dice(one)
            if rng.random() >= ON_THE_PAGE:
                continue
            try:
                calls.answer_oneself(one.case, at, owner.told(one.answer, rng), one.case.seq)
            except Refusal as refusal:
                if refusal.code not in ("answered_meanwhile", "not_now"):
                    raise
            self.changed(self.matters[one.case_id], at)
