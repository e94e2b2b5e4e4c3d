"""Connections that need a person within a while: why, by when, whose, and whether the customer has been asked.

Companies come from the copies that their own list is read from, so both are searched, limited to somebody's own and
sorted alike.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, asc, case, desc, func, literal, select, tuple_

from linkflow.domain.ports import Transaction
from linkflow.domain.upkeep import Why
from linkflow.store.needing import Scopes, due_at, needing
from linkflow.store.rows import every, stretch
from linkflow.store.tables import askings, companies, company_documents, company_listings, entities
from linkflow.store.types import UtcDateTime


class Sort(StrEnum):
    """What the forecast can be sorted by."""

    DUE = "due"
    COMPANY = "company"
    SOFTWARE = "software"
    WHY = "why"
    USERS = "users"
    ASKED = "asked"


class Asked(StrEnum):
    """How far an asking has come."""

    NOT = "not"
    YES = "yes"
    OPENED = "opened"


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """One connection of the forecast; `due_at` of None: now, since `lost_at` where the sign-in ended."""

    connection_id: str
    company_id: str
    company_name: str
    contact_name: str
    contact_email: str
    entity_name: str | None
    software: str
    tenant_name: str | None
    why: str
    due_at: datetime | None
    lost_at: datetime | None
    asked_at: datetime | None
    opened_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ForecastFilter:
    """What the list shows of the companies of a `scope` (`company_listings`), up to a `horizon`.

    `scopes`: what the catalogue asks for today, by software.

    `before` and `after` are ids of connections: the page that ends before it, or begins after it. `only`: of these.
    """

    scope: str
    scopes: Mapping[str, Scopes]
    horizon: datetime
    pieces: tuple[str, ...] = ()
    why: Why | None = None
    software: str | None = None
    asked: Asked | None = None
    only: Collection[str] | None = None
    sort: Sort = Sort.DUE
    descending: bool = False
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Forecast:
    """One page. `before` and `after` are the ids to go on from in either direction, None at either end."""

    rows: tuple[Foreseen, ...]
    before: str | None
    after: str | None


def list_forecast(tx: Transaction, organization: str, wanted: ForecastFilter, *, size: int) -> Forecast:
    """A page of an organization's forecast; one that starts at a connection that is not in it is the first."""
    rows = needing(organization, wanted.scopes, horizon=wanted.horizon)
    base, key = _base(rows, organization, wanted), _key(rows, wanted.sort)
    mark_id, backwards = wanted.after or wanted.before, wanted.after is None and wanted.before is not None
    mark = _mark(tx, base, rows, key, mark_id) if mark_id else None
    backwards = backwards and mark is not None
    order = desc if wanted.descending is not backwards else asc
    statement = base.where(*_filters(rows, wanted)).order_by(order(key), order(rows.c.id)).limit(size + 1)
    if mark is not None:
        place, from_ = tuple_(key, rows.c.id), tuple_(literal(mark[0], key.type), literal(mark[1]))
        statement = statement.where(place < from_ if order is desc else place > from_)
    found = every(tx, Foreseen, statement)
    shown, has_before, has_after = stretch(found, size=size, marked=mark is not None, backwards=backwards)
    return Forecast(
        shown,
        shown[0].connection_id if shown and has_before else None,
        shown[-1].connection_id if shown and has_after else None,
    )


def count_forecast(tx: Transaction, organization: str, wanted: ForecastFilter) -> dict[Why, int]:
    """How many there are for each reason, whatever else is asked for than the scope."""
    rows = needing(organization, wanted.scopes, horizon=wanted.horizon)
    counted = _joined(rows, organization, wanted, select(rows.c.why, func.count())).group_by(rows.c.why)
    return {Why(word): int(number) for word, number in tx.connection.execute(counted)}


def _base(rows: Any, organization: str, wanted: ForecastFilter) -> Select[Any]:
    columns = select(
        rows.c.id.label("connection_id"),
        rows.c.company_id,
        companies.c.name.label("company_name"),
        companies.c.contact_name,
        companies.c.contact_email,
        entities.c.name.label("entity_name"),
        rows.c.software,
        rows.c.tenant_name,
        rows.c.why,
        due_at(rows).label("due_at"),
        case((rows.c.why == Why.LOST.value, rows.c.updated_at)).label("lost_at"),
        rows.c.reconnect_asked_at.label("asked_at"),
        _opened_at(rows).label("opened_at"),
    )
    return _joined(rows, organization, wanted, columns.join(entities, entities.c.id == rows.c.entity_id))


def _joined(rows: Any, organization: str, wanted: ForecastFilter, columns: Select[Any]) -> Select[Any]:
    listed = company_listings.c.number == company_documents.c.number, company_listings.c.scope == wanted.scope
    return (
        columns.join(companies, companies.c.id == rows.c.company_id)
        .join(company_documents, company_documents.c.company_id == rows.c.company_id)
        .join(company_listings, and_(*listed))
        .where(rows.c.why.is_not(None), companies.c.organization == organization)
    )


def _filters(rows: Any, wanted: ForecastFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        company_documents.c.text.contains(piece, autoescape=True) for piece in wanted.pieces
    ]
    if wanted.why is not None:
        found.append(rows.c.why == wanted.why.value)
    if wanted.software is not None:
        found.append(rows.c.software == wanted.software)
    if wanted.only is not None:
        found.append(rows.c.id.in_(sorted(wanted.only)))
    asked, opened = rows.c.reconnect_asked_at.is_not(None), _opened_at(rows).is_not(None)
    if wanted.asked is not None:
        found.append({Asked.NOT: ~asked, Asked.YES: asked, Asked.OPENED: and_(asked, opened)}[wanted.asked])
    return found


def _key(rows: Any, sort: Sort) -> Any:
    """What the list is sorted by; what is due now has the time since when, so that it stands before what is to come."""
    never = literal(datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime)
    return {
        Sort.DUE: func.coalesce(due_at(rows), rows.c.updated_at, never, type_=UtcDateTime()),
        Sort.COMPANY: company_listings.c.name_key,
        Sort.SOFTWARE: rows.c.software,
        Sort.WHY: rows.c.why,
        Sort.USERS: company_listings.c.users_key,
        Sort.ASKED: func.coalesce(rows.c.reconnect_asked_at, never, type_=UtcDateTime()),
    }[sort]


def _mark(tx: Transaction, base: Select[Any], rows: Any, key: Any, connection_id: str) -> tuple[Any, str] | None:
    row = tx.connection.execute(base.with_only_columns(key, rows.c.id).where(rows.c.id == connection_id)).first()
    return (row[0], row[1]) if row is not None else None


def _opened_at(rows: Any) -> Any:
    """When the customer followed up an asking that still stands."""
    its = askings.c.connection_id == rows.c.id, askings.c.done_at.is_(None)
    standing = askings.c.asked_at >= rows.c.reconnect_asked_at
    found = select(func.max(askings.c.opened_at, type_=UtcDateTime)).where(*its, standing)
    return found.correlate(rows).scalar_subquery()
