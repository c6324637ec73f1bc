from __future__ import annotations

import gzip
import xml.etree.ElementTree as ET
from itertools import pairwise
from math import cos, hypot, radians

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.base.drawing import maps
from huiyin.base.drawing.maps import Line, Mark, Shape, View

CITY = (120.0, 30.0, 120.2, 30.16)

views = st.builds(
    lambda lat, lon, wide, high, width, height, zoom: View.fit(
        (lon, lat, lon + wide, lat + high), width, height
    ).zoomed(zoom),
    st.floats(-65, 65),
    st.floats(-179, 179),
    st.floats(0.01, 0.6),
    st.floats(0.01, 0.6),
    st.integers(120, 900),
    st.integers(120, 900),
    st.floats(0.5, 16),
)


def square(west: float, south: float, size: float) -> list[tuple[float, float]]:
    return [
        (west, south),
        (west + size, south),
        (west + size, south + size),
        (west, south + size),
        (west, south),
    ]


@given(views, st.floats(0, 1), st.floats(0, 1))
def test_a_click_turns_back_into_the_same_pixel(view: View, across: float, down: float) -> None:
    lat, lon = view.latlon(across * view.width, down * view.height)
    x, y = view.xy(lat, lon)
    clicked_lat, clicked_lon = maps.to_latlon(round(x), round(y), view)
    back_x, back_y = view.xy(clicked_lat, clicked_lon)
    assert abs(back_x - x) <= 1
    assert abs(back_y - y) <= 1


@given(views)
def test_a_view_survives_a_form_field_exactly(view: View) -> None:
    assert View.from_text(view.as_text()) == view


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "a,b,c,d,e,f",
        "nan,120,5,300,300,30",
        "30,inf,5,300,300,30",
        "91,120,5,300,300,30",
        "30,120,0,300,300,30",
        "30,120,5,99999,300,30",
        "30,120,5,300,1,30",
        "30,120,5,300,300,90",
        "30,120,5,300,300,30,1",
    ],
)
def test_a_view_from_outside_is_checked(text: str) -> None:
    with pytest.raises(ValueError):
        View.from_text(text)


def test_a_fitted_view_shows_the_whole_box_and_fills_one_side() -> None:
    view = View.fit(CITY, 320, 320, margin=8)
    left, bottom = view.xy(30.0, 120.0)
    right, top = view.xy(30.16, 120.2)
    assert min(left, top) >= 8 - 1e-6
    assert max(right, bottom) <= 312 + 1e-6
    assert max(right - left, bottom - top) == pytest.approx(304)


def test_east_and_north_keep_their_true_proportion() -> None:
    view = View.fit(CITY, 320, 320)
    x, y = view.xy(view.lat, view.lon)
    east, _ = view.xy(view.lat, view.lon + 0.01 / cos(radians(view.parallel)))
    _, north = view.xy(view.lat + 0.01, view.lon)
    assert east - x == pytest.approx(y - north)


def test_zooming_in_twice_doubles_distances_and_keeps_the_centre() -> None:
    view = View.fit(CITY, 320, 320)
    near = view.zoomed(2)
    far_x, _ = view.xy(view.lat, view.lon + 0.01)
    near_x, _ = near.xy(view.lat, view.lon + 0.01)
    assert near_x - 160 == pytest.approx(2 * (far_x - 160))
    assert (near.lat, near.lon) == (view.lat, view.lon)


def test_zooming_stops_at_both_ends() -> None:
    view = View.fit(CITY, 320, 320)
    assert view.zoomed(1e9).scale == maps.FINEST
    assert view.zoomed(1e-9).scale == maps.COARSEST


def test_moving_half_a_picture_east_brings_the_right_edge_to_the_middle() -> None:
    view = View.fit(CITY, 320, 240)
    assert view.moved(0.5, 0).xy(*view.latlon(320, 120)) == pytest.approx((160, 120))


@pytest.mark.parametrize(("x", "y"), [(None, None), ("", ""), ("0", "0"), ("a", "3"), ("-4", "9"), ("400", "9")])
def test_nothing_is_chosen_without_a_real_click(x: str | None, y: str | None) -> None:
    assert maps.clicked(x, y, View.fit(CITY, 320, 320)) is None


def test_a_click_in_the_middle_is_the_centre() -> None:
    view = View.fit(CITY, 320, 320)
    assert maps.clicked("160", "160", view) == pytest.approx((view.lat, view.lon))


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=3, max_size=12))
@settings(max_examples=60, deadline=None)
def test_simplifying_keeps_the_ends_and_stays_within_the_tolerance(points: list[tuple[float, float]]) -> None:
    kept = maps.simplified(points, 0.5)
    assert kept[0] == points[0]
    assert kept[-1] == points[-1]
    for point in points:
        assert min(_distance(point, a, b) for a, b in pairwise(kept)) <= 0.5 + 1e-6


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """To the piece between a and b, by looking at a thousand and one points of it and then around the nearest."""
    low, high = 0.0, 1.0
    for _ in range(3):
        places = [low + (high - low) * n / 1000 for n in range(1001)]
        away = [hypot(p[0] - a[0] - t * (b[0] - a[0]), p[1] - a[1] - t * (b[1] - a[1])) for t in places]
        nearest = places[away.index(min(away))]
        low, high = max(0.0, nearest - (high - low) / 500), min(1.0, nearest + (high - low) / 500)
    return min(away)


