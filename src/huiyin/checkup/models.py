"""What is stored of a check-up: when one looked and at what, each question, and the matters it was seen in.

A question is put to an institution. There is no column for a resident and none for a member of staff who is asked.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from huiyin.base.ids import uuid7
from huiyin.cases.models import Case


class Look(models.Model):
    """One look up to `until`; its shortest span begins at `since`. It is kept as it was, also when it found nothing."""

    until = models.DateTimeField(unique=True)
    since = models.DateTimeField()
    looked_at = models.DateTimeField()
    lake_version = models.PositiveIntegerField()
    #: Offices with enough matters for anything to be said, and the yearly chance of a false alarm that was allowed.
    offices = models.PositiveIntegerField()
    alpha = models.FloatField()
    #: {signature: {"version": 1, "ailment": "formalism", "looked": [office, …]}}; "" in `looked` is the whole body
    signatures = models.JSONField()
    #: {ailment: {"zh": …, "en": …}}: why it could not be looked at
    not_measurable = models.JSONField()
    #: The commitment in the public log to questions and counts (label "questions"), and its salt.
    salt = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)

    class Meta:
        ordering = ["-until"]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d}"


class Question(models.Model):
    """A question to an office ("" is the whole body), with its exact numbers and the words it was asked in.

    `words`: title, definition, seen, pattern (`seen` with {k}, {n}, {share}, {usual}), next as {"zh", "en"}, and
    `innocent`, a list of them. A share stands between 0 and 1; its interval is Wilson's, 95 %.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    look = models.ForeignKey(Look, on_delete=models.PROTECT, related_name="questions")
    office = models.CharField(max_length=40, blank=True)
    ailment = models.CharField(max_length=20)
    signature = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    #: How many weeks before the look it was seen in: the shortest span that showed it.
    weeks = models.PositiveSmallIntegerField(default=8)
    #: The comparison of the signature that showed it.
    strong = models.CharField(max_length=40)
    words = models.JSONField()
    k = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    share = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    usual = models.FloatField()
    p = models.FloatField()
    p_adjusted = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["look", "office", "signature", "strong"], name="asked_once_a_look")
        ]

    def __str__(self) -> str:
        return f"{self.signature} {self.office}"


class SeenIn(models.Model):
    """A matter in which it was seen, in the order of the lake."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="seen_in")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "case"], name="seen_once_in_a_case")]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.place}"


class Answer(models.Model):
    """What the institution says to a question, in public. Never changed: a later one stands beside it.

    The log holds a salted commitment to the text. Erasing (`answers.erase`) empties text and salt and nothing else.
    """

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    #: 1 for the first answer to the question.
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    text = models.TextField()
    salt = models.BinaryField(max_length=32)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="one_answer_a_number")]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("an answer is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("an answer is never removed")
