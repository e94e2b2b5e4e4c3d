"""How a pull ends, and what follows in the same transaction: statements, events, status, notices, the grant."""

from datetime import timedelta

from linkflow.domain.books import Period
from linkflow.domain.consent import UNREAD_DAYS
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataType, SyncState, data_types_of
from linkflow.domain.software import UPLOAD
from linkflow.organization_model import Access
from linkflow.services import granting, notifying, reporting, statuses
from linkflow.services.context import Context
from linkflow.services.happenings import notice
from linkflow.services.making_financials import failing
from linkflow.store import connections, consents, syncs
from linkflow.store.connections import Connection
from linkflow.store.syncs import Sync
from linkflow.store.turns import take_turn_of
from linkflow.store.visits import own_link

UNREAD_LIFE = timedelta(days=UNREAD_DAYS)
NEEDS_REAUTH = "needs-reauth"
"""Ends a pull without an event of its own: the grant's end was already told."""
_EVENTS = {
    SyncState.DONE: "report-ready",
    SyncState.FAILED: "sync-failed",
    SyncState.CANCELLED: "sync-cancelled",
}


def end_sync(ctx: Context, tx: Transaction, sync_id: str, *, state: SyncState, reason: str | None = None) -> bool:
    """End a pull as `done`, `failed` or `cancelled`; answers whether this call did. What was stored stays."""
    take_turn_of(tx, "sync", sync_id)
    if not syncs.finish(tx, sync_id, state, at=ctx.now(), error=reason):
        return False
    sync = syncs.sync(tx, sync_id)
    connection = connections.connection(tx, sync.connection_id) if sync else None
    if sync is None or connection is None:
        return True
    has_parts = bool(syncs.parts_of(tx, sync_id))
    if state is SyncState.DONE and has_parts:
        _report(ctx, tx, sync, connection)
    for request_id in _requests_of(tx, sync, connection):
        if (has_parts or state is not SyncState.DONE) and reason != NEEDS_REAUTH:
            notice(
                ctx,
                tx,
                _EVENTS[state],
                organization=sync.organization,
                company_id=sync.company_id,
                request_id=request_id,
                entity_id=connection.entity_id,
                detail=reason or "",
            )
        statuses.refresh_status(ctx, tx, request_id)
    if state is SyncState.DONE and has_parts and syncs.count_done(tx, connection.id, consent_id=sync.consent_id) == 1:
        _tell_users(ctx, tx, "available", sync, connection)
    if state is SyncState.FAILED and reason != NEEDS_REAUTH:
        _tell_users(ctx, tx, "failed", sync, connection)
    if connection.access == Access.ONCE and connection.software != UPLOAD:
        _settle_access(ctx, tx, connection)
    return True


def _report(ctx: Context, tx: Transaction, sync: Sync, connection: Connection) -> None:
    """The books are whole: the statements are checked, and the reports made of them."""
    period = Period(sync.first_month, sync.last_month)
    if DataType.FINANCIALS in data_types_of(sync.data_types) and failing(ctx, tx, connection, period=period):
        syncs.note_failed_checks(tx, sync.id)
    reporting.start_reports(ctx, tx, sync)


def _settle_access(ctx: Context, tx: Transaction, connection: Connection) -> None:
    """Access for one reading ends with it; where it failed there are some days to try again, counted from the first."""
    connections.limit_reading(tx, connection.id, until=ctx.now() + UNREAD_LIFE)
    if connection.grant_id is not None:
        granting.release_grant(ctx, tx, connection.grant_id)


def _requests_of(tx: Transaction, sync: Sync, connection: Connection) -> tuple[str, ...]:
    """The request that made the connection, and the one whose consent this pull is for."""
    consent = consents.consent(tx, sync.consent_id)
    found = (connection.request_id, consent.request_id if consent else connection.request_id)
    return tuple(dict.fromkeys(found))


def _tell_users(ctx: Context, tx: Transaction, kind: str, sync: Sync, connection: Connection) -> None:
    """The first complete pull under a consent is `available`, any that stopped for good `failed`."""
    consent = consents.consent(tx, sync.consent_id)
    link = own_link(tx, consent.request_id) if consent else None
    if link is not None and link.organization in ctx.organizations():
        notifying.queue_notices(ctx, tx, kind, link=link, entity_id=connection.entity_id)
