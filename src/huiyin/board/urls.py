"""Addresses of the public figures."""

from __future__ import annotations

from django.urls import path, re_path

from huiyin.board import callback_views, views

app_name = "board"
urlpatterns = [
    path("offices/", views.offices, name="offices"),
    path("offices/<str:code>/", views.office, name="office"),
    path("callbacks/", callback_views.callbacks, name="callbacks"),
    re_path(
        r"^callbacks/(?P<key>\d{4}-\d\d)\.(?P<form>json|csv)$", callback_views.callbacks_file, name="callbacks-file"
    ),
    path("definitions/", views.definitions, name="definitions"),
]
