"""Reading the books once more after a pull that failed: asked for by the customer or by a user of the organization.

Five times an hour for a connection, whoever asks. Pressed twice it begins one pull.
"""

from datetime import datetime, timedelta

from linkflow.domain.errors import Refused
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.services import happenings
from linkflow.services.context import Context
from linkflow.services.sight import seen_connection, seen_request
from linkflow.services.statuses import refresh_status
from linkflow.services.syncing import start_sync
from linkflow.store import connections, requests, syncs, throttles
from linkflow.store.connections import Connection
from linkflow.store.users import User
from linkflow.store.visits import EntityVisit, Visit

AN_HOUR = timedelta(hours=1)
READINGS_AN_HOUR = 5
_ASKED = "reading-asked"


def may_read_again(
    connection: ConnectionState | str | None, sync: SyncState | str | None, *, until: datetime | None, now: datetime
) -> bool:
    """Whether another pull can help: the last one failed, nobody has to sign in first, and access has not ended."""
    return connection == ConnectionState.LINKED and sync == SyncState.FAILED and (until is None or now < until)


def read_again(ctx: Context, visit: Visit, entity: EntityVisit) -> bool:
    """The customer asks; answers whether this call began a pull. Raises `Refused` past five an hour."""
    with ctx.database.transaction() as tx:
        held = connections.connection(tx, entity.connection_id or "")
        if held is None or not _begin(ctx, tx, held):
            return False
        happenings.note(ctx, tx, _ASKED, link=visit.link, entity_id=held.entity_id)
        return True


def read_again_for(ctx: Context, user: User, connection_id: str) -> bool:
    """A user asks who sees the company; raises `NotFound` for others, and as `read_again` does."""
    with ctx.database.transaction() as tx:
        held = seen_connection(ctx, tx, user, connection_id)
        request = seen_request(ctx, tx, user, held.request_id)
        if not _begin(ctx, tx, held):
            return False
        happenings.note_by_user(ctx, tx, _ASKED, request=request, user=user)
        return True


def _begin(ctx: Context, tx: Transaction, held: Connection) -> bool:
    # Counted first: of two who press at once, the second waits here and then sees the first one's pull.
    counted = throttles.count(tx, f"reading:{held.id}", window=AN_HOUR, now=ctx.now())
    last = syncs.latest_sync(tx, held.id)
    if last is None or not may_read_again(held.state, last.state, until=held.access_until, now=ctx.now()):
        throttles.give_back(tx, f"reading:{held.id}", window=AN_HOUR, now=ctx.now())
        return False
    if counted > READINGS_AN_HOUR:
        raise Refused("reading", "too-many")
    start_sync(ctx, tx, connection_id=held.id, consent_id=last.consent_id)
    for request in requests.requests_of_company(tx, held.company_id):
        refresh_status(ctx, tx, request.id)
    return True
