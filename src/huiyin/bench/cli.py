"""`huiyin bench`: measure speed on this machine, each figure beside its target."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

import click

from huiyin.bench.place import CannotMeasure, available
from huiyin.bench.result import Result, show

_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_size = click.option(
    "--size", type=click.Choice(["small", "large"]), default="small", show_default=True, help="How much to measure."
)
_on = click.option(
    "--on",
    "databases",
    type=click.Choice(["sqlite", "postgresql"]),
    multiple=True,
    help="The database; may be given twice. Default: both when PostgreSQL is installed, else SQLite.",
)
_strict = click.option("--strict", is_flag=True, help="Exit with 1 when a target is missed, too.")

Options = Callable[[Callable[..., Any]], Callable[..., Any]]


@click.group()
def bench() -> None:
    """Measure speed on this machine.

    Everything happens in throw-away folders and private databases: your own data is never touched. Every figure comes
    with its target, its spread over the rounds, and a reference measured in the same run, because machines differ and
    neighbours are noisy. Exit code 1 when something came out wrong, 2 when it could not be measured.
    """


def _chosen(databases: Iterable[str]) -> list[str]:
    return list(databases) or available()


def _run(measurements: Iterable[Callable[[], Result]], as_json: bool, strict: bool) -> None:
    results: list[Result] = []
    try:
        for measurement in measurements:
            result = measurement()
            results.append(result)
            if not as_json:
                show([result], False)
    except CannotMeasure as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    if as_json:
        show(results, True)
    if any(result.wrong or (strict and result.missed) for result in results):
        sys.exit(1)


@bench.command()
@_on
@_size
@click.option("--worker", is_flag=True, help="Let the worker seal and index at the same time.")
@_json
@_strict
def intake(databases: tuple[str, ...], size: str, worker: bool, as_json: bool, strict: bool) -> None:
    """Taking matters in through HTTP: receipts a second, milliseconds, processor time, statements."""
    _run(_intake(_chosen(databases), size, worker), as_json, strict)


def _intake(databases: list[str], size: str, worker: bool = False) -> list[Callable[[], Result]]:
    from huiyin.bench import intake as room

    return [lambda name=name: room.measure(name, size, worker=worker) for name in databases]  # type: ignore[misc]


@bench.command()
@_on
@_size
@_json
@_strict
def ledger(databases: tuple[str, ...], size: str, as_json: bool, strict: bool) -> None:
    """The public log: tiles beside a bare hashlib loop, the lag of sealing, an audit."""
    _run(_ledger(_chosen(databases), size), as_json, strict)


def _ledger(databases: list[str], size: str) -> list[Callable[[], Result]]:
    from huiyin.bench import ledger as room

    return [lambda name=name: room.measure(name, size) for name in databases]  # type: ignore[misc]


@bench.command()
@_size
@_json
@_strict
def startup(size: str, as_json: bool, strict: bool) -> None:
    """The start of `huiyin --help` beside a bare start of Python."""
    _run(_startup(size), as_json, strict)


def _startup(size: str) -> list[Callable[[], Result]]:
    from huiyin.bench import startup as room

    return [lambda: room.measure(size)]


@bench.command()
@_on
@_size
@_json
@_strict
def inbox(databases: tuple[str, ...], size: str, as_json: bool, strict: bool) -> None:
    """The inbox page of a busy office among 10,000 and 100,000 cases; large: a million, too."""
    _run(_inbox(_chosen(databases), size), as_json, strict)


def _inbox(databases: list[str], size: str) -> list[Callable[[], Result]]:
    from huiyin.bench import inbox as room

    return [lambda name=name: room.measure(name, size) for name in databases]  # type: ignore[misc]


@bench.command("import")
@_on
@_size
@_json
@_strict
def import_(databases: tuple[str, ...], size: str, as_json: bool, strict: bool) -> None:
    """Taking in a spreadsheet: rows a second, beside bare events."""
    _run(_import(_chosen(databases), size), as_json, strict)


def _import(databases: list[str], size: str) -> list[Callable[[], Result]]:
    from huiyin.bench import imports as room

    return [lambda name=name: room.measure(name, size) for name in databases]  # type: ignore[misc]


@bench.command()
@_on
@_size
@_json
@_strict
def similar(databases: tuple[str, ...], size: str, as_json: bool, strict: bool) -> None:
    """Finding an earlier message about the same matter among 50,000; large: a million."""
    _run(_similar(_chosen(databases), size), as_json, strict)


def _similar(databases: list[str], size: str) -> list[Callable[[], Result]]:
    from huiyin.bench import similar as room

    return [lambda name=name: room.measure(name, size) for name in databases]  # type: ignore[misc]


@bench.command()
@_size
@_json
@_strict
def figures(size: str, as_json: bool, strict: bool) -> None:
    """Twelve aggregations over a million matters (large: ten) beside SQL by hand; the board from roll-ups."""
    _run(_figures(size), as_json, strict)


def _figures(size: str) -> list[Callable[[], Result]]:
    from huiyin.bench import figures as room

    return [lambda: room.measure(size)]


@bench.command("all")
@_on
@_size
@_json
@_strict
def all_(databases: tuple[str, ...], size: str, as_json: bool, strict: bool) -> None:
    """Everything above, one after the other."""
    chosen = _chosen(databases)
    rooms = (_ledger, _intake, _inbox, _import, _similar)
    wanted = [_startup(size), _figures(size), *(room(chosen, size) for room in rooms)]
    _run([measurement for part in wanted for measurement in part], as_json, strict)
