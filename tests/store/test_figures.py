"""Figures from the store: the same, to the cent, as the plain definition says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, example, given, settings

from linkflow.domain.books import (
    Record,
    Statement,
    StatementLine,
)
from linkflow.domain.spend import SpendBooks, analyse
from linkflow.store import book_rows, books, spend_sums
from linkflow.store.book_queries import Wanted
from linkflow.store.database import Database
from tests import found_figures as figures
from tests.spend_rows import MARCH, YEAR, bill, expense, payment
from tests.store.generated_books import records, spend_books
from tests.store.rows import make_connection

_numbers: Iterator[int] = count(1)


def pull(database: Database, *pulled: Record, sync_id: str = "y1") -> str:
    connection_id = f"c{next(_numbers)}"
    with database.transaction() as tx:
        make_connection(tx.connection, connection_id)
        books.keep(tx, pulled, connection_id=connection_id, sync_id=sync_id)
    return connection_id


# What chance meets too rarely: ties, and payment on the very day.
PAID_ON_THE_DUE_DATE = SpendBooks("GBP", bills=(bill("1", "9.00"),), payments=(payment("1", "9.00", day=30),))
HALF_AND_HALF = SpendBooks(
    "GBP",
    bills=(bill("1", "10.00"),),
    payments=(payment("1", "5.00", day=9, method="cheque"), payment("1", "5.00", day=8, method="cash")),
)
OFTEN_AND_MUCH = SpendBooks(
    "GBP",
    bills=(bill("1", "10.00"),),
    payments=(payment(None, "1.00", day=1, method="cheque"), payment(None, "1.00", day=2, method="cheque")),
    expenses=(expense("90.00", method="cash", supplier="s1"),),
)
ONCE_AND_ONCE = SpendBooks(
    "GBP",
    bills=(bill("1", "10.00"),),
    payments=(payment(None, "2.00", day=1, method="cheque"),),
    expenses=(expense("1.00", method="cash", supplier="s1"),),
)


@example(PAID_ON_THE_DUE_DATE)
@example(HALF_AND_HALF)
@example(OFTEN_AND_MUCH)
@example(ONCE_AND_ONCE)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spend_books())
def test_the_database_and_the_definition_agree_to_the_cent(database: Database, generated: SpendBooks) -> None:
    connection_id = pull(database, *records(generated))
    expected = analyse(generated, YEAR)
    with database.reading() as tx:
        assert figures.spend(tx, connection_id, period=YEAR) == expected


def test_a_day_thousands_of_years_off_is_none_and_breaks_no_sum(database: Database) -> None:
    """400 million until the end of 9999 are more amount times days than the databases' integers hold."""
    ever = (date(9999, 12, 31) - MARCH).days
    early = replace(bill("early", "7.00", due="7.00"), due_on=date(1, 1, 1))
    books_of = SpendBooks(
        "GBP",
        bills=(bill("ever", "400000000.00", days=ever, due="1.00"), early, bill("usual", "3.00")),
        payments=(payment("ever", "399999999.00", day=ever), payment("usual", "3.00", day=40)),
    )
    connection_id = pull(database, *records(books_of))
    with database.reading() as tx:
        found = figures.spend(tx, connection_id, period=YEAR)
        aged = list(spend_sums.ageing(tx.connection, connection_id, on=MARCH + timedelta(50)))
        wanted = Wanted(without_due_date=True)
        rows = list(book_rows.bill_rows(tx, connection_id, period=YEAR, wanted=wanted))
    assert found == analyse(books_of, YEAR)
    overall = found.overall
    assert (overall.bills_without_due_date, overall.late_bills, overall.average_terms) == (2, 1, 30)
    assert overall.average_settlement == 40
    assert [(one["bucket"], one["bills"]) for one in aged] == [("no-due-date", 2)]
    assert [(row.id, row.terms_days, row.late) for row in rows] == [("early", None, False), ("ever", None, False)]


def statement_line(
    external_id: str, amount: str, *, month: date = date(2025, 1, 31), position: int = 0
) -> StatementLine:
    return StatementLine(
        external_id=external_id,
        statement=Statement.PROFIT_AND_LOSS,
        period_end=month,
        label="a",
        amount=Decimal(amount),
        section=("Income", "Trade"),
        account_id="sales",
        position=position,
    )


def test_a_statement_is_laid_out_by_month(database: Database) -> None:
    lines = [statement_line("a", "1.10"), statement_line("a2", "2.20", month=date(2025, 2, 28))]
    connection_id = pull(database, *lines)
    with database.reading() as tx:
        table = figures.statement(tx, connection_id, Statement.PROFIT_AND_LOSS, period=YEAR)
        assert figures.statement(tx, connection_id, Statement.BALANCE_SHEET, period=YEAR) is None
    assert table is not None
    assert [(row.label, row.section, row.amounts[:2]) for row in table.rows] == [
        ("a", ("Income", "Trade"), (Decimal("1.10"), Decimal("2.20"))),
    ]


def test_another_connections_books_are_never_counted(database: Database) -> None:
    mine = pull(database)
    theirs = pull(database, statement_line("a", "1.00"))
    with database.reading() as tx:
        assert figures.statement(tx, mine, Statement.PROFIT_AND_LOSS, period=YEAR) is None
        assert figures.statement(tx, theirs, Statement.PROFIT_AND_LOSS, period=YEAR) is not None


def test_sqlite_looks_each_bill_up_instead_of_looking_through_all(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.counted() as statements, database.reading() as tx:
        list(spend_sums.monthly(tx.connection, "c1", period=YEAR))
        driver: Any = tx.connection.connection.driver_connection
        query = statements[0]
        plan = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {query}", ["x"] * query.count("?")).fetchall()]
    assert [step for step in plan if step.startswith("SCAN") and "LEFT-JOIN" in step] == []
    assert sum("LEFT-JOIN" in step for step in plan) == 3
    database.dispose()
