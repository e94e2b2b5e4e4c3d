"""A user asks the customer to reconnect: the same connection, through the link of the request it is read for.

Five times an hour for a connection; pressed twice within a minute it asks once.
"""

from datetime import timedelta

from linkflow.domain.errors import Refused
from linkflow.domain.requests import ConnectionState
from linkflow.services import happenings, informing
from linkflow.services.context import Context
from linkflow.services.outages import request_behind
from linkflow.services.reopening import reopen
from linkflow.services.sight import seen_connection
from linkflow.services.statuses import refresh_statuses
from linkflow.store import connections, throttles
from linkflow.store.connections import Connection
from linkflow.store.turns import take_turn_of
from linkflow.store.users import User

ASKINGS_AN_HOUR = 5
_AN_HOUR = timedelta(hours=1)
_AT_ONCE = timedelta(minutes=1)
_BROKEN = (ConnectionState.NEEDS_REAUTH.value, ConnectionState.DISCONNECTED.value)


def may_ask(held: Connection) -> bool:
    """Whether a connection can be taken up again: it had its company, and is not read any more."""
    return held.state in _BROKEN and held.linked_at is not None and held.kind == "software"


def ask_to_reconnect(ctx: Context, user: User, connection_id: str) -> bool:
    """Mail the contact a link that reconnects this connection; answers whether this call did.

    Raises `NotFound` out of the user's sight, `Refused` where there is nothing to reconnect or it is asked too often.
    """
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "connection", connection_id)
        held = seen_connection(ctx, tx, user, connection_id)
        live = connections.live_connection(tx, held.entity_id)
        if not may_ask(held) or (live is not None and live.id != held.id):
            raise Refused("reconnect", "not-needed")
        earlier = ctx.now() - _AT_ONCE
        if not connections.ask_to_reconnect(tx, held.id, at=ctx.now(), unless_since=earlier):
            return False
        if throttles.count(tx, f"reconnect:{held.id}", window=_AN_HOUR, now=ctx.now()) > ASKINGS_AN_HOUR:
            raise Refused("reconnect", "too-many")
        request_id = request_behind(tx, held)
        reopen(ctx, tx, request_id)
        informing.queue_reconnect_mail(ctx, tx, [held], request_id=request_id, why="asked")
        happenings.note_by_user(
            ctx,
            tx,
            "reconnect-asked",
            user=user,
            company_id=held.company_id,
            request_id=request_id,
            entity_id=held.entity_id,
        )
        refresh_statuses(ctx, tx, held.company_id)
        return True
