"""The event store of the whole product, and the checkpoints under which its events were published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One event. Nothing in it is personal; it is written once and never changed (only `idx` is filled in, once).

    `leaf` is the public text that is hashed into the log. `body` and `actor` are not public: the leaf carries salted
    commitments to them, made with salts derived from `body_salt` (`commitments.derived_salt`).
    """

    id = models.BigAutoField(primary_key=True)
    stream = models.UUIDField()
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.JSONField()
    body = models.JSONField()
    body_salt = models.BinaryField(max_length=32)
    leaf = models.TextField()
    leaf_hash = models.BinaryField(max_length=32)
    #: Place in the log, from 0 without gaps; null until the sequencer has numbered it.
    idx = models.BigIntegerField(null=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "seq"], name="ledger_entry_stream_seq"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(idx__isnull=True), name="ledger_entry_unnumbered"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stream}/{self.seq}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root. `note` is the exact published text."""

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32, db_index=True)
    #: The time the log's own clock signed, whole seconds.
    at = models.DateTimeField()
    note = models.TextField()
    #: Id of the key that signed (8 hexadecimal digits); of the newest one when two did.
    key_id = models.CharField(max_length=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["size", "at"], name="ledger_checkpoint_size_at"),
        ]

    def __str__(self) -> str:
        return f"{self.size} at {self.at.isoformat()}"
