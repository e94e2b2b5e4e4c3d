"""A user asks the customer to reconnect: the same connection, through the link of the request it is read for.

Five times an hour for a connection; pressed twice within a minute it asks once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from linkflow.domain.errors import Refused
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.domain.upkeep import Need, Why
from linkflow.services import happenings, informing
from linkflow.services.context import Context
from linkflow.services.foreseeing import need_of, soon
from linkflow.services.informing import Wish
from linkflow.services.outages import request_behind
from linkflow.services.reopening import reopen
from linkflow.services.sight import seen_connection
from linkflow.services.statuses import refresh_statuses
from linkflow.store import connections, consents, grants, syncs, throttles
from linkflow.store.connections import Connection
from linkflow.store.turns import take_turn_of
from linkflow.store.users import User

ASKINGS_AN_HOUR = 5
_AN_HOUR = timedelta(hours=1)
_AT_ONCE = timedelta(minutes=1)
_BROKEN = (ConnectionState.NEEDS_REAUTH.value, ConnectionState.DISCONNECTED.value)
_REFUSED = frozenset({"status-401", "status-403"})
_SAID: dict[Why, Literal["ends", "access", "scope"]] = {Why.ENDS: "ends", Why.ACCESS: "access", Why.SCOPE: "scope"}


@dataclass(frozen=True)
class Affected:
    """A connection to be taken up again, and why: None where it was ended."""

    connection: Connection
    need: Need | None


def may_ask(held: Connection, need: Need | None = None, *, refused: bool = False) -> bool:
    """Whether a connection can be taken up again: it had its company, and is not read any more or soon will not be.

    `refused`: the software turned its last reading away (`was_refused`).
    """
    reasons = need is not None, refused, held.reconnect_asked_at is not None
    renewed = held.state == ConnectionState.LINKED and any(reasons)
    return (held.state in _BROKEN or renewed) and held.linked_at is not None and held.kind == "software"


def was_refused(state: SyncState | str | None, error: str | None) -> bool:
    """Whether a reading ended because the software took its sign-in no more, or not for this: a fresh one may help."""
    return state == SyncState.FAILED and error in _REFUSED


def ask_to_reconnect(ctx: Context, user: User, connection_id: str) -> bool:
    """Mail the contact a link that reconnects this connection; answers whether this call did.

    Raises `NotFound` out of the user's sight, `Refused` where there is nothing to reconnect or it is asked too often.
    """
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "connection", connection_id)
        held = seen_connection(ctx, tx, user, connection_id)
        live, need = connections.live_connection(tx, held.entity_id), need_now(ctx, tx, held)
        last = syncs.latest_sync(tx, held.id)
        refused = last is not None and was_refused(last.state, last.error)
        if not may_ask(held, need, refused=refused) or (live is not None and live.id != held.id):
            raise Refused("reconnect", "not-needed")
        earlier = ctx.now() - _AT_ONCE
        if held.reconnect_asked_at is not None and held.reconnect_asked_at >= earlier:
            return False
        if throttles.count(tx, f"reconnect:{held.id}", window=_AN_HOUR, now=ctx.now()) > ASKINGS_AN_HOUR:
            raise Refused("reconnect", "too-many")
        ask(ctx, tx, user, [Affected(held, need)], request_id=request_behind(tx, held))
        refresh_statuses(ctx, tx, held.company_id)
        return True


def need_now(ctx: Context, tx: Transaction, held: Connection) -> Need | None:
    """Why a connection needs a person within thirty days."""
    grant = grants.grant(tx, held.grant_id) if held.grant_id else None
    agreed = consents.consent(tx, held.consent_id)
    return need_of(ctx, held, grant, scopes_asked=agreed.scopes if agreed else "", within=soon(ctx))


def ask(
    ctx: Context,
    tx: Transaction,
    user: User,
    affected: Sequence[Affected],
    *,
    request_id: str,
    message_id: str | None = None,
) -> None:
    """One mail to the contact for connections to one software behind one request; the statuses are the caller's."""
    reopen(ctx, tx, request_id)
    held, wish = [one.connection for one in affected], wish_of(ctx, affected)
    informing.queue_reconnect_mail(ctx, tx, held, request_id=request_id, wish=wish, message_id=message_id)
    for one in held:
        connections.ask_to_reconnect(tx, one.id, at=ctx.now(), unless_since=ctx.now())
        happenings.note_by_user(
            ctx,
            tx,
            "reconnect-asked",
            user=user,
            company_id=one.company_id,
            request_id=request_id,
            entity_id=one.entity_id,
        )


def wish_of(ctx: Context, affected: Sequence[Affected], *, reminder: bool = False) -> Wish:
    """What the mail says: of several reasons the nearest; of what is over already, only that somebody asks."""
    needs = [one.need for one in affected]
    if any(need is None or need.why not in _SAID for need in needs):
        return Wish(why="asked", reminder=reminder)
    nearest = min((need for need in needs if need is not None), key=lambda need: need.at)
    if nearest.why is Why.SCOPE:
        return Wish(why="scope", reminder=reminder)
    over = nearest.at <= ctx.now()
    return Wish(why="asked" if over else _SAID[nearest.why], by=None if over else nearest.at, reminder=reminder)
