"""What an analyst must know of a spend analysis' books before believing its figures: counts of what is odd in them."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, union_all

from linkflow.domain.books import BillStatus, PaymentMethod, Period
from linkflow.domain.money import from_scaled
from linkflow.store import spend_ways as by
from linkflow.store.books_tables import DATED, bill_payment_allocations, bill_payments, bills, expenses


def first_day(connection: Connection, connection_id: str) -> date | None:
    """The earliest day of anything that counts."""
    every = union_all(*(select(func.min(t.c[day]).label("day")).where(*_live(t, connection_id)) for t, day in DATED))
    days = every.subquery()
    found: date | None = connection.scalar(select(func.min(days.c.day)))
    return found


def notes(connection: Connection, connection_id: str, *, period: Period, on: date) -> list[dict[str, Any]]:
    """Everything odd of which there is any: its `kind`, how many `rows`, and their `amount` in base currency.

    `period` is what the report covers, `on` the day of the pull.
    """
    found = {
        "paid-yet-due": _bills(connection_id, period, bills.c.status == BillStatus.PAID.value, bills.c.amount_due > 0),
        "negative-bills": _bills(connection_id, period, by.raw(bills.c.base_total) < 0),
        "unknown-method": _of(_paid_in(connection_id, period, lambda t, _: t.c.method == PaymentMethod.UNKNOWN.value)),
        "without-supplier": _of(_rows(connection_id, period, lambda t, _: t.c.supplier_id.is_(None))),
        "not-allocated": _not_allocated(connection_id, period),
        "allocated-to-nothing": _allocated_to_nothing(connection_id),
        "future-dated": _of(_rows(connection_id, None, lambda t, day: t.c[day] > on)),
        "before-the-report": _of(_rows(connection_id, None, lambda t, day: t.c[day] < period.first_month)),
    }
    every = {kind: connection.execute(query).one() for kind, query in found.items()}
    return [_note(kind, int(rows), int(amount)) for kind, (rows, amount) in every.items() if rows]


def _note(kind: str, rows: int, amount: int) -> dict[str, Any]:
    return {"kind": kind, "rows": rows, "amount": str(from_scaled(amount))}


def _bills(connection_id: str, period: Period, *conditions: ColumnElement[bool]) -> Select[Any]:
    mine = *by.counted_bills(connection_id), *by.within(bills.c.issued_on, period)
    return _counted(by.raw(bills.c.base_total)).where(*mine, *conditions)


def _rows(connection_id: str, period: Period | None, condition: Any, dated: Any = DATED) -> list[Select[Any]]:
    """How many rows of each kind meet a condition on the table and its day, and what they come to."""
    return [
        _counted(by.raw(table.c.base_total)).where(
            *_live(table, connection_id), *by.within(table.c[day], period), condition(table, day)
        )
        for table, day in dated
    ]


def _paid_in(connection_id: str, period: Period, condition: Any) -> list[Select[Any]]:
    return _rows(connection_id, period, condition, dated=((bill_payments, "paid_on"), (expenses, "spent_on")))


def _of(counted: list[Select[Any]]) -> Select[Any]:
    every = union_all(*counted).subquery()
    return select(by.total(every.c.rows), by.total(every.c.amount))


def _not_allocated(connection_id: str, period: Period) -> Select[Any]:
    """Payments of which not all is allocated to bills, in their own currency, and what is not, in that of the books."""
    part, payment = bill_payment_allocations, bill_payments
    # Parts rounded one by one need not add up to the rounded whole.
    own = by.raw(payment.c.total) - by.added(part.c.amount)
    left = (by.raw(payment.c.base_total) - by.added(part.c.base_amount)).label("amount")
    each = (
        select(left)
        .select_from(payment.outerjoin(part, by.same(part, "payment_id", payment)))
        .where(*by.posted(payment, connection_id), *by.within(payment.c.paid_on, period))
        .group_by(payment.c.external_id, payment.c.total, payment.c.base_total)
        .having(own > 0)
        .subquery()
    )
    return _counted(each.c.amount)


def _allocated_to_nothing(connection_id: str) -> Select[Any]:
    """Allocations to bills that are not among the books."""
    part = bill_payment_allocations
    lost = part.c.connection_id == connection_id, bills.c.external_id.is_(None)
    joined = part.outerjoin(bills, by.same(part, "bill_id", bills))
    return _counted(by.raw(part.c.base_amount)).select_from(joined).where(*lost)


def _counted(amount: ColumnElement[Any]) -> Select[Any]:
    return select(func.count().label("rows"), by.total(amount).label("amount"))


def _live(table: Any, connection_id: str) -> tuple[ColumnElement[bool], ...]:
    return by.counted_bills(connection_id) if table is bills else by.posted(table, connection_id)
