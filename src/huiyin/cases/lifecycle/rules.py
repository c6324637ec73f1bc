"""What the life of a case asks of the body's own data: deadlines, superiors, limits. Pure; `cases.rulebook` answers it
from the loaded pack, tests answer it from a few lines."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from huiyin.cases.lifecycle.state import CaseState


class Rules(Protocol):
    """Deadlines and limits in force. All times are aware and in UTC."""

    #: reminders to the resident before silence may rest a case as unknown
    reminders: int
    #: callback attempts (at different hours) before silence may rest a reachable case as unknown
    callback_attempts: int
    #: how far ahead a promise may lie
    longest_promise_days: int
    #: days a parked case may wait at most
    longest_park_days: int

    def due(self, purpose: str, start: datetime, state: CaseState) -> datetime | None:
        """When a clock for `purpose` started at `start` runs out; None when the pack has no such clock."""

    def shift(
        self, purpose: str, due: datetime, paused_from: datetime, resumed_at: datetime, state: CaseState
    ) -> datetime:
        """The deadline after a wait: the waiting time is given back in the clock's own unit."""

    def is_office(self, code: str) -> bool: ...

    def is_category(self, code: str) -> bool: ...

    def is_sensitive(self, category: str) -> bool:
        """Whether the pack protects who raises such a matter: it is never listed, the place stays coarse, and no office
        that handles it sees the contact. False for an empty or unknown code."""

    def is_area(self, code: str) -> bool: ...

    def superior(self, office: str) -> str:
        """The office above; empty at the top."""

    def day_of(self, at: datetime) -> str:
        """The calendar day (ISO) in the body's time zone."""
