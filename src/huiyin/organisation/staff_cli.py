"""`huiyin staff`: who works here, with which roles, in which office."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import click
from allauth.mfa.models import Authenticator
from django.utils import timezone

from huiyin.base.errors import Refusal
from huiyin.organisation import people, store
from huiyin.organisation.models import Staff
from huiyin.organisation.records import STAFF_ROLES

T = TypeVar("T")

#: What to do about each refusal.
ADVICE = {
    "username_taken": "this user name is taken; choose another, or use `huiyin staff reset`",
    "unknown_role": f"unknown role; roles are: {', '.join(STAFF_ROLES)}",
    "unknown_office": "no such office in the loaded pack",
    "unknown_staff": "nobody has this user name; `huiyin staff list` shows everybody",
    "office_needed": "this role works for an office: add --office CODE",
    "roles_apart": "one person must not hold both of these roles",
}

_role = click.option("--role", "roles", multiple=True, required=True, type=click.Choice([r.value for r in STAFF_ROLES]))
_office = click.option("--office", default=None, help="Office code (handlers and heads need one).")
_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def staff() -> None:
    """Add people who work here, and their roles."""


@staff.command()
@click.argument("username")
@_role
@_office
@_json
def add(username: str, roles: tuple[str, ...], office: str | None, as_json: bool) -> None:
    """Add USERNAME and print a one-time password to hand over in person."""
    _, password = _try(lambda: people.add(username, roles, office, timezone.now()))
    _handed(username, password, as_json)


@staff.command("add-pack")
@_json
def add_pack(as_json: bool) -> None:
    """Add everybody named in staff.csv of the loaded pack who is not there yet, each with a one-time password."""
    handed = {}
    known = {name.lower() for name in Staff.objects.values_list("user__username", flat=True)}
    for entry in _try(store.current).staff:
        if entry.username.lower() not in known:
            created = people.add(entry.username, entry.roles, entry.office, timezone.now(), title=entry.names)
            handed[entry.username] = created[1]
    if as_json:
        click.echo(json.dumps(handed))
        return
    for username, password in handed.items():
        click.echo(f"{username}  {password}")
    click.echo(f"{len(handed)} added.")


@staff.command()
@click.argument("username")
@_role
@_office
def change(username: str, roles: tuple[str, ...], office: str | None) -> None:
    """Give USERNAME these roles (and office) instead of the present ones."""
    _try(lambda: people.change(username, roles, office))
    click.echo(f"{username}: {', '.join(roles)}")


@staff.command("list")
@_json
def list_(as_json: bool) -> None:
    """Show everybody: user name, roles, office, whether active, whether a second factor is set."""
    protected = set(
        Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list("user_id", flat=True)
    )
    rows = [
        {
            "username": person.user.get_username(),
            "roles": person.roles,
            "office": person.office_id or "",
            "active": person.active,
            "second_factor": person.user_id in protected,
        }
        for person in Staff.objects.select_related("user")
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        marks = "active" if row["active"] else "left"
        factor = "second factor set" if row["second_factor"] else "no second factor"
        click.echo(f"{row['username']}  {', '.join(row['roles'])}  {row['office'] or '-'}  {marks}, {factor}")
    click.echo(f"{len(rows)} people.")


@staff.command()
@click.argument("username")
def deactivate(username: str) -> None:
    """End USERNAME's access now. What they did stays on record."""
    _try(lambda: people.deactivate(username))
    click.echo(f"{username} can no longer sign in; all sessions have ended.")


@staff.command()
@click.argument("username")
@_json
def reset(username: str, as_json: bool) -> None:
    """New one-time password for USERNAME; the second factor is taken off, all sessions end."""
    _, password = _try(lambda: people.reset(username))
    _handed(username, password, as_json)


def _handed(username: str, password: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"username": username, "password": password}))
        return
    click.echo(f"One-time password for {username}: {password}")
    click.echo("Hand it over in person. It must be changed at the first sign-in and is not shown again.")


def _try(work: Callable[[], T]) -> T:
    try:
        return work()
    except Refusal as refusal:
        raise click.ClickException(ADVICE.get(refusal.code, str(refusal))) from refusal
    except store.NoPackLoaded as missing:
        raise click.ClickException(str(missing)) from missing
