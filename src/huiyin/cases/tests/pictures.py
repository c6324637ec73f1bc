"""A picture for tests, made in memory."""

from __future__ import annotations

import io

from PIL import Image


def small_png() -> bytes:
    """Eight by eight pixels of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 80, 72)).save(out, "PNG")
    return out.getvalue()
