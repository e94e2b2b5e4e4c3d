"""Many rows written at once, the same on both databases: inserted, or inserted or updated by primary key.

SQLAlchemy writes the statement and says how its types are bound, once; what is left for each row is to bind its values.
Its own way costs as much again for each of them, and a pull writes hundreds of thousands.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

_Bind = Callable[[Any], Any] | None


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write `rows`, each with every column it is to have; no key may come twice."""
    _write(connection, _prepared(table, tuple(rows[0]), connection.dialect, is_upsert=True), rows)


def insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write `rows`, all of the same columns; none of them is there."""
    _write(connection, _prepared(table, tuple(rows[0]), connection.dialect, is_upsert=False), rows)


@dataclass(frozen=True)
class _Prepared:
    """A statement as the driver takes it; `binds` are its parameters in their order, each with what makes it its."""

    text: str
    binds: tuple[tuple[str, _Bind], ...]
    by_place: bool


def _write(connection: Connection, prepared: _Prepared, rows: Sequence[Mapping[str, Any]]) -> None:
    binds = prepared.binds
    values: list[Any]
    if prepared.by_place:
        values = [tuple([bind(row[name]) if bind else row[name] for name, bind in binds]) for row in rows]
    else:
        values = [{name: bind(row[name]) if bind else row[name] for name, bind in binds} for row in rows]
    connection.exec_driver_sql(prepared.text, values)


@lru_cache(maxsize=256)
def _prepared(table: Table, names: tuple[str, ...], dialect: Dialect, *, is_upsert: bool) -> _Prepared:
    statement: Any = postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)
    if is_upsert:
        keys = [column.name for column in table.primary_key]
        changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup if compiled.positional else names
    binds = tuple((name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order)
    return _Prepared(str(compiled), binds, by_place=compiled.positional)
