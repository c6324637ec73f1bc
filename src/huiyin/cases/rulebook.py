"""The loaded pack, asked the way the life of a case asks (`lifecycle.rules.Rules`)."""

from __future__ import annotations

from datetime import UTC, datetime

from huiyin.cases.lifecycle.state import CaseState
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue, ClockKind, Rule, UnknownYear


class Rulebook:
    """Deadlines and limits of the pack in force."""

    reminders = 2
    callback_attempts = 3
    longest_park_days = 184
    longest_promise_days = 366

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def _rule(self, purpose: str, state: CaseState) -> Rule | None:
        try:
            return self.catalogue.clock(purpose, state.urgency, state.category, state.kind)
        except LookupError:
            return None

    def due(self, purpose: str, start: datetime, state: CaseState) -> datetime | None:
        rule = self._rule(purpose, state)
        if rule is None:
            return None
        try:
            return self.catalogue.due(rule, start)
        except UnknownYear:
            # Nobody may guess which days are worked, and nobody may shut the door either: calendar days are never later
            # than working days. `huiyin doctor` says which year is missing.
            plain = Rule(rule.amount, ClockKind.CALENDAR_DAYS, rule.calendar)
            return self.catalogue.due(plain, start)

    def shift(
        self, purpose: str, due: datetime, paused_from: datetime, resumed_at: datetime, state: CaseState
    ) -> datetime:
        rule = self._rule(purpose, state)
        if rule is None:
            return due + (resumed_at - paused_from)
        try:
            return self.catalogue.shift(rule, due, paused_from, resumed_at)
        except UnknownYear:
            return due + (resumed_at - paused_from)

    def is_office(self, code: str) -> bool:
        return code in self.catalogue.offices

    def is_category(self, code: str) -> bool:
        return code in self.catalogue.categories

    def is_sensitive(self, category: str) -> bool:
        return self.catalogue.is_sensitive(category)

    def is_area(self, code: str) -> bool:
        return code in self.catalogue.areas

    def superior(self, office: str) -> str:
        info = self.catalogue.offices.get(office)
        return info.parent if info else ""

    def day_of(self, at: datetime) -> str:
        return at.astimezone(self.catalogue.tz).date().isoformat()

    def year_of(self, at: datetime) -> int:
        return at.astimezone(self.catalogue.tz).year

    def top_category(self, category: str) -> str:
        path = self.catalogue.category_path(category) if category else []
        return path[0].code if path else ""


def in_force() -> Rulebook:
    """The rulebook of the pack loaded now. Raises organisation.store.NoPackLoaded."""
    return Rulebook(store.current())


def milliseconds(at: datetime) -> datetime:
    """Times in events are whole milliseconds, UTC: what is written is exactly what is replayed."""
    utc = at.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
