"""How the pages are served: which server, how many processes and threads, for which database.

Measured on two cores: granian's WSGI mode costs about half the CPU of Django under ASGI. On SQLite one process with one
writer thread keeps the slowest of a hundred requests 10 to 40 times faster than several processes that poll for the
lock.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping

from huiyin.site.config import Config

TARGET = "huiyin.site.wsgi:application"
#: Threads per process: SQLite's single process waits for one flush with many; PostgreSQL has a connection per thread.
SQLITE_THREADS = 16
POSTGRES_WORKERS, POSTGRES_THREADS = 2, 8


class CannotServe(Exception):
    """The server cannot be started like this; the text says why."""


def command(
    config: Config, *, host: str, port: int, workers: int | None = None, threads: int | None = None
) -> list[str]:
    """The server's command line. Raises CannotServe for several processes on SQLite."""
    if config.on_sqlite:
        if workers not in (None, 1):
            raise CannotServe("SQLite is served by one process; use PostgreSQL for more")
        workers, threads = 1, threads or SQLITE_THREADS
    else:
        workers, threads = workers or POSTGRES_WORKERS, threads or POSTGRES_THREADS
    return [
        sys.executable, "-m", "granian", TARGET,
        "--interface", "wsgi",
        "--host", host,
        "--port", str(port),
        "--workers", str(workers),
        "--blocking-threads", str(threads),
        "--blocking-threads-idle-timeout", "600",
        "--backlog", "1024",
        "--backpressure", str(max(128, threads * 8)),
        "--no-ws",
        "--respawn-failed-workers",
        "--workers-kill-timeout", "20",
        "--log-level", "error",
        "--no-access-log",
    ]  # fmt: skip


def environment(config: Config, environ: Mapping[str, str]) -> dict[str, str]:
    """The server's environment: on SQLite it gathers commits and runs the worker inside itself."""
    result = dict(environ)
    result["DJANGO_SETTINGS_MODULE"] = "huiyin.site.settings"
    result["HUIYIN_HOME"] = str(config.home)
    if config.on_sqlite:
        result["HUIYIN_GROUP_COMMIT"] = "1"
        result.setdefault("HUIYIN_WORKER", "1")
    return result


def serve(config: Config, *, host: str, port: int, workers: int | None = None, threads: int | None = None) -> None:
    """Become the server. Never returns; raises CannotServe."""
    _check_free(host, port)
    argv = command(config, host=host, port=port, workers=workers, threads=threads)
    # A fresh program: the settings of this one were read without the two variables above.
    os.execve(argv[0], argv, environment(config, os.environ))  # noqa: S606


def _check_free(host: str, port: int) -> None:
    """Refuse a port somebody serves already: the server shares ports, and two would answer in turns unnoticed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServe(f"port {port} on {host} cannot be used ({error.strerror}); try --port") from error
