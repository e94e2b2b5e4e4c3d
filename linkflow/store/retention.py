"""What was shared and may be kept no longer: which it is, and its deletion a batch at a time.

Consent records, events and the connection itself stay; they say that there was something, not what.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, exists, select

from linkflow.domain.connections import GrantState
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState
from linkflow.store.books_shapes import CHILDREN, TABLES
from linkflow.store.rows import delete_some, every
from linkflow.store.tables import connections, grants, sync_parts, sync_set_aside, syncs, uploads

LARGEST_BATCH = 2_000
"""Rows one transaction may delete."""
FILES = 20
"""Files one transaction may delete; each may be of 10 MB."""

BOOKS = (*(children.table for children in CHILDREN.values()), *TABLES.values())
"""Every table of the books."""


@dataclass(frozen=True)
class Ended:
    """Something that was shared, and when the access to it ended (or the file arrived)."""

    id: str
    organization: str
    company_id: str
    request_id: str
    entity_id: str
    at: datetime


def spent_connections(tx: Transaction, organization: str, *, before: datetime, limit: int = 500) -> tuple[Ended, ...]:
    """Connections for one reading that still count as linked although their grant was given back or died."""
    linked = connections.c.state.in_((ConnectionState.LINKED.value, ConnectionState.NEEDS_REAUTH.value))
    once = connections.c.grant_id == grants.c.id, connections.c.access == "once", linked
    return _oldest(tx, connections, grants.c.updated_at, before, limit, organization, *once, _GIVEN_BACK)


def ended_with_books(tx: Transaction, organization: str, *, before: datetime, limit: int = 500) -> tuple[Ended, ...]:
    """Connections that ended before a time and whose pulls, and so perhaps books, are still here; oldest first."""
    read = exists().where(syncs.c.connection_id == connections.c.id)
    over = connections.c.state == ConnectionState.DISCONNECTED.value
    return _oldest(tx, connections, connections.c.ended_at, before, limit, organization, over, read)


def old_uploads(tx: Transaction, organization: str, *, before: datetime, limit: int = FILES) -> tuple[Ended, ...]:
    """Files that arrived before a time, replaced ones too; oldest first."""
    return _oldest(tx, uploads, uploads.c.created_at, before, limit, organization)


def delete_books(tx: Transaction, connection_id: str, *, limit: int = LARGEST_BATCH) -> int:
    """Delete up to `limit` rows: the books, what was set aside, and the pulls last; answers how many went."""
    left = limit
    for table in BOOKS:
        left -= delete_some(tx, table, table.c.connection_id == connection_id, limit=left)
    pulls = select(syncs.c.id).where(syncs.c.connection_id == connection_id)
    for table in (sync_set_aside, sync_parts):
        left -= delete_some(tx, table, table.c.sync_id.in_(pulls), limit=left)
    left -= delete_some(tx, syncs, syncs.c.connection_id == connection_id, limit=left)
    return limit - left


def has_pulls(tx: Transaction, connection_id: str) -> bool:
    """Whether anything is left of a connection's pulls; they go last."""
    return bool(tx.connection.scalar(select(exists().where(syncs.c.connection_id == connection_id))))


def delete_upload(tx: Transaction, upload_id: str) -> bool:
    """Delete a file; answers whether this call did."""
    return bool(tx.connection.execute(delete(uploads).where(uploads.c.id == upload_id)).rowcount)


def _oldest(
    tx: Transaction, table: Table, at: Column[Any], before: datetime, limit: int, organization: str, *conditions: Any
) -> tuple[Ended, ...]:
    names = table.c.id, table.c.organization, table.c.company_id, table.c.request_id, table.c.entity_id
    mine = table.c.organization == organization, at < before
    return every(tx, Ended, select(*names, at.label("at")).where(*mine, *conditions).order_by(at).limit(limit))


_GIVEN_BACK = grants.c.state != GrantState.ACTIVE.value
