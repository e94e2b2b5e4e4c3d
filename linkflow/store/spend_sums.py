"""The sums of a spend analysis in SQL: the definition of `domain/spend.py`, added up in integers by the database.

A supplier that is not named is the empty id. Sums of amount × days stay below 9×10¹⁸ ten-thousandths: a hundred
billion of billed value at ninety days is a hundredth of that, and no bill runs for more than `LONGEST_DAYS`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from linkflow.domain.ageing import DAYS, AgeBucket, due_between
from linkflow.domain.books import Period
from linkflow.domain.measures import MEASURES
from linkflow.domain.methods import CARDS
from linkflow.store import spend_ways as by
from linkflow.store.books_tables import bill_payments, bills, credit_notes, expenses, suppliers
from linkflow.store.dates import days_between, month_of

COUNTS = frozenset({"bills", "outstanding_bills", "late_bills", "bills_without_due_date"}) | {
    "credit_notes",
    "payments",
    "expenses",
}
"""The measures that are numbers of rows; the others are amounts."""

_KEYS = ("month", "supplier_id", "method")


def monthly(connection: Connection, connection_id: str, *, period: Period) -> Iterator[dict[str, Any]]:
    """A row a month, supplier and method: every measure, amounts as the database's integers."""
    every = _decided(
        connection_id,
        _bills(connection_id, period),
        _entries(bill_payments, "paid_on", ("payments", "paid"), connection_id, period),
        _entries(expenses, "spent_on", ("expenses", "expensed"), connection_id, period),
        _credit_notes(connection_id, period),
    )
    keys = [every.c[name] for name in _KEYS]
    yield from _stream(connection, select(*keys, *(by.total(every.c[name]).label(name) for name in MEASURES)), keys)


def terms(connection: Connection, connection_id: str, *, period: Period) -> Iterator[dict[str, Any]]:
    """A row a month, supplier, method and days from issue to due date: how many bills, worth how much."""
    days = days_between(bills.c.issued_on, by.due()).label("days")
    amount = by.raw(bills.c.base_total).label("amount")
    every = _decided(connection_id, _with_way(connection_id, period, days, amount).where(by.due().is_not(None)))
    keys = [every.c[name] for name in (*_KEYS, "days")]
    counted = func.count().label("bills"), by.total(every.c.amount).label("billed")
    yield from _stream(connection, select(*keys, *counted), keys)


def ageing(connection: Connection, connection_id: str, *, on: date) -> Iterator[dict[str, Any]]:
    """A row a supplier and bucket at the day `on`: how many bills anything is due on, and how much."""
    due = by.due()
    first_days = [
        (due >= due_between(bucket, on=on)[0], bucket.value) for bucket in DAYS if bucket != AgeBucket.OVER_90
    ]
    bucket = case((due.is_(None), AgeBucket.NO_DUE_DATE.value), *first_days, else_=AgeBucket.OVER_90.value)
    supplier = _supplier(bills)
    keys = [supplier.label("supplier_id"), bucket.label("bucket")]
    counted = func.count().label("bills"), by.added(bills.c.base_due).label("outstanding")
    query = select(*keys, *counted).where(*by.counted_bills(connection_id), bills.c.amount_due > 0)
    yield from _stream(connection, query, [supplier, bucket])


def supplier_facts(connection: Connection, connection_id: str, *, on: date) -> Iterator[dict[str, Any]]:
    """A row a supplier that anything counted names: `SupplierFacts` and its name.

    Of one the books do not have, as the expenses call it: money is spent on customers, too; else its id.
    """
    seen = _seen(connection_id, on).cte("seen")
    usual = {
        "method_by_count": by.usual(connection_id),
        "method_by_amount": by.usual_by_amount(connection_id).cte("usual_by_amount"),
        "method_by_field": by.usual_by_field(connection_id).cte("usual_by_field"),
    }
    methods = [func.coalesce(one.c.method, by.UNKNOWN).label(name) for name, one in usual.items()]
    days = seen.c.last_bill_on, seen.c.last_expense_on, seen.c.last_card_on
    first = func.coalesce(suppliers.c.first_seen_on, seen.c.first_on).label("first_seen_on")
    name = func.coalesce(suppliers.c.name, seen.c.called, seen.c.supplier_id).label("name")
    known = (suppliers.c.connection_id == connection_id) & (suppliers.c.external_id == seen.c.supplier_id)
    source = seen.outerjoin(suppliers, known)
    for one in usual.values():
        source = source.outerjoin(one, one.c.supplier_id == seen.c.supplier_id)
    query = select(seen.c.supplier_id, name, *methods, *days, first).select_from(source)
    yield from _stream(connection, query, [])


