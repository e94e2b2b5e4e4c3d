"""Keeping pulled records: once each, whole, and nothing lost without a reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from linkflow.domain.books import (
    Account,
    AccountClass,
    Allocation,
    Bill,
    BillLine,
    BillPayment,
    BillStatus,
    Company,
    CreditNote,
    Expense,
    ExpenseLine,
    Record,
    SetAside,
    Statement,
    StatementLine,
    Supplier,
)
from linkflow.store import books
from linkflow.store import books_tables as t
from linkflow.store.books_shapes import CHILDREN, TABLES
from linkflow.store.database import Database
from linkflow.store.tables import connections
from tests.store.rows import make_connection

DAY = date(2026, 1, 2)
COMPANY = Company(
    external_id="co",
    name="Abra",
    base_currency="GBP",
    addresses=("1 High St\nLeeds",),
    phones=("+44 1",),
    year_end="03-31",
)
CARD = Account(external_id="card", name="Visa", account_class=AccountClass.LIABILITY, is_card=True)
BILL = Bill(
    external_id="b1",
    supplier_id="s1",
    issued_on=DAY,
    currency="USD",
    rate=Decimal("0.80"),
    status=BillStatus.OPEN,
    net=Decimal("80.00"),
    tax=Decimal("20.00"),
    total=Decimal("100.00"),
    amount_due=Decimal("50.00"),
    lines=(BillLine(net=Decimal("60.00"), quantity=Decimal("0.3333")), BillLine(net=Decimal("20.00"), tax=Decimal(20))),
)
PAYMENT = BillPayment(
    external_id="p1",
    paid_on=DAY,
    currency="USD",
    rate=Decimal("0.80"),
    total=Decimal("50.00"),
    account_id="card",
    allocations=(Allocation(bill_id="b1", amount=Decimal("50.00")),),
)
NOTE = CreditNote(external_id="n1", issued_on=DAY, currency="GBP", total=Decimal(1), allocations=PAYMENT.allocations)
EXPENSE = Expense(
    external_id="e1", spent_on=DAY, currency="GBP", total=Decimal(1), lines=(ExpenseLine(net=Decimal(1)),)
)
LINE = StatementLine(
    external_id="l1", statement=Statement.PROFIT_AND_LOSS, period_end=DAY, label="Sales", amount=Decimal(1)
)
ALL: tuple[Record, ...] = (
    COMPANY,
    CARD,
    LINE,
    Supplier(external_id="s1", name="Paper", addresses=("x",)),
    BILL,
    PAYMENT,
    NOTE,
    EXPENSE,
)


def keep(database: Database, *records: Record, connection_id: str = "c1", sync_id: str = "y1") -> books.Kept:
    with database.transaction() as tx:
        return books.keep(tx, records, connection_id=connection_id, sync_id=sync_id)


def counts(database: Database) -> dict[str, int]:
    tables = [*TABLES.values(), *(children.table for children in CHILDREN.values())]
    with database.reading() as tx:
        return {table.name: tx.connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@pytest.fixture(autouse=True)
def connection(database: Database) -> None:
    with database.transaction() as tx:
        make_connection(tx.connection)


def test_every_kind_of_record_is_kept_once_however_often_it_is_pulled(database: Database) -> None:
    for _ in range(3):
        assert keep(database, *ALL) == books.Kept(8, ())
    expected = dict.fromkeys(counts(database), 1) | {"bill_lines": 2}
    assert counts(database) == expected


def test_a_changed_record_replaces_itself_and_its_lines(database: Database) -> None:
    keep(database, *ALL)
    keep(database, replace(BILL, status=BillStatus.PAID, amount_due=Decimal(0), lines=BILL.lines[:1]))
    with database.reading() as tx:
        kept = tx.connection.execute(select(t.bills.c.status, t.bills.c.base_due)).one()
        assert tuple(kept) == ("paid", Decimal(0))
    assert counts(database)["bill_lines"] == 1


def test_the_same_record_twice_on_a_page_counts_as_its_last_version(database: Database) -> None:
    assert keep(database, COMPANY, BILL, replace(BILL, number="2")).records == 2
    with database.reading() as tx:
        assert tx.connection.scalars(select(t.bills.c.number)).all() == ["2"]


def test_base_amounts_are_worked_out_once_a_row(database: Database) -> None:
    keep(database, *ALL)
    with database.reading() as tx:
        bill = tx.connection.execute(select(t.bills.c.base_total, t.bills.c.base_due)).one()
        part = tx.connection.scalar(select(t.bill_payment_allocations.c.base_amount))
        assert (*bill, part) == (Decimal("80.00"), Decimal("40.00"), Decimal("40.00"))


def test_the_method_is_kept_with_what_it_was_read_from_also_from_an_earlier_page(database: Database) -> None:
    keep(database, COMPANY, CARD)
    keep(database, PAYMENT)
    with database.reading() as tx:
        found = tx.connection.execute(select(t.bill_payments.c.method, t.bill_payments.c.method_source)).one()
        assert tuple(found) == ("credit_card", "account")


def test_what_cannot_be_kept_is_handed_back_with_its_reason_and_the_rest_is_kept(database: Database) -> None:
    broken = replace(BILL, external_id="b2", total=Decimal("1.00001"))
    kept = keep(database, COMPANY, BILL, broken)
    assert kept == books.Kept(2, (SetAside("bill", "b2", "total: the amount has more than four decimals"),))


def test_the_tenants_currency_serves_until_the_company_is_in(database: Database) -> None:
    keep(database, BILL)
    with database.reading() as tx:
        assert tx.connection.scalar(select(t.bills.c.base_total)) == Decimal("80.00")


def test_without_any_base_currency_amounts_are_refused_but_accounts_are_not(database: Database) -> None:
    with database.transaction() as tx:
        make_connection(tx.connection, "c2", currency=None)
    keep(database, CARD, LINE, connection_id="c2")
    with pytest.raises(LookupError):
        keep(database, BILL, connection_id="c2")


def test_two_connections_never_share_a_row(database: Database) -> None:
    with database.transaction() as tx:
        make_connection(tx.connection, "c2")
    keep(database, *ALL)
    keep(database, *ALL, connection_id="c2")
    assert counts(database)["bills"] == 2


def test_books_go_with_their_connection(database: Database) -> None:
    keep(database, *ALL)
    with database.transaction() as tx:
        tx.connection.execute(connections.delete())
    assert set(counts(database).values()) == {0}


def test_a_page_is_cut_into_batches_that_one_transaction_may_write(database: Database) -> None:
    bills = [replace(BILL, external_id=str(number)) for number in range(1000)]
    batches = list(books.in_batches(bills))
    assert [len(batch) for batch in batches] == [666, 334]
    giant = replace(BILL, lines=BILL.lines * 1500)
    assert [len(batch) for batch in books.in_batches([BILL, giant, BILL])] == [1, 1, 1]
    with pytest.raises(ValueError, match="more than 2000 rows"):
        keep(database, *bills)


def test_statement_lines_that_a_later_pull_no_longer_sees_are_dropped(database: Database) -> None:
    keep(database, LINE, replace(LINE, external_id="gone"))
    keep(database, LINE, sync_id="y2")
    with database.transaction() as tx:
        books.forget_other_statements(tx, connection_id="c1", sync_id="y2")
        assert tx.connection.scalars(select(t.statement_lines.c.external_id)).all() == ["l1"]
