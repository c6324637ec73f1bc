"""The lake's tables as Ibis expressions, in an engine: DuckDB in this process, or Spark.

    frames = duckdb(Lake.open(folder))
    frames.cases                       # ibis table
    frames.grouped("cases", ("office", "category"))   # with columns office, category, scheme to group by

Every engine is told to count time in UTC; times in the lake are whole seconds, so differences are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from huiyin.figures import schema
from huiyin.figures.lakefiles import Lake

#: What figures can be broken down by. "category" always comes with the scheme it belongs to.
GROUPS = ("office", "area", "category", "urgency", "channel", "month")


@dataclass
class Frames:
    """The tables of one lake in one engine."""

    tables: Mapping[str, Any]
    #: area → the area whose figures are published; category (scheme, code) → top; office → the one that took it over.
    districts: Mapping[str, str]
    tops: Mapping[tuple[str, str], str]
    heirs: Mapping[str, str]
    #: office → its level; a larger number stands further down.
    levels: Mapping[str, int]
    #: Whether the answers went through the reply check.
    checked: bool
    connection: Any = None
    _small: dict[str, Any] = field(default_factory=dict)

    @property
    def cases(self) -> Any:
        return self.tables["cases"]

    @property
    def answers(self) -> Any:
        return self.tables["answers"]

    @property
    def events(self) -> Any:
        return self.tables["events"]

    @property
    def callbacks(self) -> Any:
        return self.tables["callbacks"]

    def grouped(self, name: str, by: Sequence[str]) -> Any:
        """A table with the columns `by` names: a lake column of that name is replaced by the group it belongs to."""
        return self.with_groups(self.tables[name], schema.table(name), by)

    def with_groups(self, table: Any, kind: schema.Table, by: Sequence[str]) -> Any:
        """`grouped` for an expression that still has the columns of table `kind`. ValueError for an unknown group."""
        unknown = set(by) - set(GROUPS) - {"scheme"}
        if unknown:
            raise ValueError(f"figures cannot be broken down by {', '.join(sorted(unknown))}")
        lacking = [name for name in ("urgency", "channel") if name in by and name not in kind.columns]
        if lacking:
            raise ValueError(f"{kind.name} do not carry {', '.join(lacking)}")
        if "month" in by:
            at = table[kind.month_of]
            table = table.mutate(month=at.year().cast("int64") * 100 + at.month().cast("int64"))
        if "office" in by:
            table = table.mutate(office=self._answering(table) if "first_lead" in kind.columns else table.lead)
            if self.heirs:
                table = self._looked_up(table, "office", "heirs", {"office": "string"})
        if "area" in by:
            table = self._looked_up(table, "area", "districts", {"area": "string"})
        if "category" in by:
            if "scheme" not in kind.columns:
                table = self._with_scheme(table)
            table = self._looked_up(table, "category", "tops", {"scheme": "string", "category": "string"})
        return table

    def _answering(self, table: Any) -> Any:
        """The office a matter counts for: the one that leads it, but what was handed to a lower level counts for the
        office it was first sent to. Otherwise handing hard matters down would make figures better.
        """
        import ibis

        first, lead = table.first_lead, table.lead
        down = ibis.literal(False)
        for level in sorted(set(self.levels.values()))[1:]:
            here = [code for code, one in self.levels.items() if one == level]
            above = [code for code, one in self.levels.items() if one < level]
            down = down | (lead.isin(here) & first.isin(above))
        # Hardly any matter changed its office: the lists are gone through for those alone.
        return ibis.ifelse((first != lead) & (first != ""), ibis.ifelse(down, first, lead), lead)

    def _with_scheme(self, table: Any) -> Any:
        """Answers and callbacks do not carry the scheme: with one it is that one, with several their case says it."""
        import ibis

        schemes = sorted({scheme for scheme, _ in self.tops})
        if len(schemes) <= 1:
            return table.mutate(scheme=ibis.literal(schemes[0] if schemes else ""))
        own = self.cases.select(of_case="case_id", scheme="scheme")
        return table.left_join(own, table.case_id == own.of_case).drop("of_case")

    def _looked_up(self, table: Any, column: str, name: str, keys: Mapping[str, str]) -> Any:
        """The column replaced by what a small table says of it; what it does not know becomes "" (offices: itself)."""
        small = self._table(name, keys)
        joined = table.left_join(small, [table[key] == small[f"key_{key}"] for key in keys])
        found = joined["found"].fill_null(table[column] if name == "heirs" else "")
        return joined.mutate(**{column: found}).drop("found", *(f"key_{key}" for key in keys))

    def _table(self, name: str, keys: Mapping[str, str]) -> Any:
        if name not in self._small:
            import ibis
            import pyarrow as pa

            known: Mapping[Any, str] = getattr(self, name)
            rows = [(key if isinstance(key, tuple) else (key,), value) for key, value in sorted(known.items())]
            columns = {f"key_{key}": pa.array([row[0][i] for row in rows], pa.string()) for i, key in enumerate(keys)}
            columns["found"] = pa.array([row[1] for row in rows], pa.string())
            self._small[name] = ibis.memtable(pa.table(columns))
        return self._small[name]

    def rows(self, expression: Any) -> list[dict[str, Any]]:
        """Carry out an expression; rows as dictionaries of whole numbers and texts, in no particular order."""
        table = self.connection.to_pyarrow(expression)
        return [dict(row) for row in table.to_pylist()]


def seconds(column: Any) -> Any:
    """A time as whole seconds since 1970. DuckDB's own `epoch`; Spark is given a function of that name (`spark`).

    Ibis' `epoch_seconds` first turns every time into one without a zone, which costs more than the rest of a query.
    """
    return _epoch()(column)


@cache
def _epoch() -> Any:
    import ibis
    from ibis.expr import datatypes

    def epoch(at: Any) -> Any: ...

    signature = ((datatypes.Timestamp(timezone="UTC"),), datatypes.int64)
    return ibis.udf.scalar.builtin(epoch, name="epoch", signature=signature)


def epoch(at: datetime) -> int:
    return int(at.timestamp())


def districts(areas: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """area → the area under which it is published: the children of the one root, or the roots when there are several.

    The root itself, and areas the lake does not know, belong to none.
    """
    parents = {row["area"]: row["parent"] for row in areas}
    roots = [area for area, parent in parents.items() if parent not in parents]
    children = [area for area, parent in parents.items() if parent in roots]
    published = set(children) if len(roots) == 1 and children else set(roots)
    found: dict[str, str] = {}
    for area in parents:
        step, seen = area, set()
        while step in parents and step not in published and step not in seen:
            seen.add(step)
            step = parents[step]
        if step in published:
            found[area] = step
    return found


def heirs(offices: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Office → the office that has its matters now, for those that were merged into another one."""
    into = {row["office"]: row["merged_into"] for row in offices if row["merged_into"]}
    found = {}
    for office in into:
        step, seen = office, set()
        while step in into and step not in seen:
            seen.add(step)
            step = into[step]
        found[office] = step
    return found


