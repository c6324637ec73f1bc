"""Addresses of the public figures."""

from __future__ import annotations

from django.urls import path

from huiyin.board import views

app_name = "board"
urlpatterns = [
    path("offices/", views.offices, name="offices"),
    path("offices/<str:code>/", views.office, name="office"),
    path("definitions/", views.definitions, name="definitions"),
]
