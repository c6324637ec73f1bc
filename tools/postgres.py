"""A private PostgreSQL cluster in a temporary folder, for tests. Needs the server's binaries and nothing else.

    python -m tools.postgres find                     prints the folder of the binaries, or why there is none
    python -m tools.postgres run -- COMMAND …         runs COMMAND with HUIYIN_DATABASE set to a fresh cluster

It listens on a Unix socket only, so it meets no other cluster. PostgreSQL refuses to run as root: root starts it as the
user `postgres`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

MISSING = "PostgreSQL not found: apt install postgresql"
NAME = "huiyin"


class NotAvailable(Exception):
    """The server cannot be run here; the text says what to install."""


def find_binaries() -> Path | None:
    """The folder that holds initdb and postgres (newest version first), or None."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: _number(p.parent.name), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


class PrivateCluster:
    """One PostgreSQL server of our own. Use as a context manager, or `start`, `kill`, `stop` by hand.

    `durable=False` turns fsync off: faster, for tests that never kill the server.
    """

    def __init__(self, *, durable: bool = True) -> None:
        binaries = find_binaries()
        if binaries is None:
            raise NotAvailable(MISSING)
        self._binaries = binaries
        self._durable = durable
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user and not _user_exists(self._user):
            raise NotAvailable("the system user postgres is missing: apt install postgresql")
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="huiyin-pg-"))
        if self._user:
            shutil.chown(self.folder, self._user)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", NAME, "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", *([] if durable else ["-N"]))  # fmt: skip

    @property
    def url(self) -> str:
        """The value for HUIYIN_DATABASE."""
        return f"postgresql://{NAME}@/{NAME}?host={self.folder}"

    def start(self) -> None:
        """Start the server and wait until it answers; creates the database on the first start."""
        settings = ["listen_addresses=", "max_connections=60", "log_min_messages=panic"]
        if not self._durable:
            settings += ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
        command = [str(self._binaries / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        for setting in settings:
            command += ["-c", setting]
        self._process = subprocess.Popen(  # noqa: S603
            command, user=self._user, group=self._user, extra_groups=[] if self._user else None,
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait_until_ready()

    def kill(self) -> None:
        """Kill the whole server without warning (kill -9 of the parent; its children end by themselves)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # "fast": ends sessions, leaves a clean state
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> PrivateCluster:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def _wait_until_ready(self, seconds: float = 60) -> None:
        import psycopg

        deadline = time.monotonic() + seconds
        while True:
            if self._process is None or self._process.poll() is not None:
                raise NotAvailable("the private PostgreSQL server ended at once")
            try:
                with psycopg.connect(f"host={self.folder} user={NAME} dbname=postgres", autocommit=True) as conn:
                    if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                        conn.execute(f"CREATE DATABASE {NAME}")
                    return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603
            [str(self._binaries / program), *arguments], user=self._user, group=self._user,
            extra_groups=[] if self._user else None, cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise NotAvailable(f"{program} failed: {done.stderr.strip()}")


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def main(arguments: list[str]) -> int:
    if arguments == ["find"]:
        folder = find_binaries()
        print(folder or MISSING)  # noqa: T201
        return 0 if folder else 1
    if arguments[:2] == ["run", "--"] and arguments[2:]:
        try:
            cluster = PrivateCluster(durable=False)
        except NotAvailable as error:
            print(error, file=sys.stderr)  # noqa: T201
            return 1
        with cluster:
            return subprocess.run(  # noqa: S603
                arguments[2:], env={**os.environ, "HUIYIN_DATABASE": cluster.url}, check=False
            ).returncode
    print(__doc__)  # noqa: T201
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
