"""`huiyin figures`: list and show indicators, give the public download away, make its figures again."""

from __future__ import annotations

import json
import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from huiyin.figures.download import Compared, DownloadError
from huiyin.figures.indicators import FAMILIES, INDICATORS, METHODS, UNITS, indicator
from huiyin.figures.lakefiles import LakeError
from huiyin.figures.values import Value

_as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_english = click.option("--en", "english", is_flag=True, help="In English; otherwise in Chinese.")


@click.group()
def figures() -> None:
    """Indicators over the lake, and the public download."""


def _fail(words: str, code: int = 2) -> NoReturn:
    click.echo(words, err=True)
    sys.exit(code)


@figures.command("list")
@_english
@_as_json
def list_(english: bool, as_json: bool) -> None:
    """Every indicator: what it is called, whether it can be measured, and why not."""
    language = "en" if english else "zh"
    if as_json:
        from huiyin.figures.download import definitions

        click.echo(json.dumps(definitions()["indicators"], ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("#", "code", "family", "title", "unit / why not yet"):
        table.add_column(heading)
    for one in INDICATORS:
        last = UNITS[one.unit][int(english)] if one.missing is None else one.missing.text(language)
        table.add_row(str(one.number), one.code, FAMILIES[one.family][int(english)], one.title.text(language), last)
    Console(highlight=False).print(table)


@figures.command()
@click.argument("code")
@click.option(
    "--by", default="", help="Break down by office, area, category, urgency, channel, month; comma separated."
)
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="First day of the period (UTC).")
@click.option("--until", "end", type=click.DateTime(["%Y-%m-%d"]), help="Day after the last one (UTC).")
@_english
@_as_json
def show(code: str, by: str, start: datetime | None, end: datetime | None, english: bool, as_json: bool) -> None:
    """Count one indicator in the lake, exactly. For people who work here: small numbers are not hidden."""
    from datetime import UTC

    from huiyin.figures import frames
    from huiyin.figures.evaluate import Moment, evaluate
    from huiyin.lake import sync

    try:
        one = indicator(code)
    except KeyError:
        _fail(f"No indicator is called {code}. `huiyin figures list` names them all.")
    groups = tuple(part.strip() for part in by.split(",") if part.strip())
    moment = Moment(timezone.now(), *(day.replace(tzinfo=UTC) if day else None for day in (start, end)))
    try:
        values = evaluate(frames.duckdb(sync.opened()), one, moment, groups)
    except (LakeError, ValueError) as error:
        _fail(str(error))
    language = "en" if english else "zh"
    if as_json:
        click.echo(json.dumps([_facts(value) for value in values], ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(f"[bold]{one.number} {one.title.text(language)}[/]  ({one.code}, {one.version})")
    console.print(one.meaning.text(language))
    console.print(f"{UNITS[one.unit][int(english)]} · {METHODS[one.method][int(english)]}")
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "n", "value", "low – high", "bounds", "unknown", ""):
        table.add_column(heading, justify="right" if heading in ("n", "value", "unknown") else "left")
    reasons: dict[str, str] = {}
    for value in values:
        name = " · ".join(text for text in value.group.values() if text) or "–"
        if value.value is None:
            reasons[value.why] = value.reason(language)
            table.add_row(name, str(value.n), "–", "", "", str(value.unknown), value.why)
        else:
            bounds = f"{value.bounds[0]:.3f} – {value.bounds[1]:.3f}" if value.bounds else ""
            span = f"{value.low:.3f} – {value.high:.3f}"
            table.add_row(name, str(value.n), f"{value.value:.3f}", span, bounds, str(value.unknown))
    console.print(table)
    for why, words in sorted(reasons.items()):
        console.print(f"{why}: {words}", soft_wrap=True)


def _facts(value: Value) -> dict[str, Any]:
    return {
        "code": value.code, "version": value.version, "group": dict(value.group), "n": value.n, "value": value.value,
        "low": value.low, "high": value.high, "bounds": value.bounds, "unknown": value.unknown,
        "counts": dict(value.counts), "why": value.why,
    }  # fmt: skip


@figures.command()
@_as_json
def publish(as_json: bool) -> None:
    """Bring the lake and the published figures up to date now. The worker does it by itself."""
    from huiyin.lake import rollup, sync

    now = timezone.now()
    try:
        synced = sync.sync(now)
        pages = rollup.refresh(synced, now)
    except LakeError as error:
        _fail(str(error))
    version = synced.lake.manifest.version
    click.echo(json.dumps({"pages": pages, "lake": version}) if as_json else f"{pages} pages, lake version {version}")


@figures.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--sealed", is_flag=True, help="Add the exact counts, encrypted for an auditor.")
@click.option("--key", "key_file", type=click.Path(dir_okay=False, path_type=Path),
              help="The auditor's key: 64 hexadecimal digits. Made when the file is not there.")  # fmt: skip
@_as_json
def export(folder: Path, sealed: bool, key_file: Path | None, as_json: bool) -> None:
    """Write the public download: rounded counts, figures, definitions, and how to make them again."""
    from huiyin.figures import download, publishing
    from huiyin.lake import rollup, sync

    if sealed and key_file is None:
        _fail("--sealed needs --key FILE: who holds the key can open the exact counts.")
    now = timezone.now()
    try:
        synced = sync.sync(now)
        lake = synced.lake
        exact = rollup.current(lake, now, synced)
        groups = rollup.shown_groups(lake, exact)
        told = publishing.public_counts(exact, now, groups)
        box = None
        if sealed and key_file is not None:
            box = download.seal(exact.text(lake.manifest.version), _key(key_file, make=True))
        files = download.write(
            folder, told, as_of=now, lake_version=lake.manifest.version, names=rollup.group_names(lake),
            compared=publishing.compared(exact, now, told), sealed=box, groups=groups,
        )  # fmt: skip
    except (LakeError, DownloadError) as error:
        _fail(str(error))
    facts = {"folder": str(folder), "files": files, "counts": len(told)}
    click.echo(json.dumps(facts) if as_json else f"{folder}: {', '.join(files)} ({len(told):,} counts)")


def _key(path: Path, *, make: bool = False) -> bytes:
    if not path.exists() and make:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        click.echo(f"A new key is in {path}. Give it to the auditor, and to nobody else.", err=True)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise DownloadError(f"{path} holds no key of 64 hexadecimal digits.") from error
    if len(key) != 32:
        raise DownloadError(f"{path} holds no key of 64 hexadecimal digits.")
    return key


def _tell(found: Compared, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"numbers": found.numbers, "differences": found.differences}, ensure_ascii=False))
    else:
        for difference in found.differences[:100]:
            click.echo(difference)
        more = len(found.differences) - 100
        if more > 0:
            click.echo(f"… and {more} more")
        click.echo(f"{found.numbers:,} numbers compared, {len(found.differences)} differences")
    sys.exit(1 if found.differences else 0)


@figures.command()
@click.argument("path", metavar="DOWNLOAD", type=click.Path(exists=True, path_type=Path))
@_as_json
def recompute(path: Path, as_json: bool) -> None:
    """Make every published figure again from a download alone and say where it differs. Exit code 1 when one does.

    DOWNLOAD is the .zip from the public page, or the folder in it.
    """
    from huiyin.figures import download

    try:
        with download.opened(path) as folder:
            found = download.recompute(folder)
    except DownloadError as error:
        _fail(str(error))
    _tell(found, as_json)


@figures.command()
@click.argument("path", metavar="DOWNLOAD", type=click.Path(exists=True, path_type=Path))
@click.option("--key", "key_file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@_as_json
def audit(path: Path, key_file: Path, as_json: bool) -> None:
    """For an auditor with the key: are the published counts exactly what protection makes of the exact ones?"""
    from huiyin.figures import download

    try:
        with download.opened(path) as folder:
            found = download.audit(folder, _key(key_file))
    except DownloadError as error:
        _fail(str(error))
    _tell(found, as_json)
