"""What a company's page says of each report of one entity: its headline figures, and how fresh it is.

Everything comes from the report that counts; where there is none, why not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from linkflow.domain.books import Period, Statement
from linkflow.domain.measures import share
from linkflow.domain.methods import MethodGroup
from linkflow.domain.ports import Transaction
from linkflow.domain.ratio_rules import Sums
from linkflow.domain.requests import DataType, SyncState, data_types_of
from linkflow.services.progress import SyncProgress
from linkflow.services.report_sources import reports_of_each
from linkflow.services.report_troubles import trouble_of
from linkflow.store import financial_headlines, financial_reports, reports, spend_reports, syncs
from linkflow.store.connections import Connection
from linkflow.store.reports import Report

MONTHS = 12
"""Full months the headline figures cover."""
CASH = ("asset.current.cash", "asset.current.cash_equivalents")


class CardState(StrEnum):
    """Where a report stands: one counts, is made or will be, or why there is none, or none of the latest reading."""

    MADE = "made"
    BEING_MADE = "being-made"
    BEING_READ = "being-read"
    FAILED = "failed"
    NOTHING = "nothing"
    NOT_MADE = "not-made"
    MIXED = "books-mixed"
    NOTHING_NEW = "nothing-new"


_WITHOUT = (CardState.BEING_MADE, CardState.BEING_READ, CardState.NOT_MADE)


@dataclass(frozen=True, kw_only=True)
class FinancialHeadlines:
    """Of the last full months, all twelve or None; `cash` at the end of the last of them, None without its sheet."""

    revenue: Decimal | None
    net_profit: Decimal | None
    cash: Decimal | None


@dataclass(frozen=True, kw_only=True)
class SpendHeadlines:
    """Of the last full months; shares are parts of 1, None where there is nothing to take one of.

    `outstanding` is of bills issued in them, `all_open` of every open bill, and `overdue` the part that is.
    """

    total: Decimal
    suppliers: int
    card_share: Decimal | None
    outstanding: Decimal
    all_open: Decimal
    overdue: Decimal
    late_share: Decimal | None


@dataclass(frozen=True, kw_only=True)
class ReportCard:
    """One report of one entity. `newer`: why it is not the latest there will be."""

    kind: DataType
    state: CardState
    report: Report | None = None
    newer: CardState | None = None
    months: Period | None = None
    financials: FinancialHeadlines | None = None
    spend: SpendHeadlines | None = None


def report_cards(
    tx: Transaction,
    held: Sequence[Connection],
    read_from: Connection,
    progress: SyncProgress | None,
    *,
    usual: Callable[[date], Period],
) -> tuple[ReportCard, ...]:
    """A card for each report that was asked for at the latest reading, and for each there is.

    `held` are the entity's connections, `read_from` the one it is read through now or was last. `usual` are the months
    of a spend analysis of books read on a day.
    """
    latest = syncs.latest_sync(tx, read_from.id)
    asked = data_types_of(latest.data_types) if latest else ()
    made = reports.current_reports_of(tx, read_from.company_id)
    cards = []
    for kind in DataType:
        _, report = reports_of_each(held, made, kind=kind.value).get(read_from.entity_id, (None, None))
        coming = _coming(tx, read_from, kind, progress) if kind in asked else None
        if report is not None:
            cards.append(_made(tx, report, kind, newer=coming, usual=usual))
        elif kind in asked:
            # Of books left half-way, and of such without it, `_absent` tells where there was none before.
            cards.append(ReportCard(kind=kind, state=coming if coming in _WITHOUT else _absent(progress)))
    return tuple(cards)


def _coming(tx: Transaction, connection: Connection, kind: DataType, progress: SyncProgress | None) -> CardState | None:
    if progress is not None and progress.state in (SyncState.QUEUED, SyncState.RUNNING):
        return CardState.BEING_READ
    if reports.is_making(tx, connection.id, kind.value):
        return CardState.BEING_MADE
    trouble = trouble_of(tx, connection.company_id, kind.value, of={connection.id})
    return CardState(trouble) if trouble else None


def _absent(progress: SyncProgress | None) -> CardState:
    whole = progress is not None and progress.state is SyncState.DONE
    return CardState.NOTHING if whole else CardState.FAILED


def _made(
    tx: Transaction, report: Report, kind: DataType, *, newer: CardState | None, usual: Callable[[date], Period]
) -> ReportCard:
    if kind is DataType.SPEND_ANALYSIS:
        months = usual(report.last_month or report.read_at.date())
        spend = _spend_headlines(tx, report, months)
        return ReportCard(kind=kind, state=CardState.MADE, report=report, newer=newer, months=months, spend=spend)
    months = _full_months(report)
    financials = _financial_headlines(tx, report, months)
    return ReportCard(kind=kind, state=CardState.MADE, report=report, newer=newer, months=months, financials=financials)


def _full_months(report: Report) -> Period:
    """The last twelve months that were over when the books were read, fewer where there are not as many."""
    last = report.last_month or report.read_at.date().replace(day=1)
    first = report.first_month or last
    months = [one for one in Period(first, last).months if one != financial_reports.unfinished_month(report)]
    return Period(months[-MONTHS:][0], months[-1]) if months else Period(last, last)


def _financial_headlines(tx: Transaction, report: Report, months: Period) -> FinancialHeadlines:
    told = financial_headlines.months_told(tx, report.id, Statement.PROFIT_AND_LOSS, period=months)
    year = Sums(financial_headlines.made_by_category(tx, report.id, period=months)) if len(told) == MONTHS else None
    last = Period(months.last_month, months.last_month)
    sheet = financial_headlines.months_told(tx, report.id, Statement.BALANCE_SHEET, period=last)
    return FinancialHeadlines(
        revenue=year.revenue if year else None,
        net_profit=year.net_profit if year else None,
        cash=financial_headlines.held_in(tx, report.id, CASH, month=months.last_month) if sheet else None,
    )


def _spend_headlines(tx: Transaction, report: Report, months: Period) -> SpendHeadlines:
    found, aged = spend_reports.totals(tx, [report.id], period=months), spend_reports.ageing(tx, [report.id])
    card = sum((one.measures.total for one in found.by_group if one.group is MethodGroup.CARD), Decimal(0))
    total = found.overall.total
    return SpendHeadlines(
        total=total,
        suppliers=found.suppliers,
        card_share=share(card, total),
        outstanding=found.overall.outstanding,
        all_open=sum((one.outstanding for one in aged), Decimal(0)),
        overdue=sum((one.outstanding for one in aged if one.is_overdue), Decimal(0)),
        late_share=found.overall.late_share,
    )
