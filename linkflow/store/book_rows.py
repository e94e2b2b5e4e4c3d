"""The rows behind the figures of a spend analysis, read one by one: whole for workbooks, a page at a time for lists.

Rows come connection by connection, in the order these are given, then by day and id; only what counts comes. However
many there are, a few hundred are in memory at once: read them inside `Database.reading()`, to the end or close them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, func, literal, tuple_

from linkflow.domain.book_rows import BillLineRow, BillRow, CreditNoteRow, ExpenseRow, PaymentRow
from linkflow.domain.books import BillStatus, PaymentMethod, Period
from linkflow.domain.methods import MethodSource
from linkflow.domain.money import from_scaled
from linkflow.domain.ports import Transaction
from linkflow.store import book_queries as queries
from linkflow.store import spend_ways as by
from linkflow.store.book_queries import EVERYTHING, Wanted
from linkflow.store.books_tables import (
    bill_payments,
    bills,
    credit_notes,
    expenses,
)


class Place(NamedTuple):
    """A row's place in a list, to go on after it."""

    connection_id: str
    day: date
    id: str


_Query = Callable[[str, Place | None, int | None], Select[Any]]
"""The rows of a connection after a place, so many at most."""


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What a list adds up to, in base currency; `due` is 0 for what is no bill."""

    rows: int
    total: Decimal
    due: Decimal


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

    def query(connection_id: str, start: Place | None, left: int | None) -> Select[Any]:
        chosen = queries.bills_of(connection_id, period, wanted)
        if left is not None and not wanted.methods:
            # A page's bills are found by the index alone; how they were paid is asked of these only.
            keys = _page(chosen.with_only_columns(bills.c.external_id), bills, "issued_on", start, left)
            found = tx.connection.execute(keys).scalars().all()
            chosen = queries.bills_of(connection_id, None, EVERYTHING).where(bills.c.external_id.in_(found))
        return _page(queries.with_payment(chosen, connection_id, wanted), bills, "issued_on", start, left)

    return map(_bill, _listed(tx, connection_ids, query, after, limit))


def bill_line_rows(tx: Transaction, connection_ids: Sequence[str], *, period: Period | None) -> Iterator[BillLineRow]:
    """The lines of the bills issued in a period, bill by bill."""
    for connection_id in connection_ids:
        for row in by.stream(tx.connection, queries.lines(connection_id, period)):
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

    def query(connection_id: str, start: Place | None, left: int | None) -> Select[Any]:
        return _page(queries.notes(connection_id, period, wanted), credit_notes, "issued_on", start, left)

    for row in _listed(tx, connection_ids, query, after, limit):
        yield CreditNoteRow(**{**row, "method": PaymentMethod(row["method"])})


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
    for row in _listed(tx, connection_ids, _entries(bill_payments, "paid_on", period, wanted), after, limit):
        yield PaymentRow(**_with_method(row))


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
    for row in _listed(tx, connection_ids, _entries(expenses, "spent_on", period, wanted), after, limit):
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


def _entries(table: Table, day: str, period: Period | None, wanted: Wanted) -> _Query:
    def query(connection_id: str, start: Place | None, left: int | None) -> Select[Any]:
        return _page(queries.entries(table, connection_id, period, wanted), table, day, start, left)

    return query


def _listed(
    tx: Transaction, connection_ids: Sequence[str], query: _Query, after: Place | None, limit: int | None
) -> Iterator[dict[str, Any]]:
    """The rows of one connection after the other, up to `limit` of them all."""
    for connection_id, start in _from(connection_ids, after):
        for row in by.stream(tx.connection, query(connection_id, start, limit)):
            yield dict(row)
            limit = None if limit is None else limit - 1
        if limit == 0:
            return


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


def _sums(
    tx: Transaction, query: Select[Any], amount: ColumnElement[Any], due: ColumnElement[Any] | None = None
) -> Sums:
    left = literal(0) if due is None else by.total(by.when(bills.c.amount_due > 0, by.raw(due)))
    columns = func.count(), by.added(amount), left
    with by.joining_by_hash(tx.connection):
        rows, total, unpaid = tx.connection.execute(query.with_only_columns(*columns).order_by(None)).one()
    return Sums(rows=rows, total=from_scaled(int(total)), due=from_scaled(int(unpaid)))


def _bill(row: dict[str, Any]) -> BillRow:
    last, due = row["last_paid_on"], row["due_on"] if row["terms_days"] is not None else None
    decided = {"method": PaymentMethod(row["method"]), "status": BillStatus(row["status"])}
    sums = {name: from_scaled(int(row[name])) for name in ("settled", "settled_days")}
    late = last is not None and due is not None and last > due
    return BillRow(**{**row, **decided, **sums, "late": late})


def _with_method(row: dict[str, Any]) -> dict[str, Any]:
    decided = {"method": PaymentMethod(row["method"]), "method_source": MethodSource(row["method_source"])}
    return {**row, **decided}
