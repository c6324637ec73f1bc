"""Finds the place a message speaks of, from a gazetteer of the pack. What is unclear is asked back, never guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .cleaning import simplify

LIMIT = 4000
"""Characters that are read."""

NEAR_METRES = 400.0
"""How far a given point may lie from a named place before the two are said to disagree."""

_WIDE = {0xFF10 + n: str(n) for n in range(10)} | {0xFF21 + n: chr(65 + n) for n in range(26)}
_WIDE |= {0xFF41 + n: chr(97 + n) for n in range(26)} | {0x3000: " "}

# The private part after a road, a community or a building: number, building, unit, floor, room.
_NUMBER = re.compile(
    r" ?(?:(?:第|no\.? ?|#)?[0-9一二三四五六七八九十百]{1,5}(?:-[0-9]{1,5}){0,3} ?"
    r"(?:号院|号楼|号|栋|幢|座|弄|室|单元|楼|层|房|#)? ?|[a-z]-?[0-9]{0,4} ?(?:栋|幢|座|号楼))+"
    r"(?![年月日时分点米公元万个人路街])",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(\d{1,5}[a-z]?) $", re.IGNORECASE)
_RELATIONS = tuple(
    (word, re.compile(rf"^ ?的?(?:{after})"), re.compile(rf"(?:{before}) (?:the )?$"))
    for word, after, before in (
        ("opposite", "正对面|斜对面|对面|马路对面", "opposite|across from"),
        ("beside", "旁边?|隔壁|边上|侧", "beside|next to|adjacent to"),
        ("behind", "后面|背后|后门", "behind"),
        ("in_front", "门口|门前|前面|大门|正门|[东西南北]门", "in front of"),
        ("near", "附近|周边|周围|一带|口", "near|close to|around"),
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """A named place: code, kind (area, community, road, landmark, …), names and aliases, the area it lies in.

    `area` is the code of the smallest area around it (for an area: its parent; empty at the top). `point` is
    (longitude, latitude) in degrees, when known.
    """

    code: str
    kind: str
    names: tuple[str, ...]
    area: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A place name in the text: characters `start` to `end`, the places it may mean, and how the matter lies to it.

    `private` is the span of house number, unit or room that follows (or stands before, in English): it is kept from
    the public. `relation` is at, near, beside, opposite, behind or in_front.
    """

    name: str
    start: int
    end: int
    places: tuple[str, ...]
    relation: str = "at"
    private: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where a message is about. `area` is the code of the smallest area that is certain, None when unknown.

    `place` is the most precise place when there is exactly one. `questions` are to be asked back: (`which_place`,
    {name, choices}) when a name stands for several places, (`point_elsewhere`, {place, metres}) when the point given
    lies far from the place named, (`where`, {}) when nothing was found. Reasons: (`named`, {name, relation}),
    (`inside`, {area}), (`point`, {area}).
    """

    area: str | None
    place: str | None
    mentions: tuple[Mention, ...]
    questions: tuple[tuple[str, dict[str, object]], ...]
    reasons: tuple[tuple[str, dict[str, object]], ...]

    @property
    def areas(self) -> frozenset[str]:
        """Codes of every place the names stand for without doubt: what the pair score compares."""
        return frozenset(m.places[0] for m in self.mentions if len(m.places) == 1) | (
            frozenset((self.area,)) if self.area else frozenset()
        )


# How precise a kind is: the most precise place named is the one meant.
_PRECISION = {"landmark": 4, "community": 3, "building": 4, "road": 2, "area": 1}


def flat(text: str) -> str:
    """The text in the writing places are compared in, character for character, so that spans stay true."""
    plain = simplify(text.translate(_WIDE))
    low = plain.lower()
    return low if len(low) == len(plain) else plain


@dataclass(frozen=True)
class Gazetteer:
    """All places of a pack, ready to be looked for. Build it once per pack version with `Gazetteer.of`."""

    places: Mapping[str, Place]
    starts: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = field(repr=False)

    @classmethod
    def of(cls, places: Iterable[Place]) -> Gazetteer:
        """A gazetteer of the given places. Names of one character are left out: they are found everywhere."""
        known = {place.code: place for place in places}
        by_name: dict[str, list[str]] = {}
        for place in known.values():
            for name in dict.fromkeys(flat(name.strip()) for name in place.names):
                if len(name) > 1:
                    by_name.setdefault(name, []).append(place.code)
        starts: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for name in sorted(by_name, key=lambda n: (-len(n), n)):
            starts.setdefault(name[:2], []).append((name, tuple(sorted(by_name[name]))))
        return cls(known, {key: tuple(rows) for key, rows in starts.items()})

    def within(self, code: str) -> tuple[str, ...]:
        """The codes of the areas around a place, smallest first; the place itself first when it is an area."""
        trail: list[str] = []
        place = self.places.get(code)
        at = code if place is not None and place.kind == "area" else place.area if place is not None else ""
        while at and at not in trail:
            trail.append(at)
            at = self.places[at].area if at in self.places else ""
        return tuple(trail)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Every place name in the text, longest first where names overlap."""
        low = flat(text[:LIMIT])
        found: list[Mention] = []
        at = 0
        while at < len(low) - 1:
            rows = self.starts.get(low[at : at + 2])
            step = 1
            for name, places in rows or ():
                end = at + len(name)
                if low.startswith(name, at) and _stands_alone(low, at, end):
                    found.append(self._mention(low, name, at, end, places))
                    step = len(name)
                    break
            at += step
        return tuple(found)

    def _mention(self, low: str, name: str, start: int, end: int, places: tuple[str, ...]) -> Mention:
        private: tuple[int, int] | None = None
        after = end
        number = _NUMBER.match(low, end, end + 40)
        if number and any(self.places[code].kind != "area" for code in places):
            after = end + len(number[0].rstrip())
            private = (end, after)
        elif name.isascii():
            before = _BEFORE.search(low, max(0, start - 8), start)
            if before:
                private = before.span(1)
        relation = "at"
        for word, follows, precedes in _RELATIONS:
            if follows.match(low[after : after + 6]) or precedes.search(low[max(0, start - 24) : start]):
                relation = word
                break
        return Mention(name, start, end, places, relation, private)

    def find(self, text: str, area: str | None = None, point: tuple[float, float] | None = None) -> Found:
        """Where a message is about. `area` is what the caller derived from the point on the map, if there is one."""
        mentions = self.mentions(text)
        sure_areas = {area} if area else set()
        for mention in mentions:
            if len(mention.places) == 1 and self.places[mention.places[0]].kind == "area":
                sure_areas.add(mention.places[0])
        settled = tuple(self._settle(mention, sure_areas) for mention in mentions)
        questions: list[tuple[str, dict[str, object]]] = [
            ("which_place", {"name": m.name, "choices": m.places}) for m in settled if len(m.places) > 1
        ]
        certain = [m for m in settled if len(m.places) == 1]
        certain.sort(key=lambda m: (-_PRECISION.get(self.places[m.places[0]].kind, 2), m.start))
        best = certain[0] if certain else None
        reasons: list[tuple[str, dict[str, object]]] = []
        place, smallest = None, area
        if best is not None:
            kind = self.places[best.places[0]].kind
            if kind != "area":
                place = best.places[0]
            reasons.append(("named", {"name": best.name, "relation": best.relation}))
            smallest = self._smallest([m.places[0] for m in certain], area)
        if area:
            reasons.append(("point", {"area": area}))
        elif smallest:
            reasons.append(("inside", {"area": smallest}))
        far = self._far(place, point)
        if far is not None:
            questions.append(("point_elsewhere", {"place": place, "metres": far}))
        if not certain and not area and not questions:
            questions.append(("where", {}))
        return Found(smallest, place, settled, tuple(questions), tuple(reasons))

    def _settle(self, mention: Mention, areas: set[str]) -> Mention:
        """One of several places of the same name, when an area that is named (or given) contains only that one."""
        if len(mention.places) == 1 or not areas:
            return mention
        inside = tuple(code for code in mention.places if areas & set(self.within(code)))
        if not inside or len(inside) == len(mention.places):
            return mention
        return Mention(mention.name, mention.start, mention.end, inside, mention.relation, mention.private)

    def _smallest(self, codes: list[str], area: str | None) -> str | None:
        """The smallest area that is certain: of places in line the inner one, of places apart what contains both."""
        trails = [self.within(code) for code in codes]
        if area:
            trails.append(self.within(area) or (area,))
        trails = [trail for trail in trails if trail]
        if not trails:
            return area
        deepest = max(trails, key=len)
        if all(set(trail) <= set(deepest) for trail in trails):
            return deepest[0]
        for code in deepest:
            if all(code in trail for trail in trails):
                return code
        # Places in areas that share nothing: the point decides, or nobody.
        return area

    def _far(self, place: str | None, point: tuple[float, float] | None) -> int | None:
        if place is None or point is None:
            return None
        there = self.places[place].point
        if there is None or self.places[place].kind == "road":
            return None
        metres = distance(there, point)
        return round(metres) if metres > NEAR_METRES else None


def _stands_alone(low: str, start: int, end: int) -> bool:
    """Latin names must be whole words; Chinese ones may stand anywhere."""
    before = start == 0 or not (low[start].isascii() and low[start].isalnum() and low[start - 1].isascii()
                                and low[start - 1].isalnum())  # fmt: skip
    last = low[end - 1]
    after = end == len(low) or not (last.isascii() and last.isalnum() and low[end].isascii() and low[end].isalnum())
    return before and after


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two (longitude, latitude) points, good to a few per mille within a city."""
    middle = math.radians((one[1] + other[1]) / 2)
    east = (one[0] - other[0]) * 111_320.0 * math.cos(middle)
    north = (one[1] - other[1]) * 110_574.0
    return math.hypot(east, north)


def hidden(text: str, found: Found, mark: str = "＊") -> str:
    """The text with the private part of every mention replaced: the road stays, the house number goes."""
    pieces, at = [], 0
    for mention in sorted((m for m in found.mentions if m.private), key=lambda m: m.private or (0, 0)):
        start, end = mention.private or (0, 0)
        if start < at:
            continue
        pieces += [text[at:start], mark]
        at = end
    return "".join([*pieces, text[at:]])
