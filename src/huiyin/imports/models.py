"""Which rows of which spreadsheets were taken in, so that a file can be imported again without doubling anything."""

from __future__ import annotations

from django.db import models

from huiyin.cases.models import Case


class TakenRow(models.Model):
    """One row that became a case. `key` and `content` are keyed hashes: neither tells what the row said."""

    #: Made from the map's name and the row's own id.
    key = models.UUIDField(primary_key=True, editable=False)
    #: Made from all cells: a row whose content is another one has changed since.
    content = models.UUIDField(editable=False)
    map = models.CharField(max_length=40)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["map"], name="taken_by_map")]

    def __str__(self) -> str:
        return f"{self.map}: {self.key}"
