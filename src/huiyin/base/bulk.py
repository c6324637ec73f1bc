"""Insert the rows of several models together: one statement on PostgreSQL, one per model on SQLite.

Round trips dominate the cost of taking a matter in (measured: three `bulk_create` calls cost 2.3 times the CPU of one
statement), so everything that belongs together goes to PostgreSQL as one WITH … INSERT. The SQL text depends only on
the models and the row counts, is kept per such shape, and so is prepared by the server after a few uses.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.db.models.fields.json import JSONField

#: PostgreSQL's limit on parameters of one statement (a 16-bit count in the wire protocol).
POSTGRES_PARAMETERS = 65_535

Group = tuple[type[models.Model], Sequence[models.Model]]
Convert = Callable[[Any], Any]
M = TypeVar("M", bound=models.Model)

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def insert_together(groups: Sequence[Group]) -> None:
    """Insert all rows of all groups, or none.

    `groups` are (model, unsaved rows) in the order in which foreign keys need them (SQLite; PostgreSQL checks at the
    end). Keys are made by the client; an auto-increment key that is None is left to the database and NOT read back.
    Like `bulk_create` it calls no `save()` and sends no signals. Values go through the fields' own database
    preparation.

    Raises `django.db.IntegrityError` and its relatives; TypeError for values the database would have to compute;
    ValueError for rows of one group of which only some have an automatic key. Call it inside `write`: on PostgreSQL an
    error spoils the transaction around it, as any failing statement does.
    """
    filled = [(model, rows) for model, rows in groups if rows]
    if not filled:
        return
    if connection.vendor == "postgresql":
        _insert_postgresql(filled)
    else:
        _insert_each(filled)
    alias = connection.alias
    for _, rows in filled:
        for row in rows:
            row._state.adding = False
            row._state.db = alias


def new_row(model: type[M], **values: Any) -> M:
    """An unsaved row, by attribute names (`case_id`, not `case`), in a tenth of the time `Model(...)` takes.

    It is the same object: `__init__` finds out anew for every row what a model's fields and defaults are (measured: a
    quarter of an import). Signals of `__init__` are not sent. Raises TypeError for a name that is no column.
    """
    blank, made = _blank(model)
    facts = {**blank, **values}
    if len(facts) != len(blank):
        raise TypeError(f"{model.__name__} has no column {', '.join(sorted(values.keys() - blank.keys()))}")
    for name, make in made:
        if name not in values:
            facts[name] = make()
    row = object.__new__(model)
    facts["_state"] = ModelState()
    row.__dict__ = facts
    return row


@lru_cache(maxsize=64)
def _blank(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """Every column with its constant default, and the columns whose default is made anew for each row."""
    fields = model._meta.concrete_fields
    made = tuple((f.attname, f.get_default) for f in fields if callable(f.default) and f.has_default())
    later = {name for name, _ in made}
    return {f.attname: None if f.attname in later else f.get_default() for f in fields}, made


def _insert_postgresql(groups: list[Group]) -> None:
    tables = [(table_of(model, brings_keys(model, rows)), rows) for model, rows in groups]
    if sum(len(table.converts) * len(rows) for table, rows in tables) > POSTGRES_PARAMETERS:
        _insert_each(groups)
        return
    values: list[Any] = []
    for table, rows in tables:
        table.collect(rows, values)
    shape = tuple((table, len(rows)) for table, rows in tables)
    if connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(_together(shape), values)
        return
    # psycopg translates %s to $1, $2… and remembers the result, but not of a statement as long as this one: it would
    # read the same 5 kB again for every matter (measured: a twentieth of an intake). So the text comes translated. A
    # log of queries cannot show this form, hence the branch above.
    from psycopg import RawCursor

    connection.ensure_connection()
    raw: Any = RawCursor(connection.connection)
    with connection.make_cursor(raw) as cursor:
        cursor.execute(_numbered(shape), values)


def _insert_each(groups: list[Group]) -> None:
    """One INSERT per model (more when there are too many parameters), all or none."""
    limit = POSTGRES_PARAMETERS
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    with transaction.atomic(), connection.cursor() as cursor:
        for model, rows in groups:
            table = table_of(model, brings_keys(model, rows))
            step = max(1, limit // len(table.converts))
            for start in range(0, len(rows), step):
                part = rows[start : start + step]
                values: list[Any] = []
                table.collect(part, values)
                cursor.execute(_insert(table, len(part)), values)


def brings_keys(model: type[models.Model], rows: Sequence[models.Model]) -> bool:
    """Whether the rows bring their own primary key; all or none of a group must."""
    key = model._meta.pk.attname
    with_key = sum(1 for row in rows if row.__dict__.get(key) is not None)
    if with_key == len(rows):
        return True
    if with_key or not isinstance(model._meta.pk, models.AutoField | models.BigAutoField | models.SmallAutoField):
        raise ValueError(f"{model.__name__}: {len(rows) - with_key} of {len(rows)} rows have no primary key")
    return False


class _Table:
    """How the rows of one model become parameters: column list, and one converter per column."""

    __slots__ = ("columns", "converts", "name", "placeholders", "pre_saved")

    def __init__(self, model: type[models.Model], keyed: bool, conn: BaseDatabaseWrapper) -> None:
        meta = model._meta
        if meta.parents or meta.proxy:
            raise TypeError(f"{model.__name__}: only plain models, without parents")
        fields = [f for f in meta.local_concrete_fields if not f.generated and (keyed or f is not meta.pk)]
        quote = conn.ops.quote_name
        self.name = quote(meta.db_table)
        self.columns = ", ".join(quote(f.column or f.attname) for f in fields)
        self.placeholders = "(" + ", ".join(["%s"] * len(fields)) + ")"
        self.converts = [(f.attname, _converter(f, conn)) for f in fields]
        self.pre_saved = [f for f in fields if _has_pre_save(f)]

    def collect(self, rows: Sequence[models.Model], values: list[Any]) -> None:
        """Append the parameters of `rows` to `values`."""
        append = values.append
        for row in rows:
            for field in self.pre_saved:
                field.pre_save(row, add=True)
            facts = row.__dict__
            for name, convert in self.converts:
                append(convert(facts[name]))


@lru_cache(maxsize=256)
def _table_on(vendor: str, model: type[models.Model], keyed: bool) -> _Table:
    return _Table(model, keyed, connection)


def table_of(model: type[models.Model], keyed: bool) -> _Table:
    return _table_on(connection.vendor, model, keyed)


@lru_cache(maxsize=512)
def _insert(table: _Table, rows: int) -> str:
    return f"INSERT INTO {table.name} ({table.columns}) VALUES {', '.join([table.placeholders] * rows)}"  # noqa: S608


@lru_cache(maxsize=512)
def _together(shape: tuple[tuple[_Table, int], ...]) -> str:
    inserts = [_insert(table, rows) for table, rows in shape]
    if len(inserts) == 1:
        return inserts[0]
    first = ", ".join(f"i{n} AS ({sql})" for n, sql in enumerate(inserts[:-1]))
    return f"WITH {first} {inserts[-1]}"


@lru_cache(maxsize=512)
def _numbered(shape: tuple[tuple[_Table, int], ...]) -> str:
    """The same statement with PostgreSQL's own placeholders: $1, $2, …"""
    pieces = _together(shape).split("%s")
    return pieces[0] + "".join(f"${number}{piece}" for number, piece in enumerate(pieces[1:], 1))


