"""Disconnecting: the customer ends a connection behind a fresh code, or a user does. Doing it twice does it once."""

from dataclasses import dataclass

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.ports import Transaction
from linkflow.domain.software import UPLOAD
from linkflow.services import happenings
from linkflow.services.context import Context
from linkflow.services.ending import LIVE, end_connection
from linkflow.services.sight import seen_company, seen_connection
from linkflow.store import companies, connections, requests, retention
from linkflow.store.connections import Connection
from linkflow.store.turns import take_turn, take_turn_of
from linkflow.store.users import User
from linkflow.store.visits import Visit

REASON_LIMIT = 500


@dataclass(frozen=True)
class Ending:
    """What a user is shown before ending a connection; `elsewhere`: entities its sign-in goes on serving.

    `retention_months`: for how long what was read is kept from then on, as it was agreed.
    """

    connection: Connection
    company_name: str
    contact_name: str
    entity_name: str | None
    retention_months: int
    elsewhere: tuple[str, ...]

    @property
    def is_live(self) -> bool:
        """Whether there is anything to end."""
        return self.connection.state in LIVE


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
        take_turn(tx, visit.link.company_id)
        held = own_connection(tx, visit, connection_id)
        if not end_connection(ctx, tx, held):
            return
        happenings.note(ctx, tx, "disconnected", link=visit.link, entity_id=held.entity_id, detail=held.id)
        if visit.link.only_entity_id is None and len(visit.entities) == 1:
            # Nothing is left to answer: the link opens the summary from now on, and no reminder follows.
            requests.set_once(tx, visit.link.request_id, "finished_at", ctx.now())


def ending(ctx: Context, user: User, connection_id: str) -> Ending:
    """What ending a connection in the user's sight means; raises `NotFound` for every other."""
    with ctx.database.reading() as tx:
        held = _software_connection(ctx, tx, user, connection_id)
        company = seen_company(ctx, tx, user, held.company_id)
        names = {entity.id: entity.name for entity in companies.entities_of_company(tx, company.id)}
        same_grant = (
            one
            for one in connections.connections_of_company(tx, company.id)
            if one.id != held.id and one.grant_id == held.grant_id and one.state in LIVE
        )
        elsewhere = tuple(names.get(one.entity_id) or company.name for one in same_grant)
        configured = ctx.organizations()[held.organization].feel.retention_months
        months = retention.months_kept(tx, held.id, configured=configured)
    return Ending(held, company.name, company.contact_name, names.get(held.entity_id), months, elsewhere)


def disconnect_for(ctx: Context, user: User, connection_id: str, reason: str) -> bool:
    """A user ends a connection; the contact is told by mail, with the reason. Answers whether this call did.

    Raises `Refused` for a reason over 500 characters.
    """
    words = reason.strip()
    if len(words) > REASON_LIMIT:
        raise Refused("end_reason", "too-long", length=str(len(words)))
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "connection", connection_id)
        held = _software_connection(ctx, tx, user, connection_id)
        if not end_connection(ctx, tx, held, by_organization=True, reason=words):
            return False
        happenings.note_by_user(
            ctx,
            tx,
            "connection-ended",
            user=user,
            company_id=held.company_id,
            request_id=held.request_id,
            entity_id=held.entity_id,
            detail=held.id,
        )
        return True


def _software_connection(ctx: Context, tx: Transaction, user: User, connection_id: str) -> Connection:
    """A connection in the user's sight; `NotFound` for one that is made of a file: nothing is connected there."""
    held = seen_connection(ctx, tx, user, connection_id)
    if held.software == UPLOAD:
        raise NotFound
    return held
