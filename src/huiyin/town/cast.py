"""Who plays in the demo town: the accounts of the pack's staff list, and which office can play which story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.contrib.auth.hashers import make_password

from huiyin.cases.lifecycle import Actor, Role
from huiyin.organisation import people
from huiyin.organisation.catalogue import AreaInfo, Catalogue
from huiyin.organisation.models import Staff
from huiyin.town.stories import Story

#: Everybody in the demo town signs in with this. Known to all: never for a real body.
PASSWORD = "huiyin-demo"  # noqa: S105


#: How many of the busiest offices there are for the whole town, and for one area.
CITY_WIDE, LOCAL = 6, 3


@dataclass(frozen=True)
class Cast:
    """The actors of a loaded pack. Offices without accounts act without a name."""

    accounts: Mapping[tuple[str, str], str]

    def actor(self, role: Role, office: str = "") -> Actor:
        """Somebody with this role (in this office)."""
        named = self.accounts.get((str(role), office if role in (Role.HANDLER, Role.HEAD) else ""), "")
        return Actor(role, office if role in (Role.HANDLER, Role.HEAD) else "", named)


def engage(catalogue: Catalogue, now: datetime) -> Cast:
    """Add everybody of the pack's staff list who is not there yet, with the known password."""
    known = {name.lower() for name in Staff.objects.values_list("user__username", flat=True)}
    hashed = make_password(PASSWORD)  # once: everybody has the same, and everybody knows it
    for entry in catalogue.staff:
        if entry.username.lower() not in known:
            people.add(
                entry.username,
                entry.roles,
                entry.office,
                now,
                title=entry.names,
                password=PASSWORD,
                password_hash=hashed,
            )
    accounts: dict[tuple[str, str], str] = {}
    for person in Staff.objects.order_by("pk"):
        for role in person.roles:
            office = person.office_id or "" if role in (Role.HANDLER, Role.HEAD) else ""
            accounts.setdefault((role, office), str(person.pk))
    return Cast(accounts)


@dataclass(frozen=True)
class Stage:
    """Which office can be played with which stories, and where."""

    leads: Mapping[str, Sequence[tuple[Story, AreaInfo]]]
    busiest: Sequence[str]

    def story(self, office: str, category: str, rng: Random) -> Story:
        """A story of this category that this office leads."""
        return rng.choice(list(dict.fromkeys(s for s, _ in self.leads[office] if s.category == category)))

    def draw(self, office: str, rng: Random) -> tuple[Story, AreaInfo]:
        """A story this office leads, every story equally likely, and a place for it."""
        chosen = rng.choice(list(dict.fromkeys(story for story, _ in self.leads[office])))
        return chosen, rng.choice([area for story, area in self.leads[office] if story is chosen])


def hurries(catalogue: Catalogue, category: str) -> bool:
    """Whether matters of this category cannot wait a day."""
    return str(catalogue.category(category).urgency) in ("urgent", "emergency")


def stage(catalogue: Catalogue, stories: Sequence[Story]) -> Stage:
    """Ask the pack's dispatch catalogue who leads what, where; the busiest are those whose staff can sign in."""
    deepest = max((area.level for area in catalogue.areas.values()), default=0)
    places = [area for area in catalogue.areas.values() if area.level == deepest]
    leads: dict[str, list[tuple[Story, AreaInfo]]] = {}
    for story in stories:
        for area in places:
            match = catalogue.lead_for(story.category, area.code)
            if match is not None:
                leads.setdefault(match.office.code, []).append((story, area))
    manned = {entry.office for entry in catalogue.staff if set(entry.roles) & {Role.HANDLER, Role.HEAD}}
    order = sorted(leads, key=lambda code: (code not in manned, -len({id(s) for s, _ in leads[code]}), code))
    wide = [code for code in order if len({a.code for _, a in leads[code]}) == len(places)][:CITY_WIDE]
    local = [code for code in order if len({a.code for _, a in leads[code]}) < len(places)][:LOCAL]
    return Stage(leads, [*wide, *local])
