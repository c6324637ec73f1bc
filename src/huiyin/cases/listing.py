"""The public list: what staff wrote for everybody, and the search over it.

Search is exact for two-character Chinese words: text is split into overlapping pairs (understanding.search) and asked
for as phrases, in SQLite's FTS5 or PostgreSQL's text search.
"""

from __future__ import annotations

from datetime import datetime

from huiyin.cases.lifecycle import Event
from huiyin.cases.models import Case, PublicMatter
from huiyin.understanding.search import index_tokens


def show(case: Case, event: Event, at: datetime) -> None:
    """Bring the listing of a case in line with a published or unpublished event, inside its transaction."""
    if event.kind == "unpublished":
        PublicMatter.objects.filter(case=case).delete()
        return
    title, summary = event.private["title"][:200], event.private.get("summary", "")
    PublicMatter.objects.update_or_create(
        case=case,
        defaults={"title": title, "summary": summary, "tokens": index_tokens(f"{title}\n{summary}")},
        create_defaults={
            "title": title,
            "summary": summary,
            "tokens": index_tokens(f"{title}\n{summary}"),
            "listed_at": at,
        },
    )
