from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.drawing import funnel
from huiyin.base.drawing.funnel import Counts

numbers = st.integers(0, 3_000_000)
counts = st.builds(Counts, numbers, numbers, numbers, numbers, numbers, numbers, numbers, numbers)


def bars(drawing: str) -> dict[str, tuple[float, float]]:
    """{code: (start, width)} in per cent, from the rows (not the key)."""
    rows = drawing.split('<ul class="funnel-key">')[0]
    pattern = r'<svg x="([\d.]+)%" width="([\d.]+)%" height="\d+"><rect class="bar-(\w+)"'
    return {code: (float(x), float(width)) for x, width, code in re.findall(pattern, rows)}


@given(counts)
def test_every_bar_has_exactly_its_share_of_the_scale(given_counts: Counts) -> None:
    drawn = bars(funnel.render(given_counts, "zh"))
    end = funnel.scale(given_counts)
    for code in ("received", "claimed", "asked", "answered", "confirmed", "partly", "disputed", "unknown"):
        number = getattr(given_counts, code)
        if number == 0:
            assert code not in drawn
        else:
            # A ten-thousandth of a per cent of a 2,000-pixel-wide screen is a five-hundredth of a pixel.
            assert drawn[code][1] == pytest.approx(number / end * 100, abs=1e-4)


@given(counts)
def test_what_people_say_is_stacked_without_gap_or_overlap(given_counts: Counts) -> None:
    end = 0
    for row, start, length in funnel.stacked(given_counts):
        assert start == end
        assert length == getattr(given_counts, row.code)
        end = start + length


@given(counts, numbers)
def test_the_scale_is_round_and_holds_everything(given_counts: Counts, shared: int) -> None:
    end = funnel.scale(given_counts, shared)
    assert str(end).rstrip("0") in ("1", "2", "5")
    assert end >= max(100, given_counts.received, shared)
    assert funnel.scale(given_counts, shared) == end


def test_three_matters_look_like_three() -> None:
    drawn = bars(funnel.render(Counts(3, 3, 1, 1, 1, 0, 2), "zh"))
    assert drawn["received"][1] == 3


def test_drawings_to_be_compared_share_one_scale() -> None:
    small, large = Counts(50, 0, 0, 0, 0, 0, 0), Counts(900, 0, 0, 0, 0, 0, 0)
    assert bars(funnel.render(small, "en", shared=900))["received"][1] == 5
    assert bars(funnel.render(large, "en", shared=900))["received"][1] == 90


def test_a_claim_a_verdict_and_the_unknown_never_look_alike() -> None:
    drawing = funnel.render(Counts(9, 9, 9, 9, 3, 3, 3), "zh", name="here")
    assert 'class="bar-claimed"' in drawing
    assert 'class="bar-confirmed"' in drawing
    assert drawing.count('fill="url(#here-hatch)"') == 2  # the bar and the key
    assert '<pattern id="here-hatch"' in drawing


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_drawing_is_well_formed_and_says_every_number(language: str) -> None:
    drawing = funnel.render(Counts(1234, 900, 500, 300, 200, 40, 650, 10), language)
    ET.fromstring(f"<div>{drawing}</div>")  # noqa: S314 - our own text
    for number in ("1,234", "900", "500", "300", "200", "40", "650", "10"):
        assert f"<b>{number}</b>" in drawing


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_has_every_number_with_what_it_is_a_part_of(language: str) -> None:
    rows = funnel.table(Counts(100, 80, 40, 20, 11, 5, 64), language)
    assert [number for _, number, _, _ in rows] == [100, 80, 40, 20, 11, 5, 64]  # nobody counted the partly solved
    assert "100" in rows[1][2]
    assert "80" in rows[4][2]
    assert all(meaning for *_, meaning in rows)


def test_a_negative_number_of_matters_is_refused() -> None:
    with pytest.raises(ValueError, match="asked"):
        Counts(1, 1, -1, 0, 0, 0, 0)
