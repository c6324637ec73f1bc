"""The drawings of pages as pictures that stand alone: for paper, where no style sheet reaches them."""

from __future__ import annotations

#: Class → how it looks in the light theme of the style sheet; a test compares the two.
LOOKS = {
    "funnel-track": "fill:none;stroke:#cfcdc3",
    "bar-received": "fill:#6a7075",
    "bar-claimed": "fill:#fff;stroke:#54456b",
    "bar-asked": "fill:none;stroke:#0a5048;stroke-dasharray:5 3",
    "bar-answered": "fill:none;stroke:#0a5048",
    "bar-confirmed": "fill:#0a5048",
    "bar-disputed": "fill:#8a3a12",
    "bar-unknown": "fill:#fff",
    "hatch-line": "stroke:#80868b;stroke-width:1.5",
    "bar-edge": "fill:none;stroke:#80868b",
    "interval-axis": "stroke:#cfcdc3",
    "interval-range": "stroke:#0a5048;stroke-width:3",
    "interval-end": "stroke:#0a5048;stroke-width:2",
    "interval-dot": "fill:#0a5048;stroke:#fff;stroke-width:1.5",
    "interval-bounds": "stroke:#80868b;stroke-width:2;stroke-dasharray:3 3",
    "trend-line": "stroke:#0a5048;stroke-width:1.5",
    "trend-label": "font-size:13px;fill:#4a5258",
    "trend-month": "text-anchor:middle",
    "axis-label": "font-size:13px;fill:#4a5258",
    "axis-middle": "text-anchor:middle",
    "axis-end": "text-anchor:end",
}


def alone(svg: str, width: int, height: int, *, margin: int = 8, font: str = "") -> str:
    """`svg` (as wide as its place) as a picture of `width` by `height` CSS pixels, `margin` of them at either side."""
    looks = "".join(f".{name}{{{style}}}" for name, style in LOOKS.items())
    # A variable font inside a picture is taken in its thinnest weight: an outline gives its signs the usual one.
    family = f"text{{font-family:'{font}';stroke:#4a5258;stroke-width:.45px}}" if font else ""
    inner = svg.replace("<svg", f'<svg x="{margin}" width="{width - 2 * margin}" overflow="visible"', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"<style>{looks}{family}</style>{inner}</svg>"
    )
