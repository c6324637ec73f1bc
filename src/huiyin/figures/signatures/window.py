"""The rows a check-up looks at: some weeks of a lake as numpy columns. Nothing but the columns asked for is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huiyin.figures import schema
from huiyin.figures.lakefiles import Lake

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Weeks a check-up looks back; and further, for offices that have too few matters in so short a time.
WEEKS = 8
SPANS = (WEEKS, 26, 52)
#: With more matters than this within a longer span the shorter one shows enough, and it is not read.
LARGE = 300_000
#: How far before the window a matter that was answered in it may have come in.
BEFORE = timedelta(weeks=26)
MONTH = timedelta(days=31)


class Source(Protocol):
    """Where rows come from: a lake on disk, or tables in memory."""

    def read(self, table: str, columns: Sequence[str], first: datetime, last: datetime) -> pa.Table:
        """These columns of at least all rows whose month lies between the two moments; small tables are given whole."""


@dataclass(frozen=True)
class InMemory:
    """Tables of the schema that are there already; months are not divided."""

    tables: dict[str, pa.Table]

    def read(self, table: str, columns: Sequence[str], first: datetime, last: datetime) -> pa.Table:
        return self.tables[table].select(list(columns))


@dataclass(frozen=True)
class InLake:
    """An open lake on disk; only the files of the months asked for are read."""

    lake: Lake

    def read(self, table: str, columns: Sequence[str], first: datetime, last: datetime) -> pa.Table:
        months = None
        if schema.table(table).month_of:
            low, high = f"{first:%Y-%m}", f"{last:%Y-%m}"
            months = [month for month in self.lake.manifest.months(table) if low <= month <= high]
        return self.lake.read(table, months, list(columns))


@dataclass(frozen=True)
class Rows:
    """Columns of one table: texts as codes into `names`, times as seconds (NaN for none), the rest as it is."""

    columns: dict[str, NDArray[Any]]
    names: dict[str, list[str]]
    case_ids: pa.Array

    def __getitem__(self, column: str) -> NDArray[Any]:
        return self.columns[column]

    def __len__(self) -> int:
        return len(self.case_ids)

    def code(self, column: str, name: str) -> int:
        """The code of a text; -1, which no row has, when it never occurs."""
        names = self.names[column]
        return names.index(name) if name in names else -1

    def equals(self, column: str, *texts: str) -> Bools:
        """Rows with one of these texts."""
        return np.isin(self.columns[column], [self.code(column, text) for text in texts])

    def only(self, mask: Bools) -> Rows:
        """The rows of the mask."""
        return Rows({n: c[mask] for n, c in self.columns.items()}, self.names, self.case_ids.filter(pa.array(mask)))


@dataclass(frozen=True)
class Office:
    code: str
    level: int
    zh: str
    en: str


@dataclass(frozen=True)
class Window:
    """Some weeks of one body. `answers` were given and `cases` came in between `since` and `until`;
    `callbacks` are of the months that ended in it, asked or not.

    Matters imported from an older system stand in `earlier` only: an issue raised there and here was raised twice.

    Columns called lead, first_lead or office are positions in `offices`; -1 is none of them.
    """

    since: datetime
    until: datetime
    offices: tuple[Office, ...]
    answers: Rows
    cases: Rows
    earlier: Rows  # cases of the 26 weeks before
    callbacks: Rows
    events: Rows
    _seconds: tuple[float, float] = field(repr=False, default=(0.0, 0.0))

    @property
    def begin(self) -> float:
        return self._seconds[0]

    @property
    def end(self) -> float:
        return self._seconds[1]

    @property
    def weeks(self) -> int:
        return round((self.until - self.since) / timedelta(weeks=1))

    @property
    def weeks_of_answers(self) -> float:
        """The same, but from the first answer on where the body has not been here for longer."""
        first = float(self.answers["at"].min()) if len(self.answers) else self.begin
        return max(1.0, (self.end - first) / timedelta(weeks=1).total_seconds())


ANSWERS = (
    "case_id", "lead", "category", "urgency", "area", "at", "started_at", "due_at", "claim", "promise_due", "template",
    "hollow", "other_matter", "verdict", "verdict_by", "returned_at", "at_intake", "shared",
)  # fmt: skip
CASES = (
    "case_id", "received_at", "lead", "first_lead", "category", "area", "issue", "loops", "sustained", "parked_at",
    "parked_until", "reparked", "parks", "phase", "reveals", "idle_reveals", "follows", "objections",
    "answers", "verdict",
)  # fmt: skip
EARLIER = ("case_id", "received_at", "lead", "first_lead", "area", "issue")
CALLBACKS = (
    "case_id", "period_start", "lead", "category", "asked_at", "disposition", "result", "pressed", "contacted", "voice",
    "respect", "explained", "equal",
)  # fmt: skip
EVENTS = ("case_id", "kind", "at", "office", "lead", "code", "by", "seq")
#: The few kinds of event a signature reads.
KINDS = ("objected", "verdict_given", "message", "contacted", "answered")


def window(source: Source, until: datetime, weeks: int = WEEKS) -> Window:
    """The weeks before `until`. Reads the lake once; everything else is in memory."""
    since = until - timedelta(weeks=weeks)
    offices = _offices(source, since, until)
    place = {office.code: n for n, office in enumerate(offices)}
    begin, end = since.timestamp(), until.timestamp()
    before = since - BEFORE

    # What was lived in an older system says nothing about how anybody works here, and its times are often mere days.
    lived = source.read("cases", ("case_id", "imported"), before, until)
    imported = lived.filter(lived["imported"])["case_id"].combine_chunks()

    def load(
        table: str,
        columns: Sequence[str],
        at: str,
        month: datetime,
        low: datetime,
        high: datetime = until,
        *,
        without: pa.Array = imported,
    ) -> Rows:
        """Rows with `at` between `low` and `high`, but of no matter `without`; `month` is the first that holds them."""
        read = source.read(table, columns, month, high)
        when = read[at]
        wanted = pc.and_(pc.greater_equal(when, pa.scalar(low, when.type)), pc.less(when, pa.scalar(high, when.type)))
        if "kind" in columns:
            wanted = pc.and_(wanted, pc.is_in(read["kind"], pa.array(KINDS)))
        if len(without):
            wanted = pc.and_(wanted, pc.invert(pc.is_in(read["case_id"], without)))
        return rows_of(read.filter(wanted), place)

    return Window(
        since=since,
        until=until,
        offices=offices,
        answers=load("answers", ANSWERS, "at", before, since),
        cases=load("cases", CASES, "received_at", since, since),
        earlier=load("cases", EARLIER, "received_at", before, before, since, without=imported[:0]),
        callbacks=load("callbacks", CALLBACKS, "period_start", since - MONTH, since - MONTH),
        events=load("events", EVENTS, "at", since, since),
        _seconds=(begin, end),
    )


def windows(source: Source, until: datetime, spans: Sequence[int] = SPANS) -> list[Window]:
    """The weeks before `until`, once for each span (shortest first).

    A longer span is left out when it holds nothing that the shorter one does not, because the body has not been here
    for longer, and when it holds more than `LARGE` matters.
    """
    found = [window(source, until, spans[0])]
    longest = until - timedelta(weeks=spans[-1])
    read = source.read("cases", ("received_at", "imported"), longest, until)
    received = _seconds_of(_flat(read.filter(pc.invert(read["imported"]))["received_at"]))
    received = received[received < until.timestamp()]
    for weeks in spans[1:]:
        within = received >= (until - timedelta(weeks=weeks)).timestamp()
        older = within & (received < found[-1].begin)
        if older.any() and int(within.sum()) <= LARGE:
            found.append(window(source, until, weeks))
    return found


def _offices(source: Source, since: datetime, until: datetime) -> tuple[Office, ...]:
    rows = source.read("offices", ("office", "level", "name_zh", "name_en"), since, until).to_pylist()
    made = (Office(row["office"], row["level"], row["name_zh"], row["name_en"]) for row in rows)
    return tuple(sorted(made, key=lambda office: office.code))


def rows_of(read: pa.Table, place: dict[str, int]) -> Rows:
    columns: dict[str, NDArray[Any]] = {}
    names: dict[str, list[str]] = {}
    ids = _flat(read["case_id"])
    for name in read.column_names:
        if name == "case_id":
            continue
        column = _flat(read[name])
        kind = column.type
        if pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
            coded = column if pa.types.is_dictionary(kind) else column.dictionary_encode()
            texts = [str(text) for text in coded.dictionary.to_pylist()]
            codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
            if name in ("lead", "first_lead", "office"):
                texts_place = np.array([place.get(text, -1) for text in texts] or [-1], dtype=np.int64)
                codes = texts_place[codes] if len(codes) else codes
            names[name], columns[name] = texts, codes
        elif pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            columns[name] = _seconds_of(column)
        else:
            columns[name] = column.to_numpy(zero_copy_only=False)
    return Rows(columns, names, ids.cast(pa.string()))


def _flat(column: Any) -> Any:
    if isinstance(column, pa.ChunkedArray):
        if any(pa.types.is_dictionary(chunk.type) for chunk in column.chunks[:1]) and column.num_chunks > 1:
            column = column.unify_dictionaries()
        column = column.combine_chunks()
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column


def _seconds_of(column: pa.Array) -> Floats:
    if pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("ms"))
    missing = column.is_null().to_numpy(zero_copy_only=False)
    unit = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[column.type.unit]
    number = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return np.where(missing, np.nan, number / unit)
