"""Connections: one company or entity and one tenant. The database allows one live connection an entity."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, func, literal, null, or_, select

from linkflow.domain.connections import CONNECTION_MOVES
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.store.rows import add, change, every, first
from linkflow.store.tables import connections, syncs
from linkflow.store.types import UtcDateTime


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A link between an entity and a tenant; `tenant_*` are None while it is pending."""

    id: str
    organization: str
    company_id: str
    entity_id: str
    request_id: str
    grant_id: str | None
    consent_id: str
    kind: str
    software: str
    tenant_id: str | None = None
    tenant_name: str | None = None
    tenant_country: str | None = None
    tenant_currency: str | None = None
    name_matches: bool | None = None
    data_types: str
    access: str
    access_until: datetime | None
    state: str = ConnectionState.PENDING.value
    created_at: datetime
    linked_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    reconnect_asked_at: datetime | None = None
    books_unwanted_at: datetime | None = None


def add_connection(tx: Transaction, connection: Connection) -> None:
    """A fresh connection, pending until its tenant is chosen."""
    add(tx, connections, connection)


def connection(tx: Transaction, connection_id: str) -> Connection | None:
    """One connection."""
    rows = connections.c.id == connection_id
    return first(tx, Connection, select(connections).where(rows))


def live_connection(tx: Transaction, entity_id: str) -> Connection | None:
    """The entity's live connection, linked or in need of a fresh sign-in."""
    return first(tx, Connection, select(connections).where(connections.c.entity_id == entity_id, _LIVE))


def asked_connection(tx: Transaction, entity_id: str) -> Connection | None:
    """The entity's ended connection that the customer was asked to reconnect; where there are several, the last."""
    asked = connections.c.reconnect_asked_at.is_not(None)
    ended = connections.c.state == ConnectionState.DISCONNECTED.value
    statement = select(connections).where(connections.c.entity_id == entity_id, ended, asked)
    return first(tx, Connection, statement.order_by(connections.c.reconnect_asked_at.desc()).limit(1))


def ask_to_reconnect(tx: Transaction, connection_id: str, *, at: datetime, unless_since: datetime) -> bool:
    """Store that the customer is asked; False when they were since a time, or there never was a connection."""
    last = connections.c.reconnect_asked_at
    current = connections.c.id == connection_id, connections.c.state != ConnectionState.PENDING.value
    return change(tx, connections, *current, or_(last.is_(None), last < unless_since), reconnect_asked_at=at) == 1


def forget_asking(tx: Transaction, entity_id: str) -> None:
    """The entity is connected: nobody is asked to reconnect anything of it any more."""
    asked = connections.c.entity_id == entity_id, connections.c.reconnect_asked_at.is_not(None)
    change(tx, connections, *asked, reconnect_asked_at=None)


def forget_renewal(tx: Transaction, connection_id: str) -> None:
    """A connection that works is not asked to be taken up again any more."""
    working = connections.c.id == connection_id, connections.c.state == ConnectionState.LINKED.value
    change(tx, connections, *working, reconnect_asked_at=None)


def is_connected(tx: Transaction, company_id: str, *, software: str, tenant_id: str) -> bool:
    """Whether one of the company's entities is connected to this very tenant."""
    live = connections.c.state.in_((ConnectionState.LINKED.value, ConnectionState.NEEDS_REAUTH.value))
    same = connections.c.software == software, connections.c.tenant_id == tenant_id
    statement = select(connections.c.id).where(connections.c.company_id == company_id, live, *same)
    return tx.connection.execute(statement.limit(1)).first() is not None


def pending(tx: Transaction, request_id: str, entity_id: str) -> tuple[Connection, ...]:
    """The entity's connection that waits for its company: none or one."""
    here = connections.c.request_id == request_id, connections.c.entity_id == entity_id
    waiting = connections.c.state == ConnectionState.PENDING.value
    return every(tx, Connection, select(connections).where(*here, waiting))


def connections_of_company(tx: Transaction, company_id: str) -> tuple[Connection, ...]:
    """Every connection a company has or had, oldest first."""
    statement = select(connections).where(connections.c.company_id == company_id).order_by(connections.c.created_at)
    return every(tx, Connection, statement)


def open_connections(tx: Transaction, company_id: str, *, limit: int) -> tuple[Connection, ...]:
    """A company's connections that have not ended."""
    open_ = connections.c.company_id == company_id, connections.c.state != ConnectionState.DISCONNECTED.value
    return every(tx, Connection, select(connections).where(*open_).limit(limit))


def move(tx: Transaction, connection_id: str, *, old: ConnectionState, new: ConnectionState, **values: Any) -> bool:
    """One allowed move with what changes by it; answers whether this call made it."""
    if new not in CONNECTION_MOVES[old]:
        raise ValueError(f"a connection does not go from {old} to {new}")
    current = connections.c.id == connection_id, connections.c.state == old.value
    return change(tx, connections, *current, state=new.value, **values) == 1


def limit_reading(tx: Transaction, connection_id: str, *, until: datetime) -> None:
    """After a pull of a live connection for one reading: no end where its books are in, else `until` or earlier."""
    here = connections.c.id == connection_id, connections.c.access == "once", _LIVE
    first = func.coalesce(connections.c.access_until, literal(until, UtcDateTime))
    change(tx, connections, *here, access_until=case((IS_READ, null()), else_=first))


def update_connection(tx: Transaction, connection_id: str, **values: Any) -> None:
    """Change facts of a connection that keeps its state."""
    change(tx, connections, connections.c.id == connection_id, **values)


_LIVE = connections.c.state.in_((ConnectionState.LINKED.value, ConnectionState.NEEDS_REAUTH.value))
IS_READ = exists().where(
    syncs.c.connection_id == connections.c.id,
    syncs.c.consent_id == connections.c.consent_id,
    syncs.c.state == SyncState.DONE.value,
)
"""What the connection's consent names was pulled whole: of a row of `connections` in the statement around it."""
