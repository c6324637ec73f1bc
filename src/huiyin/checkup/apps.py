from __future__ import annotations

from django.apps import AppConfig


class CheckupConfig(AppConfig):
    name = "huiyin.checkup"
    default_auto_field = "django.db.models.BigAutoField"
