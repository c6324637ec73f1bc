"""`huiyin lake sync` killed between any two effects on the disk: the lake is accepted or repaired, nothing is lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

from tests.kill.harness import ROOT, Deployment

#: Takes a matter in and answers it, so that the next sync has something to write.
MORE = """
import sys
from huiyin.cli import prepare_django
prepare_django()
from django.utils import timezone
from huiyin.cases.actions import receive
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
receive(c.Receive("web", "dark"), Actor(Role.RESIDENT), timezone.now(), door="test", key=sys.argv[1])
"""
KILLED = """
import os, signal, sys
from huiyin.cli import main
from huiyin.figures import lakewriting
point, count, seen = sys.argv[1], int(sys.argv[2]), 0
def step(name):
    global seen
    seen += name == point
    if seen == count:
        os.kill(os.getpid(), signal.SIGKILL)
lakewriting.step = step
sys.argv = ["huiyin", "lake", "sync"]
main()
"""
POINTS = [
    ("before_part", 1),
    ("after_part", 1),
    ("before_part", 2),
    ("after_part", 2),
    ("before_manifest", 1),
    ("before_rename", 1),
    ("after_manifest", 1),
]


def test_a_killed_sync_leaves_a_lake_that_is_accepted_or_repaired() -> None:
    with Deployment() as place:
        place.run("setup")
        place.run("load", str(ROOT / "packs" / "yunting"))
        for number, (point, count) in enumerate(POINTS):
            assert _python(place, MORE, str(number)) == 0
            assert _python(place, KILLED, point, str(count)) == -signal.SIGKILL, point
            place.run("lake", "check", "--repair")
            told = json.loads(place.run("lake", "sync", "--json").stdout)
            assert told["rows"]["cases"] == number + 1
            report = json.loads(place.run("lake", "check", "--json").stdout)
            assert (report["clean"], report["behind"]) == (True, 0)


def _python(place: Deployment, program: str, *arguments: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=place.env, cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    if done.returncode > 0:
        raise AssertionError(done.stderr)
    return done.returncode
