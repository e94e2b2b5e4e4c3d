"""The rows behind the figures of a spend analysis, read one by one: whole for workbooks, a page at a time for lists.

Rows come connection by connection, in the order these are given, then by day and id; only what counts comes. However
many there are, a few hundred are in memory at once: read them inside `Database.reading()`, to the end or close them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, literal, or_, select, true, tuple_

from linkflow.domain.book_rows import BillLineRow, BillRow, CreditNoteRow, ExpenseRow, PaymentRow
from linkflow.domain.books import BillStatus, PaymentMethod, Period
from linkflow.domain.methods import MethodSource
from linkflow.domain.money import from_scaled
from linkflow.domain.ports import Transaction
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

AT_ONCE = 500
"""Rows taken from the database at a time."""


class Place(NamedTuple):
    """A row's place in a list, to go on after it."""

    connection_id: str
    day: date
    id: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows: all of them unless a field says otherwise; an empty `supplier_id` is of no supplier.

    The last four are about bills: anything due, paid late, without a due date, due in some days (both included).
    """

    supplier_id: str | None = None
    method: PaymentMethod | None = None
    outstanding: bool = False
    late: bool = False
    without_due_date: bool = False
    due: tuple[date | None, date | None] | None = None


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What a list adds up to, in base currency; `due` is 0 for what is no bill."""

    rows: int
    total: Decimal
    due: Decimal


EVERYTHING = Wanted()


def bill_rows(
    tx: Transaction,
    connection_ids: Sequence[str],
    *,
    period: Period | None,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int | None = None,
) -> Iterator[BillRow]:
    """The bills issued in a period, or all of them."""
    for connection_id, start in _from(connection_ids, after):
        chosen = _bills_of(connection_id, period, wanted)
        if limit is not None and wanted.method is None:
            # A page's bills are found by the index alone; how they were paid is asked of these only.
            keys = _page(chosen.with_only_columns(bills.c.external_id), bills, "issued_on", start, limit)
            found = tx.connection.execute(keys).scalars().all()
            chosen = _bills_of(connection_id, None, EVERYTHING).where(bills.c.external_id.in_(found))
        query = _page(_with_payment(chosen, connection_id, wanted), bills, "issued_on", start, limit)
        for row in _stream(tx, query):
            yield _bill(row)
            limit = None if limit is None else limit - 1
        if limit == 0:
            return


def bill_line_rows(tx: Transaction, connection_ids: Sequence[str], *, period: Period | None) -> Iterator[BillLineRow]:
    """The lines of the bills issued in a period, bill by bill."""
    for connection_id in connection_ids:
        for row in _stream(tx, _lines(connection_id, period)):
            yield BillLineRow(**row)


def credit_note_rows(
    tx: Transaction,
    connection_ids: Sequence[str],
    *,
    period: Period | None,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int | None = None,
) -> Iterator[CreditNoteRow]:
    """The credit notes issued in a period."""
    for connection_id, start in _from(connection_ids, after):
        query = _page(_credit_notes(connection_id, period, wanted), credit_notes, "issued_on", start, limit)
        for row in _stream(tx, query):
            yield CreditNoteRow(**{**row, "method": PaymentMethod(row["method"])})
            limit = None if limit is None else limit - 1
        if limit == 0:
            return


def payment_rows(
    tx: Transaction,
    connection_ids: Sequence[str],
    *,
    period: Period | None,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int | None = None,
) -> Iterator[PaymentRow]:
    """The bill payments made in a period."""
    for connection_id, start in _from(connection_ids, after):
        query = _page(_entries(bill_payments, connection_id, period, wanted), bill_payments, "paid_on", start, limit)
        for row in _stream(tx, query):
            yield PaymentRow(**_with_method(row))
            limit = None if limit is None else limit - 1
        if limit == 0:
            return


def expense_rows(
    tx: Transaction,
    connection_ids: Sequence[str],
    *,
    period: Period | None,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int | None = None,
) -> Iterator[ExpenseRow]:
    """The expenses of a period."""
    for connection_id, start in _from(connection_ids, after):
        query = _page(_entries(expenses, connection_id, period, wanted), expenses, "spent_on", start, limit)
        for row in _stream(tx, query):
            yield ExpenseRow(**_with_method(row))
            limit = None if limit is None else limit - 1
        if limit == 0:
            return


