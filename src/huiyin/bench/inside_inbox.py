"""Inside a deployment: fill in very many cases, and read the inbox of a busy office."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.db.models import AutoField, Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiyin.base import codes
from huiyin.bench import machine, said
from huiyin.cases import vault
from huiyin.cases.actions import receive
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case, Submission, VaultItem, VaultKey
from huiyin.organisation import people, store
from huiyin.organisation.models import Staff

USER = "bench"
#: Open cases: one in five. The measured office leads one in ten of the open ones, so at 100,000 cases it has 2,000.
OPEN, SHARE = 0.2, 0.1
PHASES = ("dispatched", "working", "working", "working", "parked")
STEP = 5000


def fill(target: int) -> dict[str, Any]:
    """Bring the number of cases up to `target`: rows like those of one case that came through the real door, with own
    keys, boxes that open, deadlines and offices drawn by a seed. Written directly, without events.
    """
    started = time.perf_counter()
    now = timezone.now()
    catalogue = store.current()
    if not Case.objects.exists():
        command = c.Receive(channel="web", text=next(said.texts(1)))
        receive(command, Actor(Role.RESIDENT), now, door="bench", key="first")
    model = Submission.objects.select_related("case").get(door="bench").case
    leaves = sorted(code for code in catalogue.offices if not catalogue.office_children(code))
    busy = leaves[0]
    if not Staff.objects.filter(user__username=USER).exists():
        people.add(USER, ["handler"], busy, now, password=hashlib.sha256(os.urandom(16)).hexdigest())
    drawing = Random(target)
    words = list(said.texts(2000, seed=3))
    have = Case.objects.count()
    draw = _Draw(drawing, model, now, busy, leaves[1:], sorted(catalogue.categories), sorted(catalogue.areas), words)
    while have < target:
        count = min(STEP, target - have)
        cases, keys, items = zip(*(draw.one() for _ in range(count)), strict=True)
        with transaction.atomic():
            for kind, rows in ((Case, cases), (VaultKey, keys), (VaultItem, items)):
                _write(kind, rows)
        have += count
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    mine = Case.objects.filter(lead=busy, rested_at=None).count()
    return {"cases": have, "open_here": mine, "seconds": time.perf_counter() - started}


class _Draw:
    """Draws one case after another."""

    def __init__(
        self,
        random: Random,
        model: Case,
        now: datetime,
        busy: str,
        others: list[str],
        categories: list[str],
        areas: list[str],
        words: list[str],
    ) -> None:
        self.random, self.model, self.now, self.busy = random, model, now, busy
        self.others, self.categories, self.areas, self.words = others, categories, areas, words
        #: Numbers are drawn from 35 bits a year; of a million some meet, and the door would draw again.
        self.numbers = set(Case.objects.values_list("number", flat=True))

    def one(self) -> tuple[Case, VaultKey, VaultItem]:
        random, now = self.random, self.now
        is_open = random.random() < OPEN
        received = now - timedelta(minutes=random.randrange(1, 60_000 if is_open else 1_000_000))
        milliseconds = int(received.timestamp() * 1000)
        key = UUID(int=milliseconds << 80 | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62 | random.getrandbits(62))
        case = Case(**{f.attname: getattr(self.model, f.attname) for f in Case._meta.concrete_fields})
        case.id, case.received_at = key, received
        while (number := codes.public_number(received.year, random.randbytes(5))) in self.numbers:
            pass
        self.numbers.add(number)
        case.number = number
        case.claim_hash, case.tag = random.randbytes(32), random.randbytes(32).hex()
        case.category_id, case.area_id = random.choice(self.categories), random.choice(self.areas)
        case.urgency = "urgent" if random.random() < 0.1 else "normal"
        case.lead_id = self.busy if random.random() < SHARE else random.choice(self.others)
        case.wake_at = None
        case.seq = random.randrange(3, 12)
        if is_open:
            case.phase = random.choice(PHASES)
            case.due_at = now + timedelta(minutes=random.randrange(-6000, 30_000))
            case.due_purpose = "parked" if case.phase == "parked" else "answer"
            case.round = 2 if random.random() < 0.08 else 1
        else:
            case.phase, case.outcome = "rested", random.choice(("solved", "unknown", "not_solved"))
            case.due_at, case.due_purpose, case.rested_at = None, "", received + timedelta(days=9)
        row, dek = vault.new_case_key(key)
        item = vault.put(dek, key, 1, "text", random.choice(self.words), random.randbytes(32))
        return case, row, item


def _write(model: type[Model], rows: tuple[Any, ...]) -> None:
    """COPY on PostgreSQL, one prepared INSERT on SQLite: a million rows in minutes, not hours."""
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, AutoField)]
    columns = ", ".join(connection.ops.quote_name(f.column or f.attname) for f in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([_copied(getattr(row, f.attname)) for f in fields])
        return
    places = ", ".join(["%s"] * len(fields))
    values = [[f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608


def _copied(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return bytes(value) if isinstance(value, memoryview) else value


def measure(count: int, rounds: int) -> dict[str, Any]:
    """The first inbox page, through the whole application, `count` times a round: statements, milliseconds."""
    # By the framework's own name for it: the room `site` is above this one.
    application = get_wsgi_application()
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(get_user_model().objects.get(username=USER), "django.contrib.auth.backends.ModelBackend")
    first = client.get("/desk/inbox/")
    if first.status_code != 200:
        raise RuntimeError(f"the inbox answered {first.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get("/desk/inbox/")
    statements = len(captured)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    for _ in range(5):
        _get(application, "/desk/inbox/", cookies)
    server = _server_process()
    cpu: list[float] = []
    server_cpu: list[float] = []
    wall: list[float] = []
    for _ in range(rounds):
        before, started, there = time.process_time(), time.perf_counter(), machine.cpu_seconds(server)
        for _ in range(count):
            _get(application, "/desk/inbox/", cookies)
        wall.append((time.perf_counter() - started) * 1000 / count)
        cpu.append((time.process_time() - before) * 1000 / count)
        server_cpu.append((machine.cpu_seconds(server) - there) * 1000 / count)
    empty: list[float] = []
    for _ in range(rounds):
        before = time.process_time()
        for _ in range(count):
            _get(application, "/healthz", cookies)
        empty.append((time.process_time() - before) * 1000 / count)
    return {
        "statements": statements,
        "app": cpu,
        "database": server_cpu,
        "wall": wall,
        "empty": empty,
        "rows": first.content.count(b"/desk/matters/"),
        "bytes": len(first.content),
    }


def _server_process() -> list[int]:
    """The PostgreSQL process behind this connection; nothing on SQLite, which works inside this process."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return [int(cursor.fetchone()[0])]


def _get(application: Any, path: str, cookies: str) -> bytes:
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1", "HTTP_COOKIE": cookies, "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr,
    }  # fmt: skip
    parts: Iterator[bytes] = application(environ, lambda status, headers: statuses.append(status))
    body = b"".join(parts)
    parts.close()  # type: ignore[attr-defined]
    if not statuses[0].startswith("200"):
        raise RuntimeError(f"{path} answered {statuses[0]}")
    return body