def _seen(connection_id: str, on: date) -> Select[Any]:
    """Per supplier: the first day of anything that counts, and the last ones of bills, expenses and cards."""
    bill, spent = _days(bills, "issued_on", bill=True), _days(expenses, "spent_on", spent=True, card=on)
    paid, noted = _days(bill_payments, "paid_on", card=on), _days(credit_notes, "issued_on")
    every = union_all(
        bill.where(*by.counted_bills(connection_id)),
        spent.where(*by.posted(expenses, connection_id)),
        paid.where(*by.posted(bill_payments, connection_id)),
        noted.where(*by.posted(credit_notes, connection_id)),
    ).subquery()
    return select(
        every.c.supplier_id,
        func.min(every.c.day).label("first_on"),
        func.max(every.c.bill).label("last_bill_on"),
        func.max(every.c.spent).label("last_expense_on"),
        func.max(every.c.card).label("last_card_on"),
        func.max(every.c.called).label("called"),
    ).group_by(every.c.supplier_id)


def _days(table: Any, day: str, *, bill: bool = False, spent: bool = False, card: date | None = None) -> Select[Any]:
    on, never = table.c[day], case((literal(1) == 0, table.c[day]))
    by_card = _by_card(table) & (on <= card) if card else None
    called = case((table.c.supplier_id.is_not(None), table.c.contact_name)) if spent else cast(null(), Text)
    return select(
        _supplier(table).label("supplier_id"),
        on.label("day"),
        (on if bill else never).label("bill"),
        (on if spent else never).label("spent"),
        (never if by_card is None else case((by_card, on))).label("card"),
        called.label("called"),
    )


def _decided(connection_id: str, *rows: Select[Any]) -> Subquery:
    """Rows together, those without a method of their own under their supplier's usual one."""
    every, usual = union_all(*rows).subquery(), by.usual(connection_id)
    method = func.coalesce(every.c.own, usual.c.method, by.UNKNOWN).label("method")
    others = [column for column in every.c if column.name != "own"]
    joined = select(method, *others).select_from(every)
    return joined.outerjoin(usual, usual.c.supplier_id == every.c.supplier_id).subquery()


def _by_card(table: Any) -> ColumnElement[bool]:
    """Paid by card to a supplier that is named."""
    return and_(table.c.method.in_([method.value for method in CARDS]), table.c.supplier_id.is_not(None))


def _bills(connection_id: str, period: Period) -> Select[Any]:
    paid = by.paid(connection_id)
    total, due = by.raw(bills.c.base_total), by.due()
    outstanding, late, one = bills.c.amount_due > 0, paid.c.last_on > due, literal(1)
    values = {
        "bills": one,
        "billed": total,
        "outstanding_bills": by.when(outstanding, one),
        "outstanding": by.when(outstanding, by.raw(bills.c.base_due)),
        "late_bills": by.when(late, one),
        "late": by.when(late, total),
        "bills_without_due_date": by.when(due.is_(None), one),
        "with_terms": by.when(due.is_not(None), total),
        "terms_days": func.coalesce(total * days_between(bills.c.issued_on, due), 0),
        "settled": func.coalesce(paid.c.amount, 0),
        "settled_days": func.coalesce(paid.c.days, 0),
    }
    with_way = _with_way(connection_id, period, *_measures(values))
    return with_way.outerjoin(paid, paid.c.bill_id == bills.c.external_id)


def _with_way(connection_id: str, period: Period, *columns: ColumnElement[Any]) -> Select[Any]:
    """The bills of a period with their month, supplier, and the method that paid most of each."""
    ways, issued = by.ways(connection_id), bills.c.issued_on
    return (
        select(*_row(bills, issued, ways.c.method), *columns)
        .select_from(bills)
        .outerjoin(ways, ways.c.bill_id == bills.c.external_id)
        .where(*by.counted_bills(connection_id), *by.within(issued, period))
    )


def _entries(table: Any, day: str, names: tuple[str, str], connection_id: str, period: Period) -> Select[Any]:
    on, (count, amount) = table.c[day], names
    values = _measures({count: literal(1), amount: by.raw(table.c.base_total)})
    mine = *by.posted(table, connection_id), *by.within(on, period)
    return select(*_row(table, on, table.c.method), *values).where(*mine)


def _credit_notes(connection_id: str, period: Period) -> Select[Any]:
    issued = credit_notes.c.issued_on
    values = _measures({"credit_notes": literal(1), "credited": by.raw(credit_notes.c.base_total)})
    mine = *by.posted(credit_notes, connection_id), *by.within(issued, period)
    return select(*_row(credit_notes, issued, cast(null(), String)), *values).where(*mine)


def _row(table: Any, day: ColumnElement[Any], method: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [month_of(day).label("month"), _supplier(table).label("supplier_id"), method.label("own")]


def _measures(values: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """Every measure in order, 0 where `values` say nothing."""
    return [values.get(name, literal(0)).label(name) for name in MEASURES]


def _supplier(table: Any) -> ColumnElement[Any]:
    return func.coalesce(table.c.supplier_id, "")


def _stream(connection: Connection, query: Select[Any], keys: list[Any]) -> Iterator[dict[str, Any]]:
    """The rows of a query, by groups of `keys` where there are any, a few at a time, sums as plain integers."""
    grouped = query.group_by(*keys).order_by(*keys) if keys else query
    for row in by.stream(connection, grouped):
        yield {name: int(value) if name in _SUMS else value for name, value in row.items()}


_SUMS = frozenset(MEASURES)
