"""A user decides about a company the customer chose in place of the one connected.

Approved, it takes over at once where the sign-in is still held, else with the customer's next one. Either way the
customer hears of it by mail.
"""

from dataclasses import dataclass
from typing import Literal

from linkflow.domain.connections import ChangeState
from linkflow.domain.errors import Conflict, NotFound, Refused
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState
from linkflow.services import happenings, informing, reconnecting
from linkflow.services.binding import drop_waiting, replace
from linkflow.services.context import Context
from linkflow.services.informing import Wish
from linkflow.services.outages import request_behind
from linkflow.services.reopening import reopen
from linkflow.services.sight import seen_company
from linkflow.services.statuses import refresh_statuses
from linkflow.store import connections, grants, tenant_changes
from linkflow.store.connections import Connection
from linkflow.store.tenant_changes import AskedChange, TenantChange
from linkflow.store.turns import take_turn_of
from linkflow.store.users import User


def seen_change(ctx: Context, tx: Transaction, user: User, change_id: str) -> TenantChange:
    """One of a company in the user's sight; raises `NotFound` for every other."""
    found = tenant_changes.tenant_change(tx, change_id)
    if found is None or found.organization != user.organization:
        raise NotFound
    seen_company(ctx, tx, user, found.company_id)
    return found


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a user decides about, and for which company; `asked` is None once it was decided."""

    company_id: str
    company_name: str
    asked: AskedChange | None


def decision(ctx: Context, user: User, change_id: str) -> Decision:
    """One of a company in the user's sight; raises `NotFound` for every other."""
    with ctx.database.reading() as tx:
        company = seen_company(ctx, tx, user, seen_change(ctx, tx, user, change_id).company_id)
        waiting = tenant_changes.asked_of_company(tx, company.id)
        asked = next((one for one in waiting if one.id == change_id), None)
        return Decision(company_id=company.id, company_name=company.name, asked=asked)


def approve(ctx: Context, user: User, change_id: str) -> bool | None:
    """Let the company chosen take the other's place; answers whether it has, None when it was decided before."""
    try:
        with ctx.database.transaction() as tx:
            take_turn_of(tx, "change", change_id)
            change = seen_change(ctx, tx, user, change_id)
            if not _decide(ctx, tx, user, change, ChangeState.APPROVED, "company-approved"):
                return None
            held, waiting = _both(tx, change)
            grant = grants.grant(tx, waiting.grant_id) if waiting and waiting.grant_id else None
            still_there = waiting is not None and waiting.state == ConnectionState.PENDING
            if waiting is not None and still_there and grant is not None and grant.is_active:
                done = replace(ctx, tx, held, waiting, change) is not None
            else:
                done = _invite(ctx, tx, held, change, request_id=_asked_in(tx, held, waiting), why="approved")
            refresh_statuses(ctx, tx, change.company_id)
            return done
    except Conflict:
        raise Refused("tenant_change", "in-use") from None


def keep(ctx: Context, user: User, change_id: str) -> bool:
    """Stay with the company there is; answers whether this call decided so."""
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "change", change_id)
        change = seen_change(ctx, tx, user, change_id)
        if not _decide(ctx, tx, user, change, ChangeState.REFUSED, "company-kept"):
            return False
        held, waiting = _both(tx, change)
        if waiting is not None:
            drop_waiting(ctx, tx, waiting)
        if reconnecting.may_ask(held):
            _invite(ctx, tx, held, change, request_id=_asked_in(tx, held, waiting), why="kept")
        refresh_statuses(ctx, tx, change.company_id)
        return True


def _decide(ctx: Context, tx: Transaction, user: User, change: TenantChange, state: ChangeState, kind: str) -> bool:
    if not tenant_changes.move(tx, change.id, old=(ChangeState.ASKED,), new=state, at=ctx.now()):
        return False
    happenings.note_by_user(
        ctx,
        tx,
        kind,
        user=user,
        company_id=change.company_id,
        entity_id=change.entity_id,
        detail=change.id,
    )
    return True


def _both(tx: Transaction, change: TenantChange) -> tuple[Connection, Connection | None]:
    held = connections.connection(tx, change.connection_id)
    if held is None:
        raise NotFound
    return held, connections.connection(tx, change.pending_id)


def _asked_in(tx: Transaction, held: Connection, waiting: Connection | None) -> str:
    return waiting.request_id if waiting is not None else request_behind(tx, held)


def _invite(
    ctx: Context,
    tx: Transaction,
    held: Connection,
    change: TenantChange,
    *,
    request_id: str,
    why: Literal["kept", "approved"],
) -> bool:
    """Ask the customer to sign in once more, with what was decided; False: the change is not carried out by it."""
    reopen(ctx, tx, request_id)
    # An ended connection is taken up again only where the customer was asked to.
    connections.ask_to_reconnect(tx, held.id, at=ctx.now(), unless_since=ctx.now())
    wish = Wish(why=why, chosen_name=change.tenant_name)
    informing.queue_reconnect_mail(ctx, tx, [held], request_id=request_id, wish=wish)
    return False
