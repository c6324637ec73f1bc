"""`huiyin demo`: a town to look at, built and served with one command."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from huiyin.base import codes
from huiyin.base.files import flushed_at_the_end
from huiyin.base.transaction import committed_at_the_end
from huiyin.cases.models import Case
from huiyin.lake.jobs import sync_lake
from huiyin.organisation import store
from huiyin.organisation.clocks import UnknownYear
from huiyin.town import history, home
from huiyin.town.cast import PASSWORD
from huiyin.town.simulation import DOOR, Matter

#: Which special matters are worth following, and what they show.
SHOWN = {
    "answered": ("单位说办好了，等本人评判", "the office claims a result; the verdict is yours"),
    "redone": ("不认可、重办、再确认的全过程", "disputed, done again, then confirmed"),
}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--fresh", is_flag=True, help="Throw the demo town away and make a new one.")
@click.option("--no-serve", is_flag=True, help="Only build it; serve it later with the same command.")
@click.option("--matters", default=900, show_default=True, type=click.IntRange(10, 5000), help="How many, about.")
@click.option(
    "--pack",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The pack to play. Default: the one that came with the program.",
)
def demo(host: str, port: int, fresh: bool, no_serve: bool, matters: int, pack: Path | None) -> None:
    """Build a demo town and serve it: a year of matters, lived through the real actions, on an embedded database.

    Everything is written to HUIYIN_HOME (default: ./var), which must be the demo's own. The second start takes seconds:
    the town is kept until you say --fresh. Anybody can sign in here; never put this on a public machine.
    """
    began = time.monotonic()
    console = Console(highlight=False)
    config = settings.CONFIG
    if not config.on_sqlite:
        raise click.ClickException("the demo builds its own SQLite file: unset HUIYIN_DATABASE")
    if not no_serve:
        _free(host, port)
    note = home.read(config.home)
    try:
        if fresh or (note is not None and not note.ready):
            home.clear(config.home)
            note = None
        if note is None:
            home.claim(config.home)
    except home.NotTheDemos as error:
        raise click.ClickException(
            f"{error} holds a database that is not the demo's. Name another folder: HUIYIN_HOME=demo huiyin demo"
        ) from error
    _run("setup")
    if note is None:
        note = _build(console, pack or home.shipped_pack(), matters, began)
    _say(console, note, _address(host, port), time.monotonic() - began)
    if not no_serve:
        _serve(host, port)


def _free(host: str, port: int) -> None:
    """Refuse before minutes are spent when another program has the port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} cannot be used ({error.strerror}). Try: huiyin demo --port {port % 65535 + 1}"
            ) from error


def _run(*arguments: str) -> None:
    """Another huiyin command, to its end; its words only when it fails."""
    done = subprocess.run(  # noqa: S603  our own program and words of our own
        [sys.executable, "-m", "huiyin", *arguments], capture_output=True, text=True, check=False, env=_environment()
    )
    if done.returncode:
        raise click.ClickException(f"huiyin {' '.join(arguments)} failed:\n{done.stderr or done.stdout}")


def _environment() -> dict[str, str]:
    """What the demo's other programs are told: the second factor is left to each user, notices go to files."""
    env = dict(os.environ)
    env["HUIYIN_HOME"] = str(settings.CONFIG.home)
    env["HUIYIN_MFA"] = "optional"
    env.setdefault("HUIYIN_GATEWAY", "spool")
    env["HUIYIN_LOG_NAME"] = settings.CONFIG.log_name
    return env


