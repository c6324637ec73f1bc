"""A small body for the residents' pages: a town of two squares side by side, an emergency rule, and made-up matters."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone
from PIL import Image

from huiyin.cases import similar
from huiyin.cases.actions import Receipt, perform, receive
from huiyin.cases.lifecycle import Actor, Claim, Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
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
    PlaceInfo,
    Purpose,
    Rule,
    Texts,
    Urgency,
    UrgencyRule,
)

DISPATCHER = Actor(Role.DISPATCHER, "city", "7")
HANDLER = Actor(Role.HANDLER, "light", "8")
RESIDENT = Actor(Role.RESIDENT)
WORDS = "柳荫里小学门口的路灯坏了三天，晚上孩子放学看不见路。"


def _names(zh: str, en: str) -> Names:
    return Names(zh=zh, en=en)


def _square(west: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    east = west + 0.05
    return (((west, 30.0), (east, 30.0), (east, 30.1), (west, 30.1), (west, 30.0)),)


def catalogue() -> Catalogue:
    """Town: areas east and west of one district, one office for lamps, every clock in calendar days."""
    days = {Purpose.ANSWER: 5, Purpose.VERDICT_WINDOW: 15, Purpose.REOPEN_WINDOW: 90}
    return Catalogue(
        code="town",
        version="1",
        names=_names("小镇", "Small town"),
        timezone="Asia/Shanghai",
        languages=("zh", "en"),
        scheme="1",
        default_calendar="all",
        offices={
            "city": OfficeInfo("city", "", 1, "top", _names("小镇政府", "Town hall")),
            "light": OfficeInfo("light", "city", 2, "department", _names("照明所", "Lighting office")),
        },
        areas={
            "town": AreaInfo("town", "", 1, _names("小镇", "Small town")),
            "west": AreaInfo("west", "town", 2, _names("西里社区", "West community"), rings=_square(120.0)),
            "east": AreaInfo("east", "town", 2, _names("东里社区", "East community"), rings=_square(120.05)),
        },
        categories={
            "street": CategoryInfo("street", "", 1, _names("街道", "Street")),
            "street.lamp": CategoryInfo("street.lamp", "street", 2, _names("路灯", "Street lamp")),
        },
        places=(PlaceInfo("p1", "school", _names("柳荫里小学", "Willow school"), (), "west", 30.05, 120.02),),
        clock_rows=tuple(
            ClockRow(p, Rule(days.get(p, 2), ClockKind.CALENDAR_DAYS), "", "", "", Names(), i)
            for i, p in enumerate(Purpose)
        ),
        calendars={"all": Calendar("all", frozenset(range(2020, 2041)))},
        urgency_rules=(
            UrgencyRule(
                "gas", Urgency.EMERGENCY, _names("燃气", "Gas"), {"zh": ("煤气味",), "en": ("smell of gas",)}, "119",
                _names("马上离开。", "Leave at once."),
            ),
        ),
        texts=Texts(body_name=_names("小镇服务中心", "Town service"), phone=_names("000-1", "000-1")),
    )  # fmt: skip


def load(version: str = "1") -> Catalogue:
    """Put the town in force."""
    town = replace(catalogue(), version=version)
    store.forget()
    store.load(town, timezone.now())
    return town


def matter(
    text: str = WORDS,
    *,
    key: str = "1",
    title: str = "",
    area: str = "west",
    point: str = "",
    contact: str = "",
    level: str = "open",
    at: datetime | None = None,
) -> Receipt:
    """A matter as it stands after it came in; listed when it has a title."""
    at = at or timezone.now() - timedelta(hours=30)
    command = c.Receive("web", text, area=area, point=point, contact=contact, confidentiality=Confidentiality(level))
    given = receive(command, RESIDENT, at, door="web", key=key)
    similar.index(given.case_id, "", text)
    if title:
        perform(given.case_id, [c.Classify("street.lamp"), c.Publish(title, "说明")], DISPATCHER, at)
    return given


def work(given: Receipt, at: datetime | None = None) -> None:
    """The lighting office takes it up."""
    at = at or timezone.now() - timedelta(hours=20)
    perform(given.case_id, c.Dispatch("light"), DISPATCHER, at)
    perform(given.case_id, c.Acknowledge(), HANDLER, at)


def answer(given: Receipt, text: str = "换了灯泡，晚上试过，亮了。") -> None:
    """The lighting office says it is solved."""
    work(given)
    perform(given.case_id, c.Answer(Claim.SOLVED, text), HANDLER, timezone.now() - timedelta(hours=10))


def enter(client: Client, given: Receipt) -> None:
    """Type the code of the receipt."""
    response = client.post("/follow/", {"code": given.code})
    assert response.status_code == 303, response.content.decode()


def page(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def hidden(text: str) -> dict[str, object]:
    """The hidden fields of the page's form, as a browser would send them."""
    form = re.search(r'<form id="say".*?</form>', text, re.S)
    fields: dict[str, object] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0] if form else text):
        plain = html.unescape(value)
        if name == "photos":
            fields.setdefault("photos", []).append(plain)  # type: ignore[attr-defined]
        else:
            fields[name] = plain
    return fields


def mark(text: str) -> str:
    """The mark of the forms of "my matter"."""
    return html.unescape(re.findall(r'name="mark" value="([^"]*)"', text)[0])


def token(client: Client) -> str:
    """A fresh form token."""
    return str(hidden(page(client.get("/say/")))["token"])


def photo(size: tuple[int, int] = (60, 40), form: str = "JPEG") -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (30, 120, 90)).save(out, form)
    return out.getvalue()
