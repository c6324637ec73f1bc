"""The room's registration with Django."""

from __future__ import annotations

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Offices, areas, categories, packs and the people who work here."""

    name = "huiyin.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signals."""
        from huiyin.organisation import signals  # noqa: F401
