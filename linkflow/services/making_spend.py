"""The spend analysis as rows of a report, worked out from one state of a connection's books.

Every month of the last three years is kept on its own, so that a page can sum any period of whole months; ageing and
what is known of suppliers are as of the day of the pull.
"""

from collections.abc import Iterator
from datetime import date

from linkflow.domain import unavailable
from linkflow.domain.books import Period, last_full_months
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataType
from linkflow.domain.software import Missing
from linkflow.services.calendar import day_at
from linkflow.services.context import Context
from linkflow.services.left_out import set_aside
from linkflow.store import books as stored_books
from linkflow.store import connections, spend_notes, spend_sums
from linkflow.store.report_tables import spend_ageing, spend_rows, spend_suppliers, spend_terms
from linkflow.store.reports import Contents, Report, Row
from linkflow.store.syncs import Sync

MONTHS = 36
"""Whole months before the pull that a report covers, besides the month of the pull itself."""


def make(ctx: Context, books: Transaction, made: Report, sync: Sync) -> Contents | None:
    """Every month of the books, so that any period can be summed; None while their currency is not known."""
    currency = stored_books.currency_of(books.connection, made.connection_id)
    if currency is None:
        return None
    on = day_read(ctx, made)
    period = _covered(spend_notes.first_day(books.connection, made.connection_id), on)
    findings = [
        *unavailable.finding(_missing(ctx, books, made), DataType.SPEND_ANALYSIS),
        *spend_notes.notes(books.connection, made.connection_id, period=period, on=on),
        *set_aside(books, sync.id, DataType.SPEND_ANALYSIS),
    ]
    facts = {
        "currency": currency,
        "first_month": period.first_month,
        "last_month": period.last_month,
        "findings": findings,
    }
    return Contents(facts, _rows(books, made.connection_id, period=period, on=on), scaled=True)


def _missing(ctx: Context, books: Transaction, made: Report) -> tuple[Missing, ...]:
    held = connections.connection(books, made.connection_id)
    software = ctx.catalogue.get(held.software) if held else None
    return software.not_available if software else ()


def day_read(ctx: Context, made: Report) -> date:
    """The day the books were read, as the organization counts days."""
    return day_at(ctx, made.organization, made.read_at)


def _covered(first_day: date | None, on: date) -> Period:
    """From the first month there is anything of, at most `MONTHS` back, to the month of the pull."""
    before, this = last_full_months(on, MONTHS), on.replace(day=1)
    first = min((first_day or this).replace(day=1), this)
    return Period(max(first, before.first_month), this)


def _rows(books: Transaction, connection_id: str, *, period: Period, on: date) -> Iterator[Row]:
    read = books.connection, connection_id
    yield from ((spend_rows, row) for row in spend_sums.monthly(*read, period=period))
    yield from ((spend_terms, row) for row in spend_sums.terms(*read, period=period))
    yield from ((spend_ageing, row) for row in spend_sums.ageing(*read, on=on))
    yield from ((spend_suppliers, row) for row in spend_sums.supplier_facts(*read, on=on))
