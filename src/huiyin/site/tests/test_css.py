from __future__ import annotations

import re
from pathlib import Path

import pytest

SITE = Path(__file__).resolve().parents[1]
CSS = (SITE / "static" / "site" / "huiyin.css").read_text()
DESIGN = SITE.parents[2] / "docs" / "design.md"
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)


def in_css() -> set[str]:
    selectors = re.findall(r"([^{}]+)\{", RULES)
    return {name for selector in selectors for name in re.findall(r"\.([a-z][a-z-]+)", selector)}


def in_documentation() -> set[str]:
    text = DESIGN.read_text()
    named = set(re.findall(r'class="([^"{]+)"', text)) | set(
        re.findall(r"`((?:[a-z]+(?:-[a-z]+)*)(?: [a-z-]+)*)`", text)
    )
    return {name for group in named for name in group.split()}


def test_every_class_shown_in_the_documentation_exists() -> None:
    shown = {name for group in re.findall(r'class="([^"{]+)"', DESIGN.read_text()) for name in group.split()}
    assert shown
    assert shown - in_css() == set()


def test_every_class_in_the_style_sheet_is_documented() -> None:
    assert in_css() - in_documentation() == set()


def test_the_style_sheet_is_light_and_asks_nobody_else() -> None:
    assert len(CSS.encode()) <= 30_000
    assert "url(" not in RULES
    assert "@import" not in RULES
    assert "http" not in RULES


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours(scheme: str) -> dict[str, str]:
    light = RULES.split(":root {", 1)[1].split("}", 1)[0]
    dark = RULES.split("@media (prefers-color-scheme: dark) {", 1)[1].split("}", 1)[0]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", dark))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"), ("ink", "surface"), ("ink", "sunken"), ("quiet", "paper"), ("accent", "paper"),
        ("accent", "surface"), ("accent", "accent-wash"), ("on-accent", "accent"), ("on-no", "no"),
        ("claim", "paper"), ("claim", "surface"), ("danger", "danger-wash"), ("danger", "paper"),
    ],
)  # fmt: skip
def test_text_has_seven_to_one_contrast(scheme: str, text: str, ground: str) -> None:
    assert contrast(colours(scheme)[text], colours(scheme)[ground]) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("edge", ["edge", "claim", "no", "hatch", "focus"])
def test_lines_that_carry_meaning_have_three_to_one_contrast(scheme: str, edge: str) -> None:
    assert contrast(colours(scheme)[edge], colours(scheme)["paper"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_claim_yes_and_no_are_three_different_colours(scheme: str) -> None:
    assert len({colours(scheme)[name] for name in ("claim", "accent", "no")}) == 3


@pytest.mark.parametrize(
    "wish", ["print", "forced-colors: active", "prefers-contrast: more", "prefers-reduced-motion", "max-width: 40rem"]
)
def test_the_reader_s_wishes_are_kept(wish: str) -> None:
    assert wish in RULES


def test_targets_are_48_pixels_on_resident_pages() -> None:
    for name in (".button", ".nav a", ".foot a", ".tabs a", "details > summary", ".back"):
        rule = RULES.split(f"\n{name} {{", 1)[1].split("}", 1)[0]
        assert "min-height: 48px" in rule, name
