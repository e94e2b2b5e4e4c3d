"""What was shared and may be kept no longer: which it is, and its deletion a batch at a time.

Consent records, events and the connection itself stay; they say that there was something, not what.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, exists, func, not_, or_, select

from linkflow.domain.connections import GrantState
from linkflow.domain.filled_checks import NAMED
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, DataType, DataTypes
from linkflow.store.books_shapes import CHILDREN, TABLES
from linkflow.store.books_tables import accounts, book_companies, statement_lines
from linkflow.store.report_tables import REPORT_ROWS, category_corrections, current_reports, reports
from linkflow.store.rows import delete_some, every
from linkflow.store.tables import connections, consents, grants, sync_parts, sync_set_aside, syncs, uploads
from linkflow.store.uploads import CHECKING, REFUSED
from linkflow.store.workbooks import CHUNKS, delete_with_books

LARGEST_BATCH = 2_000
"""Rows one transaction may delete."""
FILES = 20
"""Files one transaction may delete; each may be of 10 MB."""

BOOKS = (*(children.table for children in CHILDREN.values()), *TABLES.values())
"""Every table of the books."""


_BOOKS_OF: Mapping[DataType, tuple[Table, ...]] = {
    DataType.FINANCIALS: (category_corrections, statement_lines),
    DataType.SPEND_ANALYSIS: tuple(
        table for table in BOOKS if table not in (book_companies, accounts, statement_lines)
    ),
}


@dataclass(frozen=True)
class Promise:
    """What an organization's consents promise that name so many `months`; one that names none means `configured`."""

    organization: str
    months: int
    configured: int


@dataclass(frozen=True)
class Ended:
    """Something that was shared, and when the access to it ended (or the file arrived)."""

    id: str
    organization: str
    company_id: str
    request_id: str
    entity_id: str
    at: datetime


@dataclass(frozen=True)
class File:
    """A file without its content; `data_types` are those of its consent."""

    id: str
    created_at: datetime
    consent_id: str
    data_types: str


def promises(tx: Transaction, organization: str, *, configured: int) -> tuple[Promise, ...]:
    """Every promise of the organization's consents: its configuration changes, what it said does not."""
    named = func.coalesce(consents.c.retention_months, configured)
    found = select(named).where(consents.c.organization == organization).distinct()
    return tuple(Promise(organization, months, configured) for months in sorted(tx.connection.execute(found).scalars()))


def months_kept(tx: Transaction, connection_id: str, *, configured: int) -> int:
    """For how many months after its end a connection's books are kept: the shortest promise they were shared under."""
    asked = select(_of_connection(configured)).where(connections.c.id == connection_id)
    return int(tx.connection.execute(asked).scalar_one())


def months_kept_of_all(tx: Transaction, connection_ids: Collection[str], *, configured: int) -> dict[str, int]:
    """The same of several, by id: one statement."""
    asked = select(connections.c.id, _of_connection(configured)).where(connections.c.id.in_(sorted(connection_ids)))
    return {connection_id: int(months) for connection_id, months in tx.connection.execute(asked)}


def spent_connections(tx: Transaction, promise: Promise, *, before: datetime, limit: int = 500) -> tuple[Ended, ...]:
    """Connections for one reading that still count as linked although their grant was given back or died."""
    linked = connections.c.state.in_((ConnectionState.LINKED.value, ConnectionState.NEEDS_REAUTH.value))
    once = connections.c.grant_id == grants.c.id, connections.c.access == "once", linked
    mine = promise.organization, _of_connection(promise.configured) == promise.months
    return _oldest(tx, connections, grants.c.updated_at, before, limit, *mine, *once, _GIVEN_BACK)


def ended_with_books(tx: Transaction, promise: Promise, *, before: datetime, limit: int = 500) -> tuple[Ended, ...]:
    """Connections that ended before a time and whose pulls, and so perhaps books, are still here; oldest first."""
    read = exists().where(syncs.c.connection_id == connections.c.id)
    over = connections.c.state == ConnectionState.DISCONNECTED.value
    mine = promise.organization, _of_connection(promise.configured) == promise.months
    return _oldest(tx, connections, connections.c.ended_at, before, limit, *mine, over, read)


def old_uploads(tx: Transaction, promise: Promise, *, before: datetime, limit: int = FILES) -> tuple[Ended, ...]:
    """Files that arrived before a time, replaced ones too; oldest first."""
    named = select(consents.c.retention_months).where(consents.c.id == uploads.c.consent_id).scalar_subquery()
    months = func.coalesce(named, promise.configured)
    return _oldest(tx, uploads, uploads.c.created_at, before, limit, promise.organization, months == promise.months)


