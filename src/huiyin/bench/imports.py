"""Import of a spreadsheet: rows a second of a made-up file, with answers, through `huiyin import`."""

from __future__ import annotations

import csv
import json
import resource
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter

from huiyin.bench import said
from huiyin.bench.machine import cpu_seconds, family
from huiyin.bench.place import COMMAND, CannotMeasure, Place
from huiyin.bench.result import Result

SIZES = {"small": (4_000, 3), "large": (20_000, 5)}
HEADER = ("编号", "标题", "内容", "时间", "答复", "答复时间")
MAP = """name = "bench"
timezone = "Asia/Shanghai"
channel = "web"
confidentiality = "open"

[columns]
id = "编号"
subject = "标题"
text = "内容"
received_at = "时间"

[reply]
text = "答复"
at = "答复时间"
"""


def measure(database: str, size: str) -> Result:
    """Measure one database. Raises CannotMeasure."""
    count, rounds = SIZES[size]
    with Place(database) as place:
        result = Result("Import", place.description)
        rates: list[float] = []
        references: list[float] = []
        cpu: list[float] = []
        walls: list[float] = []
        chosen = place.home / "bench.toml"
        chosen.write_text(MAP, encoding="utf-8")
        for turn in range(rounds):
            file = place.home / f"rows{turn}.csv"
            _write(file, count, turn)
            references.append(float(place.inside("rows", count=2000)))
            server = place.server_process
            there = cpu_seconds(_family(server))
            answer, wall, used = _import(place, file, chosen)
            rates.append(count / float(answer["seconds"]))
            walls.append(wall)
            cpu.append((used + cpu_seconds(_family(server)) - there) * 1000 / count)
            if answer["taken_in"] != count or answer["rejected"]:
                result.wrong.append(f"{answer['taken_in']} of {count} rows taken in, {answer['rejected']} rejected")
        again, _, _ = _import(place, file, chosen)
        if again["taken_in"] or again["already_there"] != count:
            result.wrong.append("a second import of the same file was not empty")
        found = place.inside("counted")
        if not count * rounds == found["cases"] == found["keys"]:
            result.wrong.append(f"{found['cases']} cases and {found['keys']} keys for {count * rounds} rows")
        result.add("rows a second", rates, "/s", ("≥", 2000) if database == "postgresql" else None)
        result.add("bare events a second", references, "/s")
        result.add("rows ÷ bare events", [a / b for a, b in zip(rates, references, strict=True)], "×")
        result.add("CPU a row, start of the program included", cpu, "ms")
        result.add("whole command", walls, "s")
        result.add("import again, nothing new", count / float(again["seconds"]), "/s")
        result.notes.append(
            f"{count:,} rows a round, half of them answered: {found['events']:,} events and {found['words']:,} sealed "
            f"words for {found['cases']:,} rows. The rate is what the command reports: from opening the file to the "
            "last commit."
        )
    return result


def _family(server: int | None) -> set[int]:
    return family(server) if server is not None else set()


def _write(file: Path, count: int, turn: int) -> None:
    random = Random(turn)
    begin = datetime(2024, 1, 8, 8, tzinfo=UTC)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADER)
        for number, text in enumerate(said.texts(count, seed=100 + turn)):
            received = begin + timedelta(minutes=random.randrange(500_000))
            answered = received + timedelta(minutes=random.randrange(600, 20_000))
            reply = "您反映的情况已经派人看过，已于当日处理。感谢您的监督。" if number % 2 else ""
            writer.writerow(
                (f"{turn}-{number}", text[:14], text, f"{received:%Y-%m-%d %H:%M:%S}", reply,
                 f"{answered:%Y-%m-%d %H:%M:%S}" if reply else "")
            )  # fmt: skip


def _import(place: Place, file: Path, chosen: Path) -> tuple[dict[str, int], float, float]:
    """The command's answer, its seconds, its processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = perf_counter()
    done = subprocess.run(  # noqa: S603
        [*COMMAND, "import", str(file), "--map", str(chosen), "--json"],
        env=place.environment, capture_output=True, text=True, check=False, cwd=place.home,
    )  # fmt: skip
    wall = perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode == 2 or not done.stdout:
        raise CannotMeasure(done.stderr[-1000:] or done.stdout[-1000:])
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    answer: dict[str, int] = json.loads(done.stdout)
    return answer, wall, used
