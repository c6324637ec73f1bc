from __future__ import annotations

from django.apps import AppConfig


class LakeConfig(AppConfig):
    name = "huiyin.lake"
    default_auto_field = "django.db.models.BigAutoField"
