"""Figures taken away: those of one entity, with who took them written down first."""

from dataclasses import dataclass
from datetime import date

from linkflow.domain.books import Period, Statement, last_full_months
from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.domain.statements import MonthlyStatement
from linkflow.services import reviewing
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user
from linkflow.services.reviewing import CompanyReview
from linkflow.store import books, figures, syncs
from linkflow.store.connections import Connection
from linkflow.store.figures import SpendFigures
from linkflow.store.users import User

REPORTS = ("profit-and-loss", "balance-sheet", "spend-by-supplier", "spend-by-method")
SPEND_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was pulled through one connection; `unfinished` is the month that was not over."""

    currency: str
    unfinished: date
    spend_period: Period
    profit_and_loss: MonthlyStatement | None
    balance_sheet: MonthlyStatement | None
    spend: SpendFigures | None


def take_figures(
    ctx: Context, user: User, company_id: str, entity_id: str, *, report: str
) -> tuple[CompanyReview, Figures]:
    """The figures of an entity of a company in the user's sight; `NotFound` until they were read whole once.

    `report` is one of `REPORTS`; of one with nothing in it the file has a header only.
    """
    if report not in REPORTS:
        raise NotFound
    review = reviewing.review_company(ctx, user, company_id, shown=entity_id)
    shown = review.shown
    if shown is None or shown.entity.id != entity_id or shown.pulled_at is None or shown.read_from is None:
        raise NotFound
    with ctx.database.reading() as tx:
        found = _figures(tx, shown.read_from)
    if found is None:
        raise NotFound
    with ctx.database.transaction() as tx:
        note_by_user(ctx, tx, "figures-taken", user=user, company_id=company_id, entity_id=entity_id, detail=report)
    return review, found


def _figures(tx: Transaction, connection: Connection) -> Figures | None:
    sync = syncs.latest_sync(tx, connection.id)
    if sync is None:
        return None
    period = Period(sync.first_month, sync.last_month)
    spend_period = last_full_months(sync.created_at.date(), SPEND_MONTHS)
    return Figures(
        currency=books.currency_of(tx.connection, connection.id) or "",
        unfinished=sync.last_month,
        spend_period=spend_period,
        profit_and_loss=figures.statement(tx, connection.id, Statement.PROFIT_AND_LOSS, period=period),
        balance_sheet=figures.statement(tx, connection.id, Statement.BALANCE_SHEET, period=period),
        spend=figures.spend(tx, connection.id, period=spend_period),
    )
