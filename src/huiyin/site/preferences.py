"""The reader's text size: one cookie, set only when somebody asks for it, holding nothing but that wish."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

COOKIE = "text_size"
SIZES = ("normal", "large")


def text_size(request: HttpRequest) -> str:
    """ "large" when the reader asked for it, else "normal". A cache in front of a page must tell the two apart."""
    return "large" if request.COOKIES.get(COOKIE) == "large" else "normal"


# Without a token: what a foreign page could do here is make letters larger; a token would put a cookie on every page.
@csrf_exempt
@require_POST
def set_text_size(request: HttpRequest) -> HttpResponse:
    """Remember `size` for a year and go back to `next` (a page of this site, else the home page)."""
    following = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        following = "/"
    response = HttpResponseRedirect(following)
    response.status_code = 303
    if request.POST.get("size") == "large":
        response.set_cookie(COOKIE, "large", max_age=365 * 86_400, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
