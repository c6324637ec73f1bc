"""`huiyin import`: take in a spreadsheet of matters."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from huiyin.imports import maps
from huiyin.imports.ahead import can_work_ahead
from huiyin.imports.convert import Converter
from huiyin.imports.reading import open_table
from huiyin.imports.run import Summary, run
from huiyin.imports.words import FLAGS, REASONS, FileProblem, both
from huiyin.organisation import store


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "map_name", required=True, help="A map file (docs/import.md), or the name of a ready map.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing but the rejects file.")
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Read only the first N rows.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Where to write the rows that were not taken in. Default: HUIYIN_HOME/imports/NAME-MAP-rejects.csv",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def import_(file: Path, map_name: str, dry_run: bool, limit: int | None, rejects: Path | None, as_json: bool) -> None:
    """Take in the .xlsx or .csv FILE as a MAP says which column is what.

    Nothing is lost: each row is taken in, is there already, or stands in the rejects file with the reason. Importing
    the same file again changes nothing; an interrupted import is simply repeated. Answers of the earlier system become
    claims of an office, never verdicts.

    Exit code: 0 when every row is in, 1 when there are rejects, 2 when the file or the map cannot be used.
    """
    now = timezone.now()
    try:
        chosen = maps.load(maps.find(map_name))
        catalogue = store.current()
        converter = Converter(chosen, catalogue, now, settings.SECRET_KEY.encode())
        if chosen.reply and converter.office not in catalogue.offices:
            raise FileProblem("no_office", office=converter.office)
        table = open_table(
            file, chosen.needed, sheet=chosen.sheet, encoding=chosen.encoding, delimiter=chosen.delimiter
        )
    except (maps.BadMap, FileProblem, store.NoPackLoaded, OSError) as problem:
        _fail(str(problem), as_json)
        return
    where = rejects or settings.CONFIG.home / "imports" / f"{file.stem}-{chosen.name}-rejects.csv"
    total = min(table.estimate, limit) if limit and table.estimate else limit or table.estimate or None
    started = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Drawn by hand: a thread that draws must not be there when the reading process is forked.
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=as_json, auto_refresh=False) as bar:
        task = bar.add_task(file.name, total=total)
        try:
            summary = run(
                table,
                converter,
                where,
                timezone.now,
                dry_run=dry_run,
                limit=limit or 0,
                progress=lambda read: bar.update(task, completed=read, refresh=True),
                ahead=can_work_ahead(table, limit or 0),
            )
        except FileProblem as problem:
            _fail(str(problem), as_json)
            return
    _report(summary, table.about, time.monotonic() - started, as_json)
    sys.exit(1 if summary.rejected else 0)


def _fail(words: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": words}, ensure_ascii=False))
    else:
        click.echo(words, err=True)
    sys.exit(2)


def _report(summary: Summary, about: dict[str, str], seconds: float, as_json: bool) -> None:
    if as_json:
        facts = {
            "read": summary.read,
            "taken_in": summary.taken,
            "already_there": summary.already,
            "flagged": summary.flagged,
            "rejected": summary.rejected,
            "flags": dict(summary.flags.most_common()),
            "reasons": dict(summary.reasons.most_common()),
            "unmapped": summary.unmapped,
            "rejects_file": summary.rejects_file,
            "dry_run": summary.dry_run,
            "read_as": about,
            "seconds": round(seconds, 3),
        }
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    if summary.dry_run:
        click.echo("试运行：没有写入任何一件事。Dry run: no case was written.")
    click.echo("，".join(f"{key}={value}" for key, value in about.items()))
    for chinese, english, count in (
        ("读到", "read", summary.read),
        ("收进", "taken in", summary.taken),
        ("早已在", "already there", summary.already),
        ("带标记", "flagged", summary.flagged),
        ("未收进", "rejected", summary.rejected),
    ):
        click.echo(f"{count:>9}  {chinese} {english}")
    for code, count in summary.flags.most_common():
        click.echo(f"{count:>9}  ⚑ {code}  {both(FLAGS[code]) if code in FLAGS else ''}")
    for code, count in summary.reasons.most_common():
        click.echo(f"{count:>9}  ✗ {code}  {REASONS[code][0] if '{' not in REASONS[code][0] else ''}")
    for kind, values in summary.unmapped.items():
        most = sorted(values.items(), key=lambda pair: -pair[1])[:5]
        click.echo(f"           {kind}: " + ", ".join(f"{value} ({count})" for value, count in most))
    if summary.rejects_file:
        click.echo(f"rejects: {summary.rejects_file}")
    click.echo(f"{seconds:.1f} s, {summary.read / max(seconds, 1e-9):,.0f} rows/s")
