"""The small maps of the staff pages: where a matter is, and a picture to press while somebody tells where."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from math import isfinite

from django.utils.translation import get_language

from huiyin.base.drawing import maps
from huiyin.base.drawing.maps import Line, Mark, Shape, View
from huiyin.organisation.catalogue import Catalogue

WIDTH, HEIGHT = 340, 200
PRESS_WIDTH, PRESS_HEIGHT = 520, 380


@dataclass(frozen=True, slots=True)
class Where:
    """What `{% svg_map %}` needs."""

    view: View
    areas: list[Shape]
    lines: list[Line]
    marks: list[Mark]
    chosen: str


def read_point(text: str) -> tuple[float, float] | None:
    """(latitude, longitude) out of "30.55,124.10"; None for anything that is no spot on the earth."""
    lat, comma, lon = text.partition(",")
    try:
        point = float(lat), float(lon)
    except ValueError:
        return None
    on_earth = comma and all(map(isfinite, point)) and abs(point[0]) <= 90 and abs(point[1]) <= 180
    return point if on_earth else None


def where(catalogue: Catalogue, area: str, point: str) -> Where | None:
    """The surroundings of an area, with a mark when the spot may be shown. None without any outline to draw."""
    spot = read_point(point) if point else None
    info = catalogue.areas.get(area)
    if info is None and spot is not None:
        info = catalogue.area_at(*spot)
    if info is None or info.bbox is None:
        return None
    parent = catalogue.areas.get(info.parent)
    frame = (parent.bbox if parent is not None else None) or info.bbox
    marks = [Mark(*spot)] if spot is not None else []
    drawn = shapes(catalogue)
    if all(shape.code != info.code for shape in drawn):  # a larger area: its outline over the small ones
        drawn.append(Shape(info.code, info.names.local(get_language()), info.rings))
    return Where(View.fit(frame, WIDTH, HEIGHT), drawn, rivers(catalogue), marks, info.code)


def shapes(catalogue: Catalogue) -> list[Shape]:
    """The smallest areas with an outline."""
    language = get_language()
    parents = {area.parent for area in catalogue.areas.values() if area.rings}
    return [
        Shape(area.code, area.names.local(language), area.rings)
        for area in catalogue.areas.values()
        if area.rings and area.code not in parents
    ]


def rivers(catalogue: Catalogue) -> list[Line]:
    """Lines under the areas."""
    return [Line(line.points, line.kind) for line in catalogue.lines]


def whole(catalogue: Catalogue) -> View | None:
    """The view over everything the body serves; None when its pack has no outlines."""
    boxes = [area.bbox for area in catalogue.areas.values() if area.bbox]
    if not boxes:
        return None
    west, south, east, north = (min(b[0] for b in boxes), min(b[1] for b in boxes),
                                max(b[2] for b in boxes), max(b[3] for b in boxes))  # fmt: skip
    return View.fit((west, south, east, north), PRESS_WIDTH, PRESS_HEIGHT)


def picture(catalogue: Catalogue, view: View, area: str, point: str) -> str:
    """The picture to press, as a data address (nothing of it is fetched by a second request)."""
    spot = read_point(point) if point else None
    drawn = maps.image(
        view, areas=shapes(catalogue), lines=rivers(catalogue), chosen=area, pin=spot, language=get_language() or "zh"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawn).decode()
