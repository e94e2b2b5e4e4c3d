"""Disconnecting: the end of one connection, for the customer with a fresh code and for the portal alike.

In one transaction it stops being read, its open pulls end, its grant is let go unless something else reads through
it, the statuses follow, and the company's contact is told. Doing it twice does it once.
"""

from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.services import granting, happenings, informing, sync_endings
from linkflow.services.context import Context
from linkflow.services.statuses import refresh_status
from linkflow.store import companies, connections, requests, syncs
from linkflow.store.connections import Connection
from linkflow.store.visits import Visit

REASON = "disconnected"
_LIVE = (ConnectionState.LINKED, ConnectionState.NEEDS_REAUTH)


def own_connection(tx: Transaction, visit: Visit, connection_id: str) -> Connection:
    """A connection of the visit's company, under an entity this link may see; raises `NotFound` for any other."""
    found = connections.connection(tx, connection_id)
    visible = found is not None and found.company_id == visit.link.company_id and visit.entity(found.entity_id)
    if found is None or not visible or found.linked_at is None:
        raise NotFound
    return found


def disconnect(ctx: Context, visit: Visit, connection_id: str) -> None:
    """The customer ends a connection; raises `NotFound` for one that is not theirs."""
    with ctx.database.transaction() as tx:
        held = own_connection(tx, visit, connection_id)
        if not end_connection(ctx, tx, held):
            return
        happenings.note(ctx, tx, "disconnected", link=visit.link, entity_id=held.entity_id, detail=held.id)
        if visit.link.only_entity_id is None and len(visit.entities) == 1:
            # Nothing is left to answer: the link opens the summary from now on, and no reminder follows.
            requests.set_once(tx, visit.link.request_id, "finished_at", ctx.now())


def end_connection(ctx: Context, tx: Transaction, held: Connection) -> bool:
    """End it with all that hangs on it; answers whether this call did. The event is the caller's to write."""
    over, now = ConnectionState.DISCONNECTED, ctx.now()
    if not any(connections.move(tx, held.id, old=state, new=over, ended_at=now) for state in _LIVE):
        return False
    for sync_id in syncs.open_syncs(tx, held.id):
        sync_endings.end_sync(ctx, tx, sync_id, state=SyncState.CANCELLED, reason=REASON)
    if held.grant_id is not None:
        companies.forget_grant(tx, held.entity_id, held.grant_id)
        granting.release_grant(ctx, tx, held.grant_id)
    informing.queue_disconnected_mail(ctx, tx, connection_id=held.id)
    for request in requests.requests_of_company(tx, held.company_id):
        refresh_status(ctx, tx, request.id)
    return True
