"""`huiyin callbacks`: announce the rule, draw, close, publish and check the callback sample."""

from __future__ import annotations

import json
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from django.utils import timezone

from huiyin.base.errors import Refusal
from huiyin.ledger import archive as log_archive
from huiyin.ledger import keys
from huiyin.organisation import store
from huiyin.outcomes import drawing, periods, publication, verify, words
from huiyin.outcomes.models import Period

T = TypeVar("T")
_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_ACTOR = {"role": "administrator"}


@click.group()
def callbacks() -> None:
    """Draw, close and check the sample of matters whose owners are called."""


def _fail(text: str, as_json: bool, code: int = 1) -> NoReturn:
    click.echo(json.dumps({"error": text}, ensure_ascii=False) if as_json else text, err=not as_json)
    sys.exit(code)


def _try(work: Callable[[], T], as_json: bool) -> T:
    try:
        return work()
    except Refusal as refusal:
        _fail(f"{words.both(refusal)} [{refusal.code}]", as_json)


def _say(row: Period, as_json: bool) -> None:
    facts: dict[str, Any] = {
        "period": row.key,
        "announced_at": drawing.stamp(row.announced_at),
        "rule": row.rule,
        "drawn_at": drawing.stamp(row.drawn_at) if row.drawn_at else None,
        "frame": publication.frame_of(row),
        "excluded": row.excluded,
        "drawn": publication.drawn_of(row),
        "asked": publication.progress(row)[0],
        "closed_at": drawing.stamp(row.closed_at) if row.closed_at else None,
    }
    text = "\n".join(f"{name}: {value}" for name, value in facts.items())
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)


def _last_month() -> str:
    """The month before this one, in the body's time zone."""
    now = drawing.month_of(timezone.now(), store.current().tz)
    year, month = (int(part) for part in now.split("-"))
    return f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}"


@callbacks.command()
@click.option("--period", help="The month, like 2026-11. Default: the next one.")
@click.option("--least", default=30, show_default=True, help="At least so many of each office (all when it has fewer).")
@click.option("--percent", default=10, show_default=True, help="At least this share of each office.")
@click.option("--days", default=28, show_default=True, help="Time for the calls, in days after the draw.")
@click.option("--beacon", default="", help="A public number from outside to mix in: say which, and when it is known.")
@_json
def announce(period: str | None, least: int, percent: int, days: int, beacon: str, as_json: bool) -> None:
    """Publish the rule of a month before it begins. Nobody can change it afterwards; later months follow it.

    With this the callback sample begins: from now on the worker announces, draws and closes each month by itself.
    """
    now = timezone.now()
    key = period or drawing.month_after(drawing.month_of(now, store.current().tz))
    try:
        rule = drawing.Rule(least, percent, days, beacon)
    except ValueError as error:
        _fail(str(error), as_json, 2)
    _say(_try(lambda: periods.announce(key, rule, now, _ACTOR), as_json), as_json)


@callbacks.command()
@click.option("--period", help="The month, like 2026-10. Default: the one that ended last.")
@click.option("--beacon", default="", help="The public number, when the rule names one.")
@_json
def draw(period: str | None, beacon: str, as_json: bool) -> None:
    """Draw the sample of a month that has ended. Drawing twice changes nothing; the worker does it by itself."""
    key = period or _last_month()
    _say(_try(lambda: periods.draw(key, timezone.now(), _ACTOR, beacon), as_json), as_json)


@callbacks.command()
@click.option("--period", required=True, help="The month, like 2026-10.")
@_json
def close(period: str, as_json: bool) -> None:
    """End the calls of a month and publish who was drawn and what was heard. The worker does it by itself in time."""
    _say(_try(lambda: periods.close(period, timezone.now(), _ACTOR), as_json), as_json)


@callbacks.command()
@_json
def status(as_json: bool) -> None:
    """Show every month: announced, drawn, asked, closed."""
    rows = list(Period.objects.order_by("key"))
    if as_json:
        click.echo(
            json.dumps([{"period": r.key, "drawn": bool(r.drawn_at), "closed": bool(r.closed_at)} for r in rows])
        )
        return
    for row in rows:
        done, drawn = publication.progress(row)
        step = "closed" if row.closed_at else "drawn" if row.drawn_at else "announced"
        click.echo(f"{row.key}  {step:<9}  {done}/{drawn}")
    if not rows:
        click.echo("还没有公布过抽样规则。No rule has been announced yet: huiyin callbacks announce")


@callbacks.command(name="verify")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--archive", type=click.Path(exists=True, dir_okay=False), help="The log as a tar. Default: of this machine."
)
@click.option("--key", "trusted", multiple=True, help="The log's key, or a file of keys. Default: of this machine.")
@_json
def verify_(files: tuple[Path, ...], archive: str | None, trusted: tuple[str, ...], as_json: bool) -> None:
    """Check published FILES against the log: rule, frame, seed and sample are computed anew. Exit code 1 when not so.

    Needs only public data. Without FILES all closed months of this machine are checked.
    """
    if files and archive and trusted:
        texts = [file.read_text(encoding="utf-8") for file in files]
        found = _checked(archive, list(trusted), texts, as_json)
    else:
        texts = [file.read_text(encoding="utf-8") for file in files] or list(
            Period.objects.filter(closed_at__isnull=False).order_by("key").values_list("file", flat=True)
        )
        with tempfile.TemporaryDirectory() as folder:
            own = Path(folder, "log.tar")
            with own.open("wb") as out:
                for part in log_archive.stream():
                    out.write(part)
            found = _checked(archive or str(own), list(trusted) or keys.public_text().split("\n")[:1], texts, as_json)
    if as_json:
        click.echo(json.dumps([{**vars_of(one)} for one in found]))
        return
    for one in found:
        left = ", ".join(f"{name} {count}" for name, count in one.excluded.items())
        click.echo(
            f"{one.period}: 属实，{one.frame} 件里抽了 {one.drawn} 件（没有列入：{left}）。"
            f"In order: {one.drawn} of {one.frame} matters drawn (left out: {left})."
        )
    if not found:
        click.echo("还没有可以核对的月份。No month is closed yet.")


def vars_of(one: verify.Checked) -> dict[str, Any]:
    return {"period": one.period, "frame": one.frame, "drawn": one.drawn, "excluded": one.excluded}


def _checked(archive: str, trusted: list[str], texts: list[str], as_json: bool) -> list[verify.Checked]:
    try:
        return verify.check(archive, trusted, texts)
    except verify.Wrong as wrong:
        _fail(f"{wrong} [{wrong.code}]", as_json)
    except (OSError, tarfile.TarError) as error:
        _fail(str(error), as_json, 2)
