"""The queries of `book_rows.py`: which rows are wanted, with names resolved and methods decided."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, case, exists, func, or_, select, true

from linkflow.domain.books import PaymentMethod, Period
from linkflow.store import spend_ways as by
from linkflow.store.books_tables import (
    accounts,
    bill_lines,
    bill_payment_allocations,
    bill_payments,
    bills,
    credit_notes,
    expenses,
    suppliers,
)
from linkflow.store.dates import days_between


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows: all of them unless a field says otherwise; an empty `supplier_id` is of no supplier.

    `methods` are those wanted, if any are named. The last ones are about bills: anything due, paid late, with or
    without a due date, paid at least in part, due in some days (both included).
    """

    supplier_id: str | None = None
    methods: tuple[PaymentMethod, ...] = ()
    outstanding: bool = False
    late: bool = False
    without_due_date: bool = False
    with_due_date: bool = False
    settled: bool = False
    due: tuple[date | None, date | None] | None = None


EVERYTHING = Wanted()


def bills_of(connection_id: str, period: Period | None, wanted: Wanted) -> Select[Any]:
    """The bills wanted, but for their method."""
    due = by.due()
    conditions = [*by.counted_bills(connection_id), *by.within(bills.c.issued_on, period), *_of_supplier(bills, wanted)]
    if wanted.outstanding or wanted.due:
        conditions.append(bills.c.amount_due > 0)
    if wanted.late:
        conditions.append(_paid(connection_id, bill_payments.c.paid_on > due))
    if wanted.settled:
        conditions.append(_paid(connection_id))
    if wanted.without_due_date:
        conditions.append(due.is_(None))
    if wanted.with_due_date:
        conditions.append(due.is_not(None))
    if wanted.due:
        first, last = wanted.due
        conditions += [due >= first if first else true(), due <= last if last else true(), due.is_not(None)]
    return select(bills.c.external_id).where(*conditions)


def _paid(connection_id: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether any payment that meets the conditions is set against a bill."""
    part, payment = bill_payment_allocations, bill_payments
    of_bill = part.c.connection_id == connection_id, part.c.bill_id == bills.c.external_id
    joined = part.join(payment, by.same(part, "payment_id", payment))
    paid = select(1).select_from(joined).where(*of_bill, *by.posted(payment, connection_id))
    return exists(paid.where(*conditions).correlate(bills))


def decided(chosen: Select[Any], connection_id: str, wanted: Wanted) -> Select[Any]:
    """The bills chosen, joined with how they were paid; of some methods only, where any are wanted."""
    ways = by.ways(connection_id, of=chosen)
    usual = by.usual(connection_id, supplier_id=wanted.supplier_id or None)
    way = func.coalesce(ways.c.method, usual.c.method, by.UNKNOWN)
    found = (
        select(way.label("method"))
        .select_from(bills)
        .outerjoin(ways, ways.c.bill_id == bills.c.external_id)
        .outerjoin(usual, usual.c.supplier_id == bills.c.supplier_id)
        .where(bills.c.connection_id == connection_id, bills.c.external_id.in_(chosen))
    )
    return found.where(way.in_(wanted.methods)) if wanted.methods else found


def with_payment(chosen: Select[Any], connection_id: str, wanted: Wanted) -> Select[Any]:
    """The bills chosen as rows: names, and how they were paid."""
    paid, due = by.paid(connection_id, of=chosen), by.due()
    names = ("connection_id", "number", "supplier_id", "issued_on", "due_on", "currency", "rate", "status")
    amounts = ("net", "tax", "total", "amount_due", "base_total", "base_due")
    return (
        decided(chosen, connection_id, wanted)
        .add_columns(
            bills.c.external_id.label("id"),
            *(bills.c[name] for name in (*names, *amounts)),
            _supplier(bills),
            days_between(bills.c.issued_on, due).label("terms_days"),
            func.coalesce(paid.c.amount, 0).label("settled"),
            func.coalesce(paid.c.days, 0).label("settled_days"),
            paid.c.last_on.label("last_paid_on"),
        )
        .outerjoin(paid, paid.c.bill_id == bills.c.external_id)
        .outerjoin(suppliers, by.same(bills, "supplier_id", suppliers))
    )


def lines(connection_id: str, period: Period | None) -> Select[Any]:
    """The lines of the bills of a period, in the order of these."""
    plain = ("bill_id", "position", "description", "quantity", "unit_price", "net", "tax")
    return (
        select(
            bills.c.connection_id,
            bills.c.number.label("bill_number"),
            _supplier(bills),
            bills.c.issued_on,
            bills.c.currency,
            accounts.c.code.label("account_code"),
            accounts.c.name.label("account"),
            *(bill_lines.c[name] for name in plain),
        )
        .select_from(bills)
        .join(bill_lines, by.same(bill_lines, "bill_id", bills))
        .outerjoin(suppliers, by.same(bills, "supplier_id", suppliers))
        .outerjoin(accounts, by.same(bill_lines, "account_id", accounts))
        .where(*by.counted_bills(connection_id), *by.within(bills.c.issued_on, period))
        .order_by(bills.c.issued_on, bills.c.external_id, bill_lines.c.position)
    )


def notes(connection_id: str, period: Period | None, wanted: Wanted) -> Select[Any]:
    """The credit notes wanted, under their suppliers' usual methods."""
    note = credit_notes
    usual = by.usual(connection_id, supplier_id=wanted.supplier_id or None)
    way = func.coalesce(usual.c.method, by.UNKNOWN)
    names = ("connection_id", "number", "supplier_id", "issued_on", "currency", "rate", "total", "base_total")
    found = (
        select(note.c.external_id.label("id"), *(note.c[name] for name in names), _supplier(note), way.label("method"))
        .select_from(note)
        .outerjoin(usual, usual.c.supplier_id == note.c.supplier_id)
        .outerjoin(suppliers, by.same(note, "supplier_id", suppliers))
        .where(*by.posted(note, connection_id), *by.within(note.c.issued_on, period), *_of_supplier(note, wanted))
    )
    return found.where(way.in_(wanted.methods)) if wanted.methods else found


def entries(table: Table, connection_id: str, period: Period | None, wanted: Wanted) -> Select[Any]:
    """Payments or expenses."""
    own = "spent_on" if table is expenses else "paid_on"
    plain = ("connection_id", "supplier_id", "currency", "rate", "total", "base_total")
    names = (*plain, "method", "method_source", "note", own)
    paid_to = [table.c.contact_name.label("paid_to")] if table is expenses else []
    found = (
        select(
            table.c.external_id.label("id"),
            *(table.c[name] for name in names),
            *paid_to,
            _supplier(table),
            accounts.c.name.label("account"),
        )
        .select_from(table)
        .outerjoin(suppliers, by.same(table, "supplier_id", suppliers))
        .outerjoin(accounts, by.same(table, "account_id", accounts))
        .where(*by.posted(table, connection_id), *by.within(table.c[own], period), *_of_supplier(table, wanted))
    )
    return found.where(table.c.method.in_(wanted.methods)) if wanted.methods else found


def _of_supplier(table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.supplier_id is None:
        return []
    named = table.c.supplier_id
    return [named == wanted.supplier_id if wanted.supplier_id else or_(named.is_(None), named == "")]


def _supplier(table: Table) -> ColumnElement[Any]:
    """The name; where the books have no such supplier, as an expense calls it, else the id."""
    called = [case((table.c.supplier_id.is_not(None), table.c.contact_name))] if table is expenses else []
    return func.coalesce(suppliers.c.name, *called, table.c.supplier_id).label("supplier")