def delete_books(tx: Transaction, connection_id: str, *, limit: int = LARGEST_BATCH) -> int:
    """Delete up to `limit` rows: workbooks, reports, books, what was set aside, and the pulls last; answers how many.

    Workbooks first and every time: one made meanwhile is gone with the last rows, and so is one being made.
    """
    gone = delete_with_books(tx, connection_id)
    if gone >= CHUNKS:
        return gone
    left = limit - gone
    left -= _delete_reports(tx, reports.c.connection_id == connection_id, limit=left)
    for table in (category_corrections, *BOOKS):
        left -= delete_some(tx, table, table.c.connection_id == connection_id, limit=left)
    pulls = select(syncs.c.id).where(syncs.c.connection_id == connection_id)
    for table in (sync_set_aside, sync_parts):
        left -= delete_some(tx, table, table.c.sync_id.in_(pulls), limit=left)
    left -= delete_some(tx, syncs, syncs.c.connection_id == connection_id, limit=left)
    return limit - left


def delete_books_of(tx: Transaction, connection_id: str, kinds: DataTypes, *, limit: int = LARGEST_BATCH) -> int:
    """The same of some kinds of data alone, where a connection has others; the company and the pulls stay."""
    gone = delete_with_books(tx, connection_id)
    if gone >= CHUNKS:
        return gone
    left = limit - gone
    its_reports = reports.c.connection_id == connection_id, reports.c.kind.in_(sorted(kinds))
    left -= _delete_reports(tx, *its_reports, limit=left)
    for kind in sorted(kinds):
        for table in _BOOKS_OF[kind]:
            left -= delete_some(tx, table, table.c.connection_id == connection_id, limit=left)
        named = accounts.c.external_id.startswith(NAMED, autoescape=True)
        its = named if kind is DataType.SPEND_ANALYSIS else not_(named)
        left -= delete_some(tx, accounts, accounts.c.connection_id == connection_id, its, limit=left)
    return limit - left


def files_of_entity(tx: Transaction, entity_id: str) -> tuple[File, ...]:
    """What was sent for an entity and taken, the latest first."""
    sent = select(uploads.c.id, uploads.c.created_at, uploads.c.consent_id, consents.c.data_types)
    here = uploads.c.entity_id == entity_id, uploads.c.state.not_in((CHECKING, REFUSED))
    joined = sent.join(consents, consents.c.id == uploads.c.consent_id).where(*here)
    return every(tx, File, joined.order_by(uploads.c.created_at.desc(), uploads.c.id.desc()))


def has_pulls(tx: Transaction, connection_id: str) -> bool:
    """Whether anything is left of a connection's pulls; they go last."""
    return bool(tx.connection.scalar(select(exists().where(syncs.c.connection_id == connection_id))))


def delete_upload(tx: Transaction, upload_id: str) -> bool:
    """Delete a file; answers whether this call did."""
    return bool(tx.connection.execute(delete(uploads).where(uploads.c.id == upload_id)).rowcount)


def _delete_reports(tx: Transaction, *which: ColumnElement[bool], limit: int) -> int:
    left, ids = limit, select(reports.c.id).where(*which)
    for table in (current_reports, *REPORT_ROWS):
        left -= delete_some(tx, table, table.c.report_id.in_(ids), limit=left)
    left -= delete_some(tx, reports, *which, limit=left)
    return limit - left


def _oldest(
    tx: Transaction, table: Table, at: Column[Any], before: datetime, limit: int, organization: str, *conditions: Any
) -> tuple[Ended, ...]:
    names = table.c.id, table.c.organization, table.c.company_id, table.c.request_id, table.c.entity_id
    mine = table.c.organization == organization, at < before
    return every(tx, Ended, select(*names, at.label("at")).where(*mine, *conditions).order_by(at).limit(limit))


def _of_connection(configured: int) -> ColumnElement[int]:
    """The months of a row of `connections`: of the consent it stands under and of those it was read under."""
    named = func.min(func.coalesce(consents.c.retention_months, configured))
    read_under = select(syncs.c.consent_id).where(syncs.c.connection_id == connections.c.id).correlate(connections)
    here = or_(consents.c.id == connections.c.consent_id, consents.c.id.in_(read_under))
    return func.coalesce(select(named).where(here).correlate(connections).scalar_subquery(), configured)


_GIVEN_BACK = grants.c.state != GrantState.ACTIVE.value
