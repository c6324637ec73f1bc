"""Start the product as it is started for real, drive it, kill it without warning, start it again.

with Deployment(database_url="") as place:           # a home of its own; "" is SQLite
    place.run("setup")
    server = place.server()
    server.start()                                   # waits until /healthz says ok
    ...
    server.kill()                                    # -9 for the whole process group
    server.start()
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TypeVar

P = TypeVar("P", bound="Process")

READY_SECONDS = 60.0
ROOT = Path(__file__).resolve().parent.parent.parent


class NotReady(AssertionError):
    """A process did not come up; the text ends with what it wrote."""


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def moments(seed: int, count: int, shortest: float, longest: float) -> Iterator[float]:
    """`count` waits in seconds, the same for the same seed."""
    generator = random.Random(seed)
    for _ in range(count):
        yield generator.uniform(shortest, longest)


class Process:
    """One program in a process group of its own, which can be started, killed and started again."""

    def __init__(self, argv: list[str], env: Mapping[str, str], log: Path) -> None:
        self._argv, self._env, self._log = argv, dict(env), log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the program (it must not be running)."""
        assert not self.running
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._argv, env=self._env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """Kill -9 the program and everything it started."""
        self._end(signal.SIGKILL, 10)

    def terminate(self, seconds: float = 30) -> int:
        """Ask it to end, wait, return its exit code."""
        return self._end(signal.SIGTERM, seconds)

    def children(self) -> list[int]:
        """The pids of its direct children (the server's own processes)."""
        try:
            text = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(pid) for pid in text.split()]

    def output(self) -> str:
        """What it wrote so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _end(self, number: int, seconds: float) -> int:
        if self._process is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            return self._process.wait(10)


class ServerProcess(Process):
    """`huiyin serve` on a port of its own."""

    def __init__(self, env: Mapping[str, str], log: Path, port: int, options: list[str]) -> None:
        super().__init__(
            [sys.executable, "-m", "huiyin", "serve", "--port", str(port), *options], env, log
        )  # fmt: skip
        self.url = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        """Start and wait until /healthz says ok. Raises NotReady."""
        super().start()
        self.wait_until_ready()

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> float:
        """Poll /healthz; returns the seconds it took. Raises NotReady when the program ended or time is over."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if not self.running:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        return time.monotonic() - began
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.05)
        raise NotReady(self.output()[-2000:])


@dataclass
class Deployment:
    """One home folder with its processes. `database_url` as HUIYIN_DATABASE; "" is SQLite."""

    database_url: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="huiyin-kill-")))
    _processes: list[Process] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        """The environment of every program of this deployment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "DJANGO_"))}
        return {
            **kept,
            "HUIYIN_HOME": str(self.home),
            "HUIYIN_DATABASE": self.database_url,
            "HUIYIN_ORIGIN": f"http://127.0.0.1:{self.port}",
            "HUIYIN_MFA": "optional",
            "HUIYIN_GATEWAY": "spool",
            "PYTHONPATH": str(ROOT),
            **self.extra,
        }

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a `huiyin` command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "huiyin", *arguments], env=self.env, cwd=ROOT, capture_output=True, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"huiyin {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done

    def server(self, *options: str) -> ServerProcess:
        """`huiyin serve` (not started yet)."""
        return self._keep(ServerProcess(self.env, self.home / "server.log", self.port, list(options)))

    def worker(self) -> Process:
        """`huiyin worker` (not started yet)."""
        return self._keep(
            Process([sys.executable, "-m", "huiyin", "worker"], self.env, self.home / "worker.log")
        )  # fmt: skip

    def script(self, module: str, *arguments: str) -> Process:
        """A Python module of the tests, run as a program (not started yet). Its output is in <last part>.log."""
        log = self.home / f"{module.rpartition('.')[2]}.log"
        return self._keep(Process([sys.executable, "-m", module, *arguments], self.env, log))

    def _keep(self, process: P) -> P:
        self._processes.append(process)
        return process

    def __enter__(self) -> Deployment:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for process in self._processes:
            process.kill()
        shutil.rmtree(self.home, ignore_errors=True)


def request(
    url: str, fields: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, timeout: float = 30
) -> tuple[int, bytes]:
    """GET, or POST when there are fields. Returns (status, body); (0, b"") when the connection failed or was cut."""
    data = urllib.parse.urlencode(fields).encode() if fields is not None else None
    asked = urllib.request.Request(url, data=data, headers=dict(headers or {}))  # noqa: S310
    try:
        with urllib.request.urlopen(asked, timeout=timeout) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return error.code, error.read()
        return 0, b""
    except (OSError, ValueError, http.client.HTTPException):
        return 0, b""


class Load:
    """Clients that issue numbered commands until stopped. `command(n)` returns what was acknowledged, or None.

    A number whose command returned None is tried again by the same client, as a person presses "send" again.
    """

    def __init__(self, command: Callable[[int], object | None], clients: int = 8) -> None:
        self._command, self._clients = command, clients
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._next = 0
        #: number → what was acknowledged.
        self.acknowledged: dict[int, object] = {}
        #: numbers that were ever tried.
        self.tried = 0
        self._threads = [threading.Thread(target=self._client, daemon=True) for _ in range(clients)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every client finish its command (or give it up), then return."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)

    def _client(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
                self.tried += 1
            while True:
                answer = self._command(number)
                if answer is not None:
                    with self._lock:
                        self.acknowledged[number] = answer
                    break
                if self._stopping.wait(0.02):
                    return
