"""Addresses of the pages of the house itself; included at the root."""

from __future__ import annotations

from django.urls import path

from huiyin.site import pages, preferences

app_name = "site"
urlpatterns = [
    path("limits/", pages.limits, name="limits"),
    path("help/", pages.help_by_phone, name="help"),
    path("privacy/", pages.privacy, name="privacy"),
    path("settings/text-size/", preferences.set_text_size, name="text-size"),
]
