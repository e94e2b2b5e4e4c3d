"""The sums of a spend analysis in SQL: the definition of `domain/spend.py`, added up in integers by the database.

Each query answers one row a supplier and method. Sums of amount × days stay below 9×10¹⁸ ten-thousandths: a hundred
billion of billed value at ninety days is a hundredth of that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal,
    select,
    text,
    type_coerce,
    union_all,
)

from linkflow.domain.books import EntryStatus, PaymentMethod, Period
from linkflow.domain.measures import Measures
from linkflow.domain.money import from_scaled
from linkflow.domain.spend import COUNTED, Part
from linkflow.store.books_tables import bill_payment_allocations, bill_payments, bills, credit_notes, expenses
from linkflow.store.dates import days_between

_POSTED = EntryStatus.POSTED.value
_UNKNOWN = PaymentMethod.UNKNOWN.value
_COUNTS = frozenset({"bills", "outstanding_bills", "late_bills", "bills_without_due_date"}) | {
    "credit_notes",
    "payments",
    "expenses",
}


def most_used(connection: Connection, connection_id: str) -> dict[str, PaymentMethod]:
    """Per supplier (external id) with any payment or expense: the method of most of them."""
    usual = _usual(connection_id)
    return {supplier: PaymentMethod(method) for supplier, method in connection.execute(select(usual))}


def parts(connection: Connection, connection_id: str, *, period: Period) -> Iterator[Part]:
    """What each supplier and method contributes to the period."""
    queries = (
        _bills(connection_id, period),
        _entries(bill_payments, "paid_on", ("payments", "paid"), connection_id, period),
        _entries(expenses, "spent_on", ("expenses", "expensed"), connection_id, period),
        _credit_notes(connection_id, period),
    )
    with _joining_by_hash(connection):
        found = [row for query in queries for row in connection.execute(query).mappings()]
    for row in found:
        measures = {name: _measure(name, value) for name, value in row.items() if name not in ("supplier", "way")}
        yield row["supplier"], PaymentMethod(row["way"]), Measures(**measures)


@contextmanager
def _joining_by_hash(connection: Connection) -> Iterator[None]:
    """PostgreSQL takes the ranked subqueries for a handful of rows and would run them again for every bill."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    connection.execute(text("SET LOCAL enable_nestloop TO DEFAULT"))


def _bills(connection_id: str, period: Period) -> Select[Any]:
    paid, ways, usual = _paid(connection_id), _ways(connection_id), _usual(connection_id)
    total, due = _raw(bills.c.base_total), bills.c.due_on
    outstanding, late = bills.c.amount_due > 0, paid.c.last_on > due
    way = func.coalesce(ways.c.method, usual.c.method, _UNKNOWN)
    supplier = bills.c.supplier_id
    return (
        select(
            supplier.label("supplier"),
            way.label("way"),
            func.count().label("bills"),
            _sum(total).label("billed"),
            _sum(_when(outstanding, literal(1))).label("outstanding_bills"),
            _sum(_when(outstanding, _raw(bills.c.base_due))).label("outstanding"),
            _sum(_when(late, literal(1))).label("late_bills"),
            _sum(_when(late, total)).label("late"),
            _sum(_when(due.is_(None), literal(1))).label("bills_without_due_date"),
            _sum(_when(due.is_not(None), total)).label("with_terms"),
            _sum(total * days_between(bills.c.issued_on, due)).label("terms_days"),
            _sum(paid.c.amount).label("settled"),
            _sum(paid.c.days).label("settled_days"),
        )
        .select_from(bills)
        .outerjoin(paid, paid.c.bill_id == bills.c.external_id)
        .outerjoin(ways, ways.c.bill_id == bills.c.external_id)
        .outerjoin(usual, usual.c.supplier_id == supplier)
        .where(
            bills.c.connection_id == connection_id,
            bills.c.status.in_([status.value for status in COUNTED]),
            bills.c.issued_on.between(period.first_month, period.ends_on),
        )
        .group_by(supplier, way)
    )


