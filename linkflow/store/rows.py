"""From rows to frozen values and back: what every noun's module shares. A value's fields are its table's columns."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Select, Table, delete, insert, literal, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from linkflow.domain.errors import Conflict
from linkflow.domain.ports import Transaction

Value = TypeVar("Value")


def add(tx: Transaction, table: Table, value: Any) -> None:
    """Insert one value; raises `Conflict` when the database has one that rules it out."""
    try:
        tx.connection.execute(insert(table), asdict(value))
    except IntegrityError:
        raise Conflict(table=table.name) from None


def first(tx: Transaction, kind: type[Value], statement: Select[Any]) -> Value | None:
    """The one row of a query as a value, None when there is none."""
    row = tx.connection.execute(statement).mappings().one_or_none()
    return kind(**row) if row is not None else None


def every(tx: Transaction, kind: type[Value], statement: Select[Any], **keys: Any) -> tuple[Value, ...]:
    """The rows of a query as values, in its order; `keys` fill the bound names of a statement built once."""
    return tuple(kind(**row) for row in tx.connection.execute(statement, keys).mappings())


@dataclass(frozen=True)
class Latest(Generic[Value]):
    """Some rows, the youngest first; `older` is the id to go on from, None where these are the last."""

    rows: tuple[Value, ...]
    older: str | None


def latest(
    tx: Transaction, kind: type[Value], statement: Select[Any], *, at: Column[Any], size: int, before: str | None = None
) -> Latest[Value]:
    """Up to `size` rows by their time `at`, those older than the row `before`; from an unknown one on, the first.

    `statement` says which rows; the table that `at` is of gives their ids.
    """
    key = at.table.c.id
    if before is not None:
        mark = tx.connection.execute(statement.with_only_columns(at, key).where(key == before)).first()
        if mark is not None:
            statement = statement.where(tuple_(at, key) < tuple_(literal(mark[0], at.type), literal(mark[1])))
    found = every(tx, kind, statement.order_by(at.desc(), key.desc()).limit(size + 1))
    rows = found[:size]
    return Latest(rows, rows[-1].id if len(found) > size else None)  # type: ignore[attr-defined]  # every noun has one


def stretch(
    found: Sequence[Value], *, size: int, marked: bool, backwards: bool
) -> tuple[tuple[Value, ...], bool, bool]:
    """Up to `size` rows of a list in its order, and whether more stand before them and after.

    `found`: what was read, from a mark on where it is `marked`, against the order where `backwards`; one more than
    `size` where there are more.
    """
    more, rows = len(found) > size, tuple(found[:size])
    return (rows[::-1], more, True) if backwards else (rows, marked, more)


def change(tx: Transaction, table: Table, *conditions: Any, **values: Any) -> int:
    """Update the rows that meet every condition; answers how many there were, which decides every race.

    Raises `Conflict` when another row rules the new values out.
    """
    try:
        result = tx.connection.execute(update(table).where(*conditions).values(**values))
    except IntegrityError:
        raise Conflict(table=table.name) from None
    return int(result.rowcount)


def delete_some(tx: Transaction, table: Table, *conditions: Any, limit: int, **keys: Any) -> int:
    """Delete up to `limit` rows that meet every condition, whose bound names `keys` fill; answers how many went.

    Neither database has a DELETE with a LIMIT, so their keys are chosen first.
    """
    if limit <= 0:
        return 0
    columns = list(table.primary_key.columns)
    chosen = select(*columns).where(*conditions).limit(limit)
    return int(tx.connection.execute(delete(table).where(tuple_(*columns).in_(chosen)), keys).rowcount)
