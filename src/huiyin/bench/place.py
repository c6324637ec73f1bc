"""A deployment that lives for one measurement: its own folder, its own database, real commits to the disk."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import huiyin

SOURCE = Path(huiyin.__file__).resolve().parent
CHECKOUT = SOURCE.parent.parent
DATABASES = ("sqlite", "postgresql")


class CannotMeasure(Exception):
    """Something needed is missing; the text says what and how to get it."""


class Place:
    """A throw-away HUIYIN_HOME with the demo pack loaded. A context manager: everything is removed at the end."""

    def __init__(self, database: str, *, pack: bool = True) -> None:
        self.database = database
        self._with_pack = pack
        self.home = Path(tempfile.mkdtemp(prefix="huiyin-bench-"))
        self._cluster: Any = None

    def __enter__(self) -> Place:
        try:
            if self.database == "postgresql":
                self._cluster = _postgres_tools().PrivateCluster(durable=True)
                self._cluster.start()
            self.huiyin("setup")
            if self._with_pack:
                self.huiyin("load", str(pack_folder()))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._cluster is not None:
            self._cluster.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this place is told. Nothing of the deployment one happens to sit in leaks into it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
        return kept | {
            "HUIYIN_HOME": str(self.home),
            "HUIYIN_DATABASE": self._cluster.url if self._cluster is not None else "",
            "HUIYIN_MFA": "optional",
            "HUIYIN_GATEWAY": "spool",
            "HUIYIN_PROXY": "1",
            "DJANGO_SETTINGS_MODULE": "huiyin.site.settings",
        }

    @property
    def server_process(self) -> int | None:
        """The process number of the PostgreSQL server; None on SQLite."""
        if self._cluster is None:
            return None
        return int((self._cluster.folder / "data" / "postmaster.pid").read_text().split()[0])

    @property
    def description(self) -> str:
        """The database, its version, and how it writes."""
        if self._cluster is None:
            return "SQLite, WAL, synchronous=FULL"
        version = (self._cluster.folder / "data" / "PG_VERSION").read_text().strip()
        return f"PostgreSQL {version}, fsync on, default settings, Unix socket"

    def huiyin(self, *arguments: str) -> str:
        """Run a `huiyin` command here; returns what it prints. CannotMeasure with its words when it fails."""
        return self._run([*COMMAND, *arguments], "")

    def inside(self, task: str, variables: Mapping[str, str] | None = None, /, **facts: Any) -> Any:
        """Run a task of `huiyin.bench.inside` in a process of this place; returns its answer."""
        printed = self._run([sys.executable, "-m", "huiyin.bench.inside", task], json.dumps(facts), variables)
        return json.loads(printed.splitlines()[-1])

    def _run(self, command: list[str], given: str, variables: Mapping[str, str] | None = None) -> str:
        environment = self.environment | dict(variables or {})
        done = subprocess.run(  # noqa: S603
            command, env=environment, input=given, capture_output=True, text=True, check=False, cwd=self.home
        )
        if done.returncode:
            raise CannotMeasure(
                f"{' '.join(command[2:])}: {done.stderr.strip()[-2000:] or done.stdout.strip()[-2000:]}"
            )
        return done.stdout

    @contextmanager
    def serving(self, *, worker: bool = False) -> Iterator[Serving]:
        """`huiyin serve` as it comes, and with `worker` also the worker (SQLite: inside the server)."""
        port = _free_port()
        environment = self.environment | {"HUIYIN_WORKER": "1" if worker else "0"}
        started = [self._start(environment, "serve", "--port", str(port))]
        if worker and self.database == "postgresql":
            started.append(self._start(environment, "worker"))
        try:
            _wait_for(port, started[0])
            yield Serving(("127.0.0.1", port), started[0].pid)
        finally:
            for process in reversed(started):
                process.send_signal(signal.SIGTERM)
            for process in started:
                try:
                    process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _start(self, environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
        with open(self.home / f"{arguments[0]}.log", "ab") as log:
            return subprocess.Popen(  # noqa: S603
                [*COMMAND, *arguments], env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.home
            )


COMMAND = [sys.executable, "-m", "huiyin"]


class Serving:
    """A running server: its address and the number of its first process."""

    def __init__(self, address: tuple[str, int], process: int) -> None:
        self.address = address
        self.process = process


def pack_folder() -> Path:
    """The pack that is measured with: HUIYIN_BENCH_PACK, or the invented city of the checkout."""
    folder = Path(os.environ.get("HUIYIN_BENCH_PACK", "") or CHECKOUT / "packs" / "yunting")
    if not folder.is_dir():
        raise CannotMeasure(
            f"no pack at {folder}: run this in the checkout or set HUIYIN_BENCH_PACK to a pack's folder"
        )
    return folder


def available() -> list[str]:
    """The databases that can be measured here."""
    try:
        found = _postgres_tools().find_binaries()
    except CannotMeasure:
        found = None
    return [name for name in DATABASES if name == "sqlite" or found is not None]


def _postgres_tools() -> Any:
    """tools/postgres.py of the checkout, which starts a private server."""
    path = CHECKOUT / "tools" / "postgres.py"
    if not path.exists():
        raise CannotMeasure("PostgreSQL is measured from a checkout: tools/postgres.py starts the private server")
    spec = importlib.util.spec_from_file_location("huiyin_bench_postgres", path)
    if spec is None or spec.loader is None:
        raise CannotMeasure(f"{path} cannot be read")
    module = sys.modules.get(spec.name)
    if module is None:
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CannotMeasure("the server ended at once")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise CannotMeasure("the server does not answer")
