"""The financial statements as rows of a report, each account in its category, with the checks shown beside them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from linkflow.domain import unavailable
from linkflow.domain.books import LineKind, Period, Statement
from linkflow.domain.categories import Confidence
from linkflow.domain.consent import MONTHS_OF_BOOKS
from linkflow.domain.financials import (
    FinancialLine,
    Placing,
    by_impact,
    checks,
    financial_lines,
    in_whole_units,
    low_share,
    missing_months,
    place_again,
)
from linkflow.domain.journey import Way
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataType
from linkflow.domain.statements import FailedCheck
from linkflow.services.calendar import day_at
from linkflow.services.context import Context
from linkflow.services.left_out import set_aside
from linkflow.store import category_corrections, connections, statement_books
from linkflow.store.books import currency_of
from linkflow.store.connections import Connection
from linkflow.store.financial_reports import UNFINISHED, read_report, rows_of
from linkflow.store.reports import Contents, Report
from linkflow.store.syncs import Sync

_NO_CLASS, _LOW = "no-class", "low-confidence"
_NOT_IN_FILE = {Statement.PROFIT_AND_LOSS: "no-month-before", Statement.BALANCE_SHEET: "no-balances"}
"""Why a file has no statement for a month: it is worked out from the balances of that month and the one before."""
_NAMED = 5
"""Lines that are named one by one; more of them are counted."""


def make(ctx: Context, books: Transaction, made: Report, sync: Sync) -> Contents | None:
    """The months of the pull; None where it brought no statement."""
    period = Period(sync.first_month, sync.last_month)
    held = connections.connection(books, made.connection_id)
    said = statement_books.lines(books, made.connection_id, period=period)
    if held is None or not said:
        return None
    is_file = held.kind == Way.UPLOAD
    if is_file:  # Nothing comes after what a file holds.
        period = Period(sync.first_month, max(one.period_end for one in said).replace(day=1))
    software, currency = ctx.catalogue.get(held.software), currency_of(books.connection, held.id) or ""
    chart, placing = statement_books.chart(books, held.id), placing_of(ctx, books, held)
    lines = financial_lines(said, chart, period=period, placing=placing)
    failed = checks(said, chart, placing=placing, currency=currency)
    this_month = day_at(ctx, sync.organization, sync.created_at).replace(day=1)
    unfinished = period.last_month if period.last_month >= this_month else None
    missing = software.not_available if software else ()
    told = [statement for statement in Statement if statement.value not in {one.value for one in missing}]
    findings = [
        *unavailable.finding(missing, DataType.FINANCIALS),
        *_findings(failed, lines, told, period=period, unfinished=unfinished, currency=currency, is_file=is_file),
    ]
    findings += set_aside(books, sync.id, DataType.FINANCIALS)
    if is_file:
        findings += [{"kind": "derived", "statement": kind} for kind in sorted({one.statement.value for one in said})]
    facts = {
        "currency": currency,
        "first_month": period.first_month,
        "last_month": period.last_month,
        "findings": findings,
    }
    return Contents(facts, rows_of(lines, period.months))


def make_again(ctx: Context, books: Transaction, basis: Report) -> Contents | None:
    """The lines and amounts of a report that is made, whatever was read since, each account placed as of now.

    None where the books are gone.
    """
    held = connections.connection(books, basis.connection_id)
    if held is None:
        return None
    found = read_report(books, basis)
    lines = place_again(found.lines, statement_books.chart(books, held.id), placing_of(ctx, books, held))
    told = [one for one in basis.findings if one["kind"] not in (_NO_CLASS, _LOW, UNFINISHED)]
    ends = [one for one in basis.findings if one["kind"] == UNFINISHED]
    facts = {
        "sync_id": basis.sync_id,
        "read_at": basis.read_at,
        "currency": basis.currency,
        "first_month": basis.first_month,
        "last_month": basis.last_month,
        "findings": [*told, *_unsure(lines, full_months=found.full_months), *ends],
    }
    return Contents(facts, rows_of(lines, found.months))


def failing(ctx: Context, books: Transaction, held: Connection, *, period: Period) -> tuple[FailedCheck, ...]:
    """Every check of both statements of a connection's books that fails, as the report shows them."""
    said, chart = statement_books.lines(books, held.id, period=period), statement_books.chart(books, held.id)
    currency = currency_of(books.connection, held.id) or ""
    return checks(said, chart, placing=placing_of(ctx, books, held), currency=currency)


def placing_of(ctx: Context, tx: Transaction, held: Connection) -> Placing:
    """By what the accounts of a connection's books are placed now."""
    software, organization = ctx.catalogue.get(held.software), ctx.organizations().get(held.organization)
    return Placing(
        categories=ctx.categories.reading(organization.languages) if organization else ctx.categories,
        known=software.account_types if software else {},
        corrected=category_corrections.in_force(tx, held.id),
    )


def _findings(
    failed: Sequence[FailedCheck],
    lines: Sequence[FinancialLine],
    told: Sequence[Statement],
    *,
    period: Period,
    unfinished: date | None,
    currency: str,
    is_file: bool,
) -> Iterator[Mapping[str, Any]]:
    """What is shown beside the figures, the weightiest first; `told` are the statements there can be."""
    for check in failed:
        yield {
            "kind": "check-failed",
            "check": check.name.value,
            "statement": check.statement.value,
            "month": check.period_end.replace(day=1).isoformat(),
            "label": check.label,
            "difference": str(check.difference),
        }
    history = _history(lines, period.months)
    full = tuple(month for month in history if month != unfinished)
    for statement in told:
        missing = set(missing_months(lines, statement, period.months)).intersection(full)
        if missing:
            months = [month.isoformat() for month in sorted(missing)]
            kind = _NOT_IN_FILE[statement] if is_file else "months-missing"
            yield {"kind": kind, "statement": statement.value, "months": months}
        if in_whole_units(lines, statement, currency=currency):
            yield {"kind": "whole-units", "statement": statement.value}
    if len(full) < MONTHS_OF_BOOKS:
        yield {"kind": "short-history", "count": len(full)}
    yield from _unsure(lines, full_months=len(period.months) - (unfinished is not None))
    if unfinished is not None:
        yield {"kind": UNFINISHED, "month": unfinished.isoformat()}


def _history(lines: Sequence[FinancialLine], months: Sequence[date]) -> Sequence[date]:
    """The months since the first in which anything but nothing stands on a statement."""
    first = next((at for at in range(len(months)) if any(line.amounts[at] for line in lines)), len(months))
    return months[first:]


def _unsure(lines: Sequence[FinancialLine], *, full_months: int) -> Iterator[Mapping[str, Any]]:
    classless = [line.label for line in lines if line.kind is LineKind.LINE and line.category is None]
    if classless:
        yield {"kind": _NO_CLASS, "lines": len(classless), "labels": classless[:_NAMED]}
    accounts = by_impact(lines, full_months=full_months)
    low = [one for one in accounts if one.line.confidence is Confidence.LOW]
    share = low_share(accounts)
    if low and share is not None:
        yield {"kind": _LOW, "accounts": len(low), "of": len(accounts), "share": f"{share:.1f}"}
