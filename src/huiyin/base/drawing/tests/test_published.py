"""Drawings of published figures: what is not told has no length, and paper shows what the screen shows."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from huiyin.base.drawing import gap, interval, paper, trend, words
from huiyin.base.drawing.interval import Interval

CSS = (Path(__file__).parents[3] / "site" / "static" / "site" / "huiyin.css").read_text(encoding="utf-8")
TOLD = {
    "received": 400, "claimed": 300, "asked": 250, "answered": 150, "confirmed": 90, "disputed": 60, "unknown": 100,
}  # fmt: skip


def spans(svg: str) -> list[tuple[float, float]]:
    """(start, length) of the bars in a row, in per cent of the scale."""
    return [(float(x), float(width)) for x, width in re.findall(r'<svg x="([\d.]+)%" width="([\d.]+)%"', svg)]


def test_every_bar_is_as_long_as_its_number_and_the_results_follow_one_another() -> None:
    rows, end = gap.bars(TOLD, name="g")
    assert end == 500
    found = {row.code: spans(row.svg) for row in rows}
    assert found == {
        "received": [(0, 80)], "claimed": [(0, 60)], "asked": [(0, 50)], "answered": [(0, 30)],
        "confirmed": [(0, 18)], "disputed": [(18, 12)], "unknown": [(30, 20)],
    }  # fmt: skip


def test_what_is_not_told_has_no_bar_and_moves_no_other() -> None:
    rows, _ = gap.bars({**TOLD, "confirmed": None}, name="g")
    found = {row.code: spans(row.svg) for row in rows}
    assert (found["confirmed"], found["disputed"], found["unknown"]) == ([], [(0, 12)], [(0, 20)])
    assert next(row.number for row in rows if row.code == "confirmed") is None


def test_rounded_results_never_leave_the_scale() -> None:
    """Each is rounded for itself: together they can be more than all."""
    rows, end = gap.bars({**TOLD, "received": 100, "claimed": 100, "asked": 100, "answered": 100,
                          "confirmed": 55, "disputed": 30, "unknown": 20}, name="g")  # fmt: skip
    assert end == 100
    assert all(start + length <= 100 for row in rows for start, length in spans(row.svg))


def test_few_matters_look_few() -> None:
    assert gap.bars({"received": 15}, name="g")[1] == 100
    assert gap.bars({}, name="g")[1] == 100


def test_bounds_are_drawn_under_the_interval_and_only_with_it() -> None:
    share = Interval(0.4, 0.5, 0.6, 40)
    assert 'class="interval-bounds" x1="20%" x2="75%"' in interval.picture(share, (0.2, 0.75))
    assert "interval-bounds" not in interval.picture(share)
    assert "interval-bounds" not in interval.picture(Interval(0.4, 0.5, 0.6, 9), (0.2, 0.75))


def test_a_month_without_a_share_keeps_its_place_and_stays_empty() -> None:
    share = Interval(0.25, 0.5, 0.75, 40)
    svg = trend.picture([("01", share), ("02", None), ("03", share)])
    assert svg.count("<circle") == 2
    columns = [float(x) for x in re.findall(r'trend-month" x="([\d.]+)%"', svg)]
    assert len(columns) == 3
    assert columns[1] - columns[0] == pytest.approx(columns[2] - columns[1], abs=0.001)
    (y1, y2), *_ = re.findall(r'interval-range" x1="[\d.]+%" x2="[\d.]+%" y1="([\d.]+)" y2="([\d.]+)"', svg)
    assert float(y1) - float(y2) == pytest.approx((124 - 16) / 2)


def test_names_of_months_are_words_and_never_markup() -> None:
    assert "<b>" not in trend.picture([("<b>", None)])


@pytest.mark.parametrize(
    "svg",
    [
        gap.bars(TOLD, name="g")[0][-1].svg,
        interval.picture(Interval(0.4, 0.5, 0.6, 40), (0.2, 0.75)),
        interval.axis(),
        trend.picture([("01", Interval(0.25, 0.5, 0.75, 40))]),
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
            if what == "font-size":
                assert on_screen["font"].startswith(how), name
            else:
                assert on_screen[what] == how, (name, what)


def test_months_and_dates_in_words() -> None:
    assert words.month_words("2026-10", "zh-hans") == "2026年10月"
    assert words.month_words("2026-01", "en") == "January 2026"
    for wrong in ("2026-13", "2026-00", "abcd-ef"):
        with pytest.raises(ValueError):
            words.month_words(wrong, "en")
