"""Which function carries out which kind of task, and which jobs come round by themselves.

Each room registers in its own `jobs.py`; `discover` imports them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

Handle = Callable[[dict[str, Any], datetime], None]
Run = Callable[[datetime], None]

#: Attempts in all before a task is set aside as failed: with the waits of `backoff`, about 14 hours.
ATTEMPTS = 24


@dataclass(frozen=True)
class Handler:
    """How one kind of task is carried out."""

    kind: str
    run: Handle
    #: True: the handler only writes to the database. It then runs in one `write` with the mark "done", so its effect
    #: happens exactly once. False (anything that reaches outside): at least once, the effect must bear repeating.
    transactional: bool
    attempts: int


@dataclass(frozen=True)
class PeriodicJob:
    """A job that comes round by itself. Only one worker runs it at a time."""

    name: str
    every: timedelta
    run: Run
    #: Asked before each run without taking the lock; False saves two writes. None: always.
    wanted: Callable[[], bool] | None
    #: After this long a run that never came back no longer blocks the next one.
    lease: timedelta


_handlers: dict[str, Handler] = {}
_jobs: dict[str, PeriodicJob] = {}


def handler(kind: str, *, transactional: bool = False, attempts: int = ATTEMPTS) -> Callable[[Handle], Handle]:
    """Register `fn(payload, now)` for tasks of this kind. Raises ValueError when the kind is taken by another
    function.
    """

    def register(fn: Handle) -> Handle:
        _refuse_second(_handlers[kind].run if kind in _handlers else None, fn, kind)
        _handlers[kind] = Handler(kind, fn, transactional, attempts)
        return fn

    return register


def periodic(
    name: str,
    *,
    every: timedelta,
    wanted: Callable[[], bool] | None = None,
    lease: timedelta = timedelta(minutes=10),
) -> Callable[[Run], Run]:
    """Register `fn(now)` to run about every `every`. `wanted` may say cheaply that there is nothing to do."""

    def register(fn: Run) -> Run:
        _refuse_second(_jobs[name].run if name in _jobs else None, fn, name)
        _jobs[name] = PeriodicJob(name, every, fn, wanted, lease)
        return fn

    return register


def _refuse_second(registered: Callable[..., None] | None, fn: Callable[..., None], name: str) -> None:
    if registered is not None and (registered.__module__, registered.__qualname__) != (fn.__module__, fn.__qualname__):
        raise ValueError(f"{name!r} is registered twice: {registered.__module__} and {fn.__module__}")


def find(kind: str) -> Handler | None:
    """The handler of a kind, or None when no room knows it."""
    return _handlers.get(kind)


def jobs() -> Mapping[str, PeriodicJob]:
    """All periodic jobs by name."""
    return _jobs


def discover() -> None:
    """Import `jobs.py` of every room that has one."""
    for app in apps.get_app_configs():
        if app.name.startswith("huiyin.") and app.module and module_has_submodule(app.module, "jobs"):
            import_module(f"{app.name}.jobs")
