"""What must follow an event, as one table: the outbox tasks written in the event's own transaction.

Payloads hold identifiers only. The handlers are in `cases.jobs` and, for `suggestions.…`, in the room of that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from huiyin.cases.lifecycle import Actor, CaseState, Event, Phase, Role
from huiyin.worker.models import Task
from huiyin.worker.outbox import task

#: events the resident is told about (a notice without any detail: "there is news, look with your code")
TOLD = frozenset(
    {
        "dispatched", "objection_ruled", "extended", "parked", "resident_asked", "answered", "declined", "reminded",
        "reviewed", "contact_revealed", "reopened",
    }
)  # fmt: skip


def after_event(case_id: UUID, event: Event, after: CaseState, actor: Actor, at: datetime) -> Iterator[Task]:
    """The tasks this event leaves behind. Keys make each happen once, however often it is retried."""
    here = f"{case_id}/{after.seq}"
    payload = {"case": str(case_id), "seq": after.seq}
    if event.kind == "received":
        yield task("cases.index", payload, now=at, key=here)
    told = event.kind in TOLD or (event.kind == "message" and actor.role is not Role.RESIDENT)
    if told and after.reachable and not after.imported:
        yield task("cases.notify", {**payload, "about": event.kind}, now=at, key=here)
    if event.kind == "classified" and not after.imported:
        yield task("suggestions.filed", payload, now=at, key=here)
    if event.kind == "answered" and not after.imported:  # answers that came by import are read together with the case
        yield task("suggestions.replies", payload, now=at, key=here)
    if event.kind == "answered" and after.supporters and not event.body.get("shared"):
        yield task("cases.share_answer", payload, now=at, key=here)
    ended = event.kind in ("withdrawn", "declined") or (event.kind == "reviewed" and after.phase is Phase.RESTED)
    if ended and after.supporters:
        yield task("cases.free_followers", payload, now=at, key=here)
    # "erased": without a contact no call is owed any more
    if event.kind in ("reminded", "called_back", "erased") and _window_is_over(after):
        yield task("cases.rest_on_silence", payload, now=at, key=here)


def _window_is_over(state: CaseState) -> bool:
    """The time for a verdict has passed, and only reminders or calls were still owed."""
    window = state.clocks.get("verdict_window")
    return window is not None and window.open and window.missed
