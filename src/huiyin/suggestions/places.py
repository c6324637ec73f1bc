"""Where a text speaks of, by the pack's own gazetteer. What is unclear is asked back, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from huiyin.organisation.catalogue import Catalogue, Names
from huiyin.understanding.place import Found, Gazetteer, Place

#: choices offered for one name
MOST_CHOICES = 6
#: Areas down to this level are too large to be one place: the town and its districts.
LARGE = 2


@dataclass(frozen=True, slots=True)
class Which:
    """A name that stands for several places: what was written, and the area of each."""

    name: str
    choices: tuple[str, ...]


_latest: tuple[str, Gazetteer | None] = ("", None)


def gazetteer(catalogue: Catalogue) -> Gazetteer:
    """The pack's areas and places, ready to be looked for; made once per pack."""
    global _latest
    digest, known = _latest
    if known is None or digest != catalogue.digest:
        known = Gazetteer.of(_places(catalogue))
        _latest = (catalogue.digest, known)
    return known


def _places(catalogue: Catalogue) -> Iterator[Place]:
    for area in catalogue.areas.values():
        if area.until is None:
            yield Place(area.code, "area", (*area.names.values(), *area.aliases), area.parent, area.centroid)
    for place in catalogue.places:
        names = (*place.names.values(), *place.aliases)
        kind = place.kind if place.kind in ("road", "community", "building") else "landmark"
        yield Place(f"place:{place.code}", kind, names, place.area, (place.lon, place.lat))


def without_names(text: str, catalogue: Catalogue) -> str:
    """The text without the names of places: where something is must not decide what it is about."""
    kept, at = [], 0
    for mention in gazetteer(catalogue).mentions(text):
        kept.append(text[at : mention.start])
        at = mention.end
    return "".join([*kept, text[at:]])


def find(text: str, area: str, catalogue: Catalogue, point: tuple[float, float] | None = None) -> Found:
    """What the words say about the place. `area` and `point` (longitude, latitude) are what is known already."""
    return gazetteer(catalogue).find(text, area or None, point)


def areas_of(text: str, area: str, catalogue: Catalogue) -> frozenset[str]:
    """Codes of the places a matter is about: those it names without doubt and the area it is filed under."""
    named = frozenset(code for code in find(text, "", catalogue).areas if _is_small(code, catalogue))
    return named | (frozenset((area,)) if area else frozenset())


def _is_small(code: str, catalogue: Catalogue) -> bool:
    """Whether a place tells two matters apart: the whole town does not."""
    area = catalogue.areas.get(code)
    return area is None or area.level > LARGE


@lru_cache(maxsize=4)
def _smallest(areas: tuple[tuple[str, str, int], ...]) -> frozenset[str]:
    parents = {parent for _, parent, _ in areas}
    deep = any(level > LARGE for _, _, level in areas)
    return frozenset(code for code, _, level in areas if code not in parents and level > (LARGE if deep else 1))


def smallest(catalogue: Catalogue) -> frozenset[str]:
    """The areas below which the pack knows none: what "in one place" means where no road or building is named.

    A district that the pack does not divide is no place in a pack that divides others.
    """
    return _smallest(tuple((area.code, area.parent, area.level) for area in catalogue.areas.values()))


def spots_of(codes: Iterable[str], catalogue: Catalogue) -> frozenset[str]:
    """Those of these places that are as small as the pack knows: smallest areas, and roads, schools, markets, …"""
    small = smallest(catalogue)
    return frozenset(code for code in codes if code in small or code not in catalogue.areas)


def spot(code: str, catalogue: Catalogue) -> tuple[str, Names | None]:
    """The area of a place and, when it is a road or building (`place:…`), its names."""
    named = next((place for place in catalogue.places if f"place:{place.code}" == code), None)
    return (named.area, named.names) if named is not None else (code, None)


def questions(found: Found, catalogue: Catalogue) -> tuple[Which, ...]:
    """Names to ask back about ("which of the two?"), as far as their places lie in different areas."""
    asked = []
    places = {place.code: place.area for place in catalogue.places}
    for code, facts in found.questions:
        listed = facts.get("choices", ()) if code == "which_place" else ()
        codes = [str(one) for one in listed] if isinstance(listed, list | tuple) else []
        areas = dict.fromkeys(places.get(one.removeprefix("place:"), one) for one in codes)
        choices = tuple(area for area in areas if area in catalogue.areas)[:MOST_CHOICES]
        if len(choices) > 1:
            asked.append(Which(str(facts.get("name", "")), choices))
    return tuple(asked)
