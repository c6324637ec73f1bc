"""`huiyin understand`: models from the body's own history, and what is understood of a text with them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue
from huiyin.understanding import cli as pure


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def understand() -> None:
    """Train, explain and measure how messages are understood. Nothing here leaves the machine."""


understand.add_command(pure.evaluate)
understand.add_command(pure.train_office)


def _in_force() -> Catalogue | None:
    from django.db import DatabaseError

    try:
        return store.current()
    except (store.NoPackLoaded, DatabaseError):
        return None


@understand.command()
@click.option("--sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A pack's categories.csv, in place of the pack in force.")  # fmt: skip
@click.option("--history", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="With --sheet: settled messages, oldest first: CSV with the columns title, body, code.")  # fmt: skip
@click.option("--texts", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="With --sheet: messages without a category, for what is common: CSV with title, body.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="With --sheet: the model file to write.")
@click.option("--json", "as_json", is_flag=True, help="Say the result as JSON.")
def train(sheet: Path | None, history: Path | None, texts: Path | None, out: Path | None, as_json: bool) -> None:
    """Make the models of this deployment from its pack and its settled matters, and put them in force.

    The same history gives the same models: doing it twice changes nothing. With --sheet and --out a model file is made
    from files instead, and no database is touched.
    """
    if sheet is not None or history is not None or texts is not None or out is not None:
        if sheet is None or out is None:
            raise click.UsageError("--sheet and --out belong together; without them the database is used")
        pure.train_from_files(sheet, history, texts, out)
        return
    from huiyin.suggestions import training

    catalogue = _in_force()
    if catalogue is None:
        raise click.ClickException("no pack is in force: run `huiyin load PACK` first, or name files with --sheet")
    made = training.train(catalogue, timezone.now())
    if as_json:
        click.echo(json.dumps([asdict(one) for one in made], ensure_ascii=False))
        return
    for one in made:
        state = "new" if one.changed else "as before"
        click.echo(f"{one.kind}: {one.version} ({state}), learned from {one.examples} settled matters.")


@understand.command()
@click.argument("text")
@click.option("--title", default="", help="The title, when there is one.")
@click.option("--area", default="", help="The code of the area, when it is known.")
@click.option("--model", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A model file, in place of the one of this deployment.")  # fmt: skip
def explain(text: str, title: str, area: str, model: Path | None) -> None:
    """Show what is understood of TEXT and why, as JSON: with this deployment's models, pack and matters if it has any.

    Shows codes and public numbers of matters, never their words.
    """
    shown: dict[str, Any] = pure.understood(text, title)
    if model is not None:
        shown["category_of_file"] = pure.from_file(text, title, model)
    catalogue = _in_force()
    if catalogue is not None:
        shown |= _own(text, title, area, catalogue)
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=list))


def _own(text: str, title: str, area: str, catalogue: Catalogue) -> dict[str, Any]:
    """What the deployment's own pack, models and matters say."""
    from huiyin.cases import similar
    from huiyin.cases.models import Case
    from huiyin.suggestions import ideas, places

    now = timezone.now()
    found = ideas.categories(text, title, catalogue)
    place = places.find(f"{title}\n{text}", area, catalogue)
    where = area or place.area or ""
    offices = ideas.offices(text, title, found.answer, where, catalogue, now, guess=found)
    same = similar.candidates_for_staff(text, where, now, subject=title)
    numbers = dict(Case.objects.filter(pk__in=[one.case_id for one in same]).values_list("pk", "number"))
    return {
        "category": asdict(found),
        "office": asdict(offices),
        "place": asdict(place),
        "same": [
            {"number": numbers[one.case_id], "probability": one.probability, "copied": one.copied,
             "reasons": [(code, facts) for code, facts in one.reasons if code != "shared_words"]}
            for one in same if one.case_id in numbers
        ],
    }  # fmt: skip
