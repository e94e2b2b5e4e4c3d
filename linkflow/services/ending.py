"""The end of a connection, whoever or whatever ends it.

In one transaction it stops being read, its open pulls end, its grant is let go unless something else reads through
it, the statuses of every request of the company follow, and where it comes unasked for the contact is told.
"""

from datetime import datetime

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.services import granting, informing, sync_endings
from linkflow.services.context import Context
from linkflow.services.statuses import refresh_status
from linkflow.store import companies, connections, requests, syncs
from linkflow.store.connections import Connection

REASON = "disconnected"
_LIVE = (ConnectionState.LINKED, ConnectionState.NEEDS_REAUTH)


def end_connection(
    ctx: Context, tx: Transaction, held: Connection, *, at: datetime | None = None, tell: bool = True
) -> bool:
    """End a live connection with all that hangs on it; answers whether this call did. The event is the caller's.

    `at` is when it ended, if that was before now; `tell` mails the contact.
    """
    over, ended_at = ConnectionState.DISCONNECTED, at or ctx.now()
    if not any(connections.move(tx, held.id, old=state, new=over, ended_at=ended_at) for state in _LIVE):
        return False
    for sync_id in syncs.open_syncs(tx, held.id):
        sync_endings.end_sync(ctx, tx, sync_id, state=SyncState.CANCELLED, reason=REASON)
    if held.grant_id is not None:
        companies.forget_grant(tx, held.entity_id, held.grant_id)
        granting.release_grant(ctx, tx, held.grant_id)
    if tell:
        informing.queue_disconnected_mail(ctx, tx, connection_id=held.id)
    for request in requests.requests_of_company(tx, held.company_id):
        refresh_status(ctx, tx, request.id)
    return True
