"""What the product itself would publish of an office: its own indicators and roll-up, nothing made for the trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from huiyin.figures import frames
from huiyin.figures.measures import Moment, Share, Subject
from huiyin.figures.rollups import Rollup, summed
from huiyin.town.trial.figures import Kind, Published

#: Published figures that say how it ended for people; the others are never shown without what is named here.
_OUTCOMES = ("confirmed", "paper_closure")
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "right_first_time": ("returns", "push_down"),
    "loops": ("returns", "push_down"),
    "refusal_overturned": ("confirmed",),
    "idle_looks": ("confirmed",),
}


def kinds() -> tuple[Kind, ...]:
    """The published shares that have a better end, as the trial reads them."""
    return tuple(
        Kind(
            f"published/{one.code}", f"公布的：{one.title.zh}", f"published: {one.title.en}", one.better == "high",
            one.code in _OUTCOMES, _BESIDE.get(one.code, ()),
        )
        for one in summed()
        if one.better
    )  # fmt: skip


def published(
    tables: Mapping[str, pa.Table], until: datetime, offices: Sequence[str]
) -> dict[str, dict[str, Published]]:
    """Office → code → figure with its interval, over everything that was received, of those with ten or more."""
    import ibis

    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone='UTC'")
    small = {name: tables[name].to_pylist() for name in ("offices", "areas", "categories")}
    made = frames.of_tables({"cases": ibis.memtable(tables["cases"])}, small, checked=True)
    made.connection = connection
    rollup = Rollup.of(made, Moment(until))
    found: dict[str, dict[str, Published]] = {}
    for office in offices:
        counts = rollup.counts("office", office, rollup.months())
        found[office] = {}
        for one in summed():
            assert isinstance(one.measure, Share)  # noqa: S101  only shares add up
            own = {name.split(".")[1]: n for name, n in counts.items() if name.startswith(f"{one.code}.")}
            value = one.measure.value(Subject(one.code, one.version), {}, own, True)
            if one.better and value.value is not None and value.low is not None and value.high is not None:
                found[office][f"published/{one.code}"] = Published(value.value, value.low, value.high, value.n)
    connection.disconnect()
    return found
