"""Rules of a body that needs no pack: three offices under one, every clock runs for some hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from huiyin.cases.lifecycle import Actor, CaseState, Role

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOURS = {
    "dispatch": 4, "acknowledge": 8, "first_contact": 24, "objection": 48, "ruling": 48, "answer": 120, "redo": 72,
    "extension_limit": 240, "verdict_window": 360, "reminder_gap": 72, "callback_gap": 96, "review": 240,
    "reopen_window": 2160, "overdue": 48, "resident_reply": 96,
}  # fmt: skip
PARENTS = {"road": "city", "water": "city", "light": "city", "city": ""}


class FewRules:
    """Answers of a tiny body."""

    reminders = 2
    callback_attempts = 3
    longest_park_days = 184
    longest_promise_days = 366

    def due(self, purpose: str, start: datetime, state: CaseState) -> datetime | None:
        return start + timedelta(hours=HOURS[purpose]) if purpose in HOURS else None

    def shift(
        self, purpose: str, due: datetime, paused_from: datetime, resumed_at: datetime, state: CaseState
    ) -> datetime:
        return due + (resumed_at - paused_from)

    def is_office(self, code: str) -> bool:
        return code in PARENTS

    def is_category(self, code: str) -> bool:
        return code in ("lamps", "pipes", "officials")

    def is_sensitive(self, category: str) -> bool:
        return category == "officials"

    def is_area(self, code: str) -> bool:
        return code in ("east", "west")

    def superior(self, office: str) -> str:
        return PARENTS.get(office, "")

    def day_of(self, at: datetime) -> str:
        return at.date().isoformat()


RULES = FewRules()


def actor(role: str, office: str = "") -> Actor:
    return Actor(Role(role), office, "" if role in ("resident", "system", "importer") else "7")
