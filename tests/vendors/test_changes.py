"""What somebody changes after a reading, at vendors that tell what changed: the next one brings it, and no more."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from linkflow import providers
from linkflow.domain.books import BillStatus, EntryStatus
from linkflow.domain.money import in_base
from linkflow.store.books_tables import DATED
from tests.vendors import vendor_ids
from tests.vendors.books import Books
from tests.vendors.choosing import day_of, first_day
from tests.vendors.documents import BILLS, EXPENSES, FIRST_PAID, NOTES, PAYMENTS
from tests.vendors.kit import OWNER
from tests.vendors.reading import Reading, reading_of

TELLING = [name for name in vendor_ids() if providers.load(name).INCREMENTAL]
RELISTING = [name for name in vendor_ids() if providers.relisted(providers.load(name))]
KINDS = {"bills": "bill", "bill_payments": "bill_payment", "credit_notes": "credit_note", "expenses": "expense"}


def stored(reading: Reading, books: Books) -> Counter[tuple[Any, ...]]:
    """What is kept and not void: kind, day, status and amount in the base currency, of the months that are read."""
    with reading.rig.ctx.database.reading() as tx:
        return Counter(
            (KINDS[table.name], *row)
            for table, day in DATED
            for row in tx.connection.execute(
                select(table.c[day], table.c.status, table.c.base_total).where(
                    table.c[day] >= first_day(books), table.c.status != "void"
                )
            )
        )


def expected(reading: Reading, books: Books) -> Counter[tuple[Any, ...]]:
    """The same of the books."""
    counted = [
        row
        for row in reading.vendor.kept(books)
        if row.record in KINDS.values() and day_of(row) >= first_day(books) and row.status != "void"
    ]
    return Counter((row.record, day_of(row), row.status.value, base_total(row, books)) for row in counted)


def base_total(row: Any, books: Books) -> Decimal:
    return in_base(row.total, currency=row.currency, rate=row.rate, base=books.base)


def after_some_changes(reading: Reading) -> Books:
    """In the latest block a bill, a payment with its bill, a credit and an expense are not as they were."""
    books = reading.vendor.people[OWNER][0]
    bills, payments = books.bills[-BILLS:], books.payments[-PAYMENTS:]
    void = {"status": EntryStatus.VOID}
    again = bills[FIRST_PAID]
    return reading.vendor.amend(
        books,
        replace(bills[2], status=BillStatus.VOID, amount_due=bills[2].total - bills[2].total),
        replace(again, status=BillStatus.OPEN, amount_due=again.total),
        replace(payments[1], **void),
        replace(books.credit_notes[-NOTES + 1], **void),
        replace(books.expenses[-EXPENSES + 1], **void),
    )


@pytest.mark.parametrize("known_as", TELLING)
def test_what_changed_is_read_and_nothing_else(known_as: str, tmp_path: Path) -> None:
    with reading_of(known_as, tmp_path, rows=40) as reading:
        reading.to_the_end()
        before = reading.vendor.people[OWNER][0]
        assert stored(reading, before) == expected(reading, before)
        reading.rig.clock.go_on(days=1)
        now = after_some_changes(reading)
        assert expected(reading, now) != expected(reading, before)
        reading.begin().to_the_end()
        assert reading.sync.state == "done"
        assert stored(reading, now) == expected(reading, now)
        brought = sum(part.rows for part in reading.parts() if part.name in KINDS)
        assert brought <= 8


@pytest.mark.parametrize("known_as", RELISTING)
def test_where_a_list_tells_what_is_unchanged_only_the_rest_is_asked_for_one_by_one(
    known_as: str, tmp_path: Path
) -> None:
    with reading_of(known_as, tmp_path, rows=40) as reading:
        reading.to_the_end()
        whole = reading.calls()
        reading.rig.clock.go_on(days=1)
        now = after_some_changes(reading)
        reading.begin().to_the_end()
        assert reading.sync.state == "done"
        assert stored(reading, now) == expected(reading, now)
        # The lists, what changed, and the few that are void.
        assert reading.calls() - whole < whole / 8


def test_there_are_such_vendors() -> None:
    assert TELLING
    assert RELISTING
