"""All addresses. People's pages: Chinese at /…, English at /en/…; addresses for machines have no language."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from huiyin.ledger.urls import machine_urlpatterns
from huiyin.site import views

handler400 = "huiyin.site.views.bad_request"
handler403 = "huiyin.site.views.forbidden"
handler404 = "huiyin.site.views.not_found"
handler500 = "huiyin.site.views.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("log/", include((machine_urlpatterns, "log-files"))),
    *i18n_patterns(
        path("", include("huiyin.portal.urls")),
        path("", include("huiyin.site.page_urls")),
        path("", include("huiyin.board.urls")),
        path("", include("huiyin.report.urls")),
        path("", include("huiyin.suggestions.urls")),
        path("", include("huiyin.checkup.urls")),
        path("log/", include("huiyin.ledger.urls")),
        path("staff/", include("huiyin.organisation.urls")),
        path("desk/", include("huiyin.desk.urls")),
        path("desk/imports/", include("huiyin.imports.urls")),
        prefix_default_language=False,
    ),
]
