"""The address of the public page of the check-up."""

from __future__ import annotations

from django.urls import path

from huiyin.checkup import views

app_name = "checkup"
urlpatterns = [path("check-up/", views.check_up, name="check-up")]