def of_tables(tables: Mapping[str, Any], small: Mapping[str, Sequence[Mapping[str, Any]]], *, checked: bool) -> Frames:
    """Frames over expressions made by the caller; `small` holds the rows of offices, areas and categories."""
    tops = {(row["scheme"], row["category"]): row["top"] or row["category"] for row in small["categories"]}
    levels = {row["office"]: int(row["level"]) for row in small["offices"]}
    return Frames(dict(tables), districts(small["areas"]), tops, heirs(small["offices"]), levels, checked)


def duckdb(lake: Lake, months: Iterable[str] | None = None, *, threads: int | None = None) -> Frames:
    """The lake in DuckDB, in this process; of some months only when they are named."""
    import ibis

    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone='UTC'")
    connection.raw_sql("SET enable_progress_bar=false")
    if threads:
        connection.raw_sql(f"SET threads={threads:d}")
    wanted = None if months is None else list(months)

    def table(name: str) -> Any:
        paths = lake.paths(name, wanted)
        if paths:
            return connection.read_parquet(paths, table_name=name, hive_partitioning=False)
        kinds = {"string": "varchar", "timestamp('UTC')": "timestamptz", "int32": "integer", "int64": "bigint"}
        columns = ", ".join(
            f'"{column}" {kinds.get(kind, kind)}' for column, kind in schema.table(name).columns.items()
        )
        connection.raw_sql(f"CREATE TABLE {name} ({columns})")
        return connection.table(name)

    return _framed(lake, {name: table(name) for name in ("cases", "answers", "events", "callbacks")}, connection)


def spark(lake: Lake, session: Any) -> Frames:
    """The same in a Spark session, which is told to count time in UTC."""
    import ibis

    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.sql("CREATE OR REPLACE TEMPORARY FUNCTION epoch(at TIMESTAMP) RETURNS BIGINT RETURN unix_seconds(at)")
    connection = ibis.pyspark.connect(session)
    tables = {}
    for name in ("cases", "answers", "events", "callbacks"):
        paths = lake.paths(name)
        frame = session.read.parquet(*paths) if paths else session.createDataFrame([], _spark_types(name))
        frame.createOrReplaceTempView(f"lake_{name}")
        tables[name] = connection.table(f"lake_{name}")
    return _framed(lake, tables, connection)


def _spark_types(name: str) -> str:
    kinds = {"timestamp('UTC')": "timestamp", "int32": "int", "int64": "bigint"}
    return ", ".join(f"{column} {kinds.get(kind, kind)}" for column, kind in schema.table(name).columns.items())


def _framed(lake: Lake, tables: Mapping[str, Any], connection: Any) -> Frames:
    small = {name: lake.read(name).to_pylist() for name in ("offices", "areas", "categories")}
    checked = lake.manifest.origin != "database" or "replysign" in lake.manifest.cursor.get("facts", {})
    frames = of_tables(tables, small, checked=checked)
    frames.connection = connection
    return frames
