"""Points and outlines on a small map: inside or not, centre, nesting. Pure; all points are (longitude, latitude)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]


def contains(rings: Sequence[Sequence[Point]], lon: float, lat: float) -> bool:
    """Whether the point lies inside by the even-odd rule, so islands and holes both come out right."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def signed_area(ring: Sequence[Point]) -> float:
    """Shoelace area in square degrees; positive when the ring runs counter-clockwise."""
    if not ring:
        return 0.0
    # Counting from the ring's own corner keeps the products small: degrees near 120 would lose digits.
    x0, y0 = ring[0]
    return sum((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0) for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def centroid(rings: Sequence[Sequence[Point]]) -> Point | None:
    """Centre of gravity of the largest ring, as (longitude, latitude); None without a ring that has an area."""
    ring = max(rings, key=lambda r: abs(signed_area(r)), default=())
    total = signed_area(ring)
    if not ring or not total:
        return None
    x0, y0 = ring[0]
    sx = sy = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        sx += (x1 + x2 - 2 * x0) * cross
        sy += (y1 + y2 - 2 * y0) * cross
    return x0 + sx / (6 * total), y0 + sy / (6 * total)


def crosses_itself(ring: Sequence[Point]) -> bool:
    """Whether two edges of the ring that are not neighbours cut each other."""
    edges = list(pairwise(ring))
    for i, first in enumerate(edges):
        for j in range(i + 2, len(edges)):
            if i == 0 and j == len(edges) - 1:
                continue
            if _cut(*first, *edges[j]):
                return True
    return False


def _cut(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, p: Point) -> float:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
