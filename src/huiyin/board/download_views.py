"""The public download: one .zip made of published rows alone, and a page that says how to recompute it."""

from __future__ import annotations

import tempfile
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from huiyin.board import reading
from huiyin.figures import publishing
from huiyin.lake import published
from huiyin.organisation import store

NAME = "huiyin-figures.zip"


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What is in the download and how anybody makes the figures again."""
    names = {"name": NAME, "readme": "README.md", "parquet": "counts.parquet"}
    return render(request, "board/download.html", {"body": published.latest("body"), **names})


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The download itself. 404 before anything is published."""
    body = published.latest("body")
    if body is None:
        raise Http404("nothing is published yet")
    response = HttpResponse(_zip(body.as_of, body.lake_version), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{NAME}"'
    return response


@lru_cache(maxsize=1)
def _zip(as_of: datetime, lake_version: int) -> bytes:
    """The .zip of what is published now; kept until something else is."""
    from huiyin.figures import download

    catalogue = store.current()
    told: dict[publishing.Cell, int | None] = {}
    compared: dict[tuple[str, str], str] = {}
    names: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    pages = published.everything()
    # The worker may have replaced the pages since: the file is of one run, whichever it is.
    as_of, lake_version = pages[0].as_of, pages[0].lake_version
    for page in pages:
        for period, data in page.data.items():
            for measure, count in data["counts"].items():
                told[page.kind, page.group, period, measure] = count
            if data.get("beside"):
                compared[page.group, period] = data["beside"]
        if page.kind != "body":
            groups.setdefault(page.kind, []).append(page.group)
            names[f"{page.kind} {page.group}"] = _both(reading.names_of(page.kind, page.group, catalogue))
    with tempfile.TemporaryDirectory(prefix="huiyin-download-") as name:
        folder = Path(name)
        files = download.write(
            folder, told, as_of=as_of, lake_version=lake_version, names=names, compared=compared, groups=groups
        )
        return download.zipped(folder, files, as_of)


def _both(names: object) -> str:
    """Chinese and English with a dot between."""
    if hasattr(names, "local"):
        return f"{names.local('zh')} · {names.local('en')}"
    found = []
    for language in ("zh-hans", "en"):
        with override(language):
            found.append(str(names))
    return " · ".join(dict.fromkeys(found))
