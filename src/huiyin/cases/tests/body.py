"""A small body for tests that need a database: a city with three offices, two categories, one area, every clock."""

from __future__ import annotations

from datetime import UTC, datetime

from huiyin.organisation import store
from huiyin.organisation.catalogue import (
    AreaInfo,
    Calendar,
    Catalogue,
    CategoryInfo,
    ClockKind,
    ClockRow,
    Names,
    OfficeInfo,
    Purpose,
    Rule,
    Texts,
)

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAYS = {Purpose.ANSWER: 5, Purpose.REDO: 3, Purpose.VERDICT_WINDOW: 15, Purpose.REOPEN_WINDOW: 90}


def _names(zh: str, en: str) -> Names:
    return Names(zh=zh, en=en)


def catalogue() -> Catalogue:
    offices = (
        ("city", "", 1, "市", "City"),
        ("light", "city", 2, "照明所", "Lighting"),
        ("water", "city", 2, "水务所", "Water"),
    )
    square = (((120.0, 30.0), (120.1, 30.0), (120.1, 30.1), (120.0, 30.1), (120.0, 30.0)),)
    return Catalogue(
        code="small",
        version="1",
        names=_names("小城", "Small town"),
        timezone="Asia/Shanghai",
        languages=("zh", "en"),
        scheme="1",
        default_calendar="all",
        offices={c: OfficeInfo(c, parent, level, "department", _names(zh, en)) for c, parent, level, zh, en in offices},
        areas={"east": AreaInfo("east", "", 1, _names("东区", "East"), rings=square)},
        categories={
            "street": CategoryInfo("street", "", 1, _names("街道", "Street")),
            "street.lamp": CategoryInfo("street.lamp", "street", 2, _names("路灯", "Street lamp")),
        },
        clock_rows=tuple(
            ClockRow(p, Rule(DAYS.get(p, 2), ClockKind.CALENDAR_DAYS), "", "", "", Names(), i)
            for i, p in enumerate(Purpose)
        ),
        calendars={"all": Calendar("all", frozenset(range(2020, 2031)))},
        texts=Texts(body_name=_names("小城", "Small town"), phone=_names("0571-1", "0571-1")),
    )


def load() -> Catalogue:
    """Put the small body in force; returns its catalogue."""
    small = catalogue()
    store.forget()
    store.load(small, NOW)
    return small
