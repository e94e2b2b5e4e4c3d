"""A company's spend analysis as it is shown: which reports make it up, for which months, and how fresh they are.

Entities whose books are in different currencies are never added: each currency is a section of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import PaymentMethod, Period
from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, DataType, data_types_of
from linkflow.services.context import Context
from linkflow.services.making_spend import day_read
from linkflow.services.report_sources import reports_of_each
from linkflow.services.report_troubles import Trouble, trouble_of
from linkflow.services.sight import seen_company
from linkflow.store import companies, connections, reports, retention, spend_lines, spend_reports, syncs
from linkflow.store.companies import Company, Entity
from linkflow.store.connections import Connection
from linkflow.store.reports import Report
from linkflow.store.spend_lines import SupplierLine
from linkflow.store.spend_reports import Aged, Totals
from linkflow.store.users import User

SUPPLIERS = 50
"""Suppliers on a page."""
LEADING = 10
"""Suppliers in the chart of the largest."""

_KIND = DataType.SPEND_ANALYSIS.value


@dataclass(frozen=True)
class EntityReport:
    """One entity's report that counts, and the connection whose books it is of."""

    entity: Entity
    connection: Connection
    report: Report
    read_on: date


@dataclass(frozen=True, kw_only=True)
class SpendAsked:
    """What is to be shown: of one entity or all, some months, suppliers from a yearly spend on, in an order.

    `used`: of suppliers only those with a name whose most used method is one of these; none says nothing.
    """

    entity_id: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    threshold: Decimal = Decimal(0)
    used: tuple[PaymentMethod, ...] = ()
    sort: str = "total"
    reverse: bool = False
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class Section:
    """The figures of the entities whose books are in one currency.

    `suppliers` are one page of the `listed` ones that reach the threshold; of `all_suppliers` lines in all, or of the
    methods asked for.
    """

    currency: str
    entities: tuple[EntityReport, ...]
    totals: Totals
    ageing: tuple[Aged, ...]
    suppliers: tuple[SupplierLine, ...]
    leading: tuple[SupplierLine, ...]
    listed: int
    all_suppliers: int


@dataclass(frozen=True, kw_only=True)
class SpendScope:
    """Whose books a page is about; `entities` are those shown, `every` those there are reports of."""

    company: Company
    every: tuple[EntityReport, ...]
    entities: tuple[EntityReport, ...]
    shown: Entity | None
    months: tuple[date, ...]
    period: Period
    is_read: bool
    is_made: bool
    trouble: Trouble | None
    left_out: int
    retention_months: int | None
    page: int


@dataclass(frozen=True, kw_only=True)
class SpendReview:
    """The figures of a scope, a section for each currency; none while there is no report."""

    scope: SpendScope
    sections: tuple[Section, ...]


def review_spend(ctx: Context, user: User, company_id: str, asked: SpendAsked) -> SpendReview:
    """The spend analysis of a company in the user's sight; `NotFound` for an entity it does not have."""
    with ctx.database.reading() as tx:
        scope = scope_of(ctx, tx, user, company_id, asked)
        return SpendReview(scope=scope, sections=tuple(_section(tx, scope, asked, c) for c in _currencies(scope)))


def scope_of(ctx: Context, tx: Transaction, user: User, company_id: str, asked: SpendAsked) -> SpendScope:
    """Whose books, and which months: the organization's usual ones before the pull unless others are asked for."""
    company = seen_company(ctx, tx, user, company_id)
    held = {one.id: one for one in connections.connections_of_company(tx, company.id)}
    named = {one.id: one for one in companies.entities_of_company(tx, company.id)}
    every = _entity_reports(ctx, reports.current_reports_of(tx, company.id), held, named)
    if asked.entity_id is not None and asked.entity_id not in named:
        raise NotFound
    shown = [one for one in every if asked.entity_id in (None, one.entity.id)]
    organization = ctx.organizations()[company.organization]
    usual = organization.spend_period(max((one.read_on for one in shown), default=organization.day_of(ctx.now())))
    mine = {one.id for one in held.values() if asked.entity_id in (None, one.entity_id)}
    reading = {key for key, sync in syncs.latest_syncs(tx, company.id).items() if not sync.is_over}
    return SpendScope(
        company=company,
        every=every,
        entities=tuple(shown),
        shown=named[asked.entity_id] if asked.entity_id is not None else None,
        months=_months(shown),
        period=Period(asked.first_month or usual.first_month, asked.last_month or usual.last_month),
        is_read=bool(mine & reading),
        is_made=bool(mine & reports.making(tx, company.id, _KIND)),
        trouble=trouble_of(tx, company.id, _KIND, of={one.connection.id for one in shown} or mine),
        left_out=len({one.entity_id for one in held.values() if _is_shared(one)} - {one.entity.id for one in every}),
        retention_months=_retention(ctx, tx, shown),
        page=asked.page,
    )


def _entity_reports(
    ctx: Context, made: Sequence[Report], held: dict[str, Connection], named: dict[str, Entity]
) -> tuple[EntityReport, ...]:
    """One an entity, in their order."""
    found = reports_of_each(held.values(), made, kind=_KIND)
    return tuple(
        EntityReport(named[entity_id], *found[entity_id], day_read(ctx, found[entity_id][1]))
        for entity_id in named
        if entity_id in found
    )


def _is_shared(connection: Connection) -> bool:
    """Whether spend is read through it, so that a report of it is to be expected."""
    shares = DataType.SPEND_ANALYSIS in data_types_of(connection.data_types)
    return shares and connection.state == ConnectionState.LINKED


def _retention(ctx: Context, tx: Transaction, shown: Sequence[EntityReport]) -> int | None:
    """The months the figures are kept after access has ended: of several the fewest."""
    if not shown:
        return None
    configured = ctx.organizations()[shown[0].report.organization].feel.retention_months
    kept = retention.months_kept_of_all(tx, [one.connection.id for one in shown], configured=configured)
    return min(kept.values(), default=None)


def _months(shown: Sequence[EntityReport]) -> tuple[date, ...]:
    """Every month any of the reports has figures of."""
    firsts = [one.report.first_month for one in shown if one.report.first_month]
    lasts = [one.report.last_month for one in shown if one.report.last_month]
    return Period(min(firsts), max(lasts)).months if firsts and lasts else ()


def _currencies(scope: SpendScope) -> list[str]:
    return list(dict.fromkeys(one.report.currency or "" for one in scope.entities))


def _section(tx: Transaction, scope: SpendScope, asked: SpendAsked, currency: str) -> Section:
    mine = tuple(one for one in scope.entities if one.report.currency == currency)
    ids = [one.report.id for one in mine]
    of: dict[str, Any] = {"period": scope.period, "least": asked.threshold, "used": asked.used}
    listed, every = spend_lines.count_suppliers(tx, ids, **of)
    offset = (asked.page - 1) * SUPPLIERS
    how: dict[str, Any] = {"sort": asked.sort, "reverse": asked.reverse, "limit": SUPPLIERS, "offset": offset}
    return Section(
        currency=currency,
        entities=mine,
        totals=spend_reports.totals(tx, ids, period=scope.period),
        ageing=spend_reports.ageing(tx, ids),
        suppliers=tuple(spend_lines.supplier_lines(tx, ids, **of, **how)),
        leading=tuple(spend_lines.supplier_lines(tx, ids, period=scope.period, limit=LEADING)),
        listed=listed,
        all_suppliers=every,
    )
