"""The sums of a spend analysis in SQL: the definition of `domain/spend.py`, added up in integers by the database.

Each query answers one row a supplier and method. Sums of amount × days stay below 9×10¹⁸ ten-thousandths: a hundred
billion of billed value at ninety days is a hundredth of that.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select

from linkflow.domain.books import PaymentMethod, Period
from linkflow.domain.measures import Measures
from linkflow.domain.money import from_scaled
from linkflow.domain.spend import Part
from linkflow.store import spend_ways as by
from linkflow.store.books_tables import bill_payments, bills, credit_notes, expenses
from linkflow.store.dates import days_between

_COUNTS = frozenset({"bills", "outstanding_bills", "late_bills", "bills_without_due_date"}) | {
    "credit_notes",
    "payments",
    "expenses",
}


def most_used(connection: Connection, connection_id: str) -> dict[str, PaymentMethod]:
    """Per supplier (external id) with any payment or expense: the method of most of them."""
    usual = by.usual(connection_id)
    return {supplier: PaymentMethod(method) for supplier, method in connection.execute(select(usual))}


def parts(connection: Connection, connection_id: str, *, period: Period) -> Iterator[Part]:
    """What each supplier and method contributes to the period."""
    queries = (
        _bills(connection_id, period),
        _entries(bill_payments, "paid_on", ("payments", "paid"), connection_id, period),
        _entries(expenses, "spent_on", ("expenses", "expensed"), connection_id, period),
        _credit_notes(connection_id, period),
    )
    with by.joining_by_hash(connection):
        found = [row for query in queries for row in connection.execute(query).mappings()]
    for row in found:
        measures = {name: _measure(name, value) for name, value in row.items() if name not in ("supplier", "way")}
        yield row["supplier"], PaymentMethod(row["way"]), Measures(**measures)


def _bills(connection_id: str, period: Period) -> Select[Any]:
    paid, ways, usual = by.paid(connection_id), by.ways(connection_id), by.usual(connection_id)
    total, due = by.raw(bills.c.base_total), bills.c.due_on
    outstanding, late = bills.c.amount_due > 0, paid.c.last_on > due
    way = func.coalesce(ways.c.method, usual.c.method, by.UNKNOWN)
    supplier = bills.c.supplier_id
    return (
        select(
            supplier.label("supplier"),
            way.label("way"),
            func.count().label("bills"),
            by.total(total).label("billed"),
            by.total(by.when(outstanding, literal(1))).label("outstanding_bills"),
            by.total(by.when(outstanding, by.raw(bills.c.base_due))).label("outstanding"),
            by.total(by.when(late, literal(1))).label("late_bills"),
            by.total(by.when(late, total)).label("late"),
            by.total(by.when(due.is_(None), literal(1))).label("bills_without_due_date"),
            by.total(by.when(due.is_not(None), total)).label("with_terms"),
            by.total(total * days_between(bills.c.issued_on, due)).label("terms_days"),
            by.total(paid.c.amount).label("settled"),
            by.total(paid.c.days).label("settled_days"),
        )
        .select_from(bills)
        .outerjoin(paid, paid.c.bill_id == bills.c.external_id)
        .outerjoin(ways, ways.c.bill_id == bills.c.external_id)
        .outerjoin(usual, usual.c.supplier_id == supplier)
        .where(
            *by.counted_bills(connection_id),
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
            by.total(by.raw(table.c.base_total)).label(amount),
        )
        .where(*by.posted(table, connection_id), table.c[day].between(period.first_month, period.ends_on))
        .group_by(supplier, method)
    )


def _credit_notes(connection_id: str, period: Period) -> Select[Any]:
    usual = by.usual(connection_id)
    supplier, way = credit_notes.c.supplier_id, func.coalesce(usual.c.method, by.UNKNOWN)
    return (
        select(
            supplier.label("supplier"),
            way.label("way"),
            func.count().label("credit_notes"),
            by.total(by.raw(credit_notes.c.base_total)).label("credited"),
        )
        .select_from(credit_notes)
        .outerjoin(usual, usual.c.supplier_id == supplier)
        .where(
            *by.posted(credit_notes, connection_id),
            credit_notes.c.issued_on.between(period.first_month, period.ends_on),
        )
        .group_by(supplier, way)
    )


def _measure(name: str, value: Any) -> Any:
    return int(value) if name in _COUNTS else from_scaled(int(value))
