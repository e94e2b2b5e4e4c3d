"""Connections that need a person within a while: why, by when, whose, and whether the customer has been asked.

The same rules as `services.foreseeing.need_of`, which decides for one connection. Companies come from the copies that
their own list is read from, so both are searched, limited to somebody's own and sorted alike.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, asc, case, desc, false, func, literal, null, or_, select, tuple_

from linkflow.domain.connections import GrantState
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState
from linkflow.domain.upkeep import Why
from linkflow.store.rows import every
from linkflow.store.tables import (
    askings,
    companies,
    company_documents,
    company_listings,
    connections,
    consents,
    entities,
    grants,
)
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


@dataclass(frozen=True)
class Scopes:
    """What the catalogue asks of a product today: scopes that must have been asked for, and that must be granted."""

    asked: tuple[str, ...]
    granted: tuple[str, ...]


ScopesToday = Mapping[tuple[str, str], Scopes]
"""By software and data types, as a connection has them."""


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
    """What the list shows of the companies of a `scope` (`company_listings`), as seen `now` up to a `horizon`.

    `before` and `after` are ids of connections: the page that ends before it, or begins after it. `only`: of these.
    """

    scope: str
    scopes: ScopesToday
    now: datetime
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
    base, key = _base(organization, wanted), _key(wanted)
    mark_id, backwards = wanted.after or wanted.before, wanted.after is None and wanted.before is not None
    mark = _mark(tx, base, key, mark_id) if mark_id else None
    backwards = backwards and mark is not None
    order = desc if wanted.descending is not backwards else asc
    statement = base.where(*_filters(wanted)).order_by(order(key), order(connections.c.id)).limit(size + 1)
    if mark is not None:
        place, from_ = tuple_(key, connections.c.id), tuple_(literal(mark[0], key.type), literal(mark[1]))
        statement = statement.where(place < from_ if order is desc else place > from_)
    found = every(tx, Foreseen, statement)
    more, found = len(found) > size, found[:size]
    rows = found[::-1] if backwards else found
    has_before, has_after = (more, True) if backwards else (mark is not None, more)
    return Forecast(
        rows,
        rows[0].connection_id if rows and has_before else None,
        rows[-1].connection_id if rows and has_after else None,
    )


def count_forecast(tx: Transaction, organization: str, wanted: ForecastFilter) -> dict[Why, int]:
    """How many there are for each reason, whatever else is asked for than the scope."""
    why = _why(wanted)
    rows = _joined(organization, wanted, select(why, func.count())).where(why.is_not(None)).group_by(why)
    return {Why(word): int(number) for word, number in tx.connection.execute(rows)}


def _base(organization: str, wanted: ForecastFilter) -> Select[Any]:
    why = _why(wanted)
    columns = select(
        connections.c.id.label("connection_id"),
        connections.c.company_id,
        companies.c.name.label("company_name"),
        companies.c.contact_name,
        companies.c.contact_email,
        entities.c.name.label("entity_name"),
        connections.c.software,
        connections.c.tenant_name,
        why.label("why"),
        _due(wanted).label("due_at"),
        case((why == Why.LOST.value, grants.c.updated_at)).label("lost_at"),
        connections.c.reconnect_asked_at.label("asked_at"),
        _opened_at().label("opened_at"),
    )
    return _joined(organization, wanted, columns).where(why.is_not(None))


def _joined(organization: str, wanted: ForecastFilter, columns: Select[Any]) -> Select[Any]:
    live = connections.c.state.in_((ConnectionState.LINKED.value, ConnectionState.NEEDS_REAUTH.value))
    here = connections.c.organization == organization, connections.c.kind == "software", live
    listed = company_listings.c.number == company_documents.c.number, company_listings.c.scope == wanted.scope
    return (
        columns.select_from(connections)
        .join(companies, companies.c.id == connections.c.company_id)
        .join(entities, entities.c.id == connections.c.entity_id)
        .join(company_documents, company_documents.c.company_id == connections.c.company_id)
        .join(company_listings, and_(*listed))
        .outerjoin(grants, grants.c.id == connections.c.grant_id)
        .outerjoin(consents, consents.c.id == connections.c.consent_id)
        .where(*here, companies.c.organization == organization)
    )


def _filters(wanted: ForecastFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        company_documents.c.text.contains(piece, autoescape=True) for piece in wanted.pieces
    ]
    if wanted.why is not None:
        found.append(_why(wanted) == wanted.why.value)
    if wanted.software is not None:
        found.append(connections.c.software == wanted.software)
    if wanted.only is not None:
        found.append(connections.c.id.in_(sorted(wanted.only)))
    asked, opened = connections.c.reconnect_asked_at.is_not(None), _opened_at().is_not(None)
    if wanted.asked is not None:
        found.append({Asked.NOT: ~asked, Asked.YES: asked, Asked.OPENED: and_(asked, opened)}[wanted.asked])
    return found


def _why(wanted: ForecastFilter) -> Any:
    """The word for why a connection needs a person by the horizon, null where it does not."""
    active = grants.c.state == GrantState.ACTIVE.value
    until = connections.c.access_until
    ends = and_(active, grants.c.human_at <= wanted.horizon, or_(until.is_(None), grants.c.human_at < until))
    agreed = and_(connections.c.access == "ongoing", until <= wanted.horizon)
    return case(
        (connections.c.state == ConnectionState.NEEDS_REAUTH.value, Why.LOST.value),
        (and_(active, _lacks(wanted.scopes)), Why.SCOPE.value),
        (ends, grants.c.human_why),
        (agreed, Why.ACCESS.value),
        else_=null(),
    )


def _due(wanted: ForecastFilter) -> Any:
    why = _why(wanted)
    dated = (Why.ENDS.value, grants.c.human_at), (Why.UNRENEWED.value, grants.c.human_at)
    agreed = (Why.ACCESS.value, connections.c.access_until)
    return case(*((why == word, column) for word, column in (*dated, agreed)), else_=literal(None, UtcDateTime))


def _key(wanted: ForecastFilter) -> Any:
    """What the list is sorted by; what is due now has the time since when, so that it stands before what is to come."""
    never = literal(datetime(1970, 1, 1, tzinfo=wanted.now.tzinfo), UtcDateTime)
    return {
        Sort.DUE: func.coalesce(_due(wanted), grants.c.updated_at, never, type_=UtcDateTime()),
        Sort.COMPANY: company_listings.c.name_key,
        Sort.SOFTWARE: connections.c.software,
        Sort.WHY: _why(wanted),
        Sort.USERS: company_listings.c.users_key,
        Sort.ASKED: func.coalesce(connections.c.reconnect_asked_at, never, type_=UtcDateTime()),
    }[wanted.sort]


def _mark(tx: Transaction, base: Select[Any], key: Any, connection_id: str) -> tuple[Any, str] | None:
    statement = base.with_only_columns(key, connections.c.id).where(connections.c.id == connection_id)
    row = tx.connection.execute(statement).first()
    return (row[0], row[1]) if row is not None else None


def _lacks(today: ScopesToday) -> ColumnElement[bool]:
    """Whether a grant is without a scope that is asked for today."""
    granted = literal(" ") + grants.c.scopes + literal(" ")
    known = granted + func.coalesce(consents.c.scopes, "") + literal(" ")
    return or_(
        false(),
        *(
            and_(
                connections.c.software == software,
                connections.c.data_types == data_types,
                or_(
                    false(),
                    *(~known.contains(f" {scope} ", autoescape=True) for scope in scopes.asked),
                    *(~granted.contains(f" {scope} ", autoescape=True) for scope in scopes.granted),
                ),
            )
            for (software, data_types), scopes in today.items()
            if scopes.asked or scopes.granted
        ),
    )


def _opened_at() -> Any:
    """When the customer followed up an asking that still stands."""
    its = askings.c.connection_id == connections.c.id, askings.c.done_at.is_(None)
    standing = askings.c.asked_at >= connections.c.reconnect_asked_at
    found = select(func.max(askings.c.opened_at, type_=UtcDateTime)).where(*its, standing)
    return found.correlate(connections).scalar_subquery()
