"""From numpy to Arrow: codes with their names, days with their moments, numbers with their names as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from huiyin.figures import schema
from huiyin.town.world import Bools, Floats, Ints

DAY = 86_400
#: Every byte as two hexadecimal digits.
_PAIRS = np.frombuffer("".join(f"{n:02x}" for n in range(256)).encode(), dtype=np.uint16)
#: Hexadecimal digits in the name of a case.
DIGITS = 14


def coded(indices: Any, names: Sequence[str]) -> pa.DictionaryArray:
    """Codes as a dictionary column; they must all be positions in `names`."""
    small = np.asarray(indices).astype(np.int16 if len(names) < 32_000 else np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(small), pa.array(list(names), pa.string()))


def moments(days: Floats, start: datetime) -> pa.Array:
    """Days since `start` as UTC times in whole seconds; NaN becomes null."""
    missing = np.isnan(days)
    seconds = np.floor(np.where(missing, 0.0, days) * DAY).astype(np.int64) + int(start.timestamp())
    return pa.array(seconds * 1000, mask=missing).view(pa.timestamp("ms", "UTC"))


def dates(days: Floats, start: datetime) -> pa.Array:
    """Days since `start` as calendar days; NaN becomes null."""
    missing = np.isnan(days)
    number = np.floor(np.where(missing, 0.0, days)).astype(np.int32) + int(start.timestamp()) // DAY
    return pa.array(number.astype(np.int32), mask=missing).view(pa.date32())


def small(values: Ints | Bools) -> pa.Array:
    """Whole numbers as int32."""
    return pa.array(np.asarray(values).astype(np.int32))


def truths(values: Bools) -> pa.Array:
    """True and false."""
    return pa.array(np.asarray(values, dtype=np.bool_))


def names_of(rows: Ints, batch: int, lead: str = "") -> pa.Array:
    """Names of cases: hexadecimal digits of the batch and of the row, after `lead`; "" for a negative row."""
    size, width = len(rows), DIGITS + len(lead)
    number = np.asarray(rows).astype(np.int64) + (batch << 32)
    pairs = np.empty((size, DIGITS // 2), dtype=np.uint16)
    for place in range(DIGITS // 2):
        pairs[:, DIGITS // 2 - 1 - place] = _PAIRS[(number >> (8 * place)) & 255]
    letters = pairs.view(np.uint8)
    if lead:
        first = np.broadcast_to(np.frombuffer(lead.encode(), dtype=np.uint8), (size, len(lead)))
        letters = np.concatenate([first, letters], axis=1)
    offsets = np.arange(size + 1, dtype=np.int32) * width
    if (np.asarray(rows) < 0).any():
        keep = np.asarray(rows) >= 0
        letters = letters[keep]
        offsets = np.concatenate([[0], np.cumsum(np.where(keep, width, 0))])
    return pa.StringArray.from_buffers(
        size, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(np.ascontiguousarray(letters))
    )


def table(shape: schema.Table, columns: dict[str, Any]) -> pa.Table:
    """The columns in the order of the schema; KeyError for one that is missing, ValueError for one too many."""
    unknown = columns.keys() - shape.columns.keys()
    if unknown:
        raise ValueError(f"{shape.name} has no column {', '.join(sorted(unknown))}")
    return pa.table({name: columns[name] for name in shape.columns})


def months(days: Floats, start: datetime) -> Ints:
    """The month each moment lies in, as months since the year 0; days must not be NaN."""
    at = (np.floor(days).astype(np.int64) + int(start.timestamp()) // DAY).astype("datetime64[D]")
    return at.astype("datetime64[M]").astype(np.int64) + 1970 * 12


def month_name(number: int) -> str:
    """Months since the year 0 as text: 2026-10."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def month_start(number: Ints, start: datetime) -> Floats:
    """The first moment of the month, in days since `start`."""
    first = (np.asarray(number) - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return (first * DAY - int(start.timestamp())) / DAY
