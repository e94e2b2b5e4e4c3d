"""What a relationship manager is shown of a company: read in one go, decided nowhere else.

Another organization's ids are not found, whatever they name.
"""

from dataclasses import dataclass
from datetime import date, datetime

from linkflow.domain.books import Period, Statement, last_full_months
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import RequestStatus
from linkflow.domain.statements import MonthlyStatement
from linkflow.services.context import Context
from linkflow.services.history import History, history_of
from linkflow.services.progress import SyncProgress, sync_progress
from linkflow.services.sight import seen_company, seen_connection
from linkflow.store import books, companies, connections, events, figures, portal, syncs
from linkflow.store.companies import Company, Entity
from linkflow.store.connections import Connection
from linkflow.store.figures import SpendFigures
from linkflow.store.portal import ListedRequest
from linkflow.store.users import User

SPEND_MONTHS = 12
ENDED = frozenset({RequestStatus.DECLINED, RequestStatus.EXPIRED, RequestStatus.WITHDRAWN, RequestStatus.DISCONNECTED})
_PREFERENCE = ("linked", "needs_reauth", "pending", "disconnected")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was pulled through one connection; `unfinished` is the month that was not over."""

    currency: str
    unfinished: date
    spend_period: Period
    profit_and_loss: MonthlyStatement | None
    balance_sheet: MonthlyStatement | None
    spend: SpendFigures | None


@dataclass(frozen=True, kw_only=True)
class EntityReview:
    """One entity: the connection that counts for it, how its reading goes, and its figures."""

    entity: Entity
    connection: Connection | None
    progress: SyncProgress | None
    pulled_at: datetime | None
    upload_name: str | None
    figures: Figures | None


@dataclass(frozen=True, kw_only=True)
class CompanyReview:
    """A company; `standing` is its latest open request, else its last."""

    company: Company
    standing: ListedRequest | None
    requests: tuple[ListedRequest, ...]
    entities: tuple[EntityReview, ...]
    history: History


def review_company(ctx: Context, user: User, company_id: str) -> CompanyReview:
    """Everything about one company of the user's organization."""
    with ctx.database.reading() as tx:
        company = seen_company(ctx, tx, user, company_id)
        asked = portal.requests_of_company(tx, company.organization, company.id)
        standing = next((one for one in asked if one.status not in ENDED), asked[0] if asked else None)
        return CompanyReview(
            company=company,
            standing=standing,
            requests=asked,
            entities=_entities(tx, company),
            history=history_of(tx, company.organization, events.events_of_company(tx, company.id)),
        )


def company_of(ctx: Context, user: User, connection_id: str) -> str:
    """The id of the company a connection in the user's sight belongs to."""
    with ctx.database.reading() as tx:
        return seen_connection(ctx, tx, user, connection_id).company_id


def _entities(tx: Transaction, company: Company) -> tuple[EntityReview, ...]:
    held = connections.connections_of_company(tx, company.id)
    asked = portal.asked_entities(tx, company.id) | {one.entity_id for one in held}
    files, pulls = portal.upload_names(tx, company.id), portal.last_pulls(tx, company.id)
    found = []
    for entity in companies.entities_of_company(tx, company.id):
        if entity.id not in asked:
            continue
        connection = _counting([one for one in held if one.entity_id == entity.id])
        review = EntityReview(
            entity=entity,
            connection=connection,
            progress=sync_progress(tx, connection.id) if connection else None,
            pulled_at=pulls.get(connection.id) if connection else None,
            upload_name=files.get(entity.id),
            figures=_figures(tx, connection) if connection else None,
        )
        found.append(review)
    return tuple(found)


def _counting(held: list[Connection]) -> Connection | None:
    """The live one, else the youngest of those that wait or have ended."""
    youngest_first = sorted(held, key=lambda one: one.created_at, reverse=True)
    return min(youngest_first, key=lambda one: _PREFERENCE.index(one.state), default=None)


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
