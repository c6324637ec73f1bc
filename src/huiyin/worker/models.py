"""What the worker stores: the outbox, the last run of each periodic job, and a sign of life per worker."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huiyin.base.ids import uuid7


class Task(models.Model):
    """Something that must happen after a command, written in the same transaction as the command (the outbox).

    Life: waiting (run_at) → leased (leased_until) → done_at, or waiting again with attempts + 1, or failed_at.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    #: When not empty, at most one task of this kind and key exists: enqueueing again changes nothing.
    key = models.CharField(max_length=120, default="")
    #: Identifiers only. Personal text stays in the vault and is read by the handler when it runs.
    payload = models.JSONField(default=dict)
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=60, default="")
    done_at = models.DateTimeField(null=True)
    #: Set when all attempts are used up; `huiyin doctor` shows such tasks and `huiyin worker --retry-failed` revives
    #: them.
    failed_at = models.DateTimeField(null=True)
    #: Class and place of the last error, never its message: messages quote what they choke on.
    last_error = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=~Q(key=""), name="one_task_per_key"),
        ]
        indexes = [
            models.Index(fields=["run_at"], condition=Q(done_at=None, failed_at=None), name="task_waiting"),
            models.Index(fields=["done_at"], condition=Q(done_at__isnull=False), name="task_done"),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="task_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Periodic(models.Model):
    """When a periodic job last ran. The row is also the lock that keeps two workers from running it twice."""

    name = models.CharField(max_length=60, primary_key=True)
    last_run_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=60, default="")
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, default="")

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """A sign of life of one worker, refreshed every few seconds."""

    worker = models.CharField(max_length=60, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
