"""Loading a pack into the database, and the catalogue in force for this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from huiyin.base.transaction import write
from huiyin.organisation.catalogue import AreaInfo, Catalogue, CategoryInfo, OfficeInfo
from huiyin.organisation.models import Area, Category, Office, PackVersion

#: How long a process may go on with the pack it knows before it looks again, in seconds.
RECHECK_SECONDS = 2.0


class NoPackLoaded(LookupError):
    """Nothing has been loaded yet; `huiyin load PACK` does it."""

    def __init__(self) -> None:
        super().__init__("no pack is loaded: run `huiyin load PACK`")


@dataclass(frozen=True)
class Loaded:
    """What a load did. `changed` is False when the same content was in force already."""

    version: PackVersion
    changed: bool
    offices: int
    areas: int
    categories: int
    retired: int


@dataclass
class _Known:
    checked: float = 0.0
    digest: str = ""
    pk: int = 0
    catalogue: Catalogue | None = None


_known = _Known()
_lock = threading.Lock()


def current() -> Catalogue:
    """The catalogue in force. Looks at the database at most every two seconds; raises NoPackLoaded before the first."""
    known = _known
    if known.catalogue is not None and time.monotonic() - known.checked < RECHECK_SECONDS:
        return known.catalogue
    with _lock:
        return _refresh()


def zone() -> tzinfo:
    """The time zone the body lives in, as far as this process knows the pack; otherwise the deployment's.

    Never asks the database: a page that needs nothing of it must not begin to. A server asks once when it starts.
    """
    return _known.catalogue.tz if _known.catalogue is not None else timezone.get_default_timezone()


def this_year() -> int:
    """The year it is in the body's own zone: areas come and go with years."""
    return timezone.localdate(timezone=zone()).year


def forget() -> None:
    """Drop what this process remembers, so that the next `current()` reads the database."""
    with _lock:
        _known.catalogue, _known.checked, _known.digest, _known.pk = None, 0.0, "", 0


def load(catalogue: Catalogue, now: datetime) -> Loaded:
    """Put a pack in force: rows are added or updated, codes that vanished become inactive, nothing is deleted.

    Loading the same content twice changes nothing.
    """
    loaded = write(lambda: _load(catalogue, now))
    forget()
    return loaded


def _load(catalogue: Catalogue, now: datetime) -> Loaded:
    newest = PackVersion.objects.order_by("-pk").first()
    changed = newest is None or newest.digest != catalogue.digest
    if newest is None or changed:
        newest = PackVersion.objects.create(
            code=catalogue.code,
            version=catalogue.version,
            digest=catalogue.digest,
            content=catalogue.to_json(),
            loaded_at=now,
        )
    retired = 0
    if changed:
        retired += _upsert(Office, [_office(o, i) for i, o in enumerate(_by_level(catalogue.offices))])
        retired += _upsert(Area, [_area(a, i) for i, a in enumerate(_by_level(catalogue.areas))])
        retired += _upsert(
            Category, [_category(c, i, catalogue.scheme) for i, c in enumerate(_by_level(catalogue.categories))]
        )
    return Loaded(
        version=newest,
        changed=changed,
        offices=len(catalogue.offices),
        areas=len(catalogue.areas),
        categories=len(catalogue.categories),
        retired=retired,
    )


def _refresh() -> Catalogue:
    newest = PackVersion.objects.order_by("-pk").values_list("pk", "digest").first()
    if newest is None:
        _known.catalogue = None
        raise NoPackLoaded
    if _known.catalogue is None or newest != (_known.pk, _known.digest):
        content = PackVersion.objects.values_list("content", flat=True).get(pk=newest[0])
        _known.catalogue = Catalogue.from_json(content)
        _known.pk, _known.digest = newest
    _known.checked = time.monotonic()
    return _known.catalogue


_Row = TypeVar("_Row", OfficeInfo, AreaInfo, CategoryInfo)
_Stored = TypeVar("_Stored", bound=Model)


def _by_level(rows: Mapping[str, _Row]) -> list[_Row]:
    """Parents before children, otherwise in pack order, so every parent exists when its child is written."""
    return sorted(rows.values(), key=lambda row: row.level)


def _upsert(model: type[_Stored], rows: Sequence[_Stored]) -> int:
    """Insert or update `rows`; make all others inactive and say how many were active before."""
    names = [f.name for f in model._meta.concrete_fields if not f.primary_key]
    manager = model._default_manager
    manager.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=names, batch_size=200)
    return manager.filter(active=True).exclude(pk__in=[row.pk for row in rows]).update(active=False)


def _common(row: OfficeInfo | AreaInfo | CategoryInfo, position: int) -> dict[str, Any]:
    return {
        "code": row.code,
        "parent_id": row.parent or None,
        "level": row.level,
        "names": dict(row.names),
        "position": position,
        "active": True,
    }


def _office(row: OfficeInfo, position: int) -> Office:
    return Office(**_common(row, position), kind=row.kind, area=row.area)


def _area(row: AreaInfo, position: int) -> Area:
    return Area(**_common(row, position), since=row.since, until=row.until)


def _category(row: CategoryInfo, position: int, scheme: str) -> Category:
    return Category(**_common(row, position), scheme=scheme)
