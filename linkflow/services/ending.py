"""The end of a connection, whoever or whatever ends it.

In one transaction it stops being read, its open pulls end, its grant is let go unless something else reads through
it, the statuses of every request of the company follow, and where it comes unasked for the contact is told.
"""

from datetime import datetime

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.domain.software import UPLOAD
from linkflow.organization_model import Access
from linkflow.services import granting, informing, sync_endings
from linkflow.services.context import Context
from linkflow.services.statuses import refresh_statuses
from linkflow.store import askings, companies, connections, grants, syncs, tenant_changes
from linkflow.store.connections import Connection

REASON = "disconnected"
LIVE = (ConnectionState.LINKED, ConnectionState.NEEDS_REAUTH)
"""Connections there are: read, or to be read again after a fresh sign-in."""


def end_connection(
    ctx: Context,
    tx: Transaction,
    held: Connection,
    *,
    at: datetime | None = None,
    tell: bool = True,
    by_organization: bool = False,
    reason: str = "",
) -> bool:
    """End a live connection with all that hangs on it; answers whether this call did. The event is the caller's.

    `at` is when access ended, if that is known; of a connection for one reading it ended with the grant. `tell` mails
    the contact, with the `reason` of the organization where one of its users ended it.
    """
    over, ended = ConnectionState.DISCONNECTED, {"ended_at": at or _access_ended(ctx, tx, held), "end_reason": reason}
    if tell:
        # What somebody ended is not taken up again because it was asked for before; what time has ended may be.
        ended["reconnect_asked_at"] = None
    if not any(connections.move(tx, held.id, old=state, new=over, **ended) for state in LIVE):
        return False
    tenant_changes.overtake(tx, held.id, at=ctx.now())
    askings.stop(tx, held.id, at=ctx.now())
    for sync_id in syncs.open_syncs(tx, held.id):
        sync_endings.end_sync(ctx, tx, sync_id, state=SyncState.CANCELLED, reason=REASON)
    if held.grant_id is not None:
        companies.forget_grant(tx, held.entity_id, held.grant_id)
        granting.release_grant(ctx, tx, held.grant_id)
    # Who sent a file has no access to lose.
    if tell and held.software != UPLOAD:
        informing.queue_disconnected_mail(ctx, tx, connection_id=held.id, by_organization=by_organization)
    refresh_statuses(ctx, tx, held.company_id)
    return True


def _access_ended(ctx: Context, tx: Transaction, held: Connection) -> datetime:
    """With its grant for a connection for one reading, whose months count from there; else now."""
    grant = grants.grant(tx, held.grant_id) if held.grant_id and held.access == Access.ONCE else None
    return ctx.now() if grant is None or grant.is_active else grant.updated_at
