"""Drawings of published figures: what is not told has no length, and paper shows what the screen shows."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from huiyin.base.drawing import interval, paper, stairs, trend
from huiyin.base.drawing.interval import Interval

CSS = (Path(__file__).parents[3] / "site" / "static" / "site" / "huiyin.css").read_text(encoding="utf-8")
TOLD = {
    "received": 400, "claimed": 300, "asked": 250, "answered": 150, "confirmed": 90, "disputed": 60, "unknown": 100,
}  # fmt: skip


def spans(svg: str) -> list[tuple[float, float]]:
    """(start, length) of the bars in a row, in per cent of the scale."""
    return [(float(x), float(width)) for x, width in re.findall(r'<svg x="([\d.]+)%" width="([\d.]+)%"', svg)]


def test_every_bar_is_as_long_as_its_number_and_the_results_follow_one_another() -> None:
    rows, end = stairs.bars(TOLD, name="g")
    assert end == 500
    found = {row.code: spans(row.svg) for row in rows}
    assert found == {
        "received": [(0, 80)], "claimed": [(0, 60)], "asked": [(0, 50)], "answered": [(0, 30)],
        "confirmed": [(0, 18)], "disputed": [(18, 12)], "unknown": [(30, 20)],
    }  # fmt: skip


def test_what_is_not_told_has_no_bar_and_moves_no_other() -> None:
    rows, _ = stairs.bars({**TOLD, "confirmed": None}, name="g")
    found = {row.code: spans(row.svg) for row in rows}
    assert (found["confirmed"], found["disputed"], found["unknown"]) == ([], [(0, 12)], [(0, 20)])
    assert next(row.number for row in rows if row.code == "confirmed") is None


def test_rounded_results_never_leave_the_scale() -> None:
    """Each is rounded for itself: together they can be more than all."""
    rows, end = stairs.bars({**TOLD, "received": 100, "claimed": 100, "asked": 100, "answered": 100,
                          "confirmed": 55, "disputed": 30, "unknown": 20}, name="g")  # fmt: skip
    assert end == 100
    assert all(start + length <= 100 for row in rows for start, length in spans(row.svg))


def test_few_matters_look_few() -> None:
    assert stairs.bars({"received": 15}, name="g")[1] == 100
    assert stairs.bars({}, name="g")[1] == 100


def test_bounds_are_drawn_under_the_interval_and_only_with_it() -> None:
    share = Interval(0.4, 0.5, 0.6, 40)
    assert 'class="interval-bounds" x1="20%" x2="75%"' in interval.picture(share, (0.2, 0.75))
    assert "interval-bounds" not in interval.picture(share)
    assert "interval-bounds" not in interval.picture(Interval(0.4, 0.5, 0.6, 9), (0.2, 0.75))


@pytest.mark.parametrize(
    "svg",
    [
        stairs.bars(TOLD, name="g")[0][-1].svg,
        interval.picture(Interval(0.4, 0.5, 0.6, 40), (0.2, 0.75)),
        interval.axis(),
        trend.render([trend.Point("2026-01", 0.2, 0.5, 0.8, 40), trend.Point("2026-02", 0.2, 0.5, 0.8, 40)], "en"),
    ],
)
def test_a_drawing_for_paper_stands_alone_and_every_class_has_a_look(svg: str) -> None:
    found = ET.fromstring(paper.alone(svg, 300, 22, font="Noto Sans CJK SC"))  # noqa: S314  our own text
    assert found.get("viewBox") == "0 0 300 22"
    used = {name for element in found.iter() for name in (element.get("class") or "").split()}
    assert used - {"trend"} <= set(paper.LOOKS)


def test_paper_has_the_colours_of_the_light_screen() -> None:
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", CSS.split(":root {", 1)[1].split("}", 1)[0]))
    for name, looks in paper.LOOKS.items():
        on_screen = {}
        for selectors, rule in re.findall(r"^(\.[^{}@\n]+)\{([^{}]+)\}", CSS, flags=re.MULTILINE):
            if f".{name}" in [part.strip() for part in selectors.split(",")]:
                resolved = re.sub(r"var\(--([a-z-]+)\)", lambda found: light.get(found.group(1), ""), rule)
                on_screen |= dict(re.findall(r"([a-z-]+): ([^;]+?)\s*;", resolved + ";"))
        assert on_screen, name
        for one in looks.split(";"):
            what, _, how = one.partition(":")
            assert on_screen[what] == how, (name, what)
