"""Outlines and lines of a pack's map, read from GeoJSON and checked one by one. Pure: no Django."""

from __future__ import annotations

from typing import Any

from huiyin.organisation import geometry
from huiyin.organisation.pack_problems import Problems
from huiyin.organisation.pack_tables import Folder, json_line
from huiyin.organisation.records import LineInfo, Names, Ring

OUTLINES = "areas.geojson"
LINES = "lines.geojson"


def read_outlines(folder: Folder) -> tuple[dict[str, tuple[Ring, ...]], dict[str, tuple[int, int]]]:
    """Rings by area code, and for each code (line, feature number) for messages."""
    features, text = folder.features(OUTLINES)
    rings: dict[str, tuple[Ring, ...]] = {}
    places: dict[str, tuple[int, int]] = {}
    for index, feature in enumerate(features, start=1):
        code = _property(feature, "code")
        line = json_line(text, "code", code) if code else 0
        found = _polygons(feature)
        if not code or found is None:
            folder.problems.add(
                OUTLINES, line, "bad_feature", index=index, detail="Polygon or MultiPolygon with a code"
            )
            continue
        if code in rings:
            folder.problems.add(OUTLINES, line, "duplicate", "code", value=code, first=places[code][0])
            continue
        places[code] = (line, index)
        rings[code] = tuple(_ring(folder.problems, ring, line, index, code) for ring in found)
    return rings, places


def read_lines(folder: Folder) -> list[LineInfo]:
    """Rivers, roads and the like, to be drawn under the areas. The file may be absent."""
    features, text = folder.features(LINES, optional=True)
    lines = []
    for index, feature in enumerate(features, start=1):
        code = _property(feature, "code")
        line = json_line(text, "code", code) if code else 0
        geometry_value = feature.get("geometry") if isinstance(feature, dict) else None
        kind = geometry_value.get("type") if isinstance(geometry_value, dict) else None
        points: Any = geometry_value.get("coordinates") if isinstance(geometry_value, dict) else None
        if kind == "Polygon" and isinstance(points, list) and points:
            points = points[0]
        if not code or kind not in ("LineString", "Polygon") or not _are_points(points):
            folder.problems.add(LINES, line, "bad_feature", index=index, detail="LineString or Polygon with a code")
            continue
        names = Names({lang: _property(feature, f"name_{lang}") for lang in folder.languages})
        lines.append(LineInfo(code, _property(feature, "kind"), names, _points(points)))
    return lines


def _property(feature: Any, name: str) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    value = properties.get(name) if isinstance(properties, dict) else None
    return value if isinstance(value, str) else ""


def _polygons(feature: Any) -> list[list[Any]] | None:
    """All rings of a feature, or None when it is not made of polygons."""
    shape = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(shape, dict) or not isinstance(shape.get("coordinates"), list):
        return None
    if shape.get("type") == "Polygon":
        rings = shape["coordinates"]
    elif shape.get("type") == "MultiPolygon" and all(isinstance(part, list) for part in shape["coordinates"]):
        rings = [ring for part in shape["coordinates"] for ring in part]
    else:
        return None
    return rings if rings and all(_are_points(ring) for ring in rings) else None


def _are_points(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(point, list) and len(point) >= 2 and all(isinstance(n, int | float) for n in point[:2])
        for point in value
    )


def _points(value: list[list[float]]) -> Ring:
    return tuple((float(point[0]), float(point[1])) for point in value)


def _ring(problems: Problems, value: list[list[float]], line: int, index: int, name: str) -> Ring:
    ring = _points(value)
    if len(ring) < 4:
        problems.add(OUTLINES, line, "ring_short", index=index, name=name)
    elif ring[0] != ring[-1]:
        problems.add(OUTLINES, line, "ring_open", index=index, name=name)
    elif geometry.crosses_itself(ring):
        problems.add(OUTLINES, line, "ring_crosses", index=index, name=name)
    return ring
