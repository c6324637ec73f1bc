"""A staff page behind the guard, with the rest of the site stubbed, for the tests of this room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from huiyin.organisation.guards import staff_page, staff_required


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain")


@staff_required("dispatcher")
def work(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"taken: {request.POST.get('text', '')}")


urlpatterns = [
    path("staff/", include("huiyin.organisation.urls")),
    path("tasks/", work, name="work"),
    path("docket/", staff_page("docket")(plain)),
    path("desk/", include(([path("", staff_required()(plain), name="home")], "desk"))),
    path("", include(([path("", plain, name="home")], "portal"))),
]
