"""A whole company's books, from the sandbox's API through the store to the figures: nothing is lost on the way."""

from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from linkflow import providers
from linkflow.domain.books import LineKind, Period, Statement
from linkflow.domain.financials import Placing, checks
from linkflow.domain.requests import DataType
from linkflow.sandbox.books import Books, books_for
from linkflow.sandbox.totals import Spend, totals_of
from linkflow.store import books, statement_books
from linkflow.store.books_tables import suppliers
from linkflow.store.database import Database
from tests import found_figures as figures
from tests.categories.labelled import shipped
from tests.providers.test_sandbox import Session, pulled
from tests.sandbox.driver import TODAY, Clock, make_driver
from tests.store.rows import make_connection

YEAR = Period(date(2025, 11, 1), date(2026, 10, 1))
COMPANY = "abra-kebabra"
MEASURES = tuple(field.name for field in fields(Spend))


@pytest.fixture
def truth() -> Books:
    return books_for(COMPANY, today=TODAY)


@pytest.fixture
def filled(database: Database) -> Database:
    """A database into which every part was pulled, page by page."""
    driver, adapter = make_driver(Clock()), providers.load("sandbox")
    session = Session(driver, driver.connect(COMPANY, email="group@example.com")["access_token"])
    with database.transaction() as tx:
        make_connection(tx.connection)
    for part in adapter.parts(frozenset(DataType)):
        for batch in books.in_batches(pulled(session, part)[0]):
            with database.transaction() as tx:
                assert books.keep(tx, batch, connection_id="c1", sync_id="y1").set_aside == ()
    driver.app.extensions["sandbox_database"].close()
    return database


def sums(found: object) -> dict[str, object]:
    return {name: getattr(found, name) for name in MEASURES}


def test_spend_by_supplier_and_method_is_what_was_really_done(filled: Database, truth: Books) -> None:
    with filled.reading() as tx:
        analysis = figures.spend(tx, "c1", period=YEAR)
        names = tx.connection.execute(select(suppliers.c.external_id, suppliers.c.name)).all()
    expected = totals_of(truth, first=YEAR.first_month, last=YEAR.ends_on)
    assert sums(analysis.overall) == sums(expected.overall)
    assert analysis.overall.billed > Decimal(100_000)
    assert {row.method.value: sums(row.measures) for row in analysis.by_method} == {
        method: sums(expected.by_method.get(method, Spend()))
        for method in [row.method.value for row in analysis.by_method]
    }
    assert {row.supplier_id: sums(row.measures) for row in analysis.by_supplier} == {
        supplier: sums(spend) for supplier, spend in expected.by_supplier.items()
    }
    assert dict(names) == {supplier.id: supplier.name for supplier in truth.suppliers}


@pytest.mark.parametrize("kind", list(Statement))
def test_every_month_of_a_statement_has_every_total(filled: Database, truth: Books, kind: Statement) -> None:
    with filled.reading() as tx:
        table = figures.statement(tx, "c1", kind, period=YEAR)
    assert table is not None
    months = {statement.period_end.replace(day=1): statement for statement in getattr(truth, kind.value)}
    for row in table.rows:
        for month, amount in zip(table.months, row.amounts, strict=True):
            given = [r.amount for r in months[month].rows if (r.section, r.label) == (row.section, row.label)]
            assert [amount] == (given or [None])
    labels = {(r.section, r.label) for month in table.months for r in months[month].rows if r.kind == "total"}
    assert {(row.section, row.label) for row in table.rows if row.kind is LineKind.TOTAL} == labels


def test_statements_that_add_up_fail_no_check(filled: Database) -> None:
    with filled.reading() as tx:
        said = statement_books.lines(tx, "c1", period=Period(date(2024, 11, 1), date(2026, 11, 1)))
        chart = statement_books.chart(tx, "c1")
    assert said
    assert checks(said, chart, placing=Placing(categories=shipped()), currency="GBP") == ()