def _has_pre_save(field: models.Field[Any, Any]) -> bool:
    """Whether a field makes its value only when saved (auto_now, files)."""
    if isinstance(field, models.DateField | models.TimeField):
        return bool(field.auto_now or field.auto_now_add)
    return type(field).pre_save is not models.Field.pre_save


def _converter(field: models.Field[Any, Any], conn: BaseDatabaseWrapper) -> Convert:
    """value → parameter. The common types take a short way that gives exactly what the field itself would give."""
    if isinstance(field, models.ForeignKey):
        target = _converter(field.target_field, conn)
        return lambda value: None if value is None else target(value)
    kind = type(field)

    def thorough(value: Any) -> Any:
        if hasattr(value, "resolve_expression"):
            raise TypeError(f"{field.model.__name__}.{field.name}: give a value, not an expression or database default")
        return field.get_db_prep_save(value, conn)

    plain = _plain_types(kind, conn.vendor)
    if plain:
        return lambda value: value if type(value) in plain else thorough(value)
    if kind is models.UUIDField and conn.vendor == "sqlite":
        return lambda value: None if value is None else value.hex if type(value) is UUID else thorough(value)
    if kind is models.DateTimeField and conn.vendor == "postgresql":
        return lambda value: (
            value if value is None or (type(value) is datetime and value.tzinfo is not None) else thorough(value)
        )
    if kind is models.DateTimeField and conn.vendor == "sqlite" and conn.timezone_name == "UTC":
        return lambda value: (
            None
            if value is None
            else str(value.replace(tzinfo=None))
            if type(value) is datetime and value.tzinfo is UTC
            else thorough(value)
        )
    if kind is JSONField and isinstance(field, JSONField) and field.encoder is None:
        # As text: PostgreSQL takes the type from the column, which saves a wrapper; SQLite gets what the field would
        # write.
        encode = json.dumps if conn.vendor == "sqlite" else _COMPACT
        return lambda value: encode(value) if type(value) in (dict, list) else thorough(value)
    return thorough


_INTEGERS = (
    models.IntegerField,
    models.BigIntegerField,
    models.SmallIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.PositiveBigIntegerField,
)


def _plain_types(kind: type, vendor: str) -> tuple[type, ...]:
    """Types that both the field and the driver pass through unchanged."""
    if kind in (models.CharField, models.TextField, models.SlugField):
        return (str, type(None))
    if kind in _INTEGERS:
        return (int, type(None))
    if kind is models.FloatField:
        return (float, type(None))
    if kind is models.BooleanField:
        return (bool, type(None))
    if kind is models.BinaryField:
        return (bytes, type(None))
    if kind is models.UUIDField and vendor == "postgresql":
        return (UUID, type(None))
    return ()
