"""What a figure was measured on, and whose processor time it was: read from /proc, so Linux only."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

#: /proc counts processor time in these ticks (usually a hundred a second).
TICKS = os.sysconf("SC_CLK_TCK")


def describe() -> dict[str, str]:
    """Cores, processor, kernel, Python, SQLite and the load average right now."""
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "cpu": _cpu_name(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": " ".join(f"{part:.2f}" for part in os.getloadavg()),
    }


def _cpu_name() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def family(*roots: int) -> set[int]:
    """These processes and all that descend from them and are alive."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            facts = _stat(int(entry.name))
            if facts:
                children.setdefault(int(facts[1]), []).append(int(entry.name))
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting.extend(children.get(pid, ()))
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time, user and system, of these processes and of their children that have ended."""
    ticks = 0
    for pid in pids:
        facts = _stat(pid)
        if facts:
            ticks += sum(int(part) for part in facts[11:15])
    return ticks / TICKS


def busy_seconds() -> float:
    """Processor time spent by the whole machine since it started, all cores together."""
    with open("/proc/stat") as file:
        user, nice, system, _idle, _wait, irq, softirq, steal = (int(part) for part in file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on ([1] parent, [11:15] times); [] when the process is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


@dataclass
class Meter:
    """Processor time of named process families between `start` and `stop`, and how busy everybody else was."""

    roots: dict[str, int]
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    #: cores kept busy by processes that do not belong to the measurement
    foreign: float = 0.0
    _before: dict[str, float] = field(default_factory=dict)
    _busy: float = 0.0
    _since: float = 0.0

    def start(self) -> None:
        self._before = self._read()
        self._busy, self._since = busy_seconds(), time.perf_counter()

    def stop(self) -> None:
        self.seconds = time.perf_counter() - self._since
        after = self._read()
        self.cpu = {name: after[name] - self._before[name] for name in after}
        self.foreign = max(0.0, (busy_seconds() - self._busy - sum(self.cpu.values())) / self.seconds)

    def _read(self) -> dict[str, float]:
        times = {name: cpu_seconds(family(root)) for name, root in self.roots.items()}
        times["client"] = cpu_seconds([os.getpid()])
        return times
