"""The writing and the working half of the product survive kill -9 at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.kill.harness import ROOT, Deployment, Process, moments, request

pytestmark = pytest.mark.slow


def look(place: Deployment) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill.programs", "look"],
        env=place.env, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def wait_for(program: Process, text: str, already: int, seconds: float = 30) -> None:
    """Until the program's output grew beyond `already` characters."""
    deadline = time.monotonic() + seconds
    while len(program.output()) <= already:
        assert program.running, program.output()[-2000:]
        assert time.monotonic() < deadline, f"no {text}"
        time.sleep(0.02)


def test_everything_acknowledged_is_there_and_nothing_by_halves(place: Deployment) -> None:
    place.extra["HUIYIN_GROUP_COMMIT"] = "1"
    writer = place.script("tests.kill.programs", "write")
    for wait in moments(seed=7, count=4, shortest=0.05, longest=0.6):
        before = len(writer.output())
        writer.start()
        wait_for(writer, "commit", before)
        time.sleep(wait)
        assert writer.running, writer.output()[-2000:]
        writer.kill()
    acknowledged = {line for line in writer.output().splitlines() if len(line) == 32}
    found = look(place)
    assert len(acknowledged) > 50
    assert acknowledged <= set(found["tasks"])
    assert found["tasks"] == found["partners"]


def test_every_task_is_done_and_no_message_goes_out_twice(place: Deployment) -> None:
    number = 150
    subprocess.run(
        [sys.executable, "-m", "tests.kill.programs", "fill", str(number)], env=place.env, cwd=ROOT, check=True
    )
    worker = place.script("tests.kill.programs", "work")
    spool = place.home / "spool"
    for wait in moments(seed=11, count=4, shortest=0.0, longest=0.25):
        done = len(list(spool.glob("*.json"))) if spool.exists() else 0
        worker.start()
        deadline = time.monotonic() + 20
        while worker.running and time.monotonic() < deadline and len(list(spool.glob("*.json"))) == done < number:
            time.sleep(0.01)
        time.sleep(wait)
        worker.kill()
    worker.start()
    deadline = time.monotonic() + 60
    # Its heartbeat stands too: earlier it would not know yet what to do when it is asked to end.
    while not (f"-{worker.pid}-" in (seen := look(place))["beating"] and seen["open"] == 0):
        assert worker.running, worker.output()[-2000:]
        assert time.monotonic() < deadline, seen
        time.sleep(0.2)
    assert worker.terminate() == 0, worker.output()[-2000:]
    found = look(place)
    assert found["open"] == 0
    assert found["effects"] == number
    assert sorted(path.stem for path in spool.glob("*.json")) == sorted(found["messages"])


def test_the_server_comes_back_after_a_kill_and_ends_cleanly_when_asked(place: Deployment) -> None:
    server = place.server()
    server.start()
    assert request(f"{server.url}/healthz") == (200, b"ok\n")
    for child in server.children():
        os.kill(child, signal.SIGKILL)
    server.wait_until_ready()
    server.kill()
    assert request(f"{server.url}/healthz", timeout=2)[0] == 0
    server.start()
    assert request(f"{server.url}/healthz")[0] == 200
    server.terminate()
    assert not server.running


def test_the_embedded_worker_beats_while_the_pages_are_served() -> None:
    with Deployment() as place:
        place.run("setup")
        server = place.server()
        server.start()
        deadline = time.monotonic() + 20
        while True:
            checks = {
                row["name"]: row["state"] for row in json.loads(place.run("doctor", "--json", check=False).stdout)
            }
            if checks["worker"] == "ok" or time.monotonic() > deadline:
                break
        assert checks["worker"] == "ok"
