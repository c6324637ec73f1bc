"""Addresses of the public pages about suggestions and recurring issues."""

from __future__ import annotations

from django.urls import path

from huiyin.suggestions import views

app_name = "suggestions"
urlpatterns = [
    path("suggestions/", views.how, name="how"),
    path("issues/", views.issues, name="issues"),
]
