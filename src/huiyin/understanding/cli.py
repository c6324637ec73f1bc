"""`huiyin understand`: make a model, explain what is understood of a text, measure everything on test messages."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path

import click

from .category import Example, SheetRow, load, save
from .learning import count_common
from .learning import train as train_category


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def understand() -> None:
    """Train, explain and measure how messages are understood. Nothing here leaves the machine."""


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        lines = (line for line in opened if not line.startswith("#"))
        return [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(lines)]


def read_sheet(path: Path) -> list[SheetRow]:
    """A pack's categories.csv (code, parent, name_*, keywords_* …) as rows; other columns are not needed."""
    found = []
    for row in _rows(path):
        names = tuple(value for key, value in row.items() if key.startswith("name") and value)
        keywords = tuple(
            word.strip()
            for key, value in row.items()
            if key.startswith("keywords")
            for word in value.split("|")
            if word.strip()
        )
        found.append(SheetRow(row["code"], row.get("parent", ""), names, keywords))
    return found


@understand.command()
@click.option("--sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              help="The pack's categories.csv.")  # fmt: skip
@click.option("--history", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Settled messages, oldest first: CSV with the columns title, body, code.")  # fmt: skip
@click.option("--texts", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Messages without a category, to learn what is common: CSV with title, body.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The model file to write.")
def train(sheet: Path, history: Path | None, texts: Path | None, out: Path) -> None:
    """Make a category model from a category sheet and, when there is one, a history of settled messages.

    The same files give the same model. What is printed is its card: what it was made from, and how well it did on
    messages it had not seen.
    """
    train_from_files(sheet, history, texts, out)


def train_from_files(sheet: Path, history: Path | None, texts: Path | None, out: Path) -> None:
    """`train` for another command. Raises ClickException when a file does not fit; then nothing was written."""
    examples = [Example(row["title"], row["body"], row["code"]) for row in _rows(history)] if history else []
    try:
        common = count_common([(row["title"], row["body"]) for row in _rows(texts)]) if texts else None
        model = train_category(read_sheet(sheet), examples, common)
    except (ValueError, KeyError) as problem:
        raise click.ClickException(f"no model was written: {problem}") from problem
    save(model, out)
    click.echo(json.dumps(dict(model.card), ensure_ascii=False, indent=2))


@understand.command("train-office")
@click.option("--kinds", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              help="Kinds of offices: CSV with code, name_*, keywords_*.")  # fmt: skip
@click.option("--history", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              help="Settled matters, oldest first: CSV with title, body, kind, and when known refused, in_title, "
                   "in_body (kinds, separated by |) and category.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The model file to write.")
def train_office(kinds: Path, history: Path, out: Path) -> None:
    """Make a model of which kind of office takes what, from matters as they were settled in the end.

    `refused` are kinds that had the matter first, objected, and were ruled right: they count strongly against, and the
    kind that took it in the end counts double. `in_title` and `in_body` are kinds with an office of their own for a
    place that is named there.
    """
    from .office import Settled, save_ranking, train_ranking

    def listed(row: dict[str, str], column: str) -> tuple[str, ...]:
        return tuple(code.strip() for code in row.get(column, "").split("|") if code.strip())

    try:
        settled = [
            Settled(
                row["title"], row["body"], row["kind"], listed(row, "refused"), frozenset(listed(row, "in_title")),
                frozenset(listed(row, "in_body")), row.get("category", ""),
            )
            for row in _rows(history)
        ]  # fmt: skip
        model = train_ranking(read_sheet(kinds), settled)
    except (ValueError, KeyError) as problem:
        raise click.ClickException(f"no model was written: {problem}") from problem
    save_ranking(model, out)
    card = {name: value for name, value in model.card.items() if name != "ranking"}
    click.echo(json.dumps(card, ensure_ascii=False, indent=2))


@understand.command()
@click.argument("text")
@click.option("--title", default="", help="The title, when there is one.")
@click.option("--model", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A category model.")
def explain(text: str, title: str, model: Path | None) -> None:
    """Show what is understood of TEXT and why, as JSON."""
    shown = understood(text, title)
    if model is not None:
        shown["category"] = from_file(text, title, model)
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))


def understood(text: str, title: str) -> dict[str, object]:
    """What is understood without a model or a database, ready for JSON."""
    from . import personal, urgency
    from .cleaning import clean
    from .same import keys
    from .search import query_phrase

    cleaned = clean(text)
    return {
        "text": cleaned.text,
        "changes": cleaned.changes,
        "personal": [{**asdict(one), "value": text[one.start : one.end]} for one in personal.find(text)],
        "masked": personal.mask(text).text,
        "urgency": asdict(urgency.judge(title, text)),
        "search": query_phrase(text),
        "keys": len(keys(title, text)),
    }


def from_file(text: str, title: str, model: Path) -> dict[str, object]:
    """What the category model in a file says. Raises ClickException when the file is none."""
    try:
        return asdict(load(model).suggest(title or text, text))
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem


@understand.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", multiple=True, help="Only this task (may be repeated): category, issues, reply, personal, …")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(folder: Path, only: tuple[str, ...], as_json: bool) -> None:
    """Measure every part on a FOLDER of test messages. Takes a few minutes."""
    from .evaluate import TARGETS, pick
    from .evaluate import evaluate as measure

    figures = measure(folder, only)
    if not figures:
        raise click.ClickException("no test files were found in this folder")
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=2))
        return
    for task, name, wanted, above in TARGETS:
        value = pick(figures, task, name)
        if value is not None:
            met = value >= wanted if above else value <= wanted
            click.echo(
                f"{'+' if met else '-'} {task:9} {name:32} {value:>10} (wanted {'≥' if above else '≤'} {wanted})"
            )