def bill_sums(tx: Transaction, connection_id: str, *, period: Period | None, wanted: Wanted = EVERYTHING) -> Sums:
    """What the bills of one connection add up to."""
    chosen = _bills_of(connection_id, period, wanted)
    if wanted.method is not None:
        chosen = _decided(chosen, connection_id, wanted)
    return _sums(tx, chosen, bills.c.base_total, bills.c.base_due)


def credit_note_sums(
    tx: Transaction, connection_id: str, *, period: Period | None, wanted: Wanted = EVERYTHING
) -> Sums:
    """What the credit notes of one connection add up to."""
    return _sums(tx, _credit_notes(connection_id, period, wanted), credit_notes.c.base_total)


def payment_sums(tx: Transaction, connection_id: str, *, period: Period | None, wanted: Wanted = EVERYTHING) -> Sums:
    """What the bill payments of one connection add up to."""
    return _sums(tx, _entries(bill_payments, connection_id, period, wanted), bill_payments.c.base_total)


def expense_sums(tx: Transaction, connection_id: str, *, period: Period | None, wanted: Wanted = EVERYTHING) -> Sums:
    """What the expenses of one connection add up to."""
    return _sums(tx, _entries(expenses, connection_id, period, wanted), expenses.c.base_total)


def _from(connection_ids: Sequence[str], after: Place | None) -> Iterator[tuple[str, Place | None]]:
    """The connections still to be read, the first of them from the place on."""
    if after is None or after.connection_id not in connection_ids:
        yield from ((one, None) for one in connection_ids)
        return
    start = list(connection_ids).index(after.connection_id)
    yield after.connection_id, after
    yield from ((one, None) for one in connection_ids[start + 1 :])


def _page(query: Select[Any], table: Table, day: str, start: Place | None, limit: int | None) -> Select[Any]:
    on, key = table.c[day], table.c.external_id
    if start is not None:
        place = tuple_(literal(start.day, on.type), literal(start.id, key.type))
        query = query.where(tuple_(on, key) > place)
    return query.order_by(on, key).limit(limit)


def _stream(tx: Transaction, query: Select[Any]) -> Iterator[dict[str, Any]]:
    with by.joining_by_hash(tx.connection):
        found = tx.connection.execute(query.execution_options(yield_per=AT_ONCE))
    with found:
        for row in found.mappings():
            yield dict(row)


def _sums(
    tx: Transaction, query: Select[Any], amount: ColumnElement[Any], due: ColumnElement[Any] | None = None
) -> Sums:
    left = literal(0) if due is None else by.total(by.when(bills.c.amount_due > 0, by.raw(due)))
    columns = func.count(), by.total(by.raw(amount)), left
    with by.joining_by_hash(tx.connection):
        rows, total, unpaid = tx.connection.execute(query.with_only_columns(*columns).order_by(None)).one()
    return Sums(rows=rows, total=from_scaled(int(total)), due=from_scaled(int(unpaid)))


def _bills_of(connection_id: str, period: Period | None, wanted: Wanted) -> Select[Any]:
    """The bills wanted, but for their method."""
    due = bills.c.due_on
    conditions = [*by.counted_bills(connection_id), *_in(bills.c.issued_on, period), *_of_supplier(bills, wanted)]
    if wanted.outstanding or wanted.due:
        conditions.append(bills.c.amount_due > 0)
    if wanted.late:
        conditions.append(_paid_late(connection_id))
    if wanted.without_due_date:
        conditions.append(due.is_(None))
    if wanted.due:
        first, last = wanted.due
        conditions += [due >= first if first else true(), due <= last if last else true(), due.is_not(None)]
    return select(bills.c.external_id).where(*conditions)


def _paid_late(connection_id: str) -> ColumnElement[bool]:
    part, payment = bill_payment_allocations, bill_payments
    same = and_(part.c.connection_id == payment.c.connection_id, part.c.payment_id == payment.c.external_id)
    of_bill = part.c.connection_id == connection_id, part.c.bill_id == bills.c.external_id
    late = select(1).select_from(part.join(payment, same)).where(*of_bill, *by.posted(payment, connection_id))
    return exists(late.where(payment.c.paid_on > bills.c.due_on).correlate(bills))


