"""Programs of the intake kill test.

python -m tests.kill.intake send     sends every matter that came in to an office, for ever, as a dispatcher would
python -m tests.kill.intake look     what is stored of every matter, as JSON: words → facts
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from typing import Any

from huiyin.cli import prepare_django


def send() -> None:
    """Send matters to an office as fast as they come in: each sending owes its resident one notice."""
    from django.utils import timezone

    from huiyin.base.errors import Refusal
    from huiyin.cases.actions import perform
    from huiyin.cases.lifecycle import Actor, Role
    from huiyin.cases.lifecycle import commands as c
    from huiyin.cases.models import Case

    dispatcher = Actor(Role.DISPATCHER, "hotline", "1")
    while True:
        found = list(Case.objects.filter(phase="received").values_list("pk", flat=True)[:20])
        for case_id in found:
            try:
                perform(case_id, [c.Classify("RD2.01"), c.Dispatch("urban")], dispatcher, timezone.now())
            except Refusal as refusal:
                if refusal.code != "not_now":
                    raise
        if not found:
            time.sleep(0.05)


def look() -> dict[str, Any]:
    """Everything that belongs to each matter, gathered by the words that were sent."""
    from huiyin.cases import vault
    from huiyin.cases.models import Case, Submission, VaultKey
    from huiyin.cases.notices import _NAMES
    from huiyin.ledger.models import Entry
    from huiyin.worker.models import Task

    tasks: dict[tuple[str, str], list[Task]] = {}
    for row in Task.objects.filter(kind__in=["cases.index", "cases.notify"]):
        tasks.setdefault((row.kind, row.payload["case"]), []).append(row)
    found: dict[str, list[dict[str, Any]]] = {}
    messages = []
    again = 0
    for case in Case.objects.all():
        words = vault.words(case.pk, ("text", "contact"))
        notices = tasks.get(("cases.notify", str(case.pk)), [])
        entries = list(Entry.objects.filter(stream=case.pk).order_by("seq"))
        told = sum(entry.kind == "dispatched" for entry in entries)
        messages += [str(uuid.uuid5(_NAMES, f"{case.pk}/{row.payload['seq']}")) for row in notices]
        again += sum(row.attempts > 1 for row in notices)
        found.setdefault(words[1, "text"], []).append(
            {
                "number": case.number,
                "claim": bytes(case.claim_hash).hex(),
                "contact": words.get((1, "contact"), ""),
                "key": VaultKey.objects.filter(case=case).count(),
                "submissions": Submission.objects.filter(case=case).count(),
                "entries": [entry.seq for entry in entries] == list(range(1, case.seq + 1)),
                "sealed": all(entry.idx is not None for entry in entries),
                "index": len(tasks.get(("cases.index", str(case.pk)), [])),
                "notices": len(notices) == told,
            }
        )
    unfinished = Task.objects.filter(done_at=None, kind__in=["cases.index", "cases.notify"]).count()
    return {"found": found, "messages": messages, "tried_again": again, "unfinished": unfinished}


if __name__ == "__main__":
    prepare_django()
    if sys.argv[1] == "send":
        send()
    else:
        print(json.dumps(look()))  # noqa: T201
