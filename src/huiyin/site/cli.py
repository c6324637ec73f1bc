"""`huiyin setup`, `huiyin serve`, `huiyin doctor`."""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from rich.console import Console

from huiyin.base.envelope import Keyring
from huiyin.organisation import store
from huiyin.site import doctor as _doctor
from huiyin.site import serving
from huiyin.site.translations import compile_all


def unapplied() -> int:
    """How many migrations the database lacks. Raises DatabaseError when it does not answer."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Say the result as JSON.")
def setup(as_json: bool) -> None:
    """Create or upgrade the database and the keys. Safe to run again."""
    home = settings.CONFIG.home
    home.mkdir(parents=True, exist_ok=True)
    (home / "keys").mkdir(exist_ok=True, mode=0o700)
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    try:
        pending = unapplied()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        raise click.ClickException(f"the database cannot be set up: {error}") from error
    key = Keyring(home / "keys" / "vault").ensure()
    compiled = len(compile_all())
    prepare_models(timezone.now())
    if as_json:
        click.echo(json.dumps({"migrations": pending, "vault_key": key, "catalogues": compiled, "home": str(home)}))
    else:
        click.echo(f"{pending} migrations applied, vault key {key}, {compiled} catalogues compiled. Home: {home}")


def prepare_models(now: datetime) -> None:
    """After an upgrade: suggestions need models that fit this program and the pack in force."""
    from huiyin.suggestions import training  # numpy, which no other part of this command needs

    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return
    if training.is_missing(catalogue):
        training.train(catalogue, now)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes (PostgreSQL; default 2). SQLite: always 1.")
@click.option("--threads", type=click.IntRange(1, 64), help="Threads per process (default 8; SQLite 16).")
def serve(host: str, port: int, workers: int | None, threads: int | None) -> None:
    """Serve the pages (and, on SQLite, run the worker too). On PostgreSQL also start `huiyin worker`."""
    try:
        pending = unapplied()
    except DatabaseError as error:
        raise click.ClickException(f"the database does not answer: {type(error).__name__}") from error
    if pending:
        raise click.ClickException(f"{pending} migrations are missing: run `huiyin setup` first")
    connection.close()
    click.echo(f"http://{host}:{port}", err=True)
    try:
        serving.serve(settings.CONFIG, host=host, port=port, workers=workers, threads=threads)
    except serving.CannotServe as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.option("--json", "as_json", is_flag=True, help="All checks as JSON, both languages.")
@click.option("--lang", type=click.Choice(["zh", "en", "both"]), default="both", show_default=True)
@click.option("--strict", is_flag=True, help="Warnings count as failures.")
def doctor(as_json: bool, lang: str, strict: bool) -> None:
    """Check this deployment and say what is missing. Exit code 1 when something fails."""
    checks = _doctor.examine(timezone.now())
    if as_json:
        click.echo(json.dumps([check.as_dict() for check in checks], ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False)
        colours = {"ok": "green", "warn": "yellow", "fail": "bold red"}
        for check in checks:
            words = {"zh": check.zh, "en": check.en, "both": f"{check.zh}  {check.en}"}[lang]
            console.print(f"[{colours[check.state]}]{check.state:4}[/] {check.name:14} ", end="")
            console.print(words, markup=False, soft_wrap=True)
    bad = {"fail", "warn"} if strict else {"fail"}
    if any(check.state in bad for check in checks):
        sys.exit(1)
