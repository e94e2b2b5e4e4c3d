"""What is kept of one company, in numbers: for the question before it is deleted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, case, func, or_, select

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState
from linkflow.store.retention import BOOKS
from linkflow.store.tables import connections, consents, grants, messages, requests, uploads

MOST = 10_000
"""Rows of the books are counted no further."""


@dataclass(frozen=True, kw_only=True)
class SoftwareConnections:
    """The connections to one software; `live` ones have not ended."""

    software: str
    count: int
    live: int


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """`tokens` are grants that still have some; `records` of the books, `MOST` meaning at least so many."""

    requests: int
    connections: tuple[SoftwareConnections, ...]
    tokens: int
    records: int
    files: int
    mails: int
    consents: int


def holdings_of(tx: Transaction, company_id: str) -> Holdings:
    """Count a company's rows."""
    mine = select(requests.c.id).where(requests.c.company_id == company_id)
    sealed = or_(grants.c.access_token.is_not(None), grants.c.refresh_token.is_not(None))
    return Holdings(
        requests=_count(tx, requests, requests.c.company_id == company_id),
        connections=_connections(tx, company_id),
        tokens=_count(tx, grants, grants.c.company_id == company_id, sealed),
        records=_records(tx, company_id),
        files=_count(tx, uploads, uploads.c.company_id == company_id),
        mails=_count(tx, messages, messages.c.request_id.in_(mine)),
        consents=_count(tx, consents, consents.c.company_id == company_id),
    )


def _connections(tx: Transaction, company_id: str) -> tuple[SoftwareConnections, ...]:
    live = func.sum(case((connections.c.state != ConnectionState.DISCONNECTED.value, 1), else_=0))
    statement = (
        select(connections.c.software, func.count(), live)
        .where(connections.c.company_id == company_id, connections.c.linked_at.is_not(None))
        .group_by(connections.c.software)
        .order_by(connections.c.software)
    )
    rows = tx.connection.execute(statement).all()
    return tuple(SoftwareConnections(software=name, count=count, live=int(alive)) for name, count, alive in rows)


def _records(tx: Transaction, company_id: str) -> int:
    mine = select(connections.c.id).where(connections.c.company_id == company_id)
    found = 0
    for table in BOOKS:
        if found < MOST:
            some = select(table.c.connection_id).where(table.c.connection_id.in_(mine)).limit(MOST - found).subquery()
            found += int(tx.connection.scalar(select(func.count()).select_from(some)) or 0)
    return found


def _count(tx: Transaction, table: Table, *conditions: Any) -> int:
    return int(tx.connection.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)
