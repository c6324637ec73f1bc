"""Making an uploaded image harmless, in a child process that may use little memory and little time."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from dataclasses import dataclass

from huiyin.base.errors import Refusal

MAX_BYTES = 10 * 1024 * 1024
#: 40 million pixels: more than any phone takes, far less than what exhausts memory.
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1600
SECONDS = 20
MEMORY = 1_500 * 1024 * 1024
#: children at once: one may take half a gigabyte
_PLACES = threading.BoundedSemaphore(2)
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


@dataclass(frozen=True, slots=True)
class Clean:
    """A re-encoded image."""

    media_type: str
    data: bytes
    width: int
    height: int


def clean(data: bytes) -> Clean:
    """Decode, turn upright, shrink to 1600 px, copy the pixels, encode as JPEG.

    Raises Refusal: photo_too_large, photo_empty, not_a_photo, photo_too_many_pixels.
    """
    if not data:
        raise Refusal("photo_empty")
    if len(data) > MAX_BYTES:
        raise Refusal("photo_too_large", size=len(data), limit=MAX_BYTES)
    try:
        with _PLACES:
            done = subprocess.run(
                [sys.executable, "-I", "-m", "huiyin.cases.images"],
                input=data, capture_output=True, timeout=SECONDS, check=False,
            )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refusal("not_a_photo") from error
    if done.returncode == 3:
        raise Refusal("photo_too_many_pixels", limit=MAX_PIXELS)
    if done.returncode != 0:
        raise Refusal("not_a_photo")
    head, _, body = done.stdout.partition(b"\n")
    width, height = (int(part) for part in head.split())
    return Clean("image/jpeg", body, width, height)


def reencode(data: bytes) -> tuple[bytes, int, int]:
    """The work of the child process. Raises ValueError for what is no image, OverflowError for too many pixels."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own check below is exact; Pillow's warns first and refuses at twice the limit
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise OverflowError
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            flat = Image.new("RGB", upright.size, "white")
            if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
                solid = upright.convert("RGBA")
                flat.paste(solid, mask=solid.getchannel("A"))
            else:
                flat.paste(upright.convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError) as error:
        raise ValueError("no image") from error
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue(), flat.width, flat.height


def _child() -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        encoded, width, height = reencode(sys.stdin.buffer.read(MAX_BYTES + 1))
    except OverflowError:
        return 3
    except (ValueError, MemoryError):
        return 2
    sys.stdout.buffer.write(f"{width} {height}\n".encode() + encoded)
    return 0


if __name__ == "__main__":
    sys.exit(_child())
