"""The quick QR codes are the very symbols that segno draws, for every length."""

from __future__ import annotations

from random import Random
from urllib.parse import unquote

import pytest
import segno

from huiyin.base.drawing import qr

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789:/#-"


@pytest.mark.parametrize("length", range(1, qr.LONGEST + 1))
def test_each_symbol_is_module_for_module_the_one_of_the_full_encoder(length: int) -> None:
    random = Random(length)
    address = "h" + "".join(random.choice(LETTERS) for _ in range(length - 1))
    whole = segno.make(address, error="m", mode="byte", mask=qr.MASK, micro=False, boost_error=False)
    assert qr.modules(address) == [bytes(row) for row in whole.matrix]


def test_capital_letters_and_digits_alone_are_drawn_too() -> None:
    whole = segno.make("ABC-123", error="m", mode="byte", mask=qr.MASK, micro=False, boost_error=False)
    assert qr.modules("ABC-123") == [bytes(row) for row in whole.matrix]


@pytest.mark.parametrize("address", ["", "a" * (qr.LONGEST + 1)])
def test_an_address_that_does_not_fit_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="bytes"):
        qr.modules(address)


def test_the_picture_has_a_stroke_for_every_dark_module_and_a_border() -> None:
    address = "https://voices.example.org/follow/#ABCDE-FGHJK"
    drawn = unquote(qr.picture(address).removeprefix("data:image/svg+xml,"))
    strokes = drawn.partition("d='M0 0")[2].partition(" d='")[2].partition("'")[0]
    lengths = sum(int(stroke.partition("h")[2]) for stroke in strokes.split("M") if stroke)
    rows = qr.modules(address)
    assert lengths == sum(sum(row) for row in rows)
    assert f"viewBox='0 0 {len(rows) + 2 * qr.BORDER} {len(rows) + 2 * qr.BORDER}'" in drawn
