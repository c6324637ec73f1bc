"""`huiyin log`: seal, verify, show and archive the public log; change its key."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from huiyin.ledger import actions, archive, audit, queries
from huiyin.ledger.errors import REASONS, SealRefused
from huiyin.ledger.models import Entry

_as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


@click.group()
def log() -> None:
    """Seal, verify and archive the public log."""


def _answer(as_json: bool, data: dict[str, Any], text: str) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)


def _refused(as_json: bool, refused: SealRefused) -> None:
    _answer(as_json, {"refused": refused.code, "facts": dict(refused.facts)}, f"{refused}\n{REASONS[refused.code]}")
    sys.exit(1)


@log.command()
@_as_json
def seal(as_json: bool) -> None:
    """Publish everything that is committed but not yet in the log. The worker does this by itself every second."""
    new, last = 0, None
    try:
        while sealed := actions.seal(timezone.now()):
            new, last = new + sealed.new, sealed
            if not sealed.more:
                break
    except SealRefused as refused:
        _refused(as_json, refused)
    size = last.size if last else queries.status().size
    _answer(as_json, {"new": new, "size": size}, f"+{new} → {size}")


@log.command()
@_as_json
def verify(as_json: bool) -> None:
    """Compute the whole log anew and compare. Exit code 1 when anything differs.

    Covers rows, roots, signatures, files and times; the private fields in the vault are the business of `huiyin cases`.
    """
    total = Entry.objects.count()
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
        task = progress.add_task("log", total=total)
        report = audit.verify(timezone.now(), progress=lambda done: progress.update(task, completed=done))
    findings = [
        {"code": f.code, "idx": f.idx, "entry": f.entry, "detail": f.detail, "words": f.words} for f in report.findings
    ]
    lines = [f"{f['idx'] if f['idx'] is not None else '-'}\t{f['code']}\t{f['words']} {f['detail']}" for f in findings]
    data = {
        "clean": report.clean,
        "entries": report.entries,
        "checkpoints": report.checkpoints,
        "found": report.found,
        "findings": findings,
    }
    _answer(as_json, data, "\n".join([*lines, report.summary()]))
    sys.exit(0 if report.clean else 1)


@log.command()
@_as_json
def status(as_json: bool) -> None:
    """Show size, root, time, keys, and why sealing is refused, if it is (exit code 1 then)."""
    state = queries.status()
    data = {
        "log": state.origin,
        "size": state.size,
        "root": state.root.hex() if state.root else None,
        "at": state.at.isoformat() if state.at else None,
        "waiting": state.waiting,
        "keys": list(state.keys),
        "refused": state.refusal,
    }
    _answer(as_json, data, "\n".join(f"{name}: {value}" for name, value in data.items()))
    sys.exit(1 if state.refusal else 0)


@log.command(name="archive")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def archive_(file: Path) -> None:
    """Write the whole public log to FILE (a tar), for the offline verifier and for mirrors."""
    temporary = file.with_name(f".{file.name}.part")
    with temporary.open("wb") as handle:
        for part in archive.stream():
            handle.write(part)
    temporary.replace(file)
    click.echo(str(file))


@log.command(name="rotate-key")
@_as_json
def rotate_key(as_json: bool) -> None:
    """Change the signing key. Old and new key both sign one checkpoint; afterwards the old private key is deleted."""
    try:
        sealed = actions.rotate_key(timezone.now(), {"role": "administrator"})
    except SealRefused as refused:
        _refused(as_json, refused)
        return
    key = queries.status().key
    _answer(as_json, {"size": sealed.size, "key": key}, key)


@log.command()
@click.argument("entry", type=int)
def proof(entry: int) -> None:
    """Print the .tlog-proof of the event with id ENTRY. Exit code 1 when it is not sealed."""
    text = queries.proof(entry)
    if text is None:
        click.echo("not sealed, or no such event", err=True)
        sys.exit(1)
    click.echo(text, nl=False)
