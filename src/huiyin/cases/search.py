"""The public list, asked by words, place, kind and outcome: exact for two-character Chinese words, the newest first.

Words are looked for as phrases in SQLite's FTS5 or PostgreSQL's text search (migration 0002). Pages follow one another
by the last row seen, never by counting rows, so page one thousand costs what page one costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from huiyin.cases.lifecycle.state import Outcome
from huiyin.cases.models import PublicMatter
from huiyin.understanding.search import fts5_query, tsquery

PAGE = 20
#: Counting stops here: "1000 and more" is all anybody needs to know.
COUNTED = 1000
#: What can be chosen as "how far it is", besides the outcomes.
STAGES = ("open", "answered", *(str(outcome) for outcome in Outcome))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for. Codes of areas and categories include whatever lies below them; empty = all."""

    words: str = ""
    areas: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, each with its case loaded, and the text that asks for the rows after them ("" at the end)."""

    rows: list[PublicMatter]
    next: str


def matching(wish: Wish) -> QuerySet[PublicMatter]:
    """The listed matters that fit, unordered."""
    found = PublicMatter.objects.filter(case__confidentiality="open")
    if wish.words.strip():
        found = _with_words(found, wish.words)
    if wish.areas:
        found = found.filter(case__area__in=wish.areas)
    if wish.categories:
        found = found.filter(case__category__in=wish.categories)
    if wish.stage == "open":
        found = found.filter(case__rested_at=None).exclude(case__phase="answered")
    elif wish.stage == "answered":
        found = found.filter(case__phase="answered")
    elif wish.stage:
        found = found.filter(case__outcome=wish.stage)
    return found


def _with_words(found: QuerySet[PublicMatter], words: str) -> QuerySet[PublicMatter]:
    if connection.vendor == "sqlite":
        question = fts5_query(words)
        sql = "SELECT rowid FROM cases_publicsearch WHERE cases_publicsearch MATCH %s"
    else:
        question = tsquery(words)
        sql = "SELECT id FROM cases_publicmatter WHERE search @@ to_tsquery('simple', %s)"
    if not question:  # signs only: nothing can be found, which is not the same as finding everything
        return found.none()
    return found.filter(pk__in=RawSQL(sql, (question,)))  # noqa: S611  the words are a parameter, never part of the text


def page(wish: Wish, after: str = "", size: int = PAGE) -> Page:
    """One page, newest first; one statement. `after` is a `Page.next`; one that makes no sense shows the beginning."""
    found = matching(wish).select_related("case").order_by("-listed_at", "id")
    place = _place(after)
    if place is not None:
        at, last = place
        found = found.filter(Q(listed_at__lt=at) | Q(listed_at=at, pk__gt=last))
    rows = list(found[: size + 1])
    more = rows[size:]
    rows = rows[:size]
    return Page(rows, f"{rows[-1].listed_at.isoformat()}~{rows[-1].pk}" if more else "")


def _place(after: str) -> tuple[datetime, int] | None:
    at, _, last = after.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), int(last)) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def count(wish: Wish) -> int:
    """How many fit, at most `COUNTED`."""
    return matching(wish)[:COUNTED].count()


def points(wish: Wish, limit: int = 400) -> list[tuple[float, float, str, str]]:
    """(lat, lon, title, number) of the newest that have a spot, for the map."""
    rows: Iterable[tuple[Any, ...]] = (
        matching(wish)
        .filter(case__lat__isnull=False)
        .order_by("-listed_at", "id")
        .values_list("case__lat", "case__lon", "title", "case__number")[:limit]
    )
    return [(lat, lon, title, number) for lat, lon, title, number in rows]
