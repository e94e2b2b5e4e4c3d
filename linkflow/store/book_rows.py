"""The rows behind the figures of a spend analysis, read one by one: whole for workbooks, a page at a time for lists.

Rows of one connection come by day and id; only what counts comes. However many there are, a few hundred are in memory
at once: read them inside `Database.reading()`, to the end or close them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, Table, func, literal, tuple_

from linkflow.domain.book_rows import BillLineRow, BillRow, CreditNoteRow, ExpenseRow, PaymentRow
from linkflow.domain.books import BillStatus, PaymentMethod, Period
from linkflow.domain.methods import MethodSource
from linkflow.domain.money import from_scaled
from linkflow.domain.ports import Transaction
from linkflow.store import book_queries as queries
from linkflow.store import spend_ways as by
from linkflow.store.book_queries import EVERYTHING, Wanted
from linkflow.store.books_tables import bill_payments, bills, credit_notes, expenses


class Place(NamedTuple):
    """A row's place in the list of its connection, to go on after it."""

    connection_id: str
    day: date
    id: str


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What a list adds up to, in base currency; `due` is 0 for what is no bill."""

    rows: int
    total: Decimal
    due: Decimal


def bill_rows(
    tx: Transaction,
    connection_id: str,
    *,
    period: Period | None,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int | None = None,
) -> Iterator[BillRow]:
    """The bills issued in a period, or all of them."""
    chosen = queries.bills_of(connection_id, period, wanted)
    if limit is not None and not wanted.methods:
        # A page's bills are found by the index alone; how they were paid is asked of these only.
        keys = _page(chosen.with_only_columns(bills.c.external_id), bills, "issued_on", after, limit)
        found = tx.connection.execute(keys).scalars().all()
        chosen = queries.bills_of(connection_id, None, EVERYTHING).where(bills.c.external_id.in_(found))
    query = _page(queries.with_payment(chosen, connection_id, wanted), bills, "issued_on", after, limit)
    return map(_bill, by.stream(tx.connection, query))


def bill_line_rows(tx: Transaction, connection_id: str, *, period: Period | None) -> Iterator[BillLineRow]:
    """The lines of the bills issued in a period, bill by bill."""
    for row in by.stream(tx.connection, queries.lines(connection_id, period)):
        yield BillLineRow(**row)


def credit_note_rows(
    tx: Transaction,
    connection_id: str,
    *,
    period: Period | None,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int | None = None,
) -> Iterator[CreditNoteRow]:
    """The credit notes issued in a period."""
    query = _page(queries.notes(connection_id, period, wanted), credit_notes, "issued_on", after, limit)
    for row in by.stream(tx.connection, query):
        yield CreditNoteRow(**{**row, "method": PaymentMethod(row["method"])})


def payment_rows(
    tx: Transaction,
    connection_id: str,
    *,
    period: Period | None,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int | None = None,
) -> Iterator[PaymentRow]:
    """The bill payments made in a period."""
    chosen = queries.entries(bill_payments, connection_id, period, wanted)
    for row in by.stream(tx.connection, _page(chosen, bill_payments, "paid_on", after, limit)):
        yield PaymentRow(**_with_method(row))


def expense_rows(
    tx: Transaction,
    connection_id: str,
    *,
    period: Period | None,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int | None = None,
) -> Iterator[ExpenseRow]:
    """The expenses of a period."""
    chosen = queries.entries(expenses, connection_id, period, wanted)
    for row in by.stream(tx.connection, _page(chosen, expenses, "spent_on", after, limit)):
        yield ExpenseRow(**_with_method(row))


def bill_sums(tx: Transaction, connection_id: str, *, period: Period | None, wanted: Wanted = EVERYTHING) -> Sums:
    """What the bills of one connection add up to."""
    chosen = queries.bills_of(connection_id, period, wanted)
    if wanted.methods:
        chosen = queries.decided(chosen, connection_id, wanted)
    return _sums(tx, chosen, bills.c.base_total, bills.c.base_due)


def credit_note_sums(
    tx: Transaction, connection_id: str, *, period: Period | None, wanted: Wanted = EVERYTHING
) -> Sums:
    """What the credit notes of one connection add up to."""
    return _sums(tx, queries.notes(connection_id, period, wanted), credit_notes.c.base_total)


def payment_sums(tx: Transaction, connection_id: str, *, period: Period | None, wanted: Wanted = EVERYTHING) -> Sums:
    """What the bill payments of one connection add up to."""
    return _sums(tx, queries.entries(bill_payments, connection_id, period, wanted), bill_payments.c.base_total)


def expense_sums(tx: Transaction, connection_id: str, *, period: Period | None, wanted: Wanted = EVERYTHING) -> Sums:
    """What the expenses of one connection add up to."""
    return _sums(tx, queries.entries(expenses, connection_id, period, wanted), expenses.c.base_total)


def _page(query: Select[Any], table: Table, day: str, start: Place | None, limit: int | None) -> Select[Any]:
    on, key = table.c[day], table.c.external_id
    if start is not None:
        place = tuple_(literal(start.day, on.type), literal(start.id, key.type))
        query = query.where(tuple_(on, key) > place)
    return query.order_by(on, key).limit(limit)


def _sums(
    tx: Transaction, query: Select[Any], amount: ColumnElement[Any], due: ColumnElement[Any] | None = None
) -> Sums:
    left = literal(0) if due is None else by.total(by.when(bills.c.amount_due > 0, by.raw(due)))
    columns = func.count(), by.added(amount), left
    with by.joining_by_hash(tx.connection):
        rows, total, unpaid = tx.connection.execute(query.with_only_columns(*columns).order_by(None)).one()
    return Sums(rows=rows, total=from_scaled(int(total)), due=from_scaled(int(unpaid)))


def _bill(row: RowMapping) -> BillRow:
    last, due = row["last_paid_on"], row["due_on"] if row["terms_days"] is not None else None
    decided = {"method": PaymentMethod(row["method"]), "status": BillStatus(row["status"])}
    sums = {name: from_scaled(int(row[name])) for name in ("settled", "settled_days")}
    late = last is not None and due is not None and last > due
    return BillRow(**{**row, **decided, **sums, "late": late})


def _with_method(row: RowMapping) -> dict[str, Any]:
    decided = {"method": PaymentMethod(row["method"]), "method_source": MethodSource(row["method_source"])}
    return {**row, **decided}
