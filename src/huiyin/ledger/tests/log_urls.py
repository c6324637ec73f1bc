"""The log's addresses as the site mounts them, for tests of this room alone."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from huiyin.ledger import urls

urlpatterns = [
    path("log/", include((urls.machine_urlpatterns, "ledger"), namespace="log-files")),
    *i18n_patterns(path("log/", include("huiyin.ledger.urls")), prefix_default_language=False),
]
