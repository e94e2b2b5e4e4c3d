"""A company the customer confirmed becomes the entity's connection: a new one, the one there was, or one in its place.

A connection keeps its company. Another one waits until a user approves it; then it comes as a connection of its own,
and the books read before are deleted: what two companies shared never mixes.
"""

from dataclasses import dataclass

from linkflow.domain.connections import ChangeState
from linkflow.domain.errors import Conflict
from linkflow.domain.ports import Job, Transaction
from linkflow.domain.requests import ConnectionState, data_types_of, data_types_text
from linkflow.services import granting, informing, syncing
from linkflow.services.context import Context
from linkflow.services.ending import end_connection
from linkflow.store import askings, connections, tenant_changes
from linkflow.store.connections import Connection
from linkflow.store.tenant_changes import TenantChange


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The company as the software names it; `sole`: its books cannot be read, so nothing tells it from another."""

    tenant_id: str
    tenant_name: str
    tenant_country: str | None = None
    tenant_currency: str | None = None
    name_matches: bool | None = None
    sole: bool = False


@dataclass(frozen=True)
class Bound:
    """What came of it: the connection that is `linked` now, or the one `kept` because it belongs to another company.

    Neither: another tab was first. `again`: the connection there was goes on. `asked`: a user has just been asked.
    """

    linked: str | None = None
    again: bool = False
    kept: Connection | None = None
    asked: bool = False


def bind(ctx: Context, tx: Transaction, waiting: Connection, chosen: Chosen) -> Bound:
    """Link the entity to the company chosen for a connection that waits for it, and start reading."""
    entity_id = waiting.entity_id
    held = connections.live_connection(tx, entity_id) or connections.asked_connection(tx, entity_id)
    if held is None or held.software != waiting.software:
        if held is not None:
            end_connection(ctx, tx, held)
        return Bound(_started(ctx, tx, waiting) if _link(ctx, tx, waiting, chosen) else None)
    if chosen.sole or held.tenant_id == chosen.tenant_id:
        return Bound(_started(ctx, tx, held) if _relink(ctx, tx, held, waiting) else None, again=True)
    change = tenant_changes.open_change(tx, held.id)
    if change is not None and change.tenant_id == chosen.tenant_id:
        if change.state != ChangeState.APPROVED:
            return Bound(kept=held)
        return Bound(replace(ctx, tx, held, waiting, change))
    _ask(ctx, tx, held, waiting, chosen)
    return Bound(kept=held, asked=True)


def replace(ctx: Context, tx: Transaction, held: Connection, waiting: Connection, change: TenantChange) -> str | None:
    """Carry an approved change out; answers the new connection's id. Raises `Conflict` where its company is in use."""
    approved = (ChangeState.APPROVED,)
    if not tenant_changes.move(tx, change.id, old=approved, new=ChangeState.DONE, at=ctx.now()):
        return None
    end_connection(ctx, tx, held)
    discard_books(ctx, tx, held.id)
    names = ("tenant_id", "tenant_name", "tenant_country", "tenant_currency", "name_matches")
    chosen = Chosen(**{name: getattr(change, name) for name in names})
    return _started(ctx, tx, waiting) if _link(ctx, tx, waiting, chosen) else None


def discard_books(ctx: Context, tx: Transaction, connection_id: str) -> None:
    """Have the books of an ended connection deleted before their time."""
    connections.update_connection(tx, connection_id, books_unwanted_at=ctx.now())
    tx.enqueue(Job.DELETE_BOOKS, connection_id)


def drop_waiting(ctx: Context, tx: Transaction, waiting: Connection) -> bool:
    """Give a sign-in back whose company is not wanted, or cannot be chosen any more."""
    old, new = ConnectionState.PENDING, ConnectionState.DISCONNECTED
    dropped = connections.move(tx, waiting.id, old=old, new=new, ended_at=ctx.now())
    if dropped and waiting.grant_id is not None:
        granting.release_grant(ctx, tx, waiting.grant_id)
    return dropped


def _link(ctx: Context, tx: Transaction, waiting: Connection, chosen: Chosen) -> bool:
    return connections.move(
        tx,
        waiting.id,
        old=ConnectionState.PENDING,
        new=ConnectionState.LINKED,
        tenant_id=chosen.tenant_id,
        tenant_name=chosen.tenant_name,
        tenant_country=chosen.tenant_country,
        tenant_currency=chosen.tenant_currency,
        name_matches=chosen.name_matches,
        linked_at=ctx.now(),
    )


def _relink(ctx: Context, tx: Transaction, held: Connection, fresh: Connection) -> bool:
    """Give a connection there is the grant of a fresh sign-in to the same company; False when another tab has."""
    old, new = ConnectionState.PENDING, ConnectionState.DISCONNECTED
    if not connections.move(tx, fresh.id, old=old, new=new, ended_at=ctx.now()):
        return False
    kinds = data_types_of(held.data_types) | data_types_of(fresh.data_types)
    if held.state == ConnectionState.NEEDS_REAUTH:
        connections.move(tx, held.id, old=ConnectionState.NEEDS_REAUTH, new=ConnectionState.LINKED)
    elif held.state == ConnectionState.DISCONNECTED:
        unended = {"ended_at": None, "end_reason": "", "books_unwanted_at": None, "linked_at": ctx.now()}
        connections.move(tx, held.id, old=ConnectionState.DISCONNECTED, new=ConnectionState.LINKED, **unended)
    connections.update_connection(
        tx,
        held.id,
        grant_id=fresh.grant_id,
        consent_id=fresh.consent_id,
        data_types=data_types_text(kinds),
        access=fresh.access,
        access_until=fresh.access_until,
    )
    if held.grant_id is not None:
        granting.release_grant(ctx, tx, held.grant_id)
    return True


def _started(ctx: Context, tx: Transaction, linked: Connection) -> str:
    """What follows for a connection that has just been linked: its books are read, the contact told, askings over."""
    connections.forget_asking(tx, linked.entity_id)
    askings.note_done(tx, linked.entity_id, at=ctx.now())
    tenant_changes.overtake(tx, linked.id, at=ctx.now())
    syncing.start_sync(ctx, tx, connection_id=linked.id)
    informing.queue_connected_mail(ctx, tx, connection_id=linked.id)
    return linked.id


def _ask(ctx: Context, tx: Transaction, held: Connection, waiting: Connection, chosen: Chosen) -> None:
    if connections.is_connected(tx, waiting.company_id, software=waiting.software, tenant_id=chosen.tenant_id):
        raise Conflict(table="connections")
    tenant_changes.overtake(tx, held.id, at=ctx.now())
    change = TenantChange(
        id=ctx.new_id(),
        organization=held.organization,
        company_id=held.company_id,
        entity_id=held.entity_id,
        connection_id=held.id,
        pending_id=waiting.id,
        tenant_id=chosen.tenant_id,
        tenant_name=chosen.tenant_name,
        tenant_country=chosen.tenant_country,
        tenant_currency=chosen.tenant_currency,
        name_matches=chosen.name_matches,
        asked_at=ctx.now(),
    )
    tenant_changes.add_change(tx, change)
