"""Reading the books once more: a customer asks after a pull that failed, a user whenever none is running.

Five times an hour for a connection, whoever asks. Pressed twice it begins one reading.
"""

from datetime import datetime, timedelta

from linkflow.domain.errors import Refused
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, DataType, SyncState, data_types_of
from linkflow.organization_model import Access
from linkflow.services import happenings
from linkflow.services.context import Context
from linkflow.services.sight import seen_connection
from linkflow.services.statuses import refresh_statuses
from linkflow.services.syncing import start_sync
from linkflow.store import connections, consents, grants, syncs, throttles
from linkflow.store.connections import Connection
from linkflow.store.consents import Consent
from linkflow.store.grants import Grant, GrantFacts
from linkflow.store.turns import take_turn, take_turn_of
from linkflow.store.users import User
from linkflow.store.visits import EntityVisit, Visit

AN_HOUR = timedelta(hours=1)
READINGS_AN_HOUR = 5
_ASKED = "reading-asked"


def may_read_again(
    connection: ConnectionState | str | None, sync: SyncState | str | None, *, until: datetime | None, now: datetime
) -> bool:
    """Whether another pull can help a customer: the last one failed, nobody has to sign in first, access goes on."""
    return connection == ConnectionState.LINKED and sync == SyncState.FAILED and (until is None or now < until)


def may_refresh(ctx: Context, held: Connection, grant: Grant | GrantFacts | None) -> bool:
    """Whether a connection can be read: linked, within the agreed time, its sign-in good, its software known."""
    software = ctx.catalogue.get(held.software)
    within = held.access_until is None or ctx.now() < held.access_until
    readable = software is not None and software.adapter and grant is not None and grant.is_active
    return held.state == ConnectionState.LINKED and within and readable


def read_again(ctx: Context, visit: Visit, entity: EntityVisit) -> bool:
    """The customer asks; answers whether this call began a pull. Raises `Refused` past five an hour."""
    with ctx.database.transaction() as tx:
        take_turn(tx, visit.link.company_id)
        held = connections.connection(tx, entity.connection_id or "")
        if held is None:
            return False
        counted = _count(ctx, tx, held)
        last = syncs.latest_sync(tx, held.id)
        failed = last is not None and may_read_again(held.state, last.state, until=held.access_until, now=ctx.now())
        if not _begin(ctx, tx, held, (last.consent_id,) if last and failed else (), counted=counted):
            return False
        happenings.note(ctx, tx, _ASKED, link=visit.link, entity_id=held.entity_id)
        return True


def refresh(ctx: Context, user: User, connection_id: str) -> bool:
    """A user asks who sees the company; raises `NotFound` for others, and as `read_again` does."""
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "connection", connection_id)
        held = seen_connection(ctx, tx, user, connection_id)
        counted = _count(ctx, tx, held)
        grant = grants.grant(tx, held.grant_id) if held.grant_id else None
        free = may_refresh(ctx, held, grant) and not syncs.open_syncs(tx, held.id)
        if not _begin(ctx, tx, held, _in_force(ctx, tx, held) if free else (), counted=counted):
            return False
        happenings.note_by_user(
            ctx,
            tx,
            _ASKED,
            user=user,
            company_id=held.company_id,
            request_id=held.request_id,
            entity_id=held.entity_id,
        )
        return True


def _count(ctx: Context, tx: Transaction, held: Connection) -> int:
    return throttles.count(tx, f"reading:{held.id}", window=AN_HOUR, now=ctx.now())


def _begin(ctx: Context, tx: Transaction, held: Connection, consent_ids: tuple[str, ...], *, counted: int) -> bool:
    if not consent_ids:
        throttles.give_back(tx, f"reading:{held.id}", window=AN_HOUR, now=ctx.now())
        return False
    if counted > READINGS_AN_HOUR:
        raise Refused("reading", "too-many")
    for consent_id in consent_ids:
        start_sync(ctx, tx, connection_id=held.id, consent_id=consent_id)
    refresh_statuses(ctx, tx, held.company_id)
    return True


def _in_force(ctx: Context, tx: Transaction, held: Connection) -> tuple[str, ...]:
    """The consents to read under, that of the youngest pull last: since it was linked, each data type by its newest."""
    known = syncs.consents_read_under(tx, held.id, since=held.linked_at or held.created_at) or (held.consent_id,)
    found: list[str] = []
    covered: frozenset[DataType] = frozenset()
    for record in filter(None, (consents.consent(tx, consent_id) for consent_id in known)):
        kinds = data_types_of(record.data_types)
        if not kinds <= covered and not _is_spent(ctx, tx, held, record):
            found.append(record.id)
            covered |= kinds
    return tuple(reversed(found))


def _is_spent(ctx: Context, tx: Transaction, held: Connection, record: Consent) -> bool:
    if record.access_until is not None and record.access_until <= ctx.now():
        return True
    return record.access == Access.ONCE and syncs.count_done(tx, held.id, consent_id=record.id) > 0
