"""What somebody has typed so far. It lives in the page's hidden fields and is read and checked anew at each step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from huiyin.base.errors import Refusal
from huiyin.cases import texts
from huiyin.cases.contact import Contact, read_contact
from huiyin.cases.lifecycle import Confidentiality
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue
from huiyin.portal import tokens
from huiyin.portal.places import Point

STEPS = ("words", "where", "same", "more", "check")
#: Which step asks for which fields; every other field travels hidden.
ASKED = {
    "words": ("text",),
    "where": ("area", "place", "point"),
    "same": (),
    "more": ("name", "phone", "email", "prefer", "level"),
    "check": (),
}
MAX_TEXT = 5000
MAX_PLACE = 300
MAX_PHOTOS = 4
LEVELS = tuple(str(level) for level in Confidentiality)
PREFERRED = ("", "sms", "email", "phone")

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")


def tidy(text: str) -> str:
    """What was typed, without control characters and with plain line ends; every word stays."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass
class Draft:
    """Field names are those of the form. Values are as typed; `problems` says what is wrong with them."""

    text: str = ""
    area: str = ""
    place: str = ""
    point: str = ""
    view: str = ""
    join: str = ""
    apart: str = ""
    photos: tuple[str, ...] = ()
    name: str = ""
    phone: str = ""
    email: str = ""
    prefer: str = ""
    level: str = str(Confidentiality.OPEN)
    back: str = ""
    token: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_post(cls, posted: QueryDict) -> Draft:
        """Whatever came in, as text; codes that cannot be right fall back to what is safe."""
        values: dict[str, Any] = {
            f.name: tidy(posted.get(f.name, "")) for f in fields(cls) if f.name not in ("photos", "problems")
        }
        draft = cls(**values)
        draft.photos = tuple(p for p in dict.fromkeys(posted.getlist("photos")) if tokens.read_photo(p))[:MAX_PHOTOS]
        # Who tampers with the level or loses it gets the one that shows least.
        if draft.level not in LEVELS:
            draft.level = str(Confidentiality.CONFIDENTIAL) if draft.level else str(Confidentiality.OPEN)
        if draft.prefer not in PREFERRED:
            draft.prefer = ""
        if draft.back != "check":
            draft.back = ""
        return draft

    def hidden(self, step: str) -> Iterator[tuple[str, str]]:
        """(name, value) of the fields that this step does not ask for."""
        asked = ASKED[step]
        for f in fields(self):
            if f.name in asked or f.name == "problems":
                continue
            if f.name == "photos":
                yield from (("photos", photo) for photo in self.photos)
            elif getattr(self, f.name):
                yield f.name, getattr(self, f.name)
        if step == "where" and self.point:
            yield "point", self.point

    @property
    def spot(self) -> Point | None:
        return Point.from_text(self.point)

    @property
    def contact(self) -> Contact:
        """Raises Refusal naming what cannot be right."""
        return read_contact(name=self.name, phone=self.phone, email=self.email, prefer=self.prefer)

    def check(self, step: str, catalogue: Catalogue) -> bool:
        """Fill `problems` for the fields of one step; True when there are none."""
        found = {"words": self._words, "where": self._where, "more": self._more}.get(step, lambda _: {})(catalogue)
        self.problems = found
        return not found

    def first_wrong_step(self, catalogue: Catalogue) -> str:
        """The first step with something to put right; "" when all is well."""
        return next((step for step in ("words", "where", "more") if not self.check(step, catalogue)), "")

    def _words(self, catalogue: Catalogue) -> dict[str, str]:
        text = self.text.strip()
        if not text:
            return {"text": texts.sentence(Refusal("nothing_said"))}
        if "\ufffd" in text:
            return {"text": _("有些字没有读出来，显示成了“�”。请把它们改过来，其他的都还在。")}
        if not any(sign.isalnum() for sign in text):
            return {"text": _("只有表情或标点，我们怕理解错。请再写几个字：什么事，在哪里。")}
        if len(text) > MAX_TEXT:
            return {"text": texts.sentence(Refusal("text_too_long", length=len(text), limit=MAX_TEXT))}
        return {}

    def _where(self, catalogue: Catalogue) -> dict[str, str]:
        found: dict[str, str] = {}
        if self.area and self.area not in catalogue.areas:
            found["area"] = _("没有这个地方。请从列表里重新选，或者不选。")
        if len(self.place) > MAX_PLACE:
            found["place"] = _("地点写得太长了，最多 %(limit)d 个字。") % {"limit": MAX_PLACE}
        if self.point:
            spot = self.spot
            if spot is None:
                found["point"] = _("地图上的位置没有读出来。请再点一次，或者用文字写地点。")
            elif any(a.rings for a in catalogue.areas.values()) and (
                catalogue.area_at(spot.lat, spot.lon, store.this_year()) is None
            ):
                found["point"] = _("您点的地方不在我们服务的范围里。请再点一次，或者用文字写地点。")
        return found

    def _more(self, catalogue: Catalogue) -> dict[str, str]:
        try:
            contact = self.contact
        except Refusal as refusal:
            where = {"phone_cannot_be_right": "phone", "email_cannot_be_right": "email", "name_too_long": "name"}
            return {where.get(refusal.code, "prefer"): texts.sentence(refusal)}
        if contact.prefer == "email" and not contact.email:
            return {"email": _("您选了用邮箱联系，请写邮箱，或者换一种方式。")}
        if contact.prefer in ("sms", "phone") and not contact.phone:
            return {"phone": _("您选了用电话或短信联系，请写号码，或者换一种方式。")}
        return {}
