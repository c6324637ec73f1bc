"""kill -9 of server and worker while residents send: what was acknowledged is there, once, whole.

The number of kills on each database is HUIYIN_KILLS (default 8; the figures in docs/operations.md are for 100).
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time

import pytest

from huiyin.base.codes import claim_hash
from tests.kill.harness import ROOT, Deployment, Load, NotReady, Process, ServerProcess, moments, request

KILLS = int(os.environ.get("HUIYIN_KILLS", "8"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 + 60 * KILLS)]
CLIENTS = 6
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_NUMBER = re.compile(r'class="nowrap">(\d\d-\w{4}-\w{4})<')
_CODE = re.compile(r'<span class="code">(.*?)</span></span>', re.S)


class Residents:
    """People who each say one thing, and press "send" again until they have a receipt."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._tokens: dict[int, str] = {}
        self.surprises: list[str] = []
        #: who pressed "send" and got no receipt at first
        self.cut_off: set[int] = set()

    @staticmethod
    def words(number: int) -> str:
        return f"第{number}号灯杆的路灯坏了，晚上很黑，请来看看。"

    def say(self, number: int) -> tuple[str, str] | None:
        """Open the form, send it. (public number, claim code), or None when no answer came."""
        # Each is somebody else, behind an address of their own: one address may not send so much at once.
        headers = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        if number not in self._tokens:
            status, page = request(f"{self._url}/say/", headers=headers, timeout=10)
            token = _TOKEN.search(page.decode()) if status == 200 else None
            if token is None:
                return None
            self._tokens[number] = token[1]
        fields = {
            "token": self._tokens[number], "step": "check", "go": "send", "text": self.words(number),
            "phone": f"138{number:08d}", "level": "open",
        }  # fmt: skip
        status, page = request(f"{self._url}/say/", fields, headers, timeout=30)
        html = page.decode(errors="replace")
        found, code = _NUMBER.search(html), _CODE.search(html)
        if status == 200 and found and code and html.rstrip().endswith("</html>"):
            return found[1], "-".join(re.findall(r"<span>(\w{6})</span>", code[0]))
        if status not in (0, 200, 500, 502, 503):
            self.surprises.append(f"{status}: {html[:200]}")
        self.cut_off.add(number)
        time.sleep(0.2)  # as a person waits; else a restarting server meets thousands of tries
        return None


def _kill(target: str, server: ServerProcess, others: list[Process]) -> None:
    """Kill without warning, and start again what does not come back by itself."""
    if target == "inside":  # only the processes that answer; the one that minds them starts new ones
        for child in server.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        try:
            server.wait_until_ready()
        except NotReady:  # killed twice within seconds, it gives up, and the service manager starts it again
            assert not server.running
            server.start()
        return
    for process in others if target == "others" else [server, *others]:
        process.kill()
        process.start()


def _wait_for_a_receipt(load: Load) -> None:
    """Until people are being served: a kill that hits nobody's work proves nothing."""
    before, deadline = len(load.acknowledged), time.monotonic() + 90
    while len(load.acknowledged) == before:
        assert time.monotonic() < deadline, "nobody is served any more"
        time.sleep(0.01)


def test_what_residents_sent_is_there_once_and_whole_after_every_kill(place: Deployment) -> None:
    place.extra["HUIYIN_PROXY"] = "1"
    place.run("load", str(ROOT / "packs" / "yunting"))
    server = place.server()
    others = [place.script("tests.kill.intake", "send")]
    if place.database_url:
        others.append(place.worker())
    server.start()
    for process in others:
        process.start()
    residents = Residents(server.url)
    load = Load(residents.say, clients=CLIENTS)
    began = time.monotonic()
    load.start()
    choose = random.Random(3)
    for wait in moments(seed=5, count=KILLS, shortest=0.0, longest=1.0):
        _wait_for_a_receipt(load)
        time.sleep(wait)
        for process in (server, *others):  # whoever dies without being killed is a fault of its own
            assert process.running, process.output()[-2000:]
        _kill(choose.choice(["inside", "others", "all", "all"]), server, others)
    load.stop()
    took = time.monotonic() - began
    acknowledged = {n: receipt for n, receipt in load.acknowledged.items() if isinstance(receipt, tuple)}
    assert len(acknowledged) >= KILLS
    assert residents.surprises == []

    # Whoever has no receipt yet presses "send" once more; whoever has one and reloads gets the same.
    interrupted = sorted(set(range(load.tried)) - set(acknowledged))
    late = {number: residents.say(number) for number in interrupted}
    assert all(late.values())
    for number in sorted(acknowledged)[:: max(1, len(acknowledged) // 20)]:
        assert residents.say(number) == acknowledged[number]
    receipts = acknowledged | {number: receipt for number, receipt in late.items() if receipt}

    server.terminate()
    for process in others:
        process.terminate()
    place.run("worker", "--until-idle")
    place.run("log", "seal")
    place.run("cases", "check")
    place.run("log", "verify")
    place.run("cases", "verify")
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill.intake", "look"],
        env=place.env, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    seen = json.loads(done.stdout)
    assert seen["found"].keys() == {residents.words(number) for number in receipts}
    for number, (public, code) in receipts.items():
        (case,) = seen["found"][residents.words(number)]
        assert case["number"] == public
        assert case["claim"] == claim_hash(code).hex()
        assert f"138{number:08d}" in case["contact"]
        whole = {name: case[name] for name in ("key", "submissions", "entries", "sealed", "index", "notices")}
        assert whole == {"key": 1, "submissions": 1, "entries": True, "sealed": True, "index": 1, "notices": True}
    spool = sorted(path.stem for path in (place.home / "spool").glob("*.json"))
    assert spool == sorted(seen["messages"])
    assert seen["unfinished"] == 0
    sys.stdout.write(
        f"\n{'PostgreSQL' if place.database_url else 'SQLite'}: {KILLS} kills in {took:.0f} s, "
        f"{len(acknowledged)} receipts, {len(residents.cut_off)} cut off and sent again, "
        f"{len(spool)} notices, {seen['tried_again']} of them tried again\n"
    )
