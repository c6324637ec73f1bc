"""The doors of the public pages: how much may come in, in which letters, how often, and who may keep a copy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from math import ceil
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from huiyin.base.limits import Bucket, address_key

View = Callable[..., HttpResponse]

#: One request may weigh this much, photos included (four of 10 MB and the words); a proxy in front should refuse the
#: same.
MAX_REQUEST = 45 * 1024 * 1024
#: Of a request that weighs more, this much is read to its end so that its sender gets to see the answer.
MOST_THROWN_AWAY = 4 * MAX_REQUEST

#: Behind one address there may be a whole estate: a class of forty can send at once, then thirty a minute.
SENDING = Bucket(capacity=120, per_second=0.5)
PHOTOS = Bucket(capacity=80, per_second=0.25)
#: Only wrong codes are counted, and a right one always opens: nobody is locked out by a neighbour. What makes guessing
#: hopeless is the code's 125 random bits, not this.
WRONG_CODES = Bucket(capacity=40, per_second=0.1)
WRONG_CODES_OF_ALL = Bucket(capacity=1000, per_second=20, keys=1)
#: Searching costs little, but not nothing.
SEARCHES = Bucket(capacity=120, per_second=2)
#: Looking along while somebody types: a class of forty typing at once, about every other second each.
LOOKS = Bucket(capacity=240, per_second=20)


def client(request: HttpRequest) -> str:
    """The address a request came from, as a limit's key. Behind our proxy it is the last one the proxy wrote down."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.CONFIG.behind_proxy:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        address = forwarded or address
    return address_key(address)


def from_elsewhere(request: HttpRequest) -> bool:
    """Whether a form was sent here by a page that is not ours (browsers say so; old ones and programs say nothing)."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc != request.get_host()


def wait_words(seconds: float) -> int:
    """Seconds to say: whole, at least one."""
    return max(1, ceil(seconds))


def private_page(view: View) -> View:
    """Pages with somebody's own words: no cache keeps them."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return wrapped


def public_form(view: View) -> View:
    """A public form: GET shows it, POST carries everything typed; too much or unreadable input gets a page of its own.

    Exempt from Django's CSRF check on purpose, here and nowhere else: its cookie would be a trace on a shared computer,
    and these forms use no standing permission that a foreign page could misuse. Filling in a stranger's matter needs no
    browser of theirs, and what belongs to one submission is tied together by its signed token (`tokens`). The pages of
    one's own matter do have a permission, a cookie that is never sent along from foreign pages (SameSite=Strict), and
    every form there also carries a mark made from that cookie's secret (`access`).
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @private_page
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST":
            try:
                weight = int(request.META.get("CONTENT_LENGTH") or 0)
            except ValueError:
                weight = 0
            if weight > MAX_REQUEST:
                return too_large(request)
            try:
                _read(request)
            except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
                return too_large(request)
            except UnreadablePostError:
                return render(request, "portal/cut_off.html", status=400)
        return view(request, *args, **kwargs)

    return wrapped


def _read(request: HttpRequest) -> None:
    """Read the form. Letters that are no UTF-8 are tried as GB 18030, which old machines still send."""
    posted = request.POST
    multipart = str(request.META.get("CONTENT_TYPE", "")).startswith("multipart/")
    if multipart or not any("\ufffd" in value for _, values in posted.lists() for value in values):
        return
    other = QueryDict(request.body, encoding="gb18030")
    if not any("\ufffd" in value for _, values in other.lists() for value in values):
        request.POST = other


def too_large(request: HttpRequest) -> HttpResponse:
    """More than one request may carry: nothing was kept, so the page says how to get back to what was typed.

    A browser listens for the answer only when it has sent everything, so what it still sends is read and thrown away,
    up to a limit.
    """
    with suppress(UnreadablePostError):
        left = MOST_THROWN_AWAY
        while left > 0 and (part := request.read(2**20)):
            left -= len(part)
    return render(request, "portal/too_large.html", {"megabytes": MAX_REQUEST // 2**20}, status=413)
