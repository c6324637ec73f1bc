"""Addresses of the public figures."""

from __future__ import annotations

from django.urls import path, re_path

from huiyin.board import callback_views, download_views, views

app_name = "board"
urlpatterns = [
    path("figures/", views.home, name="home"),
    re_path(r"^figures/(?P<kind>area|channel|category)/$", views.group, name="group"),
    path("figures/download/", download_views.about, name="download"),
    path(f"figures/{download_views.NAME}", download_views.file, name="download-file"),
    path("figures/body.json", views.group_file, {"kind": "body"}, name="body-file"),
    re_path(
        r"^figures/(?P<kind>office|area|channel|category)/(?P<code>.+)\.json$", views.group_file, name="group-file"
    ),
    path("offices/", views.offices, name="offices"),
    path("offices/<str:code>/", views.office, name="office"),
    path("callbacks/", callback_views.callbacks, name="callbacks"),
    re_path(
        r"^callbacks/(?P<key>\d{4}-\d\d)\.(?P<form>json|csv)$", callback_views.callbacks_file, name="callbacks-file"
    ),
    path("definitions/", views.definitions, name="definitions"),
    path("definitions.json", views.definitions_file, name="definitions-file"),
]
