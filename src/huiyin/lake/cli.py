"""`huiyin lake`: write, check and rebuild the lake."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

import click
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from huiyin.figures.lakefiles import LakeError

_as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


@click.group()
def lake() -> None:
    """The lake: everything countable about matters, as Parquet files under HUIYIN_HOME/lake.

    No words, no contacts, no persons. docs/lake.md says what each column means.
    """


def _refused(error: LakeError, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"refused": error.code, "words": str(error)}, ensure_ascii=False))
    else:
        click.echo(str(error), err=True)
    sys.exit(2)


def _run(work: Callable[[Callable[[int], None]], Any], as_json: bool) -> None:
    columns = (TextColumn("{task.fields[done]:,} cases"), TimeElapsedColumn())
    began = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=as_json) as progress:
        bar = progress.add_task("", total=None, done=0)
        try:
            synced = work(lambda done: progress.update(bar, done=done))
        except LakeError as error:
            _refused(error, as_json)
    manifest = synced.lake.manifest
    facts = {
        "version": manifest.version, "wrote": synced.wrote, "whole": synced.whole, "cases_replayed": synced.cases,
        "rows": {name: manifest.rows(name) for name in sorted(manifest.tables)}, "as_of": manifest.as_of,
        "seconds": round(time.monotonic() - began, 2),
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(facts))
    elif not synced.wrote:
        click.echo(f"Nothing new. Version {manifest.version}, {manifest.rows('cases'):,} cases.")
    else:
        click.echo(
            f"Version {manifest.version}: {synced.cases:,} cases replayed, {manifest.rows('cases'):,} cases, "
            f"{manifest.rows('answers'):,} answers, {manifest.rows('events'):,} events. {facts['seconds']} s"
        )


@lake.command()
@_as_json
def sync(as_json: bool) -> None:
    """Bring the lake up to date; make it when there is none. The worker does this every few minutes."""
    from huiyin.lake import sync as room

    _run(lambda progress: room.sync(timezone.now(), progress=progress), as_json)


@lake.command()
@_as_json
def rebuild(as_json: bool) -> None:
    """Write the lake anew from the database."""
    from huiyin.lake import sync as room

    _run(lambda progress: room.rebuild(timezone.now(), progress=progress), as_json)


@lake.command()
@click.option("--repair", is_flag=True, help="Sweep away left-overs; make the lake anew when it is damaged.")
@click.option("--seed", default=0, show_default=True, help="Which cases are replayed for comparison.")
@_as_json
def check(repair: bool, seed: int, as_json: bool) -> None:
    """Compare the lake with its manifest and with the database.

    Exit code 0: all is as it should be; 1: something is not; 2: it cannot be read by this program.
    """
    from huiyin.lake import check as room

    try:
        report = room.check(timezone.now(), repair=repair, seed=seed)
    except LakeError as error:
        _refused(error, as_json)
    if as_json:
        facts = {
            "clean": report.clean, "version": report.version, "rows": report.rows, "files": report.files,
            "behind": report.behind, "sampled": report.sampled, "found": report.found, "repaired": report.repaired,
            "findings": [{"code": f.code, "words": f.words} for f in report.findings],
        }  # fmt: skip
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for finding in report.findings:
            click.echo(finding.words)
        if report.repaired:
            click.echo(f"Repaired ({report.repaired}).")
        state = "as it should be" if report.clean else f"{report.found} findings"
        click.echo(
            f"Version {report.version}, {report.files} files, {report.sampled} cases replayed, "
            f"{report.behind} events not read yet: {state}."
        )
    sys.exit(0 if report.clean else 1)
