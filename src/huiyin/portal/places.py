"""Choosing where, without a script: a picture to press, buttons to come closer, a list, or words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from huiyin.base.drawing import maps
from huiyin.base.drawing.maps import Line, Mark, Shape, View
from huiyin.organisation.catalogue import AreaInfo, Catalogue
from huiyin.understanding.cleaning import fold

WIDTH, HEIGHT = 328, 300
#: How the buttons move the picture: name → (closer by, right, down) in parts of it.
MOVES = {
    "closer": (2.0, 0.0, 0.0), "farther": (0.5, 0.0, 0.0), "north": (1.0, 0.0, -0.4), "south": (1.0, 0.0, 0.4),
    "west": (1.0, -0.4, 0.0), "east": (1.0, 0.4, 0.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """A spot in degrees, as a form carries it: "30.55201,124.10473"."""

    lat: float
    lon: float

    def as_text(self) -> str:
        return f"{self.lat:.5f},{self.lon:.5f}"

    @classmethod
    def from_text(cls, text: str) -> Point | None:
        """None for anything that is not a spot on the earth."""
        lat, comma, lon = text.partition(",")
        if not comma or len(text) > 60:
            return None
        try:
            point = cls(float(lat), float(lon))
        except ValueError:
            return None
        on_earth = isfinite(point.lat) and isfinite(point.lon) and abs(point.lat) <= 90 and abs(point.lon) <= 180
        return point if on_earth else None


def whole(catalogue: Catalogue, width: int = WIDTH, height: int = HEIGHT) -> View | None:
    """The view that shows everything the body serves; None when its pack has no outlines."""
    boxes = [area.bbox for area in catalogue.areas.values() if area.bbox]
    if not boxes:
        return None
    box = min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    return View.fit(box, width, height)


def view_of(text: str, catalogue: Catalogue) -> View | None:
    """The view a form carried, or the whole map when there is none or it is no sensible one."""
    try:
        view = View.from_text(text)
    except ValueError:
        return whole(catalogue)
    return view if (view.width, view.height) == (WIDTH, HEIGHT) else whole(catalogue)


def moved(view: View, move: str, catalogue: Catalogue) -> View | None:
    """The view after a button was pressed; unknown buttons change nothing."""
    if move == "whole":
        return whole(catalogue)
    closer, right, down = MOVES.get(move, (1.0, 0.0, 0.0))
    start = whole(catalogue)
    turned = view.zoomed(closer).moved(right, down)
    # Farther than everything shows nothing more.
    return start if start is not None and turned.scale > start.scale else turned


def shapes(catalogue: Catalogue, language: str) -> list[Shape]:
    """Every area in force that has an outline, the large ones first so that the small ones lie on top."""
    areas = [a for a in catalogue.areas.values() if a.rings and a.until is None]
    return [Shape(a.code, a.names.local(language), a.rings) for a in sorted(areas, key=lambda a: a.level)]


def lines(catalogue: Catalogue) -> list[Line]:
    """Rivers, roads and waters of the pack."""
    return [Line(line.points, line.kind) for line in catalogue.lines]


def picture(catalogue: Catalogue, view: View, language: str, chosen: str = "", point: Point | None = None) -> bytes:
    """The map to press, as an SVG picture with its own colours."""
    pin = (point.lat, point.lon) if point else None
    return maps.image(
        view, areas=shapes(catalogue, language), lines=lines(catalogue), chosen=chosen, pin=pin, language=language
    )


def leaves(catalogue: Catalogue) -> set[str]:
    """Codes of the smallest areas in force."""
    parents = {area.parent for area in catalogue.areas.values()}
    return {area.code for area in catalogue.areas.values() if area.code not in parents and area.until is None}


def groups(catalogue: Catalogue, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The list to choose from: each larger area with the smallest ones in it."""
    small = leaves(catalogue)
    found: dict[str, list[tuple[str, str]]] = {}
    for code in catalogue.areas:
        if code in small:
            area = catalogue.areas[code]
            parent = catalogue.areas.get(area.parent)
            name = parent.names.local(language) if parent else ""
            found.setdefault(name, []).append((code, area.names.local(language)))
    return list(found.items())


def named_in(text: str, catalogue: Catalogue) -> AreaInfo | None:
    """The smallest area whose name, or the name of a known place in it, occurs in the words; None when none does."""
    words = fold(text)
    best: tuple[int, int, str] | None = None
    for code, level, names in _known_names(catalogue):
        for name in names:
            folded = fold(name)
            if len(folded) >= 2 and folded in words and (best is None or (level, len(folded)) > best[:2]):
                best = level, len(folded), code
    return catalogue.areas.get(best[2]) if best else None


def _known_names(catalogue: Catalogue) -> Iterable[tuple[str, int, tuple[str, ...]]]:
    for area in catalogue.areas.values():
        if area.level > 1 and area.until is None:
            yield area.code, area.level, (*area.names.values(), *area.aliases)
    for place in catalogue.places:
        if place.area in catalogue.areas:
            yield place.area, catalogue.areas[place.area].level, (*place.names.values(), *place.aliases)


def area_words(catalogue: Catalogue, code: str, language: str) -> str:
    """An area's name with the one above it, as people say it: 榆荫街道 榆荫里社区."""
    path = catalogue.area_path(code)[-2:] if code else []
    names = [area.names.local(language) for area in path]
    return ", ".join(reversed(names)) if language == "en" else " ".join(names)


def marks(points: Iterable[tuple[float, float, str, str]]) -> list[Mark]:
    """(lat, lon, title, address) → points on the public map."""
    return [Mark(lat, lon, title, href) for lat, lon, title, href in points]
