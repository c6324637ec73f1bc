"""What is stored of the callback sample: periods, who was drawn, how each attempt ended, what was said.

A drawn matter is named by its case. There is no column for a person, a telephone number or a word anybody said; the
account of a caller stands there only while the call is theirs to make.
"""

from __future__ import annotations

from django.db import models

from huiyin.base.ids import uuid7
from huiyin.cases.models import Case


class Period(models.Model):
    """One month: announced before it begins, drawn after it ended, closed when the calls are over."""

    key = models.CharField(max_length=7, unique=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    #: drawing.Rule as announced
    rule = models.JSONField()
    announced_at = models.DateTimeField()
    #: Committed to in the announcement, shown when the period is closed.
    secret = models.BinaryField(max_length=32)

    drawn_at = models.DateTimeField(null=True)
    #: drawing.Point of the two checkpoints, as JSON, and the text of the closing one
    opening = models.JSONField(default=dict)
    closing = models.JSONField(default=dict)
    note = models.TextField(default="")
    beacon = models.CharField(max_length=300, default="")
    #: {stratum: {"size": N, "drawn": n}} and matters left out by reason
    strata = models.JSONField(default=dict)
    excluded = models.JSONField(default=dict)

    closed_at = models.DateTimeField(null=True)
    #: The published file, exactly as it was hashed into the log.
    file = models.TextField(default="")
    #: What callers heard: the estimates as they were published.
    results = models.JSONField(default=dict)

    class Meta:
        ordering = ["-key"]

    def __str__(self) -> str:
        return self.key


class Drawn(models.Model):
    """One drawn matter. Empty and null mean: not asked, or no answer to this question."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="drawn")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    tag = models.CharField(max_length=64)
    #: Which answer of the case the question is about, 1 for the first.
    answer = models.PositiveIntegerField()
    stratum = models.CharField(max_length=40)
    category = models.CharField(max_length=40, default="")
    urgency = models.CharField(max_length=10, default="")
    area = models.CharField(max_length=40, default="")
    #: Place in the draw within the stratum, from 0.
    place = models.PositiveIntegerField()
    by_phone = models.BooleanField()

    attempts = models.PositiveSmallIntegerField(default=0)
    #: Final once set: answered, refused, no_contact, wrong_number, opted_out, not_asked.
    disposition = models.CharField(max_length=12, default="")
    asked_at = models.DateTimeField(null=True)
    #: Account of the caller whose call it is until `taken_until`.
    taken_by = models.CharField(max_length=40, default="")
    taken_until = models.DateTimeField(null=True)
    #: How it was asked in the end: phone or page.
    mode = models.CharField(max_length=5, default="")

    result = models.CharField(max_length=12, default="")
    contacted = models.CharField(max_length=10, default="")
    contacted_days = models.PositiveSmallIntegerField(null=True)
    voice = models.PositiveSmallIntegerField(null=True)
    respect = models.PositiveSmallIntegerField(null=True)
    explained = models.PositiveSmallIntegerField(null=True)
    equal = models.PositiveSmallIntegerField(null=True)
    pressed = models.CharField(max_length=10, default="")
    again = models.CharField(max_length=10, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "case"], name="drawn_once")]
        indexes = [
            models.Index(fields=["place", "id"], condition=models.Q(disposition=""), name="drawn_to_ask"),
            models.Index(fields=["case"], name="drawn_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.period_id}/{self.place}"


class Attempt(models.Model):
    """One call: when, at which part of the day, how it ended."""

    drawn = models.ForeignKey(Drawn, on_delete=models.CASCADE, related_name="calls")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    hours = models.CharField(max_length=10)
    disposition = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drawn", "number"], name="one_attempt")]

    def __str__(self) -> str:
        return f"{self.drawn_id}/{self.number}"