def _entries(table: Any, day: str, names: tuple[str, str], connection_id: str, period: Period) -> Select[Any]:
    count, amount = names
    supplier, method = table.c.supplier_id, table.c.method
    return (
        select(
            supplier.label("supplier"),
            method.label("way"),
            func.count().label(count),
            _sum(_raw(table.c.base_total)).label(amount),
        )
        .where(*_live(table, connection_id), table.c[day].between(period.first_month, period.ends_on))
        .group_by(supplier, method)
    )


def _credit_notes(connection_id: str, period: Period) -> Select[Any]:
    usual = _usual(connection_id)
    supplier, way = credit_notes.c.supplier_id, func.coalesce(usual.c.method, _UNKNOWN)
    return (
        select(
            supplier.label("supplier"),
            way.label("way"),
            func.count().label("credit_notes"),
            _sum(_raw(credit_notes.c.base_total)).label("credited"),
        )
        .select_from(credit_notes)
        .outerjoin(usual, usual.c.supplier_id == supplier)
        .where(
            *_live(credit_notes, connection_id),
            credit_notes.c.issued_on.between(period.first_month, period.ends_on),
        )
        .group_by(supplier, way)
    )


def _allocated(connection_id: str) -> Select[Any]:
    """Every allocation of a posted payment, with its date and method."""
    part, payment = bill_payment_allocations, bill_payments
    same = and_(part.c.connection_id == payment.c.connection_id, part.c.payment_id == payment.c.external_id)
    amount = _raw(part.c.base_amount).label("amount")
    return (
        select(part.c.bill_id, payment.c.method, payment.c.paid_on, amount)
        .join(payment, same)
        .where(*_live(payment, connection_id))
    )


def _paid(connection_id: str) -> CTE:
    """Per bill: what was allocated, that times its days, and the last date."""
    part = _allocated(connection_id).cte("allocated")
    bill = and_(bills.c.connection_id == connection_id, bills.c.external_id == part.c.bill_id)
    days = days_between(bills.c.issued_on, part.c.paid_on)
    return (
        select(
            part.c.bill_id,
            _sum(part.c.amount).label("amount"),
            _sum(part.c.amount * days).label("days"),
            func.max(part.c.paid_on).label("last_on"),
        )
        .join(bills, bill)
        .group_by(part.c.bill_id)
        .cte("paid")
    )


def _ways(connection_id: str) -> CTE:
    """Per bill: the method that paid most of it."""
    part = _allocated(connection_id).subquery()
    order = (_sum(part.c.amount).desc(), func.max(part.c.paid_on).desc(), part.c.method)
    rank = func.row_number().over(partition_by=part.c.bill_id, order_by=order)
    ranked = select(part.c.bill_id, part.c.method, rank.label("place")).group_by(part.c.bill_id, part.c.method)
    return _first(ranked, "bill_id").cte("ways")


def _usual(connection_id: str) -> CTE:
    """Per supplier: the method of most payments and expenses."""
    every = union_all(
        *(
            select(table.c.supplier_id, table.c.method, _raw(table.c.base_total).label("amount")).where(
                *_live(table, connection_id), table.c.supplier_id.is_not(None)
            )
            for table in (bill_payments, expenses)
        )
    ).subquery()
    order = (func.count().desc(), _sum(every.c.amount).desc(), every.c.method)
    rank = func.row_number().over(partition_by=every.c.supplier_id, order_by=order)
    ranked = select(every.c.supplier_id, every.c.method, rank.label("place"))
    return _first(ranked.group_by(every.c.supplier_id, every.c.method), "supplier_id").cte("usual")


def _first(ranked: Select[Any], key: str) -> Select[Any]:
    """The method in first place for each `key`.

    There is one, so the grouping changes nothing but the plan: without it SQLite looks through all of them for each
    bill, a minute's work for thirty thousand.
    """
    rows = ranked.subquery()
    first = select(rows.c[key], func.min(rows.c.method).label("method"))
    return first.where(rows.c.place == 1).group_by(rows.c[key])


def _live(table: Any, connection_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.connection_id == connection_id, table.c.status == _POSTED


def _raw(column: ColumnElement[Any]) -> ColumnElement[int]:
    """The integer in the database."""
    return type_coerce(column, BigInteger)


def _sum(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(value), 0)


def _when(condition: ColumnElement[bool], value: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, value), else_=0)


def _measure(name: str, value: Any) -> Any:
    return int(value) if name in _COUNTS else from_scaled(int(value))
