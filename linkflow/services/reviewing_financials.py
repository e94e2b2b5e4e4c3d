"""The financial report of one entity as users are shown it: which reading it is of, and what its accounts are made of.

Only what was made into a report is shown; what users said since counts from the next report on.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from linkflow.domain.books import Period
from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataType
from linkflow.services.context import Context
from linkflow.services.report_sources import reports_of_each
from linkflow.services.report_troubles import Trouble, trouble_of
from linkflow.services.sight import seen_company
from linkflow.store import account_entries, companies, connections, financial_reports, reports, retention, syncs
from linkflow.store.account_entries import AccountEntries
from linkflow.store.companies import Company, Entity
from linkflow.store.connections import Connection
from linkflow.store.financial_reports import FinancialReport
from linkflow.store.reports import Report
from linkflow.store.users import User

KIND = DataType.FINANCIALS.value


@dataclass(frozen=True, kw_only=True)
class FinancialsReview:
    """One entity's financials. `connection` and `found` are None until a report was made.

    `newer`: why these are not the latest figures there will be. `retention_months`: for how long books are kept.
    """

    company: Company
    entity: Entity
    connection: Connection | None
    found: FinancialReport | None
    newer: Literal["being-read", "being-made"] | Trouble | None
    retention_months: int | None = None


def review_financials(ctx: Context, user: User, company_id: str, entity_id: str) -> FinancialsReview:
    """The report that counts for an entity of a company in the user's sight; raises `NotFound` for every other."""
    with ctx.database.reading() as tx:
        company, entity = entity_in_sight(ctx, tx, user, company_id, entity_id)
        held, made = current_books(tx, company_id, entity_id)
        newer = _newer(tx, company_id, entity_id, held)
        if held is None or made is None:
            return FinancialsReview(company=company, entity=entity, connection=None, found=None, newer=newer)
        configured = ctx.organizations()[company.organization].feel.retention_months
        return FinancialsReview(
            company=company,
            entity=entity,
            connection=held,
            found=financial_reports.read_report(tx, made),
            newer=newer,
            retention_months=retention.months_kept(tx, held.id, configured=configured),
        )


def booked_on(ctx: Context, review: FinancialsReview, account_id: str, *, month: date) -> AccountEntries:
    """The lines of bills and expenses behind an account's figure of one month, as far as the books hold them."""
    if review.connection is None:
        return AccountEntries((), 0)
    with ctx.database.reading() as tx:
        period = Period(month, month)
        return account_entries.booked_on(tx, review.connection.id, account_id, period=period)


def entity_in_sight(
    ctx: Context, tx: Transaction, user: User, company_id: str, entity_id: str
) -> tuple[Company, Entity]:
    """A company and one of its entities; raises `NotFound` for what is not the user's to see."""
    company = seen_company(ctx, tx, user, company_id)
    its = companies.entities_of_company(tx, company.id)
    entity = next((one for one in its if one.id == entity_id), None)
    if entity is None:
        raise NotFound
    return company, entity


def current_books(tx: Transaction, company_id: str, entity_id: str) -> tuple[Connection | None, Report | None]:
    """The connection whose report counts for an entity, and that report."""
    held = _connections(tx, company_id, entity_id)
    found = reports_of_each(held, reports.current_reports_of(tx, company_id), kind=KIND)
    return found.get(entity_id, (None, None))


def _connections(tx: Transaction, company_id: str, entity_id: str) -> list[Connection]:
    return [one for one in connections.connections_of_company(tx, company_id) if one.entity_id == entity_id]


def _newer(
    tx: Transaction, company_id: str, entity_id: str, held: Connection | None
) -> Literal["being-read", "being-made"] | Trouble | None:
    its = _connections(tx, company_id, entity_id)
    if any(syncs.open_syncs(tx, one.id) for one in its):
        return "being-read"
    if any(reports.is_making(tx, one.id, KIND) for one in its):
        return "being-made"
    return trouble_of(tx, company_id, KIND, of={held.id} if held else {one.id for one in its})
