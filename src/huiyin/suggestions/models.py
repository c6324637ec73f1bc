"""What is stored of suggestions: codes, probabilities and versions. No words, nothing about a person.

What a human finally chose is not stored again: it stands on the case, a projection of its own events.
"""

from __future__ import annotations

from django.db import models

from huiyin.base.ids import uuid7
from huiyin.cases.models import Case


class TrainedModel(models.Model):
    """A model file that was made, with its card. The file itself lies in HUIYIN_HOME/models."""

    kind = models.CharField(max_length=10)  # category, office
    version = models.CharField(max_length=80)
    pack = models.CharField(max_length=64)  # digest of the pack it was made from
    made_at = models.DateTimeField()
    examples = models.PositiveIntegerField()
    #: Settled matters there were when it was made: how much history is new since.
    settled = models.PositiveIntegerField()
    #: The newest matter it was trained on came in then; null without history.
    trained_until = models.DateTimeField(null=True)
    card = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version", "pack"], name="one_model_version")]

    def __str__(self) -> str:
        return self.version


class Suggestion(models.Model):
    """What was suggested to staff for one case, once, by which models. An empty code: the model said "not sure".

    What the human chose is `case.category` and `case.lead`.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="suggestion")
    version = models.CharField(max_length=80)
    office_version = models.CharField(max_length=80, default="")
    category = models.CharField(max_length=40, default="")
    confidence = models.FloatField(default=0.0)
    second = models.CharField(max_length=40, default="")
    second_confidence = models.FloatField(default=0.0)
    office = models.CharField(max_length=40, default="")
    office_confidence = models.FloatField(default=0.0)
    office_second = models.CharField(max_length=40, default="")
    language = models.CharField(max_length=5)  # zh, en, other: of the words, not of the person
    made_at = models.DateTimeField(db_index=True)
    #: Made after a human had chosen, so nobody was led by it; counted all the same, and said so.
    late = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.category or '?'} for {self.case_id}"


class ReplySign(models.Model):
    """What the reply check found in one answer: parts, never one number, and nothing about who wrote it. The flags are
    read by the lake (documented in docs/understanding.md).

    `template` is the same for near-identical replies and empty for one that stands alone; it is a keyed hash of the
    first of them, and `sketch` holds keyed hashes too: no text can be read from either.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reply_signs")
    number = models.PositiveIntegerField()  # 1 for the first answer of the case
    template = models.CharField(max_length=16, default="", db_index=True)
    hollow = models.BooleanField(default=False)
    promise_only = models.BooleanField(default=False)
    other_matter = models.BooleanField(default=False)
    #: The codes of all parts (`understanding.reply.Part`) in order; empty in rows made before version reply-2.
    parts = models.JSONField(default=list)
    version = models.CharField(max_length=40)
    sketch = models.BinaryField(max_length=256)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_reply_sign")]

    def __str__(self) -> str:
        return f"answer {self.number} of {self.case_id}"


class ReplyBand(models.Model):
    """Where replies with a like sketch are found: keyed hash of a part of the sketch → reply."""

    band = models.BigIntegerField()
    sign = models.ForeignKey(ReplySign, on_delete=models.CASCADE, related_name="bands")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["band", "sign"], name="one_reply_band")]

    def __str__(self) -> str:
        return str(self.band)


class FactChange(models.Model):
    """That what this room knows of a case, for counting, changed: its issue or the signs of its answers. In order."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.pk)


class Issue(models.Model):
    """A recurring issue: matters about the same thing. Its members count matters, never people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    founded_at = models.DateTimeField()
    newest_at = models.DateTimeField()
    members = models.PositiveIntegerField(default=0)
    #: No place is shared by half of its matters.
    theme = models.BooleanField(default=False)
    #: The place most of its matters share, and the category most are filed under; empty when there is none.
    area = models.CharField(max_length=40, default="")
    category = models.CharField(max_length=40, default="")
    #: Set when it went into another one; then it has no members.
    into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="absorbed")

    class Meta:
        indexes = [models.Index(fields=["theme", "-members", "id"], name="issue_hottest")]

    def __str__(self) -> str:
        return f"issue {self.id}"


class IssueMember(models.Model):
    """Which issue a case belongs to now: the lake's `cases.issue`."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="issue_member")
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="memberships")
    received_at = models.DateTimeField()
    confidence = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["issue", "received_at"], name="issue_members")]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.issue_id}"


class Likeness(models.Model):
    """How likely two cases belong together: a probability, found when the later one was looked at. No words."""

    later = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    earlier = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    chance = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["later", "earlier"], name="one_likeness")]

    def __str__(self) -> str:
        return f"{self.later_id} like {self.earlier_id}"


class Gathering(models.Model):
    """The last time the newest matters were gathered anew: up to which likeness, and how many changed their issue."""

    at = models.DateTimeField()
    until = models.BigIntegerField()
    moved = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"gathered at {self.at}"


class IssueChange(models.Model):
    """The history of an issue: founded, joined, merged (with `other`), left, refiled, split (from `other`)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="changes")
    other = models.ForeignKey(Issue, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    members = models.PositiveIntegerField()  # afterwards
    confidence = models.FloatField(default=0.0)

    def __str__(self) -> str:
        return f"{self.kind} {self.issue_id}"
