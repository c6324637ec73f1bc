"""Time in the demo town: lives take turns in the order of their moments, clocks fire when they run out, the log is
sealed as it goes, and everything is written through the same actions as on any other day.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from random import Random
from uuid import UUID

from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.cases.actions import perform, receive
from huiyin.cases.jobs import tick
from huiyin.cases.lifecycle import Actor, CaseState, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.projection import state_of
from huiyin.ledger import actions as ledger
from huiyin.organisation.catalogue import Catalogue
from huiyin.worker import queue, registry
from huiyin.worker.models import Task

#: The door's name for idempotency keys; claim codes follow from it.
DOOR = "town"
#: This much town time is one transaction; at its end the outbox is carried out and the log is sealed.
STRETCH = timedelta(hours=24)
#: The log is sealed after every stretch of the last so many days; before that once a week, which is as good for what
#: lies months back and spares hundreds of checkpoints.
DAILY, WEEKLY = timedelta(days=60), timedelta(days=7)
SYSTEM = Actor(Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody does at a moment; without commands they only look how the matter stands."""

    at: datetime
    actor: Actor = SYSTEM
    commands: tuple[c.Command, ...] = ()


#: A life yields moves and is given the state after each; it ends when nothing more happens (or a move is refused).
Life = Generator[Move, CaseState, None]


@dataclass(slots=True)
class Matter:
    """One matter: how it comes in, and once it is in, its case."""

    key: str
    at: datetime
    actor: Actor
    command: c.Receive
    life: Callable[[Matter], Life]
    files: Sequence[UUID] = ()
    case_id: UUID | None = None
    number: str = ""
    wakes: datetime | None = None  # when its clocks are looked at next

    @property
    def case(self) -> UUID:
        """The case; RuntimeError before it came in."""
        if self.case_id is None:
            raise RuntimeError(f"{self.key} has not come in yet")
        return self.case_id


@dataclass(order=True, slots=True)
class _Turn:
    at: datetime
    place: int
    matter: Matter = field(compare=False)
    life: Life | None = field(compare=False, default=None)
    move: Move | None = field(compare=False, default=None)
    clock: bool = field(compare=False, default=False)


class Hours:
    """When people are awake and offices are open, in the body's own calendar."""

    def __init__(self, catalogue: Catalogue, until: datetime) -> None:
        self.calendar = catalogue.calendar()
        self.tz = catalogue.tz
        self.until = until

    def working(self, at: datetime, hours: float) -> datetime:
        """The moment after so many open hours; later than the end of the history when it would not come before."""
        left = timedelta(hours=hours)
        local = at.astimezone(self.tz)
        day = local.date()
        while datetime.combine(day, time(), self.tz) <= self.until:
            if self.calendar.is_working(day):
                begin = max(local, datetime.combine(day, self.calendar.opens, self.tz))
                end = datetime.combine(day, self.calendar.closes, self.tz)
                if begin + left < end:
                    return (begin + left).astimezone(UTC)
                left -= max(end - begin, timedelta())
            day += timedelta(days=1)
        return self.until + timedelta(days=1)

    def awake(self, at: datetime, rng: Random) -> datetime:
        """`at`, or the next morning when people sleep."""
        local = at.astimezone(self.tz)
        if local.hour < 7:
            local = local.replace(hour=7)
        elif local.hour >= 22:
            local = (local + timedelta(days=1)).replace(hour=7)
        else:
            return at
        return (local + timedelta(minutes=rng.uniform(10, 240))).astimezone(UTC)


class Town:
    """The queue of everything that is going to happen, and the hand that lets it happen."""

    def __init__(self, until: datetime) -> None:
        registry.discover()
        self.until = until
        self.refused: Counter[str] = Counter()
        self.events = 0
        self._sealed = datetime.min.replace(tzinfo=UTC)
        self._queue: list[_Turn] = []
        self._places = 0
        self._followers: dict[UUID, Matter] = {}

    def add(self, matter: Matter) -> None:
        """A matter that will come in at its time."""
        if matter.at <= self.until:
            self._push(_Turn(matter.at, 0, matter))

    def run(self, progress: Callable[[datetime], None] = lambda _: None) -> None:
        """Let everything happen, up to `until`. Nobody else may write meanwhile: the past is being made."""
        while self._queue and self._queue[0].at <= self.until:
            edge = min(self._queue[0].at + STRETCH, self.until)
            write(partial(self._stretch, edge))
            self._settle(edge)
            progress(edge)
        self._settle(self.until)

    def _push(self, turn: _Turn) -> None:
        self._places += 1
        turn.place = self._places
        heapq.heappush(self._queue, turn)

    def _stretch(self, edge: datetime) -> None:
        while self._queue and self._queue[0].at <= edge:
            self._turn(heapq.heappop(self._queue))

    def _turn(self, turn: _Turn) -> None:
        matter = turn.matter
        if turn.clock:
            if matter.wakes != turn.at:  # looked at already, or put off since
                return
            matter.wakes = None
            tick(matter.case, turn.at)
            self._watch(matter, state_of(Case.objects.get(pk=matter.case)), turn.at)
        elif turn.life is None or turn.move is None:
            receipt = receive(matter.command, matter.actor, turn.at, door=DOOR, key=matter.key, files=matter.files)
            matter.case_id, matter.number = receipt.case_id, receipt.number
            self._watch(matter, state_of(Case.objects.get(pk=matter.case)), turn.at)
            life = matter.life(matter)
            self._go_on(matter, life, next(life, None), turn.at)
        else:
            self._act(matter, turn.life, turn.move)

    def _act(self, matter: Matter, life: Life, move: Move) -> None:
        try:
            if move.commands:
                state = perform(matter.case, move.commands, move.actor, move.at)
                self._watch(matter, state, move.at)
            else:
                state = state_of(Case.objects.get(pk=matter.case))
        except Refusal as refusal:  # somebody or some clock was faster; this life was about something else
            self.refused[refusal.code] += 1
            life.close()
            return
        try:
            following = life.send(state)
        except StopIteration:
            following = None
        self._go_on(matter, life, following, move.at)

    def _go_on(self, matter: Matter, life: Life, move: Move | None, now: datetime) -> None:
        if move is not None and move.at <= self.until:
            at = max(move.at, now)
            self._push(_Turn(at, 0, matter, life, Move(at, move.actor, move.commands)))

    def _watch(self, matter: Matter, state: CaseState, now: datetime) -> None:
        """See to it that the clocks of this case are looked at when the next one runs out."""
        self.events += 1
        if state.merged_into:
            self._followers[matter.case] = matter
        wakes = max(state.wake_at, now) if state.wake_at is not None else None
        if wakes is not None and wakes <= self.until and wakes != matter.wakes:
            self._push(_Turn(wakes, 0, matter, clock=True))
        matter.wakes = wakes

    def _settle(self, edge: datetime) -> None:
        """Carry out what the stretch left in the outbox, then seal when it is time.

        Notices are not sent: nobody has these numbers.
        """
        waiting = Task.objects.filter(kind="cases.notify", done_at=None)
        write(lambda: waiting.update(done_at=edge))
        while tasks := queue.claim("town", edge, 50):
            for task in tasks:
                queue.carry_out(task, "town", edge)
            write(lambda: waiting.update(done_at=edge))
        for case in Case.objects.filter(pk__in=list(self._followers), wake_at__isnull=False):
            self._watch(self._followers.pop(case.pk), state_of(case), edge)
        if edge - self._sealed >= (WEEKLY if edge < self.until - DAILY else timedelta()):
            ledger.seal(edge)
            self._sealed = edge
