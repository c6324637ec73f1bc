"""What the export reads from the database: cases and their events in pages, the organisation's tables, which scheme was
in force when. Memory stays flat however many cases there are.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import module_has_submodule

from huiyin.cases.models import Case
from huiyin.figures import sources
from huiyin.lake.replay import Recorded, Rows, rows_of
from huiyin.ledger.models import Entry
from huiyin.organisation.catalogue import Catalogue
from huiyin.organisation.models import Area, Office, PackVersion

PAGE = 400


def folder() -> Path:
    """Where this deployment's lake lies."""
    home: Path = settings.CONFIG.home
    return home / "lake"


def discover() -> None:
    """Import `lake_source.py` of every room that has one, so that its sources are registered."""
    for app in apps.get_app_configs():
        if app.name.startswith("huiyin.") and app.module and module_has_submodule(app.module, "lake_source"):
            import_module(f"{app.name}.lake_source")


@dataclass(frozen=True)
class Schemes:
    """Which category scheme was in force when. A matter keeps the scheme it was last filed under."""

    since: tuple[datetime, ...]
    names: tuple[str, ...]

    @classmethod
    def read(cls) -> Schemes:
        loads = PackVersion.objects.order_by("pk").values_list("loaded_at", "content")
        found = [(at, str(json.loads(content)["scheme"])) for at, content in loads.iterator(chunk_size=20)]
        return cls(tuple(at for at, _ in found), tuple(name for _, name in found))

    def at(self, moment: datetime) -> str:
        """The scheme in force then; before the first load the first one, without any ""."""
        if not self.names:
            return ""
        return self.names[max(0, bisect_right(self.since, moment) - 1)]


@dataclass(frozen=True)
class Horizon:
    """How far the export reads. The sequencer numbers events so that none can slip in behind one already numbered;
    those that had no number yet are kept by their keys, so that nothing is read twice or left out.
    """

    idx: int
    waiting: frozenset[int]

    @classmethod
    def now(cls) -> Horizon:
        newest = Entry.objects.filter(idx__isnull=False).order_by("-idx").values_list("idx", flat=True).first()
        # Read second: what was numbered in between is then in neither, and waits for the next run.
        waiting = Entry.objects.filter(idx__isnull=True).values_list("pk", flat=True)
        return cls(-1 if newest is None else int(newest), frozenset(waiting.iterator(chunk_size=5_000)))

    @classmethod
    def of(cls, cursor: Mapping[str, Any]) -> Horizon:
        """The horizon a manifest's cursor tells of."""
        return cls(int(cursor.get("idx", -1)), frozenset(cursor.get("unnumbered", ())))

    def as_cursor(self) -> dict[str, Any]:
        return {"idx": self.idx, "unnumbered": sorted(self.waiting)}

    def covers(self, key: int, idx: int | None) -> bool:
        return (idx is not None and idx <= self.idx) or key in self.waiting

    def beyond(self, before: Horizon) -> Iterator[tuple[UUID, int]]:
        """(stream, seq) of every event that this horizon covers and `before` did not."""
        numbered = Entry.objects.filter(idx__gt=before.idx, idx__lte=self.idx).values_list("pk", "stream", "seq")
        for key, stream, seq in numbered.iterator(chunk_size=5_000):
            if key not in before.waiting and key not in self.waiting:
                yield stream, seq
        fresh = sorted(self.waiting - before.waiting)
        for start in range(0, len(fresh), PAGE):
            yield from Entry.objects.filter(pk__in=fresh[start : start + PAGE]).values_list("stream", "seq")


def entries_of(cases: Sequence[UUID], horizon: Horizon) -> Mapping[UUID, list[Recorded]]:
    """The events of these cases in order, as far as the horizon reaches."""
    found: dict[UUID, list[Recorded]] = defaultdict(list)
    rows = Entry.objects.filter(stream__in=list(cases)).order_by("stream", "seq")
    for key, idx, stream, seq, kind, at, actor, body in rows.values_list(
        "pk", "idx", "stream", "seq", "kind", "at", "actor", "body"
    ):
        if horizon.covers(key, idx):
            found[stream].append(Recorded(seq, kind, at, actor, body))
    return found


def filed_at(events: Sequence[Recorded]) -> datetime:
    """When the matter was last given a category, in the ledger's own time."""
    return max((event.at for event in events if event.kind in ("received", "classified")), default=events[0].at)


def rows_for(cases: Sequence[UUID], now: datetime, schemes: Schemes, horizon: Horizon) -> Iterator[Rows]:
    """The rows of these cases. A stream without a `received` event is no case and gives nothing."""
    extras: dict[UUID, list[sources.Extra]] = defaultdict(list)
    for source in sources.fact_sources().values():
        for case, extra in source.facts(cases).items():
            extras[case].append(extra)
    events = entries_of(cases, horizon)
    for case in cases:
        mine = events.get(case)
        if mine and mine[0].kind == "received":
            yield rows_of(str(case), mine, now, schemes.at(filed_at(mine)), sources.merged(extras.get(case, ())))


def every_case() -> Iterator[list[UUID]]:
    """The keys of all cases in pages, oldest first."""
    last: UUID | None = None
    while True:
        query = Case.objects.order_by("pk")
        if last is not None:
            query = query.filter(pk__gt=last)
        page = list(query.values_list("pk", flat=True)[:PAGE])
        if not page:
            return
        last = page[-1]
        yield page


def pages(cases: Iterable[UUID]) -> Iterator[list[UUID]]:
    page: list[UUID] = []
    for case in cases:
        page.append(case)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


# --- the organisation's tables -------------------------------------------------------------------


def offices() -> list[dict[str, Any]]:
    """Every office there ever was, in the pack's order; one that left the pack is not active."""
    return [
        {"office": o.code, "parent": o.parent_id or "", "level": o.level, "kind": o.kind, "area": o.area,
         "name_zh": o.name("zh"), "name_en": o.name("en"), "active": o.active, "merged_into": ""}
        for o in Office.objects.order_by("position", "code")
    ]  # fmt: skip


def areas() -> list[dict[str, Any]]:
    return [
        {
            "area": a.code,
            "parent": a.parent_id or "",
            "level": a.level,
            "name_zh": a.name("zh"),
            "name_en": a.name("en"),
        }
        for a in Area.objects.order_by("position", "code")
    ]


def categories() -> list[dict[str, Any]]:
    """The categories of every scheme that was ever in force, each scheme as it was last loaded."""
    schemes: dict[str, Catalogue] = {}
    for content in PackVersion.objects.order_by("pk").values_list("content", flat=True).iterator(chunk_size=20):
        pack = Catalogue.from_json(content)
        schemes[pack.scheme] = pack
    return [
        {"category": code, "scheme": scheme, "parent": row.parent, "top": pack.category_path(code)[0].code,
         "name_zh": row.names.local("zh"), "name_en": row.names.local("en")}
        for scheme, pack in schemes.items()
        for code, row in pack.categories.items()
    ]  # fmt: skip
