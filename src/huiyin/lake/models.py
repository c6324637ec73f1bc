"""What is published: a few rows made by the worker, so that a page needs one small read and no engine."""

from __future__ import annotations

from django.db import models


class Published(models.Model):
    """The public figures of one group: the whole body, an office, an area, a category or a channel.

    `page` is period → {"counts": {measure: number or null}, "figures": {code: {...}}, "beside": word}, see
    `figures.publishing.page`.
    Everything in it is protected: nobody can be found in it.
    """

    kind = models.CharField(max_length=10)
    #: Code of the group; "" for the body; "scheme/category" for a category.
    group = models.CharField(max_length=100)
    page = models.JSONField()
    as_of = models.DateTimeField()
    lake_version = models.PositiveIntegerField()
    method = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "group"], name="one_page_a_group")]

    def __str__(self) -> str:
        return f"{self.kind} {self.group}"
