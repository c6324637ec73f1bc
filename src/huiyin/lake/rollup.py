"""The roll-up of this deployment's lake: kept beside it, brought along with each change, published from.

    HUIYIN_HOME/lake/rollups/rollup.json      exact, for the worker only; names the lake version it was made of

When it does not belong to the lake's version before the change (a stopped run, another program), it is counted anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from huiyin.base.transaction import write
from huiyin.figures import frames, publishing, schema
from huiyin.figures.lakefiles import Lake, arrow_schema
from huiyin.figures.lakewriting import write_durably
from huiyin.figures.measures import Moment
from huiyin.figures.rollups import Rollup
from huiyin.lake.models import Published
from huiyin.lake.sync import Synced

FILE = "rollups/rollup.json"


def kept(folder: Path) -> tuple[Rollup, int] | None:
    """The stored roll-up and the lake version it belongs to; None when there is none of this program's."""
    try:
        return Rollup.parse((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def store(folder: Path, rollup: Rollup, version: int) -> None:
    write_durably(folder / FILE, rollup.text(version).encode())


def current(lake: Lake, now: datetime, synced: Synced | None = None) -> Rollup:
    """The roll-up of this version of the lake, by the shortest way that is exact."""
    stored = kept(lake.folder)
    version = lake.manifest.version
    if stored is not None and stored[1] == version:
        return stored[0]
    changes = synced.changes if synced is not None else None
    if stored is not None and changes is not None and stored[1] == version - 1 and not changes.organisation:
        rollup = stored[0] + _of_rows(lake, changes.added, now) - _of_rows(lake, changes.removed, now)
    else:
        rollup = Rollup.of(frames.duckdb(lake), Moment(now))
    store(lake.folder, rollup, version)
    return rollup


def _of_rows(lake: Lake, rows: Mapping[str, Sequence[Any]], now: datetime) -> Rollup:
    import ibis
    import pyarrow as pa

    pieces = [piece for piece in rows.get("cases", ()) if piece.num_rows]
    if not pieces:
        return Rollup()
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone='UTC'")
    kind = arrow_schema(schema.table("cases"))
    table = ibis.memtable(pa.concat_tables([piece.cast(kind) for piece in pieces]))
    small = {name: lake.read(name).to_pylist() for name in ("offices", "areas", "categories")}
    made = frames.of_tables({"cases": table}, small, checked=True)
    made.connection = connection
    return Rollup.of(made, Moment(now))


def shown_groups(lake: Lake, rollup: Rollup) -> dict[str, list[str]]:
    """The groups that get a page of their own, in the pack's order where it has one."""
    offices = [row["office"] for row in lake.read("offices").to_pylist() if not row["merged_into"]]
    areas = lake.read("areas").to_pylist()
    published = set(frames.districts(areas).values())
    tops = list(
        dict.fromkeys(f"{row['scheme']}/{row['top'] or row['category']}" for row in lake.read("categories").to_pylist())
    )
    with_rows = {kind: set(rollup.groups(kind)) for kind in ("office", "category", "channel")}
    return {
        "office": [code for code in offices if code in with_rows["office"]],
        "area": [row["area"] for row in areas if row["area"] in published],
        "category": [code for code in tops if code in with_rows["category"]],
        "channel": sorted(with_rows["channel"] - {""}),
    }


def refresh(synced: Synced, now: datetime) -> int:
    """Bring roll-up and published pages to the lake's version; returns how many pages there are."""
    rollup = current(synced.lake, now, synced)
    return publish(synced.lake, rollup, now)


def publish(lake: Lake, rollup: Rollup, now: datetime) -> int:
    """Make the pages of every group and put them in place of the old ones, all at once."""
    told = publishing.public_counts(rollup, now, shown_groups(lake, rollup))
    compared = publishing.compared(rollup, now, told)
    rows = [
        Published(
            kind=kind, group=group, page=publishing.page(cells, _beside(compared, kind, group)), as_of=now,
            lake_version=lake.manifest.version, method=publishing.METHOD,
        )
        for (kind, group), cells in publishing.by_cell(told).items()
    ]  # fmt: skip

    def replace() -> None:
        Published.objects.all().delete()
        Published.objects.bulk_create(rows, batch_size=200)

    write(replace)
    return len(rows)


def _beside(compared: Mapping[tuple[str, str], str], kind: str, group: str) -> dict[str, str]:
    return {period: word for (office, period), word in compared.items() if (kind, office) == ("office", group)}


def is_due(lake: Lake, now: datetime) -> bool:
    """Whether the pages are of another version of the lake, or a month has ended since."""
    page = Published.objects.order_by("pk").values_list("lake_version", "as_of", "method").first()
    if page is None:
        return True
    version, as_of, method = page
    last = publishing.last_complete
    return (version, method, last(as_of)) != (lake.manifest.version, publishing.METHOD, last(now))


def group_names(lake: Lake) -> dict[str, str]:
    """`kind group` → its Chinese and English name, for readers of the download."""
    found = {}
    for table, kind, code in (("offices", "office", "office"), ("areas", "area", "area")):
        for row in lake.read(table).to_pylist():
            found[f"{kind} {row[code]}"] = f"{row['name_zh']} · {row['name_en']}"
    for row in lake.read("categories").to_pylist():
        if not row["parent"]:
            found[f"category {row['scheme']}/{row['category']}"] = f"{row['name_zh']} · {row['name_en']}"
    return found
