"""The rows of a pack as plain frozen dataclasses: what an office, an area, a category, a duty is. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from huiyin.organisation.clocks import Rule

#: One closed ring of (longitude, latitude) in degrees; first point equals last.
Ring = tuple[tuple[float, float], ...]


class Role(StrEnum):
    """Who may act. The first and the last never sign in to the staff pages."""

    RESIDENT = "resident"
    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    HANDLER = "handler"
    HEAD = "head"
    REVIEWER = "reviewer"
    CALLER = "caller"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


STAFF_ROLES: tuple[Role, ...] = tuple(r for r in Role if r not in (Role.RESIDENT, Role.SYSTEM))


class Urgency(StrEnum):
    """How long a matter may wait. An emergency is also told which number to call at once."""

    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class CaseKind(StrEnum):
    """What the person wants: an answer, help, redress, an idea heard, thanks passed on."""

    INQUIRY = "inquiry"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    THANKS = "thanks"


class Purpose(StrEnum):
    """What a clock is for. Every pack has a rule for each of them."""

    DISPATCH = "dispatch"
    ACKNOWLEDGE = "acknowledge"
    FIRST_CONTACT = "first_contact"
    OBJECTION = "objection"
    RULING = "ruling"
    ANSWER = "answer"
    REDO = "redo"
    EXTENSION_LIMIT = "extension_limit"
    VERDICT_WINDOW = "verdict_window"
    REMINDER_GAP = "reminder_gap"
    CALLBACK_GAP = "callback_gap"
    REVIEW = "review"
    REOPEN_WINDOW = "reopen_window"
    CONFIDENTIALITY = "confidentiality"
    RESIDENT_REPLY = "resident_reply"
    OVERDUE = "overdue"


class Names(dict[str, str]):
    """One text in several languages: {"zh": "…", "en": "…"}. A plain dict, so it is JSON as it stands."""

    def local(self, language: str | None = None) -> str:
        """The text in `language` ("en", "zh-hans", "en-gb"); else in Chinese; else in any language; else empty."""
        wanted = (language or "zh").lower()
        for key in (wanted, wanted.split("-")[0], "zh"):
            if self.get(key):
                return self[key]
        return next((text for text in self.values() if text), "")

    def __str__(self) -> str:
        return self.local()


class Texts(dict[str, Names]):
    """The body's own sentences by code. A missing code reads as an empty text, never as an error on a page."""

    def say(self, code: str, language: str | None = None) -> str:
        """The text `code` in `language`, or an empty string."""
        return self.get(code, Names()).local(language)

    @property
    def body_name(self) -> Names:
        return self.get("body_name", Names())

    @property
    def phone(self) -> str:
        """The number a person answers."""
        return self.say("phone")

    @property
    def phone_hours(self) -> Names:
        return self.get("phone_hours", Names())

    @property
    def emergency_notice(self) -> Names:
        return self.get("emergency_notice", Names())

    @property
    def privacy_note(self) -> Names:
        return self.get("privacy_note", Names())

    @property
    def limits_extra(self) -> Names:
        return self.get("limits_extra", Names())


@dataclass(frozen=True)
class OfficeInfo:
    """An office that can be responsible. `area` is the place it serves ("" = everywhere); levels count from 1."""

    code: str
    parent: str
    level: int
    kind: str
    names: Names
    area: str = ""
    phone: str = ""
    hours: Names = field(default_factory=Names)
    address: Names = field(default_factory=Names)
    functions: Names = field(default_factory=Names)


@dataclass(frozen=True)
class AreaInfo:
    """A place with an outline. `rings` may hold islands and holes: a point is inside by the even-odd rule."""

    code: str
    parent: str
    level: int
    names: Names
    aliases: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    rings: tuple[Ring, ...] = ()

    @cached_property
    def bbox(self) -> tuple[float, float, float, float] | None:
        """(west, south, east, north) in degrees; None without an outline."""
        points = [point for ring in self.rings for point in ring]
        if not points:
            return None
        longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)

    @cached_property
    def centroid(self) -> tuple[float, float] | None:
        """(longitude, latitude) of the outline's centre of gravity; None without an outline."""
        from huiyin.organisation.geometry import centroid

        return centroid(self.rings)

    def in_force(self, year: int) -> bool:
        """Whether the code is valid in `year` (both ends count)."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


@dataclass(frozen=True)
class CategoryInfo:
    """A kind of matter. `scope` "out" means another road is the lawful one, and `route` says which."""

    code: str
    parent: str
    level: int
    names: Names
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    urgency: Urgency = Urgency.NORMAL
    hint: Names = field(default_factory=Names)
    scope: str = "in"
    route: Names = field(default_factory=Names)
    #: True: never listed, the place is kept coarse, and no office that handles it sees the contact.
    sensitive: bool = False


@dataclass(frozen=True)
class Duty:
    """One row of the dispatch catalogue: who does what, where.

    `office` is an office code, or "kind:K" for "the office of kind K that serves the place". `category` and `area`
    may be "*" for everything.
    """

    office: str
    category: str
    area: str
    role: str
    basis: Names
    row: int


@dataclass(frozen=True)
class DutyMatch:
    """An office found in the dispatch catalogue, with the row that says so and how closely it fits.

    `category_level` and `area_level` are the levels of the matching category and area (0 = the row says "*");
    `category_steps` and `area_steps` say how far above the asked ones they lie.
    """

    office: OfficeInfo
    duty: Duty
    category_level: int
    area_level: int
    category_steps: int
    area_steps: int

    @property
    def row(self) -> int:
        """The line of the dispatch catalogue (duties.csv)."""
        return self.duty.row

    @property
    def lead(self) -> bool:
        return self.duty.role == "lead"


@dataclass(frozen=True)
class ClockRow:
    """One row of the clock rules. Empty urgency, category or kind means "any"."""

    purpose: Purpose
    rule: Rule
    urgency: str
    category: str
    kind: str
    basis: Names
    row: int


@dataclass(frozen=True)
class UrgencyRule:
    """Words that make a matter urgent, and the number to call at once when it is an emergency.

    `rules` are rules of the program for the same danger (`understanding.urgency`): they show this number and advice.
    """

    code: str
    urgency: Urgency
    names: Names
    phrases: Mapping[str, tuple[str, ...]]
    number: str = ""
    advice: Names = field(default_factory=Names)
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceInfo:
    """A road, landmark or water of the gazetteer, with a point to put the pin on."""

    code: str
    kind: str
    names: Names
    aliases: tuple[str, ...]
    area: str
    lat: float
    lon: float


@dataclass(frozen=True)
class LineInfo:
    """A line or surface to draw under the areas: river, road, railway. Points are (longitude, latitude)."""

    code: str
    kind: str
    names: Names
    points: Ring


@dataclass(frozen=True)
class StaffInfo:
    """A place at work to be filled: a role title, never a person's name."""

    username: str
    roles: tuple[Role, ...]
    office: str
    names: Names
