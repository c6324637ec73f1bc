"""What is stored of a case. The case row is a projection of its events; words live in the vault, never here.

There is deliberately no table and no column for a person: no label, score or history of a resident, nothing that links
two cases of one person.
"""

from __future__ import annotations

from django.db import models

from huiyin.base.ids import uuid7
from huiyin.organisation.models import Area, Category, Office


class Case(models.Model):
    """One matter as one person raised it. Columns are what pages filter and sort by; the rest is in `details`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=12, unique=True)
    claim_hash = models.BinaryField(max_length=32, unique=True)
    tag = models.CharField(max_length=64)
    seq = models.PositiveIntegerField(default=0)

    phase = models.CharField(max_length=12)
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=12)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    urgency = models.CharField(max_length=10)
    confidentiality = models.CharField(max_length=12)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    #: Where, rounded to about ten metres; empty unless the resident lets the matter be listed.
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    reachable = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    lead = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    claim = models.CharField(max_length=12, default="")
    answered_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=12, default="")
    verdict_by = models.CharField(max_length=10, default="")
    outcome = models.CharField(max_length=12, default="")
    rested_at = models.DateTimeField(null=True)
    escalation = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    supporters = models.PositiveIntegerField(default=0)
    published = models.BooleanField(default=False)
    imported = models.BooleanField(default=False)
    erased = models.BooleanField(default=False)

    due_at = models.DateTimeField(null=True)
    due_purpose = models.CharField(max_length=20, default="")
    wake_at = models.DateTimeField(null=True)
    #: The fields of CaseState that no page filters by, and the clocks.
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # Whatever has a duty is not at rest. Asking for both misleads PostgreSQL: it takes the two for independent
            # and expects a fifth of the rows there are.
            models.Index(fields=["lead", "due_at", "id"], condition=models.Q(due_at__isnull=False), name="case_inbox"),
            models.Index(fields=["phase", "due_at", "id"], condition=models.Q(due_at__isnull=False), name="case_board"),
            models.Index(
                fields=["lead", "due_at", "received_at"],
                condition=models.Q(rested_at=None, due_at=None),
                name="case_waiting",
            ),
            models.Index(fields=["phase", "id"], condition=models.Q(rested_at=None, due_at=None), name="case_undated"),
            models.Index(fields=["wake_at"], condition=models.Q(wake_at__isnull=False), name="case_wake"),
            models.Index(
                fields=["rested_at"], condition=models.Q(reachable=True, rested_at__isnull=False), name="case_contact"
            ),
            models.Index(fields=["lead", "received_at"], name="case_lead_received"),
            models.Index(fields=["area", "category", "received_at"], name="case_place"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseSupport(models.Model):
    """An office that supports a case now (the lead is on the case row)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="supporting")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "case"], name="one_support")]

    def __str__(self) -> str:
        return f"{self.office_id} supports {self.case_id}"


class VaultKey(models.Model):
    """The wrapped key of one case. Erasing everything deletes this row."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="vault_key")
    kek = models.CharField(max_length=20)
    box = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["kek"], name="vault_by_kek")]

    def __str__(self) -> str:
        return f"key of {self.case_id}"


class VaultItem(models.Model):
    """One private field of one event: 32 bytes of salt and the words, sealed under the case's key."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="vault_items")
    seq = models.PositiveIntegerField()
    label = models.CharField(max_length=20)
    box = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq", "label"], name="one_item")]

    def __str__(self) -> str:
        return f"{self.label} of {self.case_id}"


class Submission(models.Model):
    """Which case an idempotency key led to. Only the key's hash is kept, and not for long."""

    door = models.CharField(max_length=20)
    key_hash = models.BinaryField(max_length=32)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="+")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["door", "key_hash"], name="one_submission")]

    def __str__(self) -> str:
        return f"{self.door} → {self.case_id}"


class Attachment(models.Model):
    """A file as it was re-encoded, encrypted under a key of its own. Without a case it is a draft and is swept away."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="attachments")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)
    kek = models.CharField(max_length=20)
    key_box = models.BinaryField()
    created_at = models.DateTimeField()
    by = models.CharField(max_length=10, default="resident")
    visible = models.CharField(max_length=10, default="office")

    def __str__(self) -> str:
        return str(self.id)


class PublicMatter(models.Model):
    """What everybody may read about a case: a title and a summary written by staff, free of personal detail.

    `tokens` is the searchable form (understanding.search); the database keeps its full-text index (migration 0002).
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="public")
    title = models.CharField(max_length=200)
    summary = models.TextField(default="")
    tokens = models.TextField(default="")
    listed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-listed_at", "id"], name="public_newest")]

    def __str__(self) -> str:
        return self.title


class Posting(models.Model):
    """What a case is found by for "the same as this?": keyed hashes of rare letter groups. Nothing can be read back.

    Rows are numbered in the order they are stored, without gaps; erasing a case leaves one (`cases.postings`).
    """

    number = models.BigIntegerField(primary_key=True)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+")
    #: The part of town, 1 to 127, 0 when it is unknown.
    part = models.SmallIntegerField()
    marks = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.number}"


class PostingBlock(models.Model):
    """Packed postings of many cases (`understanding.packing`); made from the rows above, and gone with them."""

    number = models.BigIntegerField(primary_key=True)
    entries = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.number}"


class PostingCount(models.Model):
    """One row: how many cases were stored, and how many units of 1,024 are packed. Its lock orders all writers."""

    id = models.SmallIntegerField(primary_key=True)
    cases = models.BigIntegerField(default=0)
    units = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.cases}"
