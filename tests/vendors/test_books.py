"""Made-up books agree with themselves, whatever their size."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from linkflow.domain.books import BillStatus, EntryStatus, LineKind, Statement, StatementLine
from linkflow.domain.statements import failed_checks
from tests.jobs.rig import START
from tests.vendors.books import Books
from tests.vendors.chart import account_id
from tests.vendors.choosing import kept_of_months

TODAY = START.date()


def test_statements_follow_from_the_documents_and_add_up() -> None:
    books = Books(today=TODAY, size=400)
    classes = {account.external_id: account.account_class for account in books.accounts}
    assert failed_checks(books.statements, classes, currency="GBP") == ()
    assert all(sum(amount for _, amount in books.closing(month)) == 0 for month in books.months)


@pytest.mark.parametrize("closes", [True, False])
def test_statements_are_what_the_ledger_holds_whether_or_not_a_year_is_closed(closes: bool) -> None:
    books = Books(today=TODAY, size=100)
    found: dict[tuple[Statement, date], dict[str, Decimal]] = {}
    for line in kept_of_months(books, books.statements, closes=closes):
        if isinstance(line, StatementLine) and line.kind is LineKind.LINE and line.amount:
            month, kept = line.period_end.replace(day=1), line.account_id in (None, account_id("3200"))
            lines = found.setdefault((line.statement, month), {})
            name = "kept" if kept else line.label
            lines[name] = lines.get(name, Decimal(0)) + line.amount
    for month in books.months[1:]:
        made = {entry.account.name: amount for entry, amount in books.made(month, month)}
        assert found[Statement.PROFIT_AND_LOSS, month] == made
        stood = {entry.account.name: amount for entry, amount in books.stood(month)}
        stood["kept"] = stood.pop("Retained earnings", Decimal(0)) + books.result(month)
        assert found[Statement.BALANCE_SHEET, month] == stood


def test_what_is_due_is_what_is_not_settled() -> None:
    books = Books(today=TODAY, size=100)
    settled: dict[str, Any] = {}
    for row in [*books.payments, *books.credit_notes]:
        for part in row.allocations if row.status is EntryStatus.POSTED else ():
            settled[part.bill_id] = settled.get(part.bill_id, 0) + part.amount
    for bill in books.bills:
        if bill.status is not BillStatus.VOID:
            assert bill.total - settled.get(bill.external_id, 0) == bill.amount_due, bill
        assert bill.total == bill.net + bill.tax == sum(line.net + line.tax for line in bill.lines)


def test_the_same_seed_gives_the_same_books_and_any_page_alone() -> None:
    books, again = Books(today=TODAY, size=1000), Books(today=TODAY, size=1000)
    assert books.bills[700:720] == list(again.bills)[700:720]
    assert books.bills[0] != Books(today=TODAY, size=1000, seed=2).bills[0]


def test_nothing_lies_in_the_future_and_every_case_is_there() -> None:
    books = Books(today=TODAY, size=400)
    days = [row.issued_on for row in books.bills] + [row.paid_on for row in books.payments]
    assert max(days) <= TODAY
    assert {bill.status for bill in books.bills} == set(BillStatus)
    assert {bill.currency for bill in books.bills} == {"GBP", "EUR", "USD", "JPY"}
    assert {None} < {bill.due_on for bill in books.bills}
    assert len({supplier.name for supplier in Books(today=TODAY, size=20_000).suppliers}) == 1000
