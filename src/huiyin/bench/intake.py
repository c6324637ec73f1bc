"""Intake through HTTP: the last step of the web form, from the words to the receipt, against a real server."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from huiyin.bench import client, said
from huiyin.bench.machine import Meter
from huiyin.bench.place import Place, Serving
from huiyin.bench.result import Result, percentile

#: receipts of a round; rounds
SIZES = {"small": (600, 3), "large": (4000, 5)}
CONNECTIONS = 16
WARM_UP = 200
#: Sent twice after the last round: the same receipt must come back.
DOUBLED = 40
#: Hidden fields as the check page carries them, beside text and token.
FIELDS = {"step": "check", "go": "send", "level": "open", "name": "", "phone": "000-5550-1234", "prefer": "phone"}

TOKEN = re.compile(rb'name="token" value="([^"]+)"')
NUMBER = re.compile(rb'<strong class="nowrap">([^<]+)</strong>')
CODE = re.compile(rb'name="code" value="([^"]+)"')

#: receipt: number, code, SHA-256 of the words
Receipts = list[tuple[str, str, str]]


def measure(database: str, size: str, *, worker: bool = False) -> Result:
    """Measure one database. Raises CannotMeasure when something needed is missing."""
    count, rounds = SIZES[size]
    with Place(database) as place:
        result = Result(f"Intake through HTTP, {CONNECTIONS} connections", place.description)
        counted = place.inside("statements", fields=FIELDS)
        reference: list[float] = []
        waves: list[client.Driven] = []
        meters: list[Meter] = []
        idle: list[tuple[client.Driven, Meter]] = []
        receipts: Receipts = []
        others = 23  # made by counting statements
        with place.serving(worker=worker) as serving:
            words = list(said.texts(WARM_UP + count * rounds))
            _wave(place, serving, words[:WARM_UP], receipts, result)
            for turn in range(rounds):
                reference.append(float(place.inside("commits")))
                idle.append(_empty(place, serving, count))
                start = WARM_UP + turn * count
                wave, meter = _wave(place, serving, words[start : start + count], receipts, result)
                waves.append(wave)
                meters.append(meter)
            _doubled(serving, words[-1], result)
        others += 1
        answer = place.inside("check_intake", receipts=receipts, others=others)
        result.wrong += [f"{number} × {what}" for what, number in answer["wrong"].items()]
    _tell(result, database, waves, meters, idle, reference, counted, len(receipts), worker)
    return result


def _tokens(serving: Serving, count: int) -> list[str]:
    """Form tokens, as the first page gives them: one page each, outside the measured time."""
    driven = client.drive(serving.address, [client.get("/say/")] * count, CONNECTIONS)
    found = [TOKEN.search(body) for _, status, _, body in driven.answers if status == 200]
    return [token[1].decode() for token in found if token is not None]


def _request(text: str, token: str, number: int) -> bytes:
    address = f"10.{number // 62500 % 250}.{number // 250 % 250}.{number % 250 + 1}"
    return client.post("/say/", {**FIELDS, "text": text, "token": token}, {"X-Forwarded-For": address})


def _wave(
    place: Place, serving: Serving, words: Sequence[str], receipts: Receipts, result: Result
) -> tuple[client.Driven, Meter]:
    tokens = _tokens(serving, len(words))
    if len(tokens) < len(words):
        result.wrong.append(f"{len(words) - len(tokens)} first pages came without a token")
    requests = [
        _request(text, token, len(receipts) + n) for n, (text, token) in enumerate(zip(words, tokens, strict=False))
    ]
    meter = Meter(_roots(place, serving))
    meter.start()
    driven = client.drive(serving.address, requests, CONNECTIONS)
    meter.stop()
    for index, status, _, body in driven.answers:
        number, code = NUMBER.search(body), CODE.search(body)
        if status == 200 and number is not None and code is not None:
            digest = hashlib.sha256(words[index].encode()).hexdigest()
            receipts.append((number[1].decode(), code[1].decode(), digest))
        else:
            result.wrong.append(f"status {status} without a receipt")
    if driven.broken:
        result.wrong.append(f"{driven.broken} requests without an answer")
    return driven, meter


def _empty(place: Place, serving: Serving, count: int) -> tuple[client.Driven, Meter]:
    """The reference: the smallest page (`/healthz`, one SELECT), same server, same client."""
    meter = Meter(_roots(place, serving))
    meter.start()
    driven = client.drive(serving.address, [client.get("/healthz")] * count, CONNECTIONS)
    meter.stop()
    return driven, meter


def _roots(place: Place, serving: Serving) -> dict[str, int]:
    roots = {"app": serving.process}
    if place.server_process is not None:
        roots["database"] = place.server_process
    return roots


def _doubled(serving: Serving, text: str, result: Result) -> None:
    """One submission sent many times at once is one case with one receipt."""
    request = _request(f"{text} 再发一次", _tokens(serving, 1)[0], 1)
    driven = client.drive(serving.address, [request] * DOUBLED, CONNECTIONS)
    numbers = {found[1] if (found := NUMBER.search(body)) else b"" for _, _, _, body in driven.answers}
    if driven.errors() or len(numbers) != 1 or b"" in numbers:
        result.wrong.append(f"one submission sent {DOUBLED} times: {driven.errors()} errors, {len(numbers)} receipts")


def _tell(
    result: Result,
    database: str,
    waves: list[client.Driven],
    meters: list[Meter],
    idle: list[tuple[client.Driven, Meter]],
    reference: list[float],
    counted: dict[str, float],
    receipts: int,
    worker: bool,
) -> None:
    on_postgres = database == "postgresql"
    rates = [wave.per_second for wave in waves]
    result.add("receipts a second", rates, "/s", ("≥", 500 if on_postgres else 300))
    for share in (0.5, 0.95, 0.99):
        limit = ("≤", 150.0) if share == 0.99 and not on_postgres else None
        result.add(f"p{share * 100:.0f}", [percentile(wave.latencies, share) for wave in waves], "ms", limit)
    per_request = [
        (meter.cpu["app"] + meter.cpu.get("database", 0.0)) * 1000 / len(wave.answers)
        for wave, meter in zip(waves, meters, strict=True)
    ]
    result.add("CPU a receipt, app + database", per_request, "ms", ("≤", 5) if on_postgres else None)
    for name in ("app", "database", "client"):
        if name in meters[0].cpu:
            values = [m.cpu[name] * 1000 / len(w.answers) for w, m in zip(waves, meters, strict=True)]
            result.add(f"  of it {name}" if name != "client" else "CPU of the client", values, "ms")
    result.add("statements, BEGIN and COMMIT included", counted["median"], "", ("≤", 6) if on_postgres else None)
    result.add("errors", [wave.errors() for wave in waves], "", ("≤", 0))
    result.add("smallest page (/healthz)", [driven.per_second for driven, _ in idle], "/s")
    result.add(
        "CPU: receipt ÷ smallest page",
        [cost / (sum(m.cpu.values()) - m.cpu["client"]) * len(d.answers) / 1000
         for cost, (d, m) in zip(per_request, idle, strict=True)],
        "×",
    )  # fmt: skip
    result.add("bare INSERT + COMMIT, one connection", reference, "/s")
    result.add("receipts ÷ bare INSERT + COMMIT", [a / b for a, b in zip(rates, reference, strict=True)], "×")
    result.add("cores busy with something else", [meter.foreign for meter in meters])
    result.notes.append(
        f"{receipts} receipts were given; each was looked up afterwards: one case with its words, one event, one "
        f"submission, one task, one clock. One more submission was sent {DOUBLED} times at once and stayed one case."
    )
    result.notes.append(
        "Tokens come from GET /say/ before the measured time. Each request carries its own address, as behind a proxy "
        "(HUIYIN_PROXY=1), because one address may send 120 at once and then 30 a minute."
    )
    result.notes.append(
        "The worker ran beside it." if worker else "The worker did not run; --worker measures with it sealing."
    )
