"""The first figures of a financial report, summed by the database: a company's page needs no more than these."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from linkflow.domain.books import Period, Statement
from linkflow.domain.money import from_scaled
from linkflow.domain.ports import Transaction
from linkflow.store.report_tables import financial_amounts, financial_lines
from linkflow.store.spend_ways import added

_LINE = (
    financial_lines.c.report_id == financial_amounts.c.report_id,
    financial_lines.c.position == financial_amounts.c.position,
)


def months_told(tx: Transaction, report_id: str, statement: Statement, *, period: Period) -> set[date]:
    """The months of a period of which a statement says anything."""
    query = select(financial_amounts.c.month).where(*_of(report_id, statement, period)).distinct()
    return set(tx.connection.execute(query).scalars())


def made_by_category(tx: Transaction, report_id: str, *, period: Period) -> Iterator[tuple[str, Decimal]]:
    """What each category of the profit and loss comes to in a period, as the statement prints it."""
    category = financial_lines.c.category
    here = _of(report_id, Statement.PROFIT_AND_LOSS, period)
    query = select(category, added(financial_amounts.c.amount)).where(*here, category.is_not(None)).group_by(category)
    for name, amount in tx.connection.execute(query):
        yield name, from_scaled(int(amount))


def held_in(tx: Transaction, report_id: str, categories: tuple[str, ...], *, month: date) -> Decimal:
    """What the accounts of some categories of assets hold at the end of a month; what is below zero is a debt."""
    here = _of(report_id, Statement.BALANCE_SHEET, Period(month, month))
    held = select(added(financial_amounts.c.amount)).where(*here, financial_lines.c.category.in_(categories))
    return from_scaled(int(tx.connection.scalar(held.where(financial_amounts.c.amount > 0)) or 0))


def _of(report_id: str, statement: Statement, period: Period) -> tuple[ColumnElement[bool], ...]:
    return (
        *_LINE,
        financial_amounts.c.report_id == report_id,
        financial_lines.c.statement == statement.value,
        financial_amounts.c.month.between(period.first_month, period.last_month),
    )
