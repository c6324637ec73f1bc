"""Maps drawn on the server from outlines, for any place: no tiles, no script, a few kilobytes.

The projection is local and equirectangular: longitudes are shrunk by the cosine of one fixed latitude, which over a
city is off by less than a pixel. A click on the picture (`<input type="image">` sends x and y) turns back into a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import groupby, pairwise
from math import cos, hypot, isfinite, radians, sqrt

from huiyin.base.drawing.words import english

#: Metres in one degree of latitude (mean meridian of the WGS 84 ellipsoid, 40,007.86 km around).
METRES_PER_DEGREE = 111_133.0

#: Zooming stops between 10 cm and 5 km to the pixel.
FINEST, COARSEST = 0.1, 5_000.0

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class View:
    """The part of the world in the picture: its centre, its scale in metres per pixel and its size in pixels.

    `parallel` is the latitude whose cosine shrinks longitudes; it stays the same while zooming and moving.
    """

    lat: float
    lon: float
    scale: float
    width: int
    height: int
    parallel: float

    @classmethod
    def fit(cls, bbox: tuple[float, float, float, float], width: int, height: int, margin: int = 8) -> View:
        """The view that shows the whole of (west, south, east, north) in degrees with `margin` pixels around."""
        west, south, east, north = bbox
        lat, lon = (south + north) / 2, (west + east) / 2
        across = (east - west) * METRES_PER_DEGREE * cos(radians(lat)) / max(width - 2 * margin, 1)
        up = (north - south) * METRES_PER_DEGREE / max(height - 2 * margin, 1)
        return cls(lat, lon, min(max(across, up, FINEST), COARSEST), width, height, lat)

    def xy(self, lat: float, lon: float) -> Position:
        """Pixels from the left and from the top; may lie outside the picture."""
        x = self.width / 2 + (lon - self.lon) * METRES_PER_DEGREE * cos(radians(self.parallel)) / self.scale
        y = self.height / 2 - (lat - self.lat) * METRES_PER_DEGREE / self.scale
        return x, y

    def latlon(self, x: float, y: float) -> Position:
        """The place under a pixel, as (latitude, longitude) in degrees."""
        lon = self.lon + (x - self.width / 2) * self.scale / (METRES_PER_DEGREE * cos(radians(self.parallel)))
        lat = self.lat - (y - self.height / 2) * self.scale / METRES_PER_DEGREE
        return lat, lon

    def zoomed(self, factor: float, lat: float | None = None, lon: float | None = None) -> View:
        """Closer by `factor` (2 = twice as large, 0.5 = twice as far), centred on a place when one is given."""
        scale = min(max(self.scale / factor, FINEST), COARSEST)
        return replace(self, scale=scale, lat=self.lat if lat is None else lat, lon=self.lon if lon is None else lon)

    def moved(self, right: float, down: float) -> View:
        """Moved by parts of the picture: moved(0.5, 0) goes half a width to the east."""
        lat, lon = self.latlon(self.width * (0.5 + right), self.height * (0.5 + down))
        return replace(self, lat=lat, lon=lon)

    def holds(self, x: float, y: float, around: float = 0.0) -> bool:
        return -around <= x <= self.width + around and -around <= y <= self.height + around

    def as_text(self) -> str:
        """For a form field or an address; `from_text` reads it back exactly."""
        return ",".join(repr(part) for part in (self.lat, self.lon, self.scale, self.width, self.height, self.parallel))

    @classmethod
    def from_text(cls, text: str) -> View:
        """Reads `as_text`; raises ValueError for anything that is not a sensible view."""
        parts = text.split(",")
        if len(parts) != 6 or len(text) > 150:
            raise ValueError("a view has six numbers")
        lat, lon, scale, parallel = (float(parts[i]) for i in (0, 1, 2, 5))
        width, height = int(parts[3]), int(parts[4])
        if not all(isfinite(number) for number in (lat, lon, scale, parallel)):
            raise ValueError("a view has finite numbers")
        if abs(lat) > 90 or abs(parallel) > 85 or abs(lon) > 360 or not FINEST <= scale <= COARSEST:
            raise ValueError("a view lies on the earth")
        if not (16 <= width <= 2_000 and 16 <= height <= 2_000):
            raise ValueError("a picture has 16 to 2000 pixels each way")
        return cls(lat, lon, scale, width, height, parallel)


def to_latlon(x: float, y: float, view: View) -> Position:
    """The place under a click, as (latitude, longitude)."""
    return view.latlon(x, y)


def clicked(x: str | None, y: str | None, view: View) -> Position | None:
    """The place chosen with `<input type="image">`, from the two texts it posts.

    None when nothing was pointed at: fields absent, not numbers, outside the picture, or 0,0, which browsers send when
    the picture is pressed with the keyboard.
    """
    try:
        across, down = int(x or ""), int(y or "")
    except ValueError:
        return None
    if (across, down) == (0, 0) or not view.holds(across, down):
        return None
    return view.latlon(across, down)


@dataclass(frozen=True, slots=True)
class Shape:
    """An area: outlines as (longitude, latitude) rings; with `href` it becomes a link."""

    code: str
    label: str
    rings: Sequence[Sequence[Position]]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A river, road or water surface along (longitude, latitude) points; `width` in metres."""

    points: Sequence[Position]
    kind: str = "road"
    width: float = 12.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the map. `label` is read aloud and shown on hover."""

    lat: float
    lon: float
    label: str = ""
    href: str = ""
    count: int = 1


@dataclass(slots=True)
class Cluster:
    """Marks that fall together at this scale; x and y in pixels."""

    x: float
    y: float
    count: int
    marks: list[Mark] = field(default_factory=list)


def simplified(points: Sequence[Position], tolerance: float = 0.5) -> list[Position]:
    """Fewer points, no corner moved by more than `tolerance` (Douglas and Peucker 1973, with a stack)."""
    if len(points) < 3:
        return list(points)
    keep = {0, len(points) - 1}
    pending = [(0, len(points) - 1)]
    while pending:
        first, last = pending.pop()
        (x1, y1), (x2, y2) = points[first], points[last]
        dx, dy = x2 - x1, y2 - y1
        length = hypot(dx, dy)
        farthest, distance = 0, tolerance
        for i in range(first + 1, last):
            x, y = points[i][0] - x1, points[i][1] - y1
            # To the piece between the two, not to the endless line: a spit of land may lie along it.
            along = 0.0 if length < 1e-9 else min(1.0, max(0.0, (x * dx + y * dy) / (length * length)))
            away = hypot(x - along * dx, y - along * dy)
            if away > distance:
                farthest, distance = i, away
        if farthest:
            keep.add(farthest)
            pending += [(first, farthest), (farthest, last)]
    return [points[i] for i in sorted(keep)]


def clustered(marks: Iterable[Mark], view: View, cell: int = 36) -> list[Cluster]:
    """Marks gathered on a grid of `cell` pixels, each cluster at its marks' centre; outside marks are left out."""
    cells: dict[tuple[int, int], Cluster] = {}
    for mark in marks:
        x, y = view.xy(mark.lat, mark.lon)
        if not view.holds(x, y):
            continue
        cluster = cells.setdefault((int(x // cell), int(y // cell)), Cluster(0.0, 0.0, 0))
        total = cluster.count + mark.count
        cluster.x += (x - cluster.x) * mark.count / total
        cluster.y += (y - cluster.y) * mark.count / total
        cluster.count = total
        cluster.marks.append(mark)
    return [cells[key] for key in sorted(cells)]


def _path(points: Sequence[Position], view: View, *, closed: bool) -> str:
    """SVG path data on half pixels with relative steps; "" when the outline lies outside the picture or is a dot."""
    pixels = [view.xy(lat, lon) for lon, lat in points]
    if not pixels:
        return ""
    xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
    if max(xs) < -4 or max(ys) < -4 or min(xs) > view.width + 4 or min(ys) > view.height + 4:
        return ""
    halves = [(round(2 * x), round(2 * y)) for x, y in simplified(pixels)]
    thinned = [point for point, _ in groupby(halves)]
    if closed and len(thinned) > 1 and thinned[0] == thinned[-1]:
        thinned.pop()
    if len(thinned) < (3 if closed else 2):
        return ""
    x, y = thinned[0]
    data = [f"M{x / 2:g} {y / 2:g}l"]
    steps = []
    for next_x, next_y in thinned[1:]:
        steps.append(f"{(next_x - x) / 2:g} {(next_y - y) / 2:g}")
        x, y = next_x, next_y
    return data[0] + " ".join(steps) + ("z" if closed else "")


def _label_fits(text: str, rings: Sequence[Sequence[Position]], view: View) -> Position | None:
    """Where to write an area's name, or None when it is too small for 12-pixel letters."""
    pixels = [view.xy(lat, lon) for lon, lat in max(rings, key=len, default=())]
    if len(pixels) < 3:
        return None
    xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
    if max(xs) - min(xs) < _text_width(text) or max(ys) - min(ys) < 16:
        return None
    ring = pixels if pixels[0] == pixels[-1] else [*pixels, pixels[0]]
    doubled = sx = sy = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = x1 * y2 - x2 * y1
        doubled, sx, sy = doubled + cross, sx + (x1 + x2) * cross, sy + (y1 + y2) * cross
    if not doubled:
        return None
    x, y = sx / (3 * doubled), sy / (3 * doubled)
    return (x, y) if view.holds(x, y, -8) else None


def _text_width(text: str) -> float:
    """Of 12-pixel letters, in pixels: about one em for a Chinese sign, about half for a Latin letter."""
    return sum(12.0 if ord(sign) > 0x2E7F else 6.5 for sign in text)


def _radius(count: int) -> float:
    """The disc's area grows with the number, from 7 pixels radius for one matter up to 24."""
    return min(7.0 * sqrt(max(count, 1)), 24.0)


Box = tuple[float, float, float, float]


def _box(spot: Position, text: str) -> Box:
    """(left, top, right, bottom) of a name written around a spot."""
    half = _text_width(text) / 2 + 2
    return spot[0] - half, spot[1] - 8, spot[0] + half, spot[1] + 8


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _names(areas: Sequence[Shape], view: View, chosen: str, clusters: Sequence[Cluster], palette: bool) -> str:
    """The names that fit into their areas and lie on no disc and on no other name; the chosen one comes first."""
    taken: list[Box] = []
    for cluster in clusters:
        radius = _radius(cluster.count)
        taken.append((cluster.x - radius, cluster.y - radius, cluster.x + radius, cluster.y + radius))
    written = []
    for area in sorted(areas, key=lambda area: area.code != chosen):
        spot = _label_fits(area.label, area.rings, view)
        if spot is None:
            continue
        box = _box(spot, area.label)
        cut = box[0] < 0 or box[2] > view.width
        if cut or (area.code != chosen and any(_meet(box, other) for other in taken)):
            continue
        taken.append(box)
        written.append(f'<text x="{spot[0]:.0f}" y="{spot[1] + 4:.0f}">{escape(area.label)}</text>')
    halo = (
        ' font-family="sans-serif" font-size="12" text-anchor="middle" fill="#1d2226" stroke="#f3f1e8"'
        ' stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
        if palette
        else ""
    )
    return f"<g{halo}>{''.join(written)}</g>" if written else ""


def _areas(areas: Iterable[Shape], view: View, chosen: str, palette: bool) -> tuple[str, str]:
    """(outlines, the chosen outline once more): the second goes on top of rivers and roads."""
    drawn: list[str] = []
    front = ""
    for area in areas:
        data = "".join(_path(ring, view, closed=True) for ring in area.rings)
        if not data:
            continue
        look = ""
        if area.code == chosen:
            look = ' class="chosen"' + (' fill="#e6f1ee"' if palette else "")
            paint = ' fill="none" stroke="#0a5048" stroke-width="2.5"' if palette else ""
            front = f'<path class="map-chosen"{paint} d="{data}"/>'
        path = f'<path{look} d="{data}"><title>{escape(area.label)}</title></path>'
        drawn.append(f'<a href="{escape(area.href)}">{path}</a>' if area.href else path)
    paint = ' fill="#f3f1e8" stroke="#6a7075" stroke-width=".7"' if palette else ""
    return f'<g class="map-areas" fill-rule="evenodd"{paint}>{"".join(drawn)}</g>', front


def _lines(lines: Iterable[Line], view: View, palette: bool) -> str:
    drawn = []
    for line in lines:
        closed = line.kind == "water"
        data = _path(line.points, view, closed=closed)
        if not data:
            continue
        colour = "#cfcdc3" if line.kind == "road" else "#bcd5e0"
        paint = (f' fill="{colour}"' if closed else f' fill="none" stroke="{colour}"') if palette else ""
        width = "" if closed else f' stroke-width="{max(line.width / view.scale, 1.0):.1f}"'
        drawn.append(f'<path class="map-{escape(line.kind)}"{paint}{width} stroke-linejoin="round" d="{data}"/>')
    return f"<g>{''.join(drawn)}</g>" if drawn else ""


def _marks(clusters: Iterable[Cluster], palette: bool) -> str:
    drawn = []
    for cluster in clusters:
        radius = _radius(cluster.count)
        title = cluster.marks[0].label if len(cluster.marks) == 1 else str(cluster.count)
        paint = ' fill="#0a5048" stroke="#fff" stroke-width="1.5"' if palette else ""
        body = f'<circle cx="{cluster.x:.0f}" cy="{cluster.y:.0f}" r="{radius:.0f}"{paint}/>'
        if cluster.count > 1:
            ink = ' fill="#fff" font-family="sans-serif" font-size="12" text-anchor="middle"' if palette else ""
            body += f'<text x="{cluster.x:.0f}" y="{cluster.y + 4:.0f}"{ink}>{cluster.count}</text>'
        body += f"<title>{escape(title)}</title>"
        href = next((mark.href for mark in cluster.marks if mark.href), "") if len(cluster.marks) == 1 else ""
        drawn.append(f'<a href="{escape(href)}">{body}</a>' if href else f"<g>{body}</g>")
    return f'<g class="map-points">{"".join(drawn)}</g>' if drawn else ""


def _scale_bar(view: View, language: str, palette: bool) -> str:
    """A bar of a round length (1, 2 or 5 times a power of ten) that takes at most a third of the width."""
    longest = view.scale * view.width / 3
    length = max(
        (factor * 10.0**power for power in range(6) for factor in (1, 2, 5) if factor * 10.0**power <= longest),
        default=0.0,
    )
    if not length:
        return ""
    unit = ("km" if english(language) else "公里") if length >= 1000 else ("m" if english(language) else "米")
    number = length / 1000 if length >= 1000 else length
    pixels, y = length / view.scale, view.height - 8
    line = ' fill="none" stroke="#1d2226"' if palette else ""
    ink = ' font-family="sans-serif" font-size="12" text-anchor="middle" fill="#1d2226"' if palette else ""
    return (
        f'<path class="map-scale"{line} d="M8 {y - 4}v4h{pixels:.1f}v-4"/>'
        f'<text x="{8 + pixels / 2:.0f}" y="{y - 4}"{ink}>{number:g} {unit}</text>'
    )


def render_svg(
    view: View,
    *,
    areas: Iterable[Shape] = (),
    marks: Iterable[Mark] = (),
    lines: Iterable[Line] = (),
    chosen: str = "",
    pin: Position | None = None,
    label: str = "",
    language: str = "zh",
    palette: bool = False,
) -> str:
    """The map as one <svg> element of exactly `view.width` by `view.height` pixels.

    `chosen` is the code of the area to stand out; `pin` a (latitude, longitude) to mark with a ring. `palette=True`
    writes light colours into the picture, for use as an image of its own; without it the page's style sheet colours it.
    """
    ring = ""
    if pin is not None:
        x, y = view.xy(*pin)
        paint = ' fill="none" stroke="#8a3a12" stroke-width="3"' if palette else ""
        ring = f'<circle class="map-mark"{paint} cx="{x:.1f}" cy="{y:.1f}" r="10"/>'
        ring += f'<circle class="map-mark"{paint} cx="{x:.1f}" cy="{y:.1f}" r="1"/>'
    clusters = clustered(marks, view)
    shapes = list(areas)
    outlines, front = _areas(shapes, view, chosen, palette)
    names = _names(shapes, view, chosen, clusters, palette)
    background = '<rect width="100%" height="100%" fill="#fff"/>' if palette else ""
    name = f' role="group" aria-label="{escape(label)}"' if label else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" width="{view.width}" height="{view.height}"'
        f' viewBox="0 0 {view.width} {view.height}"{name}>{background}{outlines}'
        f"{_lines(lines, view, palette)}{front}{names}{_marks(clusters, palette)}{ring}"
        f"{_scale_bar(view, language, palette)}</svg>"
    )


def image(view: View, **parts: object) -> bytes:
    """`render_svg` with its own colours, as UTF-8 bytes ready to be an image response."""
    return render_svg(view, palette=True, **parts).encode()  # type: ignore[arg-type]
