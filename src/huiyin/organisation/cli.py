"""`huiyin load`, `huiyin pack check`, `huiyin pack new`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from django.utils import timezone

from huiyin.organisation import store
from huiyin.organisation.pack import Reading, read
from huiyin.organisation.pack_problems import Problem
from huiyin.organisation.signals import pack_loaded

#: The commented folder that `pack new` copies.
SKELETON = Path(__file__).parent / "skeleton"

_folder = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
_json = click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
_language = click.option("--language", type=click.Choice(["zh", "en", "both"]), default="both", show_default=True)


@click.command()
@_folder
@_json
@_language
def load(folder: Path, as_json: bool, language: str) -> None:
    """Check the pack in FOLDER and put it in force.

    Loading the same pack twice changes nothing. Codes that are no longer in the pack become inactive; nothing is
    deleted. Exit code 1 when the pack has errors: then nothing is changed.
    """
    reading = read(folder, timezone.localdate())
    if reading.catalogue is None:
        _report(reading, as_json, language)
        sys.exit(1)
    loaded = store.load(reading.catalogue, timezone.now())
    pack_loaded.send(store, catalogue=reading.catalogue, now=timezone.now())
    facts = {
        "pack": loaded.version.code,
        "version": loaded.version.version,
        "digest": loaded.version.digest,
        "changed": loaded.changed,
        "offices": loaded.offices,
        "areas": loaded.areas,
        "categories": loaded.categories,
        "retired": loaded.retired,
        "warnings": len(reading.warnings),
    }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for problem in reading.warnings:
        _print(problem, language)
    state = "now in force" if loaded.changed else "already in force, nothing changed"
    click.echo(f"{loaded.version.code} {loaded.version.version}: {state}.")
    click.echo(f"{loaded.offices} offices, {loaded.areas} areas, {loaded.categories} categories.")
    if loaded.retired:
        click.echo(f"{loaded.retired} codes are no longer in the pack and are inactive now.")


@click.group()
def pack() -> None:
    """Check a pack before loading it, or start a new one."""


@pack.command()
@_folder
@_json
@_language
def check(folder: Path, as_json: bool, language: str) -> None:
    """Say everything that is wrong with the pack in FOLDER, with file and line.

    Exit code 1 when there are errors, 0 when there are none (warnings do not count).
    """
    reading = read(folder, timezone.localdate())
    _report(reading, as_json, language)
    sys.exit(1 if reading.errors else 0)


@pack.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Start a pack in FOLDER: the smallest one that passes the check, with comments on what to put where."""
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty")
    shutil.copytree(SKELETON, folder, dirs_exist_ok=True)
    click.echo(f"{folder} is ready. Edit its files, then: huiyin pack check {folder}")


def _report(reading: Reading, as_json: bool, language: str) -> None:
    if as_json:
        found = [asdict(problem) | {"error": problem.is_error} for problem in reading.problems]
        click.echo(json.dumps({"ok": not reading.errors, "problems": found}, ensure_ascii=False))
        return
    for problem in reading.problems:
        _print(problem, language)
    click.echo(f"{len(reading.errors)} errors, {len(reading.warnings)} warnings.")


def _print(problem: Problem, language: str) -> None:
    kind = "error" if problem.is_error else "warning"
    sentences: Sequence[str] = [problem.message("zh"), problem.message("en")]
    if language != "both":
        sentences = [problem.message(language)]
    click.echo(f"{problem.where()}: {kind}: {' '.join(sentences)}")