def _build(console: Console, pack: Path | None, matters: int, began: float) -> home.Note:
    if pack is None:
        raise click.ClickException("no pack came with this program; name one: huiyin demo --pack FOLDER")
    _run("load", str(pack))
    store.forget()
    columns = (TextColumn("正在建一座示范城  Building the demo town"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0)
        try:
            with building(settings.CONFIG.home):
                made = history.build(
                    timezone.now(), matters=matters, progress=lambda share: progress.update(task, completed=share)
                )
            sync_lake(timezone.now())  # as the worker would in its first minutes: the first page shown has figures
        except UnknownYear as error:
            raise click.ClickException(
                f"{error}: the pack {pack.name} has no working calendar for today. Add the year to its calendars.toml."
            ) from error
    note = home.Note(
        ready=True,
        made_at=timezone.now().isoformat(timespec="seconds"),
        matters=made.matters,
        entries=made.entries,
        seconds=round(time.monotonic() - began, 1),
        behaviours=made.behaviours,
        follow=[[made.follow[name].key, name, _handler(made.follow[name])] for name in SHOWN if name in made.follow],
    )
    home.write(settings.CONFIG.home, note)
    return note


@contextmanager
def building(folder: Path) -> Iterator[None]:
    """The disk is waited for once, at the end. Until the note says that the town is ready nobody has seen it, and an
    interrupted building is thrown away by the next start, so no commit in between has to survive a power cut.

    Nearly everything made in here is kept to the end; looking for garbage among it all the time would take a tenth of
    the time, so it is looked for rarely.
    """
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        with flushed_at_the_end(folder), committed_at_the_end():
            yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


def _handler(matter: Matter) -> str:
    """The user name of somebody who handles this matter; empty when its office has no account."""
    lead = Case.objects.values_list("lead", flat=True).get(pk=matter.case)
    return next((entry.username for entry in store.current().staff if entry.office == lead), "")


def _office(note: home.Note, behaviour: str) -> str:
    """The code of an office that behaves like this; the first of all when the town has none."""
    codes_of_it = (code for code, name in note.behaviours.items() if name == behaviour)
    return next(codes_of_it, next(iter(store.current().offices), ""))


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def _say(console: Console, note: home.Note, address: str, seconds: float) -> None:
    """Where it is, who can sign in, what to try."""
    catalogue = store.current()
    console.print(f"\n[bold]{address}[/]    [bold]{address}en/[/]    {note.matters} 件事 matters · {seconds:.0f} s\n")
    table = Table(title="登录 Sign in · " + address + "desk/", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("角色 Role", "用户 User", "密码 Password"):
        table.add_column(heading)
    for entry in catalogue.staff:
        table.add_row(f"{entry.names.local('zh')}  {entry.names.local('en')}", entry.username, PASSWORD)
    console.print(table)
    factor = "示范里不强制第二重验证。A second factor is optional here; it is required on a real deployment.\n"
    console.print(factor, soft_wrap=True)
    console.print("查询码 Codes to follow a matter · " + address + "follow/")
    for key, name, _ in note.follow:
        zh, en = SHOWN[name]
        code = codes.claim_code(settings.SECRET_KEY.encode(), DOOR, key)
        console.print(f"  [bold]{code}[/]  {zh}  {en}", soft_wrap=True)
    user = next((user for _, _, user in note.follow if user), "urban1")
    false, slow = _office(note, "false_closer"), _office(note, "overloaded")
    things = (
        (
            f"反映一件事，记下查询码：{address}say/",
            f"Say something, and keep the code: {address}en/say/",
        ),
        (
            f"用上面第一个查询码进去，对结果说“没解决”并退回重办，再用 {user} 登录，看它回到收件箱",
            f"Open the first code, call the result not solved and send it back; sign in as {user}: it is in the inbox",
        ),
        (
            f"看四风体检问了哪些单位 {address}check-up/ ；再比一比谎报办结的 {address}offices/{false}/ "
            f"和老实但忙不过来的 {address}offices/{slow}/ ：单位说的和本人说的差多少",
            f"Whom does the check-up ask, {address}en/check-up/ ? Compare an office that calls things solved which are "
            f"not, {address}en/offices/{false}/ , with an honest one that has too much to do, "
            f"{address}en/offices/{slow}/",
        ),
    )
    console.print("\n试三件事 Three things to try")
    for place, (zh, en) in enumerate(things, 1):
        console.print(f"  {place}. {zh}\n     {en}", soft_wrap=True)
    console.print(f"\n重新建一座 A new town: huiyin demo --fresh · {settings.CONFIG.home}\n", soft_wrap=True)


def _serve(host: str, port: int) -> NoReturn:
    """Become `huiyin serve` with the demo's settings. Never returns."""
    env = _environment()
    env.setdefault("HUIYIN_ORIGIN", _address(host, port).rstrip("/"))
    if host not in ("127.0.0.1", "localhost", "::1"):
        env.setdefault("HUIYIN_HOSTS", "*")
    sys.stdout.flush()
    argv = [sys.executable, "-m", "huiyin", "serve", "--host", host, "--port", str(port)]
    os.execve(argv[0], argv, env)  # noqa: S606
