"""docs/figures.md, made from the definitions themselves so that it cannot go stale (a test compares).

python -m huiyin.figures.document > docs/figures.md
"""

# ruff: noqa: E501  prose
from __future__ import annotations

import sys

from huiyin.figures.definitions import FUNNEL_DEFINITIONS
from huiyin.figures.indicators import FAMILIES, INDICATORS, METHODS, UNITS, Indicator
from huiyin.figures.publishing import codes

_HEAD = """# Figures

For whoever reads a published number, compares offices, or adds an indicator. This page is made from the definitions in the
code: `python -m huiyin.figures.document > docs/figures.md`.

## Rules every figure keeps

- It comes with `n`, an interval, the number of silent people and where the figure could lie if they had spoken, the version
  of its definition, and its denominators. Fewer than ten: "not measurable" and why, never 0 or 100.
- What an office says is a claim; what people say is a verdict; silence is unknown. Imported history was never asked.
- Where two intervals meet nobody is put before the other (`figures.values.differ`, `lake.published.differ`). Lists keep the
  order of the pack.
- Categories of two schemes are never put together: a category always comes with its scheme.
- An office that was merged into another is counted under its heir (`offices.merged_into`); a renamed one keeps its code.
- Counting gives whole numbers in the engine; floats begin in Python. DuckDB, Spark (`make test-spark`) and plain loops give the
  same digits.

Offices are compared like with like (`figures.standard`): for each category and urgency the body's own share says what would
be expected; observed ÷ expected × the body's share is the standardised share. Funnel limits (95 % and 99.8 %) say how far chance
alone carries an office of that size.

## What is published, and how small numbers are kept

Published are counts by month and of the last three and twelve complete months, for the whole body, each office, area, top
category and channel (`figures.publishing`). Counts under ten are not told, every other count is rounded to a multiple of five
for itself, totals too. Further counts are kept back until at least four values remain possible for every untold one, whatever
is added or subtracted (`figures.protection`; a test attacks with a linear programme over everything published and with the
knowledge which counts are small). Published shares are made of published counts only; their intervals are widened by what
rounding may hide. What this cannot do: a count that is told today and was not told yesterday says that it has passed ten.

| Command | For |
| --- | --- |
| `huiyin figures list` | every indicator, and why some cannot be measured yet |
| `huiyin figures show CODE --by office` | exact figures from the lake, for people who work here |
| `huiyin figures publish` | lake, roll-ups and public pages now; the worker does it every five minutes |
| `huiyin figures export DIR` | the public download; `--sealed --key FILE` adds the exact counts for an auditor |
| `huiyin figures recompute DIR` | make every published figure again from the download alone, say where it differs |
| `huiyin figures audit DIR --key FILE` | for the auditor: are the published counts what protection makes of the exact ones? |

## Adding an indicator

One module in `figures/indicators`, one entry in `figures/tests/reference.py` that counts the same with a plain loop. Raise
`version` whenever the meaning changes; figures of two versions are never compared.
"""


def text() -> str:
    """The whole page."""
    parts = [_HEAD, "## Counts\n"]
    for one in FUNNEL_DEFINITIONS:
        parts.append(f"- **{one.title('zh')} · {one.title('en')}** (`{one.code}`, version {one.version}): {one.zh}{one.limits_zh} "
                     f"{one.en} {one.limits_en}".rstrip())  # fmt: skip
    parts.append("\n## Indicators\n")
    parts += [_section(one) for one in INDICATORS]
    return "\n".join(parts) + "\n"


def _section(one: Indicator) -> str:
    family = " · ".join(FAMILIES[one.family])
    lines = [f"### {one.number} {one.title.zh} · {one.title.en}\n", f"`{one.code}`, version {one.version} · {family}\n"]
    lines.append(f"{one.meaning.zh}\n{one.meaning.en}\n")
    if one.missing is not None:
        lines.append(f"- **还不能量 · Not measurable yet:** {one.missing.zh} {one.missing.en}")
    else:
        unit, method = " · ".join(UNITS[one.unit]), " · ".join(METHODS[one.method])
        published = "published by month and group" if one.code in codes() else "in the lake"
        lines.append(f"- Unit: {unit}. Interval: {method}. {published.capitalize()}.")
    for name, words in (("Denominators", one.denominators), ("Bias", one.bias), ("Gaming", one.gaming)):
        lines.append(f"- {name}: {words.zh} {words.en}")
    lines.append(f"- Read with: {', '.join(map(str, one.read_with))}.\n")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(text())
