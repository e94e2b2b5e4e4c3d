"""The figures of one connection's books, as the portal shows them."""

from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from linkflow.domain.books import (
    LineKind,
    Period,
    Statement,
    StatementLine,
)
from linkflow.domain.ports import Transaction
from linkflow.domain.spend_figures import SpendAnalysis, gather
from linkflow.domain.statements import MonthlyStatement, by_month
from linkflow.store import spend_sums
from linkflow.store.books import currency_of
from linkflow.store.books_tables import statement_lines, suppliers


@dataclass(frozen=True)
class SpendFigures:
    """A spend analysis with the currency of its amounts, the days it covers and the suppliers' names by id."""

    analysis: SpendAnalysis
    currency: str
    period: Period
    names: dict[str, str]

    def name(self, supplier_id: str | None) -> str | None:
        """The supplier's name, its id where the books have no such supplier, None where none is named."""
        return None if supplier_id is None else self.names.get(supplier_id, supplier_id)


def statement(tx: Transaction, connection_id: str, kind: Statement, *, period: Period) -> MonthlyStatement | None:
    """The statement by month; None when nothing of it was pulled for the period."""
    query = _lines(connection_id, period).where(statement_lines.c.statement == kind.value)
    table = by_month(_read(tx.connection, query), kind, period=period)
    return table if table.rows else None


def spend(tx: Transaction, connection_id: str, *, period: Period) -> SpendFigures | None:
    """The spend analysis of whole months; None when nothing was bought, paid or credited in them."""
    found = list(spend_sums.parts(tx.connection, connection_id, period=period))
    currency = currency_of(tx.connection, connection_id)
    if not found or currency is None:
        return None
    analysis = gather(found, most_used=spend_sums.most_used(tx.connection, connection_id))
    query = select(suppliers.c.external_id, suppliers.c.name).where(suppliers.c.connection_id == connection_id)
    names = dict(tx.connection.execute(query).all())
    return SpendFigures(analysis, currency, period, names)


def _lines(connection_id: str, period: Period) -> Select[tuple[object, ...]]:
    return (
        select(statement_lines)
        .where(
            statement_lines.c.connection_id == connection_id,
            statement_lines.c.period_end.between(period.first_month, period.ends_on),
        )
        .order_by(statement_lines.c.period_end, statement_lines.c.position, statement_lines.c.external_id)
    )


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> list[StatementLine]:
    return [
        StatementLine(
            external_id=row["external_id"],
            statement=Statement(row["statement"]),
            period_end=row["period_end"],
            label=row["label"],
            amount=row["amount"],
            kind=LineKind(row["kind"]),
            section=tuple(row["section"]),
            account_id=row["account_id"],
            position=row["position"],
        )
        for row in connection.execute(query).mappings()
    ]
