"""Disconnecting: the customer ends a connection, behind a fresh code. Doing it twice does it once."""

from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.services import happenings
from linkflow.services.context import Context
from linkflow.services.ending import end_connection
from linkflow.store import connections, requests
from linkflow.store.connections import Connection
from linkflow.store.visits import Visit


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
