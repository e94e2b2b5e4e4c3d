"""The books of one connection with as many bill lines as wanted, put straight into the tables: a million in seconds.

Four lines a bill, three years of bills from a thousand suppliers; nine in ten paid, some of them late or in two parts,
by every method; an expense for eight bills, a credit note for fifty.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table

from linkflow.domain.books import PaymentMethod
from linkflow.services.context import Context
from linkflow.store import books_tables as tables
from linkflow.store import reports, syncs
from linkflow.store.reports import Report
from linkflow.store.syncs import Sync
from tests.jobs.rig import Rows, add_rows

LINES, SUPPLIERS, ACCOUNTS, DAYS = 4, 1_000, 40, 1_095
BATCH = 20_000
_WAYS = [method.value for method in PaymentMethod]
_TERMS = (7, 14, 30, 30, 30, 45, 60)


def fill(ctx: Context, lines: int, *, until: date) -> tuple[Rows, str]:
    """A connection with that many bill lines up to a day; answers its ids and that of a report that waits."""
    rows = add_rows(ctx, data_types="spend_analysis")
    with ctx.database.transaction() as tx:
        for table, values in _records(rows.connection_id, lines // LINES, until):
            names = ", ".join(column.name for column in table.columns)
            marks = ", ".join("?" * len(table.columns))
            statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
            for batch in _batches(values):
                tx.connection.exec_driver_sql(statement, batch)
    return rows, _report(ctx, rows)


def _batches(values: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    batch: list[tuple[Any, ...]] = []
    for row in values:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _report(ctx: Context, rows: Rows) -> str:
    now, ids = ctx.now(), {"organization": "northbank", "connection_id": rows.connection_id}
    months = {"first_month": now.date().replace(day=1), "last_month": now.date().replace(day=1)}
    owner = {"company_id": rows.company_id, "consent_id": rows.consent_id, "data_types": "spend_analysis"}
    sync = Sync(id=ctx.new_id(), state="done", created_at=now, finished_at=now, **ids, **owner, **months)
    waiting = Report(id=ctx.new_id(), kind="spend_analysis", sync_id=sync.id, read_at=now, created_at=now, **ids)
    with ctx.database.transaction() as tx:
        syncs.add_sync(tx, sync, ())
        reports.add_report(tx, waiting)
    return waiting.id


def _records(of: str, bills: int, until: date) -> Iterator[tuple[Table, Iterable[tuple[Any, ...]]]]:
    """Each table with its rows, whose values stand in the order of its columns."""
    company = ("co", "Benchmark Ltd", "GBP", None, None, None, None, "[]", "[]", "[]", None)
    yield tables.book_companies, [(of, *company)]
    yield (
        tables.accounts,
        [(of, f"a{n:03}", f"Account {n}", "expense", str(n), *[None] * 3, 1, 0, 0) for n in range(ACCOUNTS)],
    )
    yield (
        tables.suppliers,
        ((of, f"s{n:05}", f"Supplier {n}", *[None] * 5, "[]", 1, "GBP", None, None) for n in range(SUPPLIERS)),
    )
    each = [_bill(n, bills, until) for n in range(bills)]
    yield tables.bills, ((of, *bill[0]) for bill in each)
    yield tables.bill_lines, ((of, *line) for n, bill in enumerate(each) for line in _lines(n, bill[1]))
    yield tables.bill_payments, ((of, *payment) for bill in each for payment, _ in bill[2])
    yield tables.bill_payment_allocations, ((of, *part) for bill in each for _, part in bill[2])
    yield tables.credit_notes, ((of, *_note(n, until)) for n in range(bills // 50))
    yield tables.expenses, ((of, *_expense(n, until)) for n in range(bills // 8))


def _bill(number: int, count: int, until: date) -> tuple[tuple[Any, ...], int, Sequence[Any]]:
    """A bill's row, its total in ten-thousandths, and its payments, each with its allocation."""
    chance = random.Random(number)
    key, supplier = f"b{number:07}", f"s{int(chance.random() ** 2 * SUPPLIERS):05}"
    issued = until - timedelta(days=DAYS - DAYS * number // count)
    due = issued + timedelta(days=chance.choice(_TERMS)) if number % 50 else None
    total = chance.randrange(LINES, 400_000) * 100
    paid_on = issued + timedelta(days=chance.randrange(70))
    is_paid = number % 10 != 0 and paid_on <= until
    left = 0 if is_paid else total
    amounts = (total, 0, total, left, total, left)
    row = (key, f"INV-{number}", supplier, issued.isoformat(), due and due.isoformat(), "GBP", None)
    shares = () if not is_paid else (total,) if number % 12 else (total // 3, total - total // 3)
    way = _WAYS[int(supplier[1:]) % len(_WAYS)] if number % 7 else chance.choice(_WAYS)
    how = (way, way, "field", None, "posted")
    payments = [
        (
            (f"p{number:07}{place}", supplier, paid_on.isoformat(), "a000", "GBP", None, part, part, *how),
            (f"p{number:07}{place}", 0, key, part, part),
        )
        for place, part in enumerate(shares)
    ]
    return (*row, "paid" if is_paid else "open", *amounts, None), total, payments


def _lines(number: int, total: int) -> Iterator[tuple[Any, ...]]:
    part = total // LINES
    for place in range(LINES):
        net = part if place else total - part * (LINES - 1)
        yield (f"b{number:07}", place, net, 0, f"a{(number + place) % ACCOUNTS:03}", "Goods and services", "1", None)


def _note(number: int, until: date) -> tuple[Any, ...]:
    day, total = until - timedelta(days=number % DAYS), number % 900 * 1_000 + 100
    return (f"n{number:06}", None, f"s{number % SUPPLIERS:05}", day.isoformat(), "GBP", None, total, total, "posted")


def _expense(number: int, until: date) -> tuple[Any, ...]:
    day, total, way = until - timedelta(days=number % DAYS), number % 900 * 1_000 + 100, _WAYS[number % len(_WAYS)]
    row = (f"e{number:06}", f"s{number % SUPPLIERS:05}", None, day.isoformat(), "a000", "GBP", None, total, total)
    return (*row, way, way, "field", None, "posted")
