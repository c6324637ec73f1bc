"""Programs the kill tests run: `python -m tests.kill.programs write|work|look`."""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

from huiyin.cli import prepare_django

if __name__ == "__main__":
    prepare_django()

    from django.db.models import F
    from django.utils import timezone

    from huiyin.base.bulk import insert_together
    from huiyin.base.ids import uuid7
    from huiyin.base.transaction import write
    from huiyin.worker import registry
    from huiyin.worker.gateways import SpoolGateway
    from huiyin.worker.loop import Worker
    from huiyin.worker.models import Heartbeat, Periodic, Task
    from huiyin.worker.outbox import task

    def client(output: int) -> None:
        """Write pairs of rows for ever; say each name after its commit, in one system call."""
        while True:
            name = uuid7().hex
            row = task("kill.pair", {}, now=timezone.now(), run_at=timezone.now() + timedelta(days=999), key=name)
            write(lambda row=row, name=name: insert_together([(Task, [row]), (Periodic, [Periodic(name=name)])]))
            os.write(output, f"{name}\n".encode())

    def deliver(payload: dict[str, Any], now: object) -> None:
        SpoolGateway().send(UUID(payload["message"]), "sms", "1", "", "x")

    def count(payload: dict[str, Any], now: object) -> None:
        Periodic.objects.filter(pk="effects").update(failures=F("failures") + 1)

    registry.handler("kill.message")(deliver)
    registry.handler("kill.effect", transactional=True)(count)

    if sys.argv[1] == "write":
        threads = [threading.Thread(target=client, args=(1,)) for _ in range(8)]
        for thread in threads:
            thread.start()
    elif sys.argv[1] == "work":
        Worker(task_lanes=2).run_forever()
    elif sys.argv[1] == "fill":
        now = timezone.now()
        rows = [task("kill.message", {"message": uuid7()}, now=now) for _ in range(int(sys.argv[2]))]
        rows += [task("kill.effect", {}, now=now) for _ in range(int(sys.argv[2]))]
        write(lambda: insert_together([(Periodic, [Periodic(name="effects")]), (Task, rows)]))
    elif sys.argv[1] == "look":
        pairs = set(Task.objects.filter(kind="kill.pair").values_list("key", flat=True))
        messages = Task.objects.filter(kind="kill.message")
        print(  # noqa: T201
            json.dumps(
                {
                    "tasks": sorted(pairs),
                    "partners": sorted(
                        set(Periodic.objects.filter(name__regex="^[0-9a-f]{32}$").values_list("pk", flat=True))
                    ),
                    "messages": [payload["message"] for payload in messages.values_list("payload", flat=True)],
                    "open": Task.objects.filter(kind__in=["kill.message", "kill.effect"], done_at=None).count(),
                    "beating": " ".join(Heartbeat.objects.values_list("pk", flat=True)),
                    "effects": sum(Periodic.objects.filter(pk="effects").values_list("failures", flat=True)),
                }
            )
        )
