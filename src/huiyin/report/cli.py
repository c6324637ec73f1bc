"""`huiyin report`: write a month's report as a PDF."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import click

LANGUAGES = {"zh": "zh-hans", "en": "en"}


@click.group()
def report() -> None:
    """The monthly report: what came in, what offices claim, what people confirm, what nobody knows."""


@report.command()
@click.argument("month")
@click.option("--language", default="zh", show_default=True, type=click.Choice(sorted(LANGUAGES, reverse=True)))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the PDF goes.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def write(month: str, language: str, out: Path, as_json: bool) -> None:
    """Write the report of MONTH (2026-10) from the published figures. The same figures give the same bytes.

    Exit code 2 when the month has no report or the file cannot be written.
    """
    from huiyin.report import content, facts, pdf

    found = content.build(month, LANGUAGES[language])
    if found is None:
        months, _ = facts.months()
        known = f"There are {', '.join(reversed(months))}." if months else "Nothing is published yet."
        click.echo(f"{month} has no report. {known}", err=True)
        sys.exit(2)
    data = pdf.render(found)
    part = out.with_name(f"{out.name}.part")
    try:
        part.write_bytes(data)
        os.replace(part, out)
    except OSError as error:
        click.echo(f"{out}: {error.strerror}", err=True)
        sys.exit(2)
    told = {"file": str(out), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    click.echo(json.dumps(told) if as_json else f"{out}: {len(data):,} bytes, SHA-256 {told['sha256']}")
