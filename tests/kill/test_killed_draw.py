"""A draw killed with -9 in its last step has not happened, and can be done again; so with the closing of a month."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

import pytest

from tests.kill.harness import ROOT, Deployment

pytestmark = pytest.mark.slow


def program(place: Deployment, step: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "tests.kill.draw", step], env=place.env, cwd=ROOT, capture_output=True, check=False
    ).returncode


def told(place: Deployment, *arguments: str) -> Any:
    return json.loads(place.run("callbacks", *arguments, "--json").stdout)


def test_a_draw_and_a_closing_that_were_killed_leave_nothing_and_are_done_again(place: Deployment) -> None:
    assert program(place, "live") == 0
    assert program(place, "draw") == -signal.SIGKILL
    assert told(place, "status") == [{"period": "2026-02", "drawn": False, "closed": False}]
    first = told(place, "draw", "--period", "2026-02")
    assert (first["frame"], first["drawn"], first["asked"]) == (12, 6, 0)
    assert program(place, "close") == -signal.SIGKILL
    assert told(place, "status") == [{"period": "2026-02", "drawn": True, "closed": False}]
    place.run("log", "seal")
    closing = place.run("callbacks", "close", "--period", "2026-02", check=False)
    assert closing.returncode == 1  # drawn just now: people have four weeks
    assert "calls_go_on" in closing.stderr
    assert place.run("log", "verify").returncode == 0
    assert place.run("cases", "check").returncode == 0
