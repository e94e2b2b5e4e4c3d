"""How bills were paid, in SQL: what was allocated to each, the method it belongs to, and each supplier's usual one.

What other queries of the books are put together from stands here too: which rows count, of which days, whose they are,
and how amounts add up. The definition is `domain/spend.py`'s; sums over months and lists of rows both stand on these,
so that they agree. Amounts are the database's integers, ten-thousandths of the base currency.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    case,
    func,
    select,
    text,
    type_coerce,
    union_all,
)

from linkflow.domain.books import EntryStatus, PaymentMethod, Period
from linkflow.domain.methods import MethodSource
from linkflow.domain.spend import COUNTED, LONGEST_DAYS
from linkflow.store.books_tables import bill_payment_allocations, bill_payments, bills, expenses
from linkflow.store.dates import days_between

UNKNOWN = PaymentMethod.UNKNOWN.value
AT_ONCE = 500
"""Rows taken from the database at a time."""


@contextmanager
def joining_by_hash(connection: Connection) -> Iterator[None]:
    """PostgreSQL takes the ranked subqueries for a handful of rows and would run them again for every bill."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    connection.execute(text("SET LOCAL enable_nestloop TO DEFAULT"))


def stream(connection: Connection, query: Select[Any]) -> Iterator[RowMapping]:
    """The rows of a query, a few at a time."""
    with joining_by_hash(connection):
        found = connection.execute(query.execution_options(yield_per=AT_ONCE))
    with found:
        yield from found.mappings()


def counted_bills(connection_id: str) -> tuple[ColumnElement[bool], ...]:
    """The bills of a connection that count."""
    return bills.c.connection_id == connection_id, bills.c.status.in_([one.value for one in COUNTED])


def posted(table: Any, connection_id: str) -> tuple[ColumnElement[bool], ...]:
    """The payments, credit notes or expenses of a connection that count."""
    return table.c.connection_id == connection_id, table.c.status == EntryStatus.POSTED.value


def within(day: ColumnElement[Any], period: Period | None) -> tuple[ColumnElement[bool], ...]:
    """The rows of a period, or all of them."""
    return () if period is None else (day.between(period.first_month, period.ends_on),)


def same(table: Table, name: str, other: Table) -> ColumnElement[bool]:
    """The row of another table, of the same connection, whose external id a column of this one names."""
    return and_(other.c.connection_id == table.c.connection_id, other.c.external_id == table.c[name])


def paid(connection_id: str, *, of: Select[Any] | None = None) -> CTE:
    """Per bill (of those whose ids `of` selects): what was allocated, that times its days, and the last date."""
    part = _allocated(connection_id, of).cte("allocated")
    bill = and_(bills.c.connection_id == connection_id, bills.c.external_id == part.c.bill_id)
    days = days_between(bills.c.issued_on, part.c.paid_on)
    return (
        select(
            part.c.bill_id,
            total(when(is_meant(part.c.paid_on), part.c.amount)).label("amount"),
            total(when(is_meant(part.c.paid_on), part.c.amount * days)).label("days"),
            func.max(part.c.paid_on).label("last_on"),
        )
        .join(bills, bill)
        .group_by(part.c.bill_id)
        .cte("paid")
    )


def ways(connection_id: str, *, of: Select[Any] | None = None) -> CTE:
    """Per bill (of those whose ids `of` selects): the method that paid most of it."""
    part = _allocated(connection_id, of).subquery()
    order = (total(part.c.amount).desc(), func.max(part.c.paid_on).desc(), part.c.method)
    rank = func.row_number().over(partition_by=part.c.bill_id, order_by=order)
    ranked = select(part.c.bill_id, part.c.method, rank.label("place")).group_by(part.c.bill_id, part.c.method)
    return _first(ranked, "bill_id").cte("ways")


def usual(connection_id: str, *, supplier_id: str | None = None) -> CTE:
    """Per supplier, or of one: the method of most payments and expenses."""
    used = _used(connection_id, supplier_id).subquery()
    return _first(_ranked(used, func.count().desc(), total(used.c.amount).desc()), "supplier_id").cte("usual")


def usual_by_amount(connection_id: str) -> Select[Any]:
    """Per supplier: the method of the largest amount of payments and expenses (tie: of most of them)."""
    used = _used(connection_id, None).subquery()
    return _first(_ranked(used, total(used.c.amount).desc(), func.count().desc()), "supplier_id")


def usual_by_field(connection_id: str) -> Select[Any]:
    """Per supplier: the method of most payments and expenses whose method the software itself states."""
    every = _used(connection_id, None).subquery()
    used = select(every).where(every.c.source == MethodSource.FIELD.value).subquery()
    return _first(_ranked(used, func.count().desc(), total(used.c.amount).desc()), "supplier_id")


def is_meant(day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a day is near enough to a bill's to be none of a mistake; amounts times days then fit into integers."""
    return days_between(bills.c.issued_on, day).between(-LONGEST_DAYS, LONGEST_DAYS)


def due() -> ColumnElement[Any]:
    """When a bill is due: `due_day`."""
    return case((is_meant(bills.c.due_on), bills.c.due_on))


def raw(column: ColumnElement[Any]) -> ColumnElement[int]:
    """The integer in the database."""
    return type_coerce(column, BigInteger)


def total(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The sum, 0 of nothing."""
    return func.coalesce(func.sum(value), 0)


def added(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The sum of a column's integers, 0 of nothing."""
    return total(raw(column))


def when(condition: ColumnElement[bool], value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value where the condition holds, else 0."""
    return case((condition, value), else_=0)


def _allocated(connection_id: str, of: Select[Any] | None) -> Select[Any]:
    """Every allocation of a posted payment, with its date and method."""
    part, payment = bill_payment_allocations, bill_payments
    amount = raw(part.c.base_amount).label("amount")
    every = (
        select(part.c.bill_id, payment.c.method, payment.c.paid_on, amount)
        .join(payment, same(part, "payment_id", payment))
        .where(*posted(payment, connection_id))
    )
    if of is None:
        return every
    return every.where(part.c.connection_id == connection_id, part.c.bill_id.in_(of))


def _used(connection_id: str, supplier_id: str | None) -> Any:
    """Every payment and expense to a supplier."""
    return union_all(
        *(
            select(
                table.c.supplier_id,
                table.c.method,
                table.c.method_source.label("source"),
                raw(table.c.base_total).label("amount"),
            ).where(
                *posted(table, connection_id),
                table.c.supplier_id.is_not(None) if supplier_id is None else table.c.supplier_id == supplier_id,
            )
            for table in (bill_payments, expenses)
        )
    )


def _ranked(used: Any, *order: ColumnElement[Any]) -> Select[Any]:
    rank = func.row_number().over(partition_by=used.c.supplier_id, order_by=(*order, used.c.method))
    ranked = select(used.c.supplier_id, used.c.method, rank.label("place"))
    return ranked.group_by(used.c.supplier_id, used.c.method)


def _first(ranked: Select[Any], key: str) -> Select[Any]:
    """The method in first place for each `key`.

    There is one, so the grouping changes nothing but the plan: without it SQLite looks through all of them for each
    bill, a minute's work for thirty thousand.
    """
    rows = ranked.subquery()
    first = select(rows.c[key], func.min(rows.c.method).label("method"))
    return first.where(rows.c.place == 1).group_by(rows.c[key])
