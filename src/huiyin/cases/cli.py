"""`huiyin cases`, `huiyin callback`, `huiyin keys`: what is done to cases and to the vault from the command line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import click
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from huiyin.base import codes
from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.cases import check as checking
from huiyin.cases import texts, vault
from huiyin.cases.actions import actor_of, perform
from huiyin.cases.lifecycle import Actor, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.situation import DISPOSITIONS, ERASURE_GROUNDS
from huiyin.cases.models import Attachment, Case, VaultKey
from huiyin.ledger import audit
from huiyin.organisation.models import Staff

T = TypeVar("T")

_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_by = click.option("--by", "username", required=True, help="The user name of whoever does this.")


def _fail(words: str, as_json: bool = False, code: int = 2) -> NoReturn:
    click.echo(json.dumps({"error": words}, ensure_ascii=False) if as_json else words, err=not as_json)
    sys.exit(code)


def _case(number: str, as_json: bool = False) -> Case:
    try:
        return Case.objects.get(number=codes.parse_number(number))
    except (codes.BadCode, Case.DoesNotExist):
        _fail(f"没有编号为 {number} 的事。No case has the number {number}.", as_json)


def _actor(username: str, roles: tuple[Role, ...], as_json: bool) -> Actor:
    staff = Staff.objects.select_related("user").filter(user__username__iexact=username, active=True).first()
    if staff is None:
        _fail(f"没有用户 {username}。Nobody active has the user name {username}.", as_json)
    for role in roles:
        if str(role) in staff.roles:
            return actor_of(staff, str(role))
    wanted = " / ".join(roles)
    _fail(f"{username} 没有这个角色：{wanted}。{username} has none of these roles: {wanted}.", as_json)


def _try(work: Callable[[], T], as_json: bool) -> T:
    try:
        return work()
    except Refusal as refusal:
        sentence = texts.sentence(refusal) if refusal.code in texts.SENTENCES else refusal.code
        _fail(f"{sentence} [{refusal.code}]", as_json, 1)


def _progress(label: str, total: int, quiet: bool) -> tuple[Progress, Callable[[int], None]]:
    bar = Progress(console=Console(stderr=True), transient=True, disable=quiet)
    task = bar.add_task(label, total=total)
    return bar, lambda done: bar.update(task, completed=done)


# --- cases ---------------------------------------------------------------------------------------


@click.group()
def cases() -> None:
    """Check, show, and erase cases."""


@cases.command()
@_json
def check(as_json: bool) -> None:
    """Replay every case from its events and compare with what is stored. Exit code 1 when anything differs.

    Also looked at: supporting offices, the public list, kept and erased words, events without a case.
    """
    bar, moved = _progress("cases", Case.objects.count(), as_json)
    with bar:
        report = checking.check(moved)
    findings = [{"code": f.code, "case": f.case, "detail": f.detail, "words": f.words} for f in report.findings]
    facts = {
        "clean": report.clean,
        "cases": report.cases,
        "entries": report.entries,
        "words_kept": report.items,
        "found": report.found,
        "findings": findings,
    }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{finding['case']}\t{finding['code']}\t{finding['words']} {finding['detail']}")
        click.echo(
            f"{report.cases} 件事，{report.entries} 条记录，{report.found} 处不符。"
            f"{report.cases} cases, {report.entries} events, {report.found} differences."
        )
    sys.exit(0 if report.clean else 1)


@cases.command()
@_json
def verify(as_json: bool) -> None:
    """Audit the whole log as `huiyin log verify` does, and every kept word against its commitment.

    Words that were erased must be gone, all others must be there unchanged. Exit code 1 when anything differs.
    """
    from huiyin.ledger.models import Entry

    bar, moved = _progress("log", Entry.objects.count(), as_json)
    with bar:
        report = checking.verify(timezone.now(), moved)
    _report_audit(report, as_json)
    sys.exit(0 if report.clean else 1)


def _report_audit(report: audit.Report, as_json: bool) -> None:
    findings = [
        {"code": f.code, "idx": f.idx, "entry": f.entry, "detail": f.detail, "words": f.words} for f in report.findings
    ]
    if as_json:
        facts = {
            "clean": report.clean,
            "entries": report.entries,
            "checkpoints": report.checkpoints,
            "openings": report.openings,
            "found": report.found,
            "findings": findings,
        }
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for finding in findings:
        place = "-" if finding["idx"] is None else finding["idx"]
        click.echo(f"{place}\t{finding['code']}\t{finding['words']} {finding['detail']}")
    click.echo(f"{report.summary()} ({report.openings} openings)")


@cases.command()
@click.argument("number")
@_json
def show(number: str, as_json: bool) -> None:
    """Show the case NUMBER: where it stands and its events. Words and contacts are never printed."""
    facts = checking.facts_of(_case(number, as_json))
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    events: list[dict[str, Any]] = facts.pop("events")
    for name, value in facts.items():
        if value not in (None, "", [], False):
            click.echo(f"{name:>12}  {', '.join(value) if isinstance(value, list) else value}")
    for event in events:
        sealed = "sealed" if event["idx"] is not None else "waiting"
        when = event["happened_at"] or event["at"]
        click.echo(f"{event['seq']:>4}  {when}  {event['kind']}  ({event['role']}, {sealed})")


@cases.command()
@click.argument("number")
@click.option("--labels", default="", help="Only these fields, comma separated (text, contact …). Default: everything.")
@click.option("--ground", required=True, type=click.Choice(ERASURE_GROUNDS), help="Why it may be erased.")
@_by
@click.option("--yes", is_flag=True, help="Do not ask again.")
@_json
def erase(number: str, labels: str, ground: str, username: str, yes: bool, as_json: bool) -> None:
    """Destroy the words and contact of the case NUMBER. This cannot be undone.

    The case, its dates and its proofs stay valid; the erasure itself becomes an event. Needs an administrator.
    Copies in backups become unreadable after `huiyin keys rotate` and `huiyin keys destroy-old`.
    """
    case = _case(number, as_json)
    actor = _actor(username, (Role.ADMINISTRATOR,), as_json)
    wanted = tuple(label.strip() for label in labels.split(",") if label.strip())
    known = {o.label for o in vault.openings(case.pk) if o.seq}
    unknown = set(wanted) - known
    if unknown:
        _fail(f"没有这些内容：{', '.join(sorted(unknown))}。Not kept: {', '.join(sorted(unknown))}.", as_json)
    if not yes:
        what = ", ".join(wanted) or "全部内容 everything"
        click.confirm(f"{case.number}: 永久删除 erase for good: {what}?", abort=True, err=True)
    state = _try(lambda: perform(case.pk, c.Erase(ground, wanted), actor, timezone.now()), as_json)
    facts = {"number": case.number, "labels": list(wanted), "ground": ground, "seq": state.seq}
    words = (
        "已删除。在旧备份里也读不出来，要再运行 huiyin keys rotate 和 keys destroy-old。\n"
        "Erased. To make copies in backups unreadable too, run huiyin keys rotate and keys destroy-old."
    )
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else words)


# --- callback ------------------------------------------------------------------------------------


@click.group()
def callback() -> None:
    """Record an independent callback to a resident."""


@callback.command()
@click.argument("number")
@click.option("--disposition", required=True, type=click.Choice(DISPOSITIONS), help="How the attempt ended.")
@click.option("--verdict", type=click.Choice([str(v) for v in Verdict]), help="What they said; only when answered.")
@click.option("--pressed", is_flag=True, help="They say somebody leaned on them to be satisfied.")
@click.option("--comment", default="", help="What else they said.")
@_by
@_json
def record(
    number: str, disposition: str, verdict: str | None, pressed: bool, comment: str, username: str, as_json: bool
) -> None:
    """Record one attempt to call back about the case NUMBER. Needs a caller or a reviewer, never the office itself."""
    case = _case(number, as_json)
    actor = _actor(username, (Role.CALLER, Role.REVIEWER), as_json)
    command = c.Callback(disposition, Verdict(verdict) if verdict else None, pressed, comment)
    state = _try(lambda: perform(case.pk, command, actor, timezone.now()), as_json)
    facts = {
        "number": case.number,
        "callbacks": state.callbacks,
        "verdict": str(state.verdict),
        "phase": str(state.phase),
        "outcome": str(state.outcome),
    }
    words = "  ".join(f"{name}: {value}" for name, value in facts.items() if value != "")
    click.echo(json.dumps(facts) if as_json else words)


# --- keys ----------------------------------------------------------------------------------------


#: A transaction that began before a rotation may still write under the old key; none runs this long.
SETTLE_SECONDS = 60


@click.group()
def keys() -> None:
    """Make and rotate the keys of the vault."""


def _wrapped(name: str) -> dict[str, int]:
    return {
        "cases": VaultKey.objects.filter(kek=name).count(),
        "files": Attachment.objects.filter(kek=name).count(),
    }


@keys.command()
@_json
def status(as_json: bool) -> None:
    """Show each key: whether it is the current one, and how much it still opens. Exit code 1 when one is missing."""
    ring = vault.keyring()
    names = set(ring.names())
    used = set(VaultKey.objects.values_list("kek", flat=True).distinct())
    used |= set(Attachment.objects.values_list("kek", flat=True).distinct())
    rows = [
        {"key": name, "current": name == ring.current, "present": name in names, **_wrapped(name)}
        for name in sorted(names | used)
    ]
    missing = [row["key"] for row in rows if not row["present"]]
    if as_json:
        click.echo(json.dumps({"keys": rows, "missing": missing}))
    else:
        for row in rows:
            mark = "missing" if not row["present"] else "current" if row["current"] else "old"
            click.echo(f"{row['key']}  {mark:<8} {row['cases']} cases  {row['files']} files")
        if missing:
            click.echo("缺少钥匙，对应的内容打不开。A key is missing: what it wrapped cannot be opened.", err=True)
    sys.exit(1 if missing else 0)


@keys.command()
@_json
def rotate(as_json: bool) -> None:
    """Make a new key and move everything to it. Words are not encrypted anew, so it is quick.

    A running server and worker use the new key from their next write on.
    """
    ring = vault.keyring()
    name = ring.rotate()
    total = VaultKey.objects.exclude(kek=name).count() + Attachment.objects.exclude(kek=name).count()
    bar, moved_to = _progress("keys", total, as_json)
    moved = 0
    with bar:
        while True:
            done = write(vault.rewrap)
            moved += done["moved"]
            moved_to(moved)
            if not done["remaining"] or not done["moved"]:
                break
    facts = {"key": name, "moved": moved, "remaining": done["remaining"]}
    words = (
        f"新钥匙 {name}，移过来 {moved}，还剩 {done['remaining']}。一分钟以后可以运行 huiyin keys destroy-old。\n"
        f"New key {name}, {moved} moved, {done['remaining']} remain. After a minute, huiyin keys destroy-old may run."
    )
    click.echo(json.dumps(facts) if as_json else words)
    sys.exit(1 if done["remaining"] else 0)


@keys.command("destroy-old")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@click.option("--at-once", is_flag=True, help="Do not wait a minute after a rotation: nothing is running.")
@_json
def destroy_old(yes: bool, at_once: bool, as_json: bool) -> None:
    """Destroy every key but the current one, if nothing needs it any more.

    What was erased while an old key was in force can then not be read from any backup of the database, even by somebody
    who has the present keys. Backups of the folder keys/vault must be destroyed too.
    """
    ring = vault.keyring()
    old = [name for name in ring.names() if name != ring.current]
    needed = {name: count for name in old if (count := sum(_wrapped(name).values()))}
    if needed:
        listed = ", ".join(f"{name}: {count}" for name, count in needed.items())
        _fail(f"还有内容要用旧钥匙（{listed}）。Still needed ({listed}): run huiyin keys rotate first.", as_json, 1)
    if old and (seconds := time.time() - ring.made_at(ring.current)) < SETTLE_SECONDS and not at_once:
        _fail(
            f"新钥匙才用了 {seconds:.0f} 秒，可能还有写到一半的内容；请过一分钟再来。"
            f"The new key is {seconds:.0f} seconds old; something may still be half written. Try again in a minute.",
            as_json,
            1,
        )
    if old and not yes:
        question = (
            f"销毁 {', '.join(old)}？旧备份里已删除的内容从此打不开。"
            f" Destroy {', '.join(old)}? Words erased earlier become unreadable in old backups."
        )
        click.confirm(question, abort=True, err=True)
    for name in old:
        ring.destroy(name)
    words = (
        f"销毁了 {len(old)} 把旧钥匙；在这之前删除的内容，从旧备份里也读不出来了。\n"
        f"{len(old)} old keys destroyed; what was erased before cannot be read from old backups either."
    )
    click.echo(json.dumps({"destroyed": old, "current": ring.current}) if as_json else words)
