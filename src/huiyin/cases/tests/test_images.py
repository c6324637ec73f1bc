from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from huiyin.base.errors import Refusal
from huiyin.cases import images


def picture(form: str = "JPEG", size: tuple[int, int] = (90, 60), mode: str = "RGB", **save: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120 if mode in ("L", "P") else (200, 30, 30, 128)[: len(mode)]).save(out, form, **save)
    return out.getvalue()


def test_every_usual_kind_comes_out_as_a_jpeg_of_the_same_shape() -> None:
    for form in ("JPEG", "PNG", "WEBP", "GIF"):
        clean = images.clean(picture(form))
        assert (clean.media_type, clean.width, clean.height) == ("image/jpeg", 90, 60), form
        assert clean.data.startswith(b"\xff\xd8\xff")


def test_nothing_hidden_in_a_photo_survives() -> None:
    exif = Image.Exif()
    exif[0x010F] = "CAMERA-OF-ANN"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 50.0)
    sent = picture("JPEG", exif=exif, comment=b"COMMENT-OF-ANN") + b"APPENDED-BY-ANN"
    assert b"ANN" in sent
    clean = images.clean(sent).data
    assert b"ANN" not in clean
    assert not Image.open(io.BytesIO(clean)).getexif()


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    clean = images.clean(picture("JPEG", exif=exif))
    assert (clean.width, clean.height) == (60, 90)


def test_large_photos_are_shrunk_and_small_ones_left_alone() -> None:
    clean = images.clean(picture(size=(4000, 1000)))
    assert (clean.width, clean.height) == (images.LONGEST_SIDE, images.LONGEST_SIDE // 4)


def test_see_through_parts_become_white() -> None:
    clean = images.clean(picture("PNG", mode="RGBA"))
    red, green, blue = Image.open(io.BytesIO(clean.data)).getpixel((5, 5))
    assert red > green > 120
    assert abs(green - blue) < 10


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo_empty"),
        (b"<html><script>alert(1)</script></html>", "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        (b"%PDF-1.7", "not_a_photo"),
        (b"\xff\xd8\xff" + b"\x00" * 50, "not_a_photo"),
        (b"\x89PNG\r\n\x1a\n", "not_a_photo"),
        (b"GIF89a<script>", "not_a_photo"),
        (b"x" * (images.MAX_BYTES + 1), "photo_too_large"),
    ],
    ids=["empty", "HTML", "SVG", "PDF", "cut JPEG", "cut PNG", "false GIF", "too heavy"],
)
def test_what_is_no_photo_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        images.clean(data)
    assert refused.value.code == code


def test_ten_thousand_by_ten_thousand_pixels_are_refused_before_they_are_unpacked() -> None:
    bomb = picture("PNG", size=(10_000, 10_000), mode="L")
    assert len(bomb) < 200_000
    with pytest.raises(Refusal) as refused:
        images.clean(bomb)
    assert refused.value.code == "photo_too_many_pixels"


def test_a_header_that_lies_about_its_size_is_refused() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = (2**31 - 1).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    with pytest.raises(Refusal):
        images.clean(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b""))