def test_points_on_a_straight_line_are_dropped() -> None:
    assert maps.simplified([(0, 0), (1, 0), (2, 0), (3, 0)]) == [(0, 0), (3, 0)]


def test_the_drawing_is_well_formed_and_outside_text_is_escaped() -> None:
    nasty = '<script>"&'
    view = View.fit(CITY, 320, 320)
    drawing = maps.render_svg(
        view,
        areas=[Shape("a", nasty, [square(120.0, 30.0, 0.1)], href='/?a="><b>')],
        marks=[Mark(30.1, 120.1, nasty, "/m?x=1&y=2")],
        lines=[Line([(120.0, 30.05), (120.2, 30.06)], "river", 300)],
        chosen="a",
        pin=(30.05, 120.05),
        label=nasty,
    )
    root = ET.fromstring(drawing)  # noqa: S314 - our own text
    assert root.attrib["aria-label"] == nasty
    assert "<script" not in drawing
    assert root.attrib["width"] == "320"


def test_an_area_is_drawn_where_it_lies() -> None:
    view = View.fit(CITY, 320, 320)
    drawing = maps.render_svg(view, areas=[Shape("a", "A", [square(120.05, 30.05, 0.05)])])
    start = drawing.split('d="M', 1)[1].split("l", 1)[0].split()
    assert [float(part) for part in start] == pytest.approx(view.xy(30.05, 120.05), abs=0.25)


def test_areas_outside_the_picture_are_left_out() -> None:
    view = View.fit((120.0, 30.0, 120.01, 30.01), 320, 320)
    drawing = maps.render_svg(view, areas=[Shape("far", "far away", [square(121.0, 31.0, 0.1)])])
    assert "far away" not in drawing


def test_no_name_is_written_on_another_one() -> None:
    view = View.fit(CITY, 320, 320)
    twins = [Shape(code, "一样的地方", [square(120.0, 30.0, 0.15)]) for code in "abc"]
    assert maps.render_svg(view, areas=twins).count("<text") == 1 + 1  # and the one of the scale bar


def test_marks_close_together_become_one_disc_with_their_number() -> None:
    view = View.fit(CITY, 320, 320)
    marks = [Mark(30.08, 120.1, f"m{i}") for i in range(3)] + [Mark(30.02, 120.02, "alone", "/alone/")]
    clusters = maps.clustered(marks, view)
    assert sorted(cluster.count for cluster in clusters) == [1, 3]
    drawing = maps.render_svg(view, marks=marks)
    assert ">3</text>" in drawing
    assert 'href="/alone/"' in drawing


@given(st.lists(st.tuples(st.floats(30.0, 30.16), st.floats(120.0, 120.2)), max_size=60))
def test_clustering_loses_no_mark_and_moves_none_out_of_its_cell(places: list[tuple[float, float]]) -> None:
    view = View.fit(CITY, 320, 320)
    clusters = maps.clustered([Mark(lat, lon) for lat, lon in places], view, cell=36)
    assert sum(cluster.count for cluster in clusters) == len(places)
    for cluster in clusters:
        for mark in cluster.marks:
            x, y = view.xy(mark.lat, mark.lon)
            assert abs(x - cluster.x) <= 36 + 1e-6
            assert abs(y - cluster.y) <= 36 + 1e-6


@given(views, st.sampled_from(["zh", "en"]))
def test_the_scale_bar_is_a_round_length_and_true(view: View, language: str) -> None:
    drawing = maps.render_svg(view, language=language)
    if "map-scale" not in drawing:
        assert view.scale * view.width / 3 < 1
        return
    pixels = float(drawing.split("v4h")[1].split("v")[0])
    number, unit = drawing.rsplit("<text", 1)[1].split(">", 1)[1].split("<", 1)[0].split(" ")
    metres = float(number) * (1000 if unit in ("km", "公里") else 1)
    assert f"{metres:e}"[0] in "125"
    assert pixels == pytest.approx(metres / view.scale, abs=0.06)
    assert pixels <= view.width / 3 + 0.06


def test_sixty_detailed_communities_stay_light() -> None:
    areas = []
    for i in range(60):
        west, south = 120 + (i % 10) * 0.02, 30 + (i // 10) * 0.02
        corners = square(west, south, 0.02)
        ring = []
        for (x1, y1), (x2, y2) in pairwise(corners):
            # A border that wiggles by about five pixels, with 80 points a side.
            ring += [(x1 + (x2 - x1) * k / 80 + 0.0008 * ((k * 7) % 5 - 2), y1 + (y2 - y1) * k / 80) for k in range(80)]
        areas.append(Shape(f"c{i}", f"第{i}社区", [[*ring, ring[0]]], f"/areas/c{i}/"))
    drawing = maps.image(View.fit((120, 30, 120.2, 30.12), 640, 480), areas=areas)
    assert len(drawing) <= 120_000
    assert len(gzip.compress(drawing)) <= 60_000
