"""What the worker does for cases: clocks that run out, notices, answers shared with followers, sweeping."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.cases import attachments, notices, similar, vault
from huiyin.cases.actions import perform
from huiyin.cases.lifecycle import Actor, Claim, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case, Submission
from huiyin.cases.projection import state_of
from huiyin.cases.rulebook import in_force
from huiyin.ledger.actions import seal
from huiyin.ledger.errors import SealRefused
from huiyin.ledger.models import Checkpoint, Entry
from huiyin.worker.outbox import enqueue
from huiyin.worker.queue import describe
from huiyin.worker.registry import handler, periodic

logger = logging.getLogger(__name__)
SYSTEM = Actor(Role.SYSTEM)
#: cases looked at in one round of the clocks
ROUND = 200


@periodic("cases.clocks", every=timedelta(seconds=5))
def run_clocks(now: datetime) -> None:
    """Let every clock that ran out fire, once; each in a transaction of its own."""
    due = list(Case.objects.filter(wake_at__lte=now).order_by("wake_at").values_list("pk", flat=True)[:ROUND])
    failed: list[Exception] = []
    for case_id in due:
        try:
            tick(case_id, now)
        except Exception as error:  # noqa: BLE001  one case must not stop the clocks of all others; it is reported below
            logger.warning("the clocks of case %s failed: %s", case_id, describe(error))
            failed.append(error)
    if failed:
        raise failed[0]  # the job is recorded as failed, doctor shows it


def tick(case_id: UUID, now: datetime) -> None:
    """Act on the clocks of one case that ran out before `now`. Doing it twice changes nothing more."""
    case = Case.objects.get(pk=case_id)
    state = state_of(case)
    ran_out = sorted(
        (k for k in state.clocks.values() if k.running and not k.missed and k.due_at <= now),
        key=lambda k: (k.due_at, k.purpose),
    )
    for clock in ran_out:
        if clock.purpose == "reminder_gap":
            commands: list[c.Command] = [c.Remind()]
        elif clock.purpose == "verdict_window":
            commands = [c.RestOnSilence()]
        else:
            commands = [c.ClockRanOut(clock.purpose)]
        try:
            state = perform(case_id, commands, SYSTEM, now)
        except Refusal as refusal:
            if refusal.code in ("reminders_first", "callbacks_first", "has_spoken_already"):
                # Silence may not rest the case yet: somebody named is told that a call is owed.
                state = perform(case_id, c.ClockRanOut(clock.purpose), SYSTEM, now)
            elif refusal.code not in ("clock_is_not_running", "clock_has_time_left", "not_now"):
                raise


def something_to_seal() -> bool:
    """Whether events wait for the log, or the newest checkpoint is old enough to be signed again."""
    if Entry.objects.filter(idx=None).exists():
        return True
    newest = Checkpoint.objects.order_by("-at").values_list("at", flat=True).first()
    return newest is None or timezone.now() - newest >= timedelta(minutes=5)


@periodic("ledger.seal", every=timedelta(seconds=1), wanted=something_to_seal)
def seal_log(now: datetime) -> None:
    """Number new events, build tiles, sign a checkpoint. A refusal is kept for `huiyin doctor` and the log page."""
    try:
        seal(now)
    except SealRefused as refusal:
        logger.error("the log was not sealed: %s", refusal)


@handler("cases.index")
def index(payload: Mapping[str, Any], now: datetime) -> None:
    """Make a new case findable for "the same as this?", or many that an import brought (`cases`)."""
    case_ids = [UUID(case) for case in payload.get("cases") or [payload["case"]]]

    def postings() -> None:
        list(Case.objects.select_for_update(of=("self",)).filter(pk__in=case_ids))  # an erasure waits, or is seen
        words = vault.first_words(case_ids, ("text", "subject"))
        similar.index_many({case: (said.get("subject", ""), said.get("text", "")) for case, said in words.items()})
        # Only now can it be compared with others. A task of its own, so that an intake stores no second one.
        enqueue("suggestions.matters", {"cases": case_ids}, now=now, key=f"{case_ids[0]}/{len(case_ids)}")

    write(postings)


@handler("cases.notify")
def notify(payload: Mapping[str, Any], now: datetime) -> None:
    """Tell the resident that there is news; the words stay on their page."""
    notices.send(UUID(payload["case"]), int(payload["seq"]), str(payload["about"]))


@handler("cases.share_answer")
def share_answer(payload: Mapping[str, Any], now: datetime) -> None:
    """An answered matter answers everybody who follows it; each has an own verdict."""
    leader = Case.objects.get(pk=UUID(payload["case"]))
    entry = Entry.objects.get(stream=leader.pk, seq=payload["seq"])
    words = vault.words(leader.pk, ("text", "route"))
    promised = entry.body.get("promise_due")
    command = c.ShareAnswer(
        Claim(entry.body["claim"]),
        words.get((entry.seq, "text"), "—"),
        leader.lead_id or "",
        date.fromisoformat(promised) if promised else None,
        words.get((entry.seq, "route"), ""),
    )
    for follower in list(Case.objects.filter(merged_into=leader, phase="merged").values_list("pk", flat=True)):
        try:
            perform(follower, command, SYSTEM, now)
        except Refusal as refusal:
            # answered already by an earlier attempt; erased: one follower must not keep the answer from the others
            if refusal.code not in ("not_now", "erased_case_takes_no_words"):
                raise


@handler("cases.rest_on_silence")
def rest_on_silence(payload: Mapping[str, Any], now: datetime) -> None:
    """The last reminder or call that was owed has been made: silence may rest the case now, if it still is silent."""
    try:
        perform(UUID(payload["case"]), c.RestOnSilence(), SYSTEM, now)
    except Refusal as refusal:
        if refusal.code not in ("not_now", "reminders_first", "callbacks_first", "resident_still_has_time"):
            raise


@handler("cases.free_followers")
def free_followers(payload: Mapping[str, Any], now: datetime) -> None:
    """The matter others followed came to an end without an answer: each follower stands on its own again."""
    for follower in list(Case.objects.filter(merged_into=payload["case"], phase="merged").values_list("pk", flat=True)):
        try:
            perform(follower, c.Unmerge(), SYSTEM, now)
        except Refusal as refusal:
            if refusal.code != "not_now":
                raise


@periodic("cases.sweep", every=timedelta(hours=1))
def sweep(now: datetime) -> None:
    """Forget photo drafts after a day and idempotency keys after thirty."""
    attachments.sweep(now - timedelta(days=1))
    write(lambda: Submission.objects.filter(created_at__lt=now - timedelta(days=30)).delete())


@periodic("cases.contacts", every=timedelta(hours=1))
def erase_contacts(now: datetime) -> None:
    """Erase the contacts of matters that ended long enough ago (the pack's `confidentiality` clock)."""
    rulebook = in_force()
    ended = Case.objects.filter(reachable=True, rested_at__lt=now).order_by("rested_at")
    for case in ended[: 5 * ROUND]:
        ended_at = case.rested_at or now
        until = rulebook.due("confidentiality", ended_at, state_of(case))
        if until is not None and until <= now:
            perform(case.pk, c.Erase("purpose_met", ("contact",)), SYSTEM, now)
