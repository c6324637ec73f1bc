"""How long a person waits for `huiyin --help`, beside a bare start of Python."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

from huiyin.bench.place import COMMAND, CannotMeasure
from huiyin.bench.result import Result

SIZES = {"small": 5, "large": 20}


def measure(size: str) -> Result:
    """Start both several times, in turn."""
    result = Result("Start of the command line")
    bare: list[float] = []
    helped: list[float] = []
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as folder:
        _seconds([*COMMAND, "--help"], folder)  # writes the .pyc files of a first run ever; afterwards they are there
        for _ in range(SIZES[size]):
            bare.append(_seconds([sys.executable, "-c", "pass"], folder))
            helped.append(_seconds([*COMMAND, "--help"], folder))
    result.add("huiyin --help", helped, "s", ("≤", 0.5))
    result.add("python -c pass", bare, "s")
    result.add("ratio", [a / b for a, b in zip(helped, bare, strict=True)], "×")
    result.notes.append("A new process each time; files are in the system's cache. Once before, not counted.")
    return result


def _seconds(command: list[str], folder: str) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False, cwd=folder)  # noqa: S603
    seconds = time.perf_counter() - started
    if done.returncode:
        raise CannotMeasure(done.stderr.decode(errors="replace")[-500:])
    return seconds
