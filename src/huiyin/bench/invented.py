"""A very large lake of invented matters, drawn in columns: for measuring only. Nothing in it means anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from huiyin.figures import schema
from huiyin.figures.lakefiles import ALL, Lake, arrow_schema, to_arrow
from huiyin.figures.lakewriting import Writing

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
OFFICES = [f"office{number:02d}" for number in range(60)]
AREAS = [f"area{number:03d}" for number in range(120)]
CATEGORIES = [f"{top}.{number}" for top in "ABCDEFGHIJ" for number in range(12)]
#: Matters drawn at a time.
STEP = 250_000
MONTHS = 12


def fill(folder: Path, cases: int, seed: int = 0) -> Lake:
    """Write a lake of `cases` matters with one answer each, spread over twelve months."""
    random = np.random.default_rng(seed)
    writing = Writing(folder)
    for month, count in zip(_months(), _split(cases), strict=True):
        drawn = 0
        while drawn < count:
            step = min(STEP, count - drawn)
            for table, rows in _draw(random, month, step):
                writing.append(table, f"{month:%Y-%m}", rows)
            drawn += step
    _small(writing)
    return writing.commit(as_of=AS_OF.isoformat(), origin="invented")


def _months() -> list[datetime]:
    first = 2026 * 12 + 10 - MONTHS
    return [datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC) for number in range(first, first + MONTHS)]


def _split(cases: int) -> list[int]:
    return [cases // MONTHS + (number < cases % MONTHS) for number in range(MONTHS)]


def _pick(random: Any, values: list[str], size: int, skew: float = 1.0) -> pa.Array:
    index = (random.random(size) ** skew * len(values)).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(index), pa.array(values)).cast(pa.string())


def _times(seconds: Any, known: Any = None) -> pa.Array:
    milliseconds = seconds.astype(np.int64) * 1000
    kind = pa.timestamp("ms", "UTC")
    return pa.array(milliseconds, pa.int64(), mask=None if known is None else ~known).cast(kind)


def _draw(random: Any, month: datetime, size: int) -> Iterator[tuple[str, Any]]:
    days = ((month + timedelta(days=31)).replace(day=1) - month).days
    begin = int(month.timestamp())
    received = begin + np.sort(random.integers(0, days * 86_400, size))
    answered = received + random.integers(1, 60 * 86_400, size)
    due = received + random.integers(1, 15, size) * 86_400
    has_answer = random.random(size) < 0.9
    imported = random.random(size) < 0.02
    outcome = _pick(random, ["solved", "solved", "", "unknown", "not_solved", "partly"], size)
    ids = pa.array(_ids(random, size))
    shared: dict[str, Any] = {
        "case_id": ids, "received_at": _times(received), "channel": _pick(random, ["web", "phone", "counter"], size),
        "category": _pick(random, CATEGORIES, size, 2.0),
        "urgency": _pick(random, ["normal", "normal", "urgent"], size),
        "area": _pick(random, AREAS, size, 1.5), "lead": _pick(random, OFFICES, size, 1.7),
    }  # fmt: skip
    cases = shared | {
        "scheme": _pick(random, ["1"], size), "imported": pa.array(imported), "asked": pa.array(has_answer & ~imported),
        "reachable": pa.array(random.random(size) < 0.6), "phase": _pick(random, ["rested", "working", "parked"], size),
        "first_lead": shared["lead"], "leads": pa.array(random.choice([1, 1, 1, 2, 3], size), pa.int32()),
        "objections": pa.array(random.choice([0, 0, 0, 1], size), pa.int32()), "dispatched_at": _times(received + 3600),
        "contacted_at": _times(received + random.integers(1, 86_400 * 4, size), random.random(size) < 0.95),
        "answers": pa.array(has_answer.astype(np.int32)), "first_answered_at": _times(answered, has_answer),
        "answered_at": _times(answered, has_answer), "outcome": outcome, "verdict": outcome,
        "claim": _pick(random, ["solved", "solved", "explained", "promised"], size),
        "rested_at": _times(answered, has_answer),
        "staff_steps": pa.array(random.integers(2, 9, size), pa.int32()),
    }  # fmt: skip
    yield "cases", _filled("cases", cases, size)
    answers = shared | {
        "number": pa.array(np.ones(size, np.int32)), "at": _times(answered), "started_at": _times(received, ~imported),
        "due_at": _times(due, ~imported), "claim": cases["claim"], "verdict": outcome,
        "site_checked": pa.array(random.random(size) < 0.3),
        "returned_at": _times(answered + random.integers(1, 60 * 86_400, size), random.random(size) < 0.15),
    }  # fmt: skip
    yield "answers", _filled("answers", answers, size).filter(pa.array(has_answer))


def _ids(random: Any, size: int) -> Any:
    digits = random.integers(0, 256, (size, 16), dtype=np.uint8).tobytes().hex()
    return [f"{digits[i : i + 8]}-{digits[i + 8 : i + 12]}-{digits[i + 12 : i + 16]}-{digits[i + 16 : i + 20]}-"
            f"{digits[i + 20 : i + 32]}" for i in range(0, size * 32, 32)]  # fmt: skip


def _filled(table: str, columns: dict[str, Any], size: int) -> Any:
    """The table with every column that was not drawn empty, nought or no."""
    empty: dict[str, Any] = {"string": "", "int32": 0, "int64": 0, "boolean": False}
    kind = arrow_schema(schema.table(table))
    arrays = []
    for field in kind:
        if field.name in columns:
            arrays.append(
                pa.array(columns[field.name]) if isinstance(columns[field.name], list) else columns[field.name]
            )
            continue
        value = empty.get(schema.table(table).columns[field.name])
        arrays.append(pa.nulls(size, field.type) if value is None else pa.repeat(pa.scalar(value, field.type), size))
    return pa.Table.from_arrays([array.cast(f.type) for array, f in zip(arrays, kind, strict=True)], schema=kind)


def _small(writing: Writing) -> None:
    offices = [
        {"office": code, "parent": "", "level": 1, "kind": "bureau", "area": "", "name_zh": code, "name_en": code,
         "active": True, "merged_into": ""}
        for code in OFFICES
    ]  # fmt: skip
    districts = [{"area": f"d{n}", "parent": "", "level": 1} for n in range(10)]
    areas = [{"area": code, "parent": f"d{n % 10}", "level": 2} for n, code in enumerate(AREAS)]
    categories = [{"category": top, "parent": "", "top": top} for top in "ABCDEFGHIJ"]
    categories += [{"category": code, "parent": code[0], "top": code[0]} for code in CATEGORIES]
    named = {"name_zh": "", "name_en": ""}
    for name, rows in (
        ("offices", offices), ("areas", [{**row, **named} for row in [*districts, *areas]]),
        ("categories", [{**row, **named, "scheme": "1"} for row in categories]),
    ):  # fmt: skip
        writing.replace(name, ALL, to_arrow(schema.table(name), rows))
