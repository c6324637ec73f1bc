"""`huiyin town`: the simulated town as a lake of any size, and the trial of the figures against every trick."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


@click.group()
def town() -> None:
    """An invented town that knows the truth: fill a lake with it, or try every trick against the figures."""


def _bar() -> Progress:
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


@town.command()
@click.option("--cases", default=100_000, show_default=True, type=click.IntRange(1), help="How many matters, about.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new or empty folder.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed, the same town.")
@click.option("--cheating", default=0.25, show_default=True, type=click.FloatRange(0, 1), help="Share of offices.")
@click.option("--truth", type=click.Path(path_type=Path), help="Also write what is true, into this other folder.")
@click.option("--days", default=365, show_default=True, type=click.IntRange(30, 3660))
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes that make matters.")
@click.option("--json", "as_json", is_flag=True)
def lake(
    cases: int, out: Path, seed: int, cheating: float, truth: Path | None, days: int, jobs: int, as_json: bool
) -> None:
    """Write a year of the town straight into the lake's format, without a database."""
    from huiyin.town.columnar.write import OutInTheWay, write

    began = time.monotonic()
    with _bar() as bar:
        task = bar.add_task("", total=cases)
        try:
            made = write(
                out, cases, seed, cheating=cheating, truth_to=truth, jobs=jobs, days=days,
                step=lambda done: bar.update(task, completed=done),
            )  # fmt: skip
        except OutInTheWay as error:
            raise click.ClickException(str(error)) from error
    seconds = time.monotonic() - began
    if as_json:
        click.echo(
            json.dumps(
                {
                    "cases": made.cases,
                    "rows": made.rows,
                    "offices": made.offices,
                    "seconds": round(seconds, 2),
                    "cases_per_second": round(made.cases / seconds),
                }
            )
        )
    else:
        click.echo(
            f"{made.cases} matters of {made.offices} offices, {made.rows} rows, in {seconds:.1f} s "
            f"({made.cases / seconds:,.0f} matters a second): {out}"
        )


@town.command()
def behaviours() -> None:
    """List how offices can behave."""
    from huiyin.town import behaviours as known

    for name, behaviour in known.known().items():
        click.echo(f"{name:22} {behaviour.en}\n{'':22} {behaviour.zh}")


@town.command()
@click.option("--seeds", default=20, show_default=True, type=click.IntRange(1), help="Towns for each trick.")
@click.option("--small", is_flag=True, help="A few seeds only: what continuous integration runs.")
@click.option(
    "--behaviour",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A behaviour of your own (a Python file); only these are tried.",
)
@click.option("--write", "write_to", type=click.Path(dir_okay=False, path_type=Path), help="Write the table here.")
@click.option("--json", "as_json", is_flag=True)
def trial(seeds: int, small: bool, files: tuple[Path, ...], write_to: Path | None, as_json: bool) -> None:
    """Does cheating pay? Every trick against the figures and the check-up, over many seeds.

    Exit code 1 when an outcome figure was flattered, a trick that leaves a trace went unseen, or honest towns were
    called into question too often.
    """
    import huiyin.town.trial.report as report
    from huiyin.town import behaviours as known
    from huiyin.town.trial.contest import Scale

    scale = Scale.small() if small else Scale(seeds=seeds)
    try:
        tricks = tuple(known.add(path) for path in files) or known.tricks()
    except known.NoBehaviour as error:
        raise click.ClickException(str(error)) from error
    with _bar() as bar:
        task = bar.add_task("", total=report.steps(tricks, scale))
        result = report.run(tricks, scale, step=lambda: bar.advance(task))
    if write_to is not None:
        write_to.write_text(report.markdown(result), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(report.as_json(result), ensure_ascii=False))
    elif write_to is None:
        click.echo(report.markdown(result))
    for line in result.shortfalls:
        click.echo(line, err=True)
    if result.shortfalls:
        raise click.exceptions.Exit(1)
