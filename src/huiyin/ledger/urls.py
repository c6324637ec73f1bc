"""Addresses of the log. Pages have a language; what machines fetch has none (`machine_urlpatterns`)."""

from __future__ import annotations

from django.urls import path

from huiyin.ledger import views

app_name = "ledger"

urlpatterns = [
    path("", views.home, name="home"),
    path("verify/", views.verify, name="verify"),
]

machine_urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("tile/<path:path>", views.tile, name="tile"),
    path("keys", views.key_list, name="keys"),
    path("archive.tar", views.archive, name="archive"),
    path("verifier.py", views.verifier, name="verifier"),
]
