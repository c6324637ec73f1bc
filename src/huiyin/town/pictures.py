"""Small drawn pictures that stand in for photos people would send."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 640, 480
_NIGHT, _DAY = ((24, 30, 48), (10, 13, 24)), ((186, 205, 220), (226, 232, 234))


def _sky(night: bool) -> Image.Image:
    top, bottom = _NIGHT if night else _DAY
    column = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        share = y / HEIGHT
        column.putpixel((0, y), tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True)))
    return column.resize((WIDTH, HEIGHT))


def street(rng: Random, night: bool) -> bytes:
    """A street with houses; by night its lamp is out, by day the road has a hole. PNG bytes."""
    image = _sky(night)
    draw = ImageDraw.Draw(image)
    wall, dark = ((44, 50, 66), (30, 35, 48)) if night else ((205, 198, 184), (172, 163, 148))
    x = 0
    while x < WIDTH:
        wide, high = rng.randint(70, 130), rng.randint(150, 260)
        draw.rectangle((x, 340 - high, x + wide, 340), fill=wall if rng.random() < 0.5 else dark)
        for floor in range(high // 46):
            for window in range(wide // 34):
                left, upper = x + 9 + window * 34, 340 - high + 12 + floor * 46
                lit = night and rng.random() < 0.18
                colour = (236, 205, 120) if lit else ((20, 24, 34) if night else (120, 140, 156))
                draw.rectangle((left, upper, left + 16, upper + 24), fill=colour)
        x += wide + rng.randint(2, 14)
    draw.polygon(
        ((0, 340), (WIDTH, 340), (WIDTH, HEIGHT), (0, HEIGHT)), fill=(38, 40, 48) if night else (128, 128, 126)
    )
    if night:
        pole = rng.randint(200, 440)
        draw.rectangle((pole, 120, pole + 7, 400), fill=(70, 74, 84))
        draw.line((pole, 122, pole + 60, 112), fill=(70, 74, 84), width=6)
        draw.ellipse((pole + 52, 106, pole + 80, 122), fill=(52, 56, 66))
    else:
        left, upper = rng.randint(120, 300), rng.randint(370, 400)
        draw.ellipse((left, upper, left + 190, upper + 56), fill=(84, 80, 76))
        draw.ellipse((left + 16, upper + 10, left + 170, upper + 48), fill=(62, 58, 56))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
