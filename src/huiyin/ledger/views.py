"""The log's pages, and the files machines fetch: checkpoint, tiles, keys, archive, verifier."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.ledger import archive as archives
from huiyin.ledger import files, keys, queries
from huiyin.ledger.errors import REASONS

#: Paths of C2SP tlog-tiles: level or "entries", number in threes, width of a partial tile.
_TILE = re.compile(
    r"(entries|0|[1-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(\.p/(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
)
_FOREVER = "public, max-age=31536000, immutable"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the log is, how it stands now, how to check it."""
    state = queries.status()
    reason = REASONS.get(state.refusal["code"]) if state.refusal else None
    return render(request, "ledger/home.html", {"state": state, "reason": reason})


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Check a receipt in the browser; nothing leaves it."""
    return render(request, "ledger/verify.html", {"state": queries.status()})


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The published checkpoint, as it is (tlog-tiles)."""
    note = files.here().checkpoint()
    if note is None:
        raise Http404
    response = HttpResponse(note, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=2"
    return response


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponseBase:
    """A tile or an entry bundle. A partial one that was tidied away is a 404: the full one is there (tlog-tiles)."""
    if not _TILE.fullmatch(path):
        raise Http404
    try:
        handle = (files.here().folder / "tile" / path).open("rb")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise Http404 from None
    response = FileResponse(handle, content_type="application/octet-stream")
    response["Cache-Control"] = _FOREVER
    return response


@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """The log's public keys, one a line, newest first."""
    response = HttpResponse(keys.public_text(), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=60"
    return response


@require_safe
def archive(request: HttpRequest) -> HttpResponseBase:
    """The whole public log as a tar file, streamed."""
    stream: Iterator[bytes] = archives.stream()
    response = StreamingHttpResponse(stream, content_type="application/x-tar")
    response["Content-Disposition"] = 'attachment; filename="log.tar"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The offline verifier, one Python file."""
    text = Path(__file__).with_name("verifier.py").read_bytes()
    response = HttpResponse(text, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verifier.py"'
    return response
