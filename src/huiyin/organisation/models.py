"""Rows that other rooms point to: offices, areas, categories, loaded packs, and the people who work here.

The catalogue (`huiyin.organisation.catalogue`) answers questions; these rows exist for foreign keys and the past:
a code that vanishes from the pack stays here, inactive.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from huiyin.organisation.records import Names, Role


class _Coded(models.Model):
    code = models.CharField(primary_key=True, max_length=40)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    level = models.PositiveSmallIntegerField()
    names = models.JSONField()
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        abstract = True
        ordering = ("position", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.name()}"

    def name(self, language: str | None = None) -> str:
        """The name in `language`, Chinese when absent."""
        return Names(self.names).local(language)


class Office(_Coded):
    """An office that can be responsible."""

    kind = models.CharField(max_length=40)
    area = models.CharField(max_length=40, blank=True, default="")

    class Meta(_Coded.Meta):
        pass


class Area(_Coded):
    """A place matters are filed under."""

    since = models.SmallIntegerField(null=True)
    until = models.SmallIntegerField(null=True)

    class Meta(_Coded.Meta):
        pass


class Category(_Coded):
    """A kind of matter, in the scheme it was last loaded with."""

    scheme = models.CharField(max_length=40)

    class Meta(_Coded.Meta):
        verbose_name_plural = "categories"


class PackVersion(models.Model):
    """A pack as it was loaded. The newest row is in force; older ones say what was in force before."""

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Staff(models.Model):
    """A person who works here: the roles they hold and the office they hold them in. Sign-in lives in `user`."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff")
    roles = models.JSONField(default=list)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="staff")
    title = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    #: The password was handed out by someone else and must be changed at the next sign-in.
    must_change_password = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("user__username",)
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return f"{self.user_id}:{','.join(self.roles)}"

    def has_role(self, *roles: str) -> bool:
        """Whether this person, still working here, holds one of `roles`."""
        return self.active and any(role in self.roles for role in roles)

    def acts_as(self, role: Role | str) -> dict[str, Any]:
        """The actor written into events: role, office and the staff row's number; never a name."""
        actor: dict[str, Any] = {"role": str(role), "staff": self.pk}
        if self.office_id:
            actor["office"] = self.office_id
        return actor
