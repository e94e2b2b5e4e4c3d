"""Rows whose durable work should have ended long ago: the ground on which lost work is started again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select

from linkflow.domain.connections import GrantState
from linkflow.domain.ports import Job, Transaction
from linkflow.domain.requests import SyncState
from linkflow.store.askings import BatchState
from linkflow.store.imports import ImportState
from linkflow.store.messages import MessageState
from linkflow.store.report_tables import reports, workbooks
from linkflow.store.runs import OPEN
from linkflow.store.tables import (
    asking_batches,
    company_imports,
    connections,
    deletions,
    grants,
    messages,
    syncs,
    uploads,
)
from linkflow.store.uploads import CHECKING

_OPEN = (SyncState.QUEUED.value, SyncState.RUNNING.value)


def overdue(tx: Transaction, *, since: datetime, limit: int = 200) -> tuple[tuple[Job, str], ...]:
    """Work made before `since` that waits for nothing after it, oldest first; much of it may well be running."""
    waiting = or_(messages.c.next_try_at.is_(None), messages.c.next_try_at < since)
    asked_to_wait = or_(syncs.c.wait_until.is_(None), syncs.c.wait_until < since)
    statements = {
        Job.ADD_COMPANIES: _imports(ImportState.ADDING, since),
        Job.ASK_COMPANIES: _imports(ImportState.ASKING, since),
        Job.ASK_AGAIN: select(asking_batches.c.id)
        .where(asking_batches.c.state == BatchState.ASKING.value, asking_batches.c.created_at < since)
        .order_by(asking_batches.c.created_at),
        Job.SEND_MESSAGE: select(messages.c.id)
        .where(messages.c.state == MessageState.QUEUED.value, messages.c.created_at < since, waiting)
        .order_by(messages.c.created_at),
        Job.PULL_BOOKS: select(syncs.c.id)
        .where(syncs.c.state.in_(_OPEN), syncs.c.created_at < since, asked_to_wait)
        .order_by(syncs.c.created_at),
        Job.REVOKE_GRANT: select(grants.c.id)
        .where(grants.c.state == GrantState.REVOKING.value, grants.c.updated_at < since)
        .order_by(grants.c.updated_at),
        Job.DELETE_COMPANY: select(deletions.c.company_id)
        .where(deletions.c.done_at.is_(None), deletions.c.asked_at < since)
        .order_by(deletions.c.asked_at),
        Job.CHECK_UPLOAD: select(uploads.c.id)
        .where(uploads.c.state == CHECKING, uploads.c.created_at < since)
        .order_by(uploads.c.created_at),
        Job.BUILD_REPORT: select(reports.c.id)
        .where(reports.c.state.in_(OPEN), reports.c.created_at < since)
        .order_by(reports.c.created_at),
        Job.MAKE_WORKBOOK: select(workbooks.c.id)
        .where(workbooks.c.state.in_(OPEN), workbooks.c.asked_at < since)
        .order_by(workbooks.c.asked_at),
        Job.DELETE_BOOKS: select(connections.c.id)
        .where(connections.c.books_unwanted_at < since, exists().where(syncs.c.connection_id == connections.c.id))
        .order_by(connections.c.books_unwanted_at),
    }
    return tuple(
        (job, row_id)
        for job, statement in statements.items()
        for row_id in tx.connection.execute(statement.limit(limit)).scalars()
    )


def _imports(state: ImportState, since: datetime) -> Select[Any]:
    working = company_imports.c.state == state.value, company_imports.c.created_at < since
    return select(company_imports.c.id).where(*working).order_by(company_imports.c.created_at)