def _decided(chosen: Select[Any], connection_id: str, wanted: Wanted) -> Select[Any]:
    """The bills chosen, joined with how they were paid; of one method only, where one is wanted."""
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
    return found if wanted.method is None else found.where(way == wanted.method.value)


def _with_payment(chosen: Select[Any], connection_id: str, wanted: Wanted) -> Select[Any]:
    paid, due = by.paid(connection_id, of=chosen), bills.c.due_on
    names = ("connection_id", "number", "supplier_id", "issued_on", "due_on", "currency", "rate", "status")
    amounts = ("net", "tax", "total", "amount_due", "base_total", "base_due")
    return (
        _decided(chosen, connection_id, wanted)
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
        .outerjoin(suppliers, _same(bills, "supplier_id", suppliers))
    )


def _bill(row: dict[str, Any]) -> BillRow:
    last, due = row["last_paid_on"], row["due_on"]
    decided = {"method": PaymentMethod(row["method"]), "status": BillStatus(row["status"])}
    sums = {name: from_scaled(int(row[name])) for name in ("settled", "settled_days")}
    late = last is not None and due is not None and last > due
    return BillRow(**{**row, **decided, **sums, "late": late})


def _lines(connection_id: str, period: Period | None) -> Select[Any]:
    line = and_(bill_lines.c.connection_id == bills.c.connection_id, bill_lines.c.bill_id == bills.c.external_id)
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
        .join(bill_lines, line)
        .outerjoin(suppliers, _same(bills, "supplier_id", suppliers))
        .outerjoin(accounts, _same(bill_lines, "account_id", accounts))
        .where(*by.counted_bills(connection_id), *_in(bills.c.issued_on, period))
        .order_by(bills.c.issued_on, bills.c.external_id, bill_lines.c.position)
    )


def _credit_notes(connection_id: str, period: Period | None, wanted: Wanted) -> Select[Any]:
    note = credit_notes
    usual = by.usual(connection_id, supplier_id=wanted.supplier_id or None)
    way = func.coalesce(usual.c.method, by.UNKNOWN)
    names = ("connection_id", "number", "supplier_id", "issued_on", "currency", "rate", "total", "base_total")
    found = (
        select(note.c.external_id.label("id"), *(note.c[name] for name in names), _supplier(note), way.label("method"))
        .select_from(note)
        .outerjoin(usual, usual.c.supplier_id == note.c.supplier_id)
        .outerjoin(suppliers, _same(note, "supplier_id", suppliers))
        .where(*by.posted(note, connection_id), *_in(note.c.issued_on, period), *_of_supplier(note, wanted))
    )
    return found if wanted.method is None else found.where(way == wanted.method.value)


def _entries(table: Table, connection_id: str, period: Period | None, wanted: Wanted) -> Select[Any]:
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
        .outerjoin(suppliers, _same(table, "supplier_id", suppliers))
        .outerjoin(accounts, _same(table, "account_id", accounts))
        .where(*by.posted(table, connection_id), *_in(table.c[own], period), *_of_supplier(table, wanted))
    )
    return found if wanted.method is None else found.where(table.c.method == wanted.method.value)


def _with_method(row: dict[str, Any]) -> dict[str, Any]:
    decided = {"method": PaymentMethod(row["method"]), "method_source": MethodSource(row["method_source"])}
    return {**row, **decided}


def _in(day: ColumnElement[Any], period: Period | None) -> list[ColumnElement[bool]]:
    return [] if period is None else [day.between(period.first_month, period.ends_on)]


def _of_supplier(table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.supplier_id is None:
        return []
    named = table.c.supplier_id
    return [named == wanted.supplier_id if wanted.supplier_id else or_(named.is_(None), named == "")]


def _supplier(table: Table) -> ColumnElement[Any]:
    """The name, the id where the books have no such supplier."""
    return func.coalesce(suppliers.c.name, table.c.supplier_id).label("supplier")


def _same(table: Table, names: str, other: Table) -> ColumnElement[bool]:
    return and_(other.c.connection_id == table.c.connection_id, other.c.external_id == table.c[names])
