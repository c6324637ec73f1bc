"""Addresses of the monthly report."""

from __future__ import annotations

from django.urls import path, re_path

from huiyin.report import views

app_name = "report"
urlpatterns = [
    path("reports/", views.reports, name="reports"),
    re_path(r"^reports/(?P<month>\d{4}-\d\d)/$", views.report, name="report"),
    re_path(r"^reports/(?P<month>\d{4}-\d\d)\.pdf$", views.report_file, name="report-file"),
]
