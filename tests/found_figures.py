"""The figures a connection's books give, gathered from the very sums and lines reports are made of."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from linkflow.domain.books import PaymentMethod, Period, Statement
from linkflow.domain.measures import MEASURES, Measures, TermsUse
from linkflow.domain.money import from_scaled
from linkflow.domain.ports import Transaction
from linkflow.domain.spend_figures import Part, SpendAnalysis, gather
from linkflow.domain.statements import MonthlyStatement, by_month
from linkflow.store import spend_sums, spend_ways, statement_books


def statement(tx: Transaction, connection_id: str, kind: Statement, *, period: Period) -> MonthlyStatement | None:
    """The statement by month; None when nothing of it was pulled for the period."""
    table = by_month(statement_books.lines(tx, connection_id, period=period), kind, period=period)
    return table if table.rows else None


def spend(tx: Transaction, connection_id: str, *, period: Period) -> SpendAnalysis:
    """The spend analysis of whole months."""
    usual = tx.connection.execute(select(spend_ways.usual(connection_id)))
    most_used = {supplier: PaymentMethod(method) for supplier, method in usual}
    return gather(list(_parts(tx, connection_id, period)), most_used=most_used)


def _parts(tx: Transaction, connection_id: str, period: Period) -> Iterator[Part]:
    for row in list(spend_sums.monthly(tx.connection, connection_id, period=period)):
        values = {name: row[name] if name in spend_sums.COUNTS else from_scaled(row[name]) for name in MEASURES}
        yield Part(**_key(row), measures=Measures(**values))
    for row in list(spend_sums.terms(tx.connection, connection_id, period=period)):
        use = TermsUse(row["days"], row["bills"], from_scaled(row["billed"]))
        yield Part(**_key(row), uses=(use,))


def _key(row: dict[str, Any]) -> dict[str, Any]:
    named = row["supplier_id"] or None
    return {"month": row["month"], "supplier_id": named, "method": PaymentMethod(row["method"])}
