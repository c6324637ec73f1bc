"""The room's registration with Django."""

from __future__ import annotations

from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "huiyin.suggestions"
    label = "suggestions"

    def ready(self) -> None:
        """Connect what must happen when words are erased and when a pack is put in force."""
        from huiyin.suggestions import listening

        listening.connect()
